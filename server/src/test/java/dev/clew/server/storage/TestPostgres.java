package dev.clew.server.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL for tests, durable as in production, started once a process; each folder has a database of its own. */
public final class TestPostgres {
    private static final String TEMPLATE = "migrated";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<Path, String> DATABASES = new ConcurrentHashMap<>();

    private TestPostgres() {}

    /** The shared server, with a database that is copied for each folder: migrating each would take most of the time. */
    private static final class Running {
        static final EmbeddedPostgres SERVER = start();

        static {
            run("CREATE DATABASE " + TEMPLATE);
            PostgresDatabase.open(DatabaseUrl.parse(at(TEMPLATE))).close();
        }

        static String at(String database) {
            return "postgresql://postgres@127.0.0.1:%d/%s".formatted(SERVER.getPort(), database);
        }

        static void run(String text) {
            try (var connection = SERVER.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(text);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Commits are forced as always. Databases are never dropped and checkpoints are far apart, because both would force each of the
     * three hundred files of each database; in the end the server is killed for the same reason.
     */
    private static EmbeddedPostgres start() {
        try {
            Path data = Files.createTempDirectory("clew-test-postgres");
            EmbeddedPostgres server = durable()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(true)
                    .setServerConfig("checkpoint_timeout", "1h")
                    .setServerConfig("max_wal_size", "4GB")
                    .setRegisterShutdownHook(false)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, data)));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(EmbeddedPostgres server, Path data) {
        try {
            kill(data);
            server.close();
        } catch (IOException | InterruptedException e) {
            System.getLogger("clew").log(System.Logger.Level.WARNING, "PostgreSQL not ended", e);
        }
    }

    /** Ends the server of a data directory as its machine would. */
    static void kill(Path data) throws IOException, InterruptedException {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
        new ProcessBuilder("kill", "-QUIT", pid).start().waitFor();
        ProcessHandle.of(Long.parseLong(pid))
                .ifPresent(process -> process.onExit().join());
    }

    static EmbeddedPostgres.Builder durable() {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "100")
                .setServerConfig("shared_buffers", "32MB");
    }

    /** URL of the folder's database, made at the first call. */
    public static String url(Path folder) {
        return Running.at(DATABASES.computeIfAbsent(folder, key -> {
            String name = "test" + NUMBER.incrementAndGet();
            Running.run("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
            return name;
        }));
    }

    public static PostgresDatabase open(Path folder) {
        return PostgresDatabase.open(DatabaseUrl.parse(url(folder)));
    }

    /** Where the server keeps the folder's database: its tables, not the write-ahead log of the whole cluster. */
    static Path files(Path folder) {
        try (var connection = Running.SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
            try (var found = statement.executeQuery(
                    "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = '%s'"
                            .formatted(DATABASES.get(folder)))) {
                found.next();
                return Path.of(found.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

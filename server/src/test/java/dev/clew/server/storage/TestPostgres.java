package dev.clew.server.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL for tests, durable as in production, started once a process; each folder has a database of its own. */
public final class TestPostgres {
    private static final String TEMPLATE = "migrated";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<Path, String> DATABASES = new ConcurrentHashMap<>();

    /** Databases that were used and are as new; making one forces its three hundred files. */
    private static final Queue<String> FREE = new ConcurrentLinkedQueue<>();

    /** What migrations leave in tables lies in a schema beside them too. */
    private static final String KEEP_SEED = """
            DO $$ DECLARE t text; filled boolean; BEGIN
              CREATE SCHEMA seed;
              FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_history' LOOP
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO filled;
                IF filled THEN EXECUTE format('CREATE TABLE seed.%I AS SELECT * FROM public.%I', t, t); END IF;
              END LOOP;
            END $$""";

    private static final String RENEW = """
            DO $$ DECLARE t text; BEGIN
              PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
              FOR t IN SELECT nspname FROM pg_namespace
                  WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public', 'seed') LOOP
                EXECUTE format('DROP SCHEMA %I CASCADE', t);
              END LOOP;
              FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_history' LOOP
                IF pg_relation_size(format('public.%I', t)) > 0 THEN EXECUTE format('TRUNCATE public.%I', t); END IF;
              END LOOP;
              FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'seed' LOOP
                EXECUTE format('INSERT INTO public.%I SELECT * FROM seed.%I', t, t);
              END LOOP;
            END $$""";

    private TestPostgres() {}

    /** The shared server, with a database that is copied for each folder: migrating each would take most of the time. */
    private static final class Running {
        static final EmbeddedPostgres SERVER = start();

        static {
            run("CREATE DATABASE " + TEMPLATE);
            PostgresDatabase.open(DatabaseUrl.parse(at(TEMPLATE))).close();
            run(TEMPLATE, KEEP_SEED);
        }

        static String at(String database) {
            return "postgresql://postgres@127.0.0.1:%d/%s".formatted(SERVER.getPort(), database);
        }

        static void run(String text) {
            run("postgres", text);
        }

        static void run(String database, String text) {
            try (var connection = SERVER.getDatabase("postgres", database).getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(text);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static EmbeddedPostgres start() {
        try {
            return durable().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
            String free = FREE.poll();
            if (free != null) {
                return free;
            }
            String name = "test" + NUMBER.incrementAndGet();
            Running.run("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
            return name;
        }));
    }

    public static PostgresDatabase open(Path folder) {
        return PostgresDatabase.open(DatabaseUrl.parse(url(folder)));
    }

    /** No folder's database is used any more: others may have them, as new. */
    static void renewAll() {
        DATABASES.values().forEach(name -> {
            Running.run(name, RENEW);
            FREE.add(name);
        });
        DATABASES.clear();
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

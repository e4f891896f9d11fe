package dev.clew.server.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL for tests, durable as in production, started once a process; each folder has a database of its own. */
public final class TestPostgres {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<Path, String> DATABASES = new ConcurrentHashMap<>();

    private TestPostgres() {}

    private static final class Running {
        static final EmbeddedPostgres SERVER = start();
    }

    /** Another one, for tests that stop it. */
    public static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("max_connections", "100")
                    .setServerConfig("shared_buffers", "32MB")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** URL of the folder's database, made at the first call. */
    public static String url(Path folder) {
        String name = DATABASES.computeIfAbsent(folder, key -> "test" + NUMBER.incrementAndGet());
        try (var connection = Running.SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
            if (!found.next()) {
                statement.execute("CREATE DATABASE " + name);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return "postgresql://postgres@127.0.0.1:%d/%s".formatted(Running.SERVER.getPort(), name);
    }

    public static PostgresDatabase open(Path folder) {
        return PostgresDatabase.open(DatabaseUrl.parse(url(folder)));
    }
}

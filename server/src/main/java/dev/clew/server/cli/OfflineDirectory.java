package dev.clew.server.cli;

import dev.clew.server.Config;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.DatabaseUrl;
import dev.clew.server.storage.PostgresDatabase;
import dev.clew.server.storage.Snapshot;
import dev.clew.server.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A data directory looked at without taking it: its lock is left alone, so a server may hold it meanwhile. What is seen is the state of
 * one moment.
 */
final class OfflineDirectory implements AutoCloseable {
    private final Path path;
    private final Config config;
    private final Database database;
    private final Snapshot snapshot;
    private final Optional<StoredLog> before;

    private OfflineDirectory(
            Path path, Config config, Database database, Optional<StoredLog> before, Snapshot snapshot) {
        this.before = before;
        this.path = path;
        this.config = config;
        this.database = database;
        this.snapshot = snapshot;
    }

    /** @throws ClewException NOT_FOUND when there is no data directory, CONFIGURATION when another release wrote it, ROW_DAMAGED */
    static OfflineDirectory open(Path path, Config config) {
        String url = config.data().databaseUrl();
        Path file = path.resolve("clew.db");
        if (url.isEmpty() && !Files.isRegularFile(file)) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND,
                    "\"%s\" is no data directory: it has no clew.db. Give the directory that the server was started with%s."
                            .formatted(
                                    path,
                                    Files.isDirectory(path.resolve("keys"))
                                            ? ", and the address of its PostgreSQL database if it has one: CLEW_DATA_DATABASE_URL or --set data.database_url=…"
                                            : ""));
        }
        Database database = url.isEmpty()
                ? SqliteDatabase.openReadOnly(file)
                : PostgresDatabase.openReadOnly(DatabaseUrl.parse(url));
        try {
            return new OfflineDirectory(path, config, database, anchored(path, config, database), database.snapshot());
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Beside a running server the anchor moves on while the directory is looked at: what it said before is what the directory must have.
     */
    private static Optional<StoredLog> anchored(Path path, Config config, Database database) {
        try {
            Optional<StoredLog> log = database.read(sql -> StoredLog.of(sql, path, config.ledger()));
            return log.isPresent() ? Optional.of(log.get().withAnchorOfNow()) : log;
        } catch (ClewException | IOException e) {
            // Whoever looks at the directory in earnest finds the same and says so.
            return Optional.empty();
        }
    }

    Path path() {
        return path;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Optional<StoredLog> findLog() {
        Optional<StoredLog> log = StoredLog.of(snapshot.sql(), path, config.ledger());
        return log.isPresent() && before.isPresent() ? before : log;
    }

    StoredLog log() {
        return findLog()
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND, "No log was begun in \"%s\"; start its server once.".formatted(path)));
    }

    @Override
    public void close() {
        snapshot.close();
        database.close();
    }
}

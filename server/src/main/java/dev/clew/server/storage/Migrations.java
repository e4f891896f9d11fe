package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the schema up to date: {@code db/migration/<feature>/V<number>__name.sql}, each feature with numbers of its own range, so
 * that features grow independently (out of order is allowed). Forward only.
 */
final class Migrations {
    private Migrations() {}

    static void run(DataSource source, Engine engine) {
        if (MigrationScripts.areApplied(source)) {
            return;
        }
        try {
            flyway(source, engine).migrate();
        } catch (FlywayException e) {
            throw failed(e, engine);
        }
    }

    private static ClewException failed(FlywayException e, Engine engine) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                switch (engine.classify(sql)) {
                    case BUSY:
                        return ReadPool.locked(e);
                    case GONE:
                        return new ClewException(
                                ErrorCode.UNAVAILABLE,
                                "The database went away while its schema was looked at; start again.",
                                e);
                    default:
                        break;
                }
            }
        }
        return new ClewException(
                ErrorCode.CONFIGURATION,
                "The schema of the store could not be brought up to date; start the release that last wrote it, or restore a backup.",
                e);
    }

    /**
     * Reads only: whether the schema is the one this release writes.
     *
     * @throws ClewException CONFIGURATION when it is another one, ROW_DAMAGED when it cannot be read
     */
    static void require(DataSource source, Engine engine) {
        if (MigrationScripts.areApplied(source)) {
            return;
        }
        try {
            for (var migration : flyway(source, engine).info().all()) {
                if (!migration.getState().isApplied() || !migration.getState().isResolved()) {
                    throw new ClewException(
                            ErrorCode.CONFIGURATION,
                            "The store was written by another release (its schema and this one's differ at %s). Use that release, or start this one's server on it once."
                                    .formatted(migration.getScript()));
                }
            }
        } catch (FlywayException e) {
            throw new ClewException(
                    ErrorCode.ROW_DAMAGED,
                    "The store's schema cannot be read: it is damaged or no store of this product. Restore a copy of the data directory.",
                    e);
        }
        throw new ClewException(
                ErrorCode.ROW_DAMAGED,
                "What the store says of its migrations is not what they were: it is damaged. Restore a copy of the data directory.");
    }

    private static Flyway flyway(DataSource source, Engine engine) {
        return Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration")
                .placeholders(engine.placeholders())
                .outOfOrder(true)
                .validateMigrationNaming(true)
                .table("schema_history")
                .loggers("slf4j")
                .load();
    }
}

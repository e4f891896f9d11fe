package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
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
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:db/migration")
                    .placeholders(engine.placeholders())
                    .outOfOrder(true)
                    .validateMigrationNaming(true)
                    .table("schema_history")
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The schema of the store could not be brought up to date; start the release that last wrote it, or restore a backup.",
                    e);
        }
    }
}

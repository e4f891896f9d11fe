package dev.clew.server.tracking;

import dev.clew.server.storage.Database;
import dev.clew.server.storage.TestPostgres;
import java.nio.file.Path;

/** Searches on PostgreSQL. */
class PostgresRunSearchProperties extends RunSearchProperties {
    @Override
    Database database(Path folder) {
        return TestPostgres.open(folder);
    }
}

package dev.clew.server.tracking;

import dev.clew.server.storage.Database;
import dev.clew.server.storage.TestPostgres;
import java.nio.file.Path;

/** Tracking on PostgreSQL. */
class PostgresTrackingTest extends TrackingTest {
    @Override
    Database database(Path folder) {
        return TestPostgres.open(folder);
    }
}

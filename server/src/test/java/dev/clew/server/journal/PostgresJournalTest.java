package dev.clew.server.journal;

import dev.clew.server.storage.Database;
import dev.clew.server.storage.TestPostgres;
import java.nio.file.Path;

/** The journal's promises on PostgreSQL. */
class PostgresJournalTest extends JournalTest {
    @Override
    Database database(Path in) {
        return TestPostgres.open(in);
    }
}

package dev.clew.server.registry;

import static dev.clew.server.registry.RegistryFixture.ANN;
import static dev.clew.server.registry.RegistryFixture.BOB;
import static dev.clew.server.registry.RegistryFixture.WORKSPACE;

import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.journal.SharedGroup;
import dev.clew.server.journal.WatchedDatabase;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of requests for approval, or of votes, asks the store as often for many people as for few. */
class VoteStatementsTest {
    private static final Reason REASON = Reason.of(Reason.Code.PROMOTION, "looked at it");

    private WatchedDatabase database;
    private RegistryFixture fixture;

    @BeforeEach
    void open(@TempDir Path folder) {
        database = new WatchedDatabase(SqliteDatabase.open(folder.resolve("clew.db")));
        fixture = new RegistryFixture(JournalFixture.on(database, SharedGroup.CONFIG));
        fixture.model("credit");
        for (int i = 0; i <= SharedGroup.MANY; i++) {
            fixture.version("credit");
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String ask(int version) {
        return fixture.approvals
                .request(ANN, WORKSPACE, "credit", Integer.toString(version + 1), 1, REASON)
                .answer()
                .id();
    }

    @Test
    void ofRequests() throws Exception {
        SharedGroup.assertSameStatements(fixture.journal.journal(), database, this::ask);
    }

    @Test
    void ofGrantsAndRejections() throws Exception {
        List<Uid> asked = new ArrayList<>();
        for (int i = 0; i < SharedGroup.MANY; i++) {
            asked.add(Uid.parse(ask(i)));
        }
        // The first vote of all finds a table empty that is looked at no more afterwards.
        Uid first = Uid.parse(ask(SharedGroup.MANY));
        fixture.approvals.vote(BOB, first, true, REASON);
        SharedGroup.assertSameStatements(
                fixture.journal.journal(),
                database,
                i -> fixture.approvals.vote(BOB, asked.get(i), i % 2 == 0, REASON));
    }
}

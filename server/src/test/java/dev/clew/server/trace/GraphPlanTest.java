package dev.clew.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.storage.CountedDatabase;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a walk asks of the store: two statements a level however wide it is, each answered from an index. */
class GraphPlanTest {
    private static final Permit PERMIT = Permit.system(Permission.MODEL_WRITE, Scopes.DEFAULT_PROJECT);
    private static final AuthorizedScope NOTHING = new AuthorizedScope(PERMIT, new int[0], false);
    private static final int WIDTH = 12;
    private static final int LEVELS = 8;

    @TempDir
    Path folder;

    @Test
    void everyLevelIsReadFromAnIndexBothWays() {
        try (var database = SqliteDatabase.open(folder.resolve("clew.db"))) {
            assertThat(plan(database, true))
                    .contains("SEARCH link USING PRIMARY KEY (src=?)")
                    .contains("SEARCH link_end USING PRIMARY KEY (src=?)")
                    .doesNotContain("SCAN link");
            assertThat(plan(database, false))
                    .contains("SEARCH link USING COVERING INDEX link_back (dst=?)")
                    .contains("SEARCH link_end USING INDEX link_end_back (dst=?)")
                    .doesNotContain("SCAN link");
        }
    }

    private static String plan(SqliteDatabase database, boolean up) {
        List<String> steps = database.read(sql -> sql.query("EXPLAIN QUERY PLAN " + Graph.level(sql.dialect(), up))
                .integers("nids", new long[] {1, 2, 3})
                .bind("size", 10L)
                .bind("limit", 5L)
                .list(row -> row.text("detail")));
        return String.join("\n", steps);
    }

    @Test
    void aLevelTakesTwoStatementsHoweverManyNodesItHas() {
        try (var fixture = JournalFixture.open(folder)) {
            long last = 0;
            for (int level = 0; level < LEVELS; level++) {
                last = fixture.journal()
                        .write(PERMIT, new Grow(level))
                        .entries()
                        .getLast()
                        .seq();
            }
            var counted = new CountedDatabase(fixture.database());
            var walk = new Walk(
                    new Graph(counted),
                    List.of(),
                    _ -> NOTHING,
                    last + 1,
                    new Walk.Limits(LEVELS + 2, 1_000, 10_000, System.nanoTime() + 60_000_000_000L));
            walk.from(node(LEVELS - 1, 0), Direction.UP);
            assertThat(walk.levels).hasSize(1 + (LEVELS - 1) * WIDTH);
            assertThat(counted.statements()).isLessThanOrEqualTo(1 + 2 * LEVELS);
        }
    }

    private static Node node(int level, int place) {
        byte[] uid =
                ByteBuffer.allocate(16).putLong(1 + level).putLong(1 + place).array();
        return Node.of(Kind.DATASET_VERSION, Uid.of(uid));
    }

    /** Every node of a level rests on every node of the level before. */
    private record Grow(int level) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            var changes = new java.util.ArrayList<Change>();
            for (int i = 0; i < WIDTH; i++) {
                Change change = Change.of(Act.LINEAGE_EVENT, node(level, i)).event();
                for (int j = 0; level > 0 && j < WIDTH; j++) {
                    change.link(Rel.DERIVED_FROM, node(level - 1, j));
                }
                changes.add(change);
            }
            return Decision.of(true, changes);
        }
    }
}

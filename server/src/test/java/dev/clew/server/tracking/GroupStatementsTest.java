package dev.clew.server.tracking;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.journal.SharedGroup;
import dev.clew.server.journal.WatchedDatabase;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group asks the store as often for many writers as for few: what they need is loaded together. */
class GroupStatementsTest {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit PERMIT = Permit.system(Permission.RUN_WRITE, SCOPE);

    private WatchedDatabase database;
    private JournalFixture fixture;
    private Tracking tracking;
    private final List<Run> runs = new ArrayList<>();

    @BeforeEach
    void open(@TempDir Path folder) {
        database = new WatchedDatabase(SqliteDatabase.open(folder.resolve("clew.db")));
        fixture = JournalFixture.on(database, SharedGroup.CONFIG);
        tracking = new Tracking(fixture.journal(), database, fixture.clock());
        tracking.open();
        for (int i = 0; i < SharedGroup.MANY; i++) {
            runs.add(tracking.createRun(PERMIT, SCOPE, 0, "ann", i, Map.of("mlflow.runName", "r" + i))
                    .answer());
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void ofBatchesOfMetricsParametersAndTags() throws Exception {
        constant(i -> log(i, batch(new LogBatch(), i)));
        // What is there already is replaced and compared, as often.
        constant(i -> log(i, batch(new LogBatch(), i + 1)));
    }

    @Test
    void ofTags() throws Exception {
        constant(i -> log(i, new LogBatch().tag("stage", "s" + i)));
        constant(i -> log(i, new LogBatch().tag("stage", "t" + i)));
        constant(i -> tracking.deleteTag(PERMIT, SCOPE, runs.get(i).uid(), "stage"));
    }

    @Test
    void ofRunsThatAreMade() throws Exception {
        constant(i -> tracking.createRun(PERMIT, SCOPE, 0, "ann", i, Map.of("mlflow.runName", "new")));
    }

    private void log(int run, LogBatch batch) {
        tracking.log(PERMIT, SCOPE, runs.get(run).uid(), batch, Act.RUN_LOG, false);
    }

    private static LogBatch batch(LogBatch batch, int step) {
        for (int i = 0; i < 5; i++) {
            batch.metric("m" + i, step, step, step, null, null, null);
        }
        return batch.tag("t", "v" + step);
    }

    private void constant(IntConsumer write) throws InterruptedException {
        SharedGroup.assertSameStatements(fixture.journal(), database, write);
    }
}

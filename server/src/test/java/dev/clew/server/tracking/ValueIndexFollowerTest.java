package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.DerivedCheck.Difference;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.Order;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.storage.CountedDatabase;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ValueIndexFollowerTest {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit PERMIT = Permit.system(Permission.RUN_WRITE, SCOPE);
    private static final Vocabulary WORDS = Vocabulary.of()
            .entity("metric", "metrics")
            .numeric("metric")
            .entity("parameter", "params")
            .entity("tag", "tags")
            .entity("attribute", "attributes")
            .attribute("run_name", Vocabulary.Type.TEXT)
            .build();

    @TempDir
    private Path folder;

    private CountedDatabase database;

    private JournalFixture open() {
        database = new CountedDatabase(SqliteDatabase.open(folder.resolve("clew.db")));
        return JournalFixture.on(database, JournalConfig.DEFAULT);
    }

    private static Tracking tracking(JournalFixture fixture) {
        var tracking = new Tracking(fixture.journal(), fixture.database(), fixture.clock());
        tracking.open();
        return tracking;
    }

    private static Run run(Tracking tracking, int i) {
        return tracking.createRun(PERMIT, SCOPE, 0, "ann", i, Map.of("mlflow.runName", "run-" + i))
                .answer();
    }

    private static void log(Tracking tracking, Run run, int metrics, long step) {
        var batch = new LogBatch();
        for (int m = 0; m < metrics; m++) {
            batch.metric("m" + m, (step + m) % 7, 1, step, null, null, null);
        }
        tracking.log(PERMIT, SCOPE, run.uid(), batch.param("p", "1").tag("t", "x"), Act.RUN_LOG, false);
    }

    private static void pass(JournalFixture fixture, long millis) {
        fixture.setNow(fixture.clock().instant().plusMillis(millis));
    }

    private long hot() {
        return database.read(sql -> sql.query("SELECT count(*) AS n FROM metric_owner WHERE settled < blocks")
                .first(row -> row.integer("n"))
                .orElse(0L));
    }

    private List<Difference> differences() {
        var found = new ArrayList<Difference>();
        database.read(sql -> {
            new MetricRebuild().check(sql, found::add);
            return true;
        });
        return found;
    }

    @Test
    void settlesRunsThatAreQuietAndLeavesTheOthers() {
        try (var fixture = open()) {
            Tracking tracking = tracking(fixture);
            var follower = new ValueIndexFollower(fixture.journal(), database, fixture.clock());
            log(tracking, run(tracking, 0), 3, 0);
            pass(fixture, ValueIndexFollower.QUIET_MILLIS);
            log(tracking, run(tracking, 1), 3, 0);
            assertThat(follower.settleOnce()).isEqualTo(1);
            assertThat(hot()).isEqualTo(1);
            pass(fixture, ValueIndexFollower.QUIET_MILLIS);
            assertThat(follower.settleOnce()).isEqualTo(1);
            assertThat(hot()).isZero();
            assertThat(follower.settleOnce()).isZero();
            assertThat(differences()).isEmpty();
        }
    }

    @Test
    void settlesAnOwnerWithMoreNamesThanOnePageHolds() {
        try (var fixture = open()) {
            Tracking tracking = tracking(fixture);
            var follower = new ValueIndexFollower(fixture.journal(), database, fixture.clock());
            Run wide = run(tracking, 0);
            for (int i = 0; i < 9; i++) {
                var batch = new LogBatch();
                for (int m = 0; m < 500; m++) {
                    batch.metric("m%d-%d".formatted(i, m), m, 1, 0, null, null, null);
                }
                tracking.log(PERMIT, SCOPE, wide.uid(), batch, Act.RUN_LOG, false);
            }
            log(tracking, run(tracking, 1), 2, 0);
            pass(fixture, ValueIndexFollower.QUIET_MILLIS);
            assertThat(follower.settleOnce()).isEqualTo(2);
            assertThat(hot()).isZero();
            assertThat(differences()).isEmpty();
        }
    }

    @Test
    void goesOnAfterAStopWhereItWas() {
        try (var fixture = open()) {
            Tracking tracking = tracking(fixture);
            for (int i = 0; i < 300; i++) {
                log(tracking, run(tracking, i), 3, 0);
            }
            pass(fixture, ValueIndexFollower.QUIET_MILLIS);
            // One look reads the hot owners, then values of 256 of them, then of the rest: there the store is gone.
            database.refuseAfter(2);
            var follower = new ValueIndexFollower(fixture.journal(), database, fixture.clock());
            assertThatThrownBy(follower::settleOnce).isInstanceOf(ClewException.class);
        }
        try (var fixture = open()) {
            assertThat(hot()).isEqualTo(300 - 256);
            assertThat(differences()).isEmpty();
            pass(fixture, 60_000);
            var follower = new ValueIndexFollower(fixture.journal(), database, fixture.clock());
            follower.settleOnce();
            assertThat(hot()).isZero();
            assertThat(differences()).isEmpty();
        }
    }

    @Test
    @Timeout(60)
    void catchesUpBehindWritersThatNeverRest() throws Exception {
        try (var fixture = open()) {
            var tracking = new Tracking(fixture.journal(), database, InstantSource.system());
            tracking.open();
            try (var follower = ValueIndexFollower.start(fixture.journal(), database, InstantSource.system())) {
                var writers = new ArrayList<Thread>();
                for (int w = 0; w < 3; w++) {
                    writers.add(Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < 60; i++) {
                            Run run = run(tracking, i);
                            for (int step = 0; step < 4; step++) {
                                log(tracking, run, 3, step);
                            }
                        }
                    }));
                }
                for (Thread writer : writers) {
                    writer.join();
                }
                while (hot() > 0) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                assertThat(follower).isNotNull();
            }
            assertThat(differences()).isEmpty();
        }
    }

    @Test
    void aSearchTakesTheSameFewStatementsForOneRunAndForAHundred() {
        try (var fixture = open()) {
            Tracking tracking = tracking(fixture);
            for (int i = 0; i < 100; i++) {
                log(tracking, run(tracking, i), 3, i);
            }
            for (String filter :
                    List.of("", "metrics.m1 < 5", "params.p = '1' and metrics.m0 > 0", "tags.t LIKE '%x%'")) {
                for (List<Order> order : List.of(List.<Order>of(), List.of(new Order("metric", "m1", false)))) {
                    long one = statements(tracking, filter, order, 1);
                    long hundred = statements(tracking, filter, order, 100);
                    // Two more at most: a page that is not full looks for NaN and for runs without the metric too.
                    assertThat(hundred).as("%s %s", filter, order).isBetween(one, one + 3);
                    assertThat(hundred).isLessThanOrEqualTo(16);
                }
            }
        }
    }

    private long statements(Tracking tracking, String filter, List<Order> order, int limit) {
        long before = database.statements();
        var page = tracking.search()
                .find(new RunQuery(
                        SCOPE,
                        List.of(0L),
                        FilterParser.parse(WORDS, filter),
                        RunQuery.View.ACTIVE_ONLY,
                        order,
                        limit,
                        null));
        assertThat(page.items()).isNotEmpty();
        return database.statements() - before;
    }
}

package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.search.Filter;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.Order;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class TrackingTest {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit PERMIT = Permit.system(Permission.RUN_WRITE, SCOPE);
    private static final Vocabulary WORDS = Vocabulary.of()
            .entity("metric", "metrics")
            .numeric("metric")
            .entity("parameter", "params", "param")
            .nullable("parameter")
            .entity("tag", "tags")
            .nullable("tag")
            .entity("attribute", "attributes")
            .attribute("run_name", Vocabulary.Type.TEXT)
            .attribute("start_time", Vocabulary.Type.NUMBER)
            .build();

    private JournalFixture fixture;
    private Tracking tracking;

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = JournalFixture.on(TestDatabase.open(folder), JournalConfig.DEFAULT);
        tracking = new Tracking(fixture.journal(), fixture.database(), fixture.clock());
        tracking.open();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private Run run(String name, long start) {
        return tracking.createRun(PERMIT, SCOPE, 0, "ann", start, Map.of("mlflow.runName", name))
                .answer();
    }

    private LogBatch metric(LogBatch batch, String key, double value, long ts, long step) {
        return batch.metric(key, value, ts, step, null, null, null);
    }

    private void log(Run run, LogBatch batch) {
        tracking.log(PERMIT, SCOPE, run.uid(), batch, Act.RUN_LOG, false);
    }

    private List<Double> history(Run run, String key) {
        var values = new ArrayList<Double>();
        tracking.history(run.uid(), SCOPE, key, 0, (value, ts, step, name, digest) -> values.add(value));
        return values;
    }

    private List<String> search(String filter, List<Order> order) {
        Filter parsed = FilterParser.parse(WORDS, filter);
        var names = new ArrayList<String>();
        String token = null;
        do {
            var page = tracking.search()
                    .find(new RunQuery(SCOPE, List.of(0L), parsed, RunQuery.View.ACTIVE_ONLY, order, 3, token));
            page.items().forEach(view -> names.add(view.run().name()));
            token = page.token();
        } while (token != null);
        return names;
    }

    @Test
    void defaultExperimentHasNumberZero() {
        assertThat(tracking.experiment(0, SCOPE).orElseThrow().experiment().name())
                .isEqualTo("Default");
    }

    @Test
    void showsWhatARunLogged() {
        Run run = run("first", 10);
        log(run, metric(new LogBatch(), "acc", 0.5, 1, 0).param("depth", "6").tag("team", "risk"));
        RunView view = tracking.run(run.uid(), SCOPE).orElseThrow();
        assertThat(view.params()).containsExactly(new RunView.Label("depth", "6"));
        assertThat(view.tag("team")).isEqualTo("risk");
        assertThat(view.metrics())
                .singleElement()
                .extracting(RunView.Metric::value)
                .isEqualTo(0.5);
    }

    @Test
    void repeatedBatchWritesNoEntry() {
        Run run = run("first", 10);
        for (int i = 0; i < 2; i++) {
            var receipt = tracking.log(
                    PERMIT,
                    SCOPE,
                    run.uid(),
                    metric(metric(new LogBatch(), "m", 2, 5, 1), "m", Double.NaN, 4, 0)
                            .param("p", "1"),
                    Act.RUN_LOG,
                    false);
            assertThat(receipt.entries()).hasSize(i == 0 ? 1 : 0);
        }
        assertThat(history(run, "m")).containsExactly(2.0, Double.NaN);
    }

    @Test
    void changedParameterRefusesTheWholeBatch() {
        Run run = run("first", 10);
        log(run, new LogBatch().param("p", "1"));
        assertThatThrownBy(() -> log(run, metric(new LogBatch(), "m", 1, 1, 1).param("p", "2")))
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("[{'key': 'p', 'old_value': '1', 'new_value': '2'}]");
        assertThat(history(run, "m")).isEmpty();
    }

    @Test
    void keepsExactlyTheDistinctPointsWhateverTheOrder() {
        var random = new Random(11);
        var runs = List.of(run("a", 1), run("b", 2));
        var expected = new ArrayList<HashSet<List<Object>>>();
        expected.add(new HashSet<>());
        expected.add(new HashSet<>());
        for (int i = 0; i < 400; i++) {
            int which = random.nextInt(2);
            var batch = new LogBatch();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                double value = random.nextInt(4) == 0 ? Double.NaN : random.nextInt(2);
                long ts = random.nextInt(3);
                long step = random.nextInt(20) - 5;
                metric(batch, "m", value, ts, step);
                expected.get(which).add(List.of(value, ts, step));
            }
            log(runs.get(which), batch);
        }
        for (int which = 0; which < 2; which++) {
            var found = new ArrayList<List<Object>>();
            tracking.history(
                    runs.get(which).uid(),
                    SCOPE,
                    "m",
                    0,
                    (value, ts, step, name, digest) -> found.add(List.of(value, ts, step)));
            assertThat(found).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected.get(which));
        }
    }

    @Test
    void rejectsMetricsForDeletedRunAndForRunOfDeletedExperiment() {
        Run run = run("first", 10);
        tracking.moveExperiment(PERMIT, SCOPE, 0, Lifecycle.DELETED);
        assertThatThrownBy(() -> log(run, metric(new LogBatch(), "m", 1, 1, 1)))
                .hasMessage("The run %s must be in the 'active' state. Current state is deleted.", run.id());
        tracking.moveExperiment(PERMIT, SCOPE, 0, Lifecycle.ACTIVE);
        log(run, metric(new LogBatch(), "m", 1, 1, 1));
        tracking.moveRun(PERMIT, SCOPE, run.uid(), Lifecycle.DELETED);
        assertThatThrownBy(() -> log(run, metric(new LogBatch(), "m", 1, 2, 1))).isInstanceOf(ClewException.class);
    }

    @Test
    void findsRunsByMetricInItsOrderThenNanThenMissing() {
        double[] values = {0.9, 0.7, Double.NaN, 0.95, -1, Double.POSITIVE_INFINITY};
        for (int i = 0; i < values.length; i++) {
            log(run("r" + i, i), metric(new LogBatch(), "acc", values[i], 1, 1));
        }
        run("none", 99);
        assertThat(search("", List.of(new Order("metric", "acc", false))))
                .containsExactly("r5", "r3", "r0", "r1", "r4", "r2", "none");
        assertThat(search("metrics.acc > 0.8", List.of(new Order("metric", "acc", false))))
                .containsExactly("r5", "r3", "r0");
        assertThat(search("metrics.acc != 0.9", List.of())).containsExactly("r5", "r4", "r3", "r2", "r1");
    }

    @Test
    void combinesConditionsWithOrNotAndNull() {
        for (int i = 0; i < 6; i++) {
            log(run("r" + i, i), new LogBatch().param("p", "v" + i % 3).tag("even", i % 2 == 0 ? "yes" : "no"));
        }
        run("bare", 50);
        assertThat(search("params.p = 'v1' AND tags.even = 'yes'", List.of())).containsExactly("r4");
        assertThat(search("params.p = 'v1' OR params.p IS NULL", List.of())).containsExactly("bare", "r4", "r1");
        assertThat(search("NOT (tags.even LIKE 'y%')", List.of())).containsExactly("r5", "r3", "r1");
        assertThat(search("", List.of(new Order("parameter", "p", true))))
                .containsExactly("r3", "r0", "r4", "r1", "r5", "r2", "bare");
        assertThat(search("run_name ILIKE 'R5'", List.of())).containsExactly("r5");
    }

    @Test
    void refusesATokenThatIsNotItsOwn() {
        assertThatThrownBy(() -> tracking.search()
                        .find(new RunQuery(
                                SCOPE, List.of(0L), Filter.ALL, RunQuery.View.ALL, List.of(), 3, "bm9uc2Vuc2U=")))
                .isInstanceOf(ClewException.class)
                .hasMessageStartingWith("Invalid page token");
    }

    /** More selects, and more values, than one statement takes: several are sent, and their answers are one page. */
    @Test
    void pagesThroughManyExperiments() {
        int many = 120;
        var experiments = new ArrayList<Long>();
        var wanted = new ArrayList<Uid>();
        for (int i = 0; i < many; i++) {
            long experiment = tracking.createExperiment(PERMIT, SCOPE, "many " + i, null, Map.of())
                    .answer()
                    .id();
            experiments.add(experiment);
            Run run = tracking.createRun(PERMIT, SCOPE, experiment, "ann", i, Map.of("mlflow.runName", "r"))
                    .answer();
            var batch = new LogBatch();
            metric(batch, "same", 1, 1, 1);
            metric(batch, "growing", i, 1, 1);
            log(run, batch);
            wanted.addFirst(run.uid());
        }
        List<Order> order = List.of(new Order("metric", "same", true), new Order("metric", "growing", false));
        for (String filter : List.of("", "metrics.same = 1 AND metrics.growing >= 0")) {
            var found = new ArrayList<Uid>();
            String token = null;
            do {
                var page = tracking.search()
                        .find(new RunQuery(
                                SCOPE,
                                experiments,
                                FilterParser.parse(WORDS, filter),
                                RunQuery.View.ALL,
                                order,
                                many / 3,
                                token));
                page.items().forEach(view -> found.add(view.run().uid()));
                token = page.token();
            } while (token != null);
            assertThat(found).isEqualTo(wanted);
        }
    }
}

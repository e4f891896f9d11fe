package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.search.Filter;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.Order;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import dev.clew.server.tracking.RunsInMemory.Entry;
import dev.clew.server.tracking.SettleCommand.Quiet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random searches over random runs give what {@link RunsInMemory} gives, in every form of statement, page by page, wherever the value
 * index stands: not begun, behind, in the middle of an owner, overtaken by new points, or done.
 */
@EveryEngine
class RunSearchProperties {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit WRITE = Permit.system(Permission.RUN_WRITE, SCOPE);
    private static final Permit SETTLE = Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE);
    private static final long SEED = 20_261_128;
    private static final int EXPERIMENTS = 6;
    private static final int SEARCHES = 48;
    private static final String LONG = "v".repeat(Labelled.HEAD);

    private static final Vocabulary WORDS = Vocabulary.of()
            .entity("metric", "metrics")
            .numeric("metric")
            .entity("parameter", "params")
            .nullable("parameter")
            .entity("tag", "tags")
            .nullable("tag")
            .entity("attribute", "attributes")
            .attribute("run_name", Vocabulary.Type.TEXT)
            .attribute("run_id", Vocabulary.Type.TEXT)
            .attribute("start_time", Vocabulary.Type.NUMBER)
            .build();
    private static final double[] NUMBERS = {
        Double.NEGATIVE_INFINITY, -2, -1e-300, -0.0, 0.0, 0.25, 0.5, 1, 1e300, Double.POSITIVE_INFINITY, Double.NaN
    };
    private static final List<String> TEXTS = List.of(
            "a", "A", "b", "ab", "Äb", "äB", "10", "9", "a%b", "a_b", LONG, LONG + "a", LONG + "b", LONG + "b c");
    private static final List<String> PATTERNS =
            List.of("%", "a%", "%B", "_", "a_b", "A%", "ä%", "%v", LONG + "%", LONG + "_", "%b c", "9%");
    private static final List<String> METRICS = List.of("m0", "m1", "m2");
    private static final List<String> LABELS = List.of("k0", "k1", "k2");

    private JournalFixture fixture;
    private Tracking tracking;
    private TrackingStore store;
    private Keys keys;
    private ValueIndexFollower follower;
    private Random random;
    private long clock = JournalFixture.START.toEpochMilli();

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = JournalFixture.open(folder);
        tracking = new Tracking(fixture.journal(), fixture.database(), fixture.clock());
        tracking.open();
        keys = new Keys(fixture.database());
        store = new TrackingStore(fixture.database(), keys);
        follower = new ValueIndexFollower(fixture.journal(), fixture.database(), fixture.clock());
        random = new Random(SEED);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void everySearchGivesWhatANaiveEvaluatorGives() {
        // What the texts mean is decided once; the second engine is asked whether it reads them so too.
        int experiments = TestDatabase.isPostgres() ? EXPERIMENTS / 4 : EXPERIMENTS;
        for (int i = 0; i < experiments; i++) {
            long experiment = tracking.createExperiment(WRITE, SCOPE, "e" + i, null, Map.of())
                    .answer()
                    .id();
            var runs = new RunsInMemory();
            for (int search = 0; search < SEARCHES; search++) {
                if (search % 6 == 0) {
                    write(runs, experiment);
                    position(runs);
                }
                compare(runs, experiment);
            }
        }
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void tick(long millis) {
        clock += millis;
        fixture.setNow(java.time.Instant.ofEpochMilli(clock));
    }

    /** New runs, and new points, tags and lifecycles of old ones. */
    private void write(RunsInMemory runs, long experiment) {
        for (int i = 0; i < 6; i++) {
            String name = any(TEXTS) + random.nextInt(4);
            Run run = tracking.createRun(WRITE, SCOPE, experiment, "ann", random.nextInt(5), Map.of(RunTags.NAME, name))
                    .answer();
            runs.add(run).tags.put(RunTags.NAME, name);
        }
        for (int i = 0; i < 12; i++) {
            tick(random.nextInt(900));
            Entry entry = any(runs.all());
            if (!entry.deleted) {
                log(entry);
            }
            if (random.nextInt(8) == 0) {
                entry.deleted = !entry.deleted;
                tracking.moveRun(WRITE, SCOPE, entry.run.uid(), entry.deleted ? Lifecycle.DELETED : Lifecycle.ACTIVE);
            }
        }
    }

    private void log(Entry entry) {
        var batch = new LogBatch();
        for (String key : METRICS) {
            if (random.nextBoolean()) {
                double value = NUMBERS[random.nextInt(NUMBERS.length)];
                long step = random.nextInt(20);
                batch.metric(key, value, 1, step, null, null, null);
                var points = new Points(1);
                points.add(0, step, 1, value);
                Latest before = entry.metrics.get(key);
                if (before == null || before.isBelow(points, 0)) {
                    entry.metrics.put(key, Latest.of(0, 0, points, 0));
                }
            }
        }
        for (String key : LABELS) {
            if (random.nextInt(3) == 0 && !entry.params.containsKey(key)) {
                String value = any(TEXTS);
                batch.param(key, value);
                entry.params.put(key, value);
            }
            if (random.nextInt(3) == 0) {
                String value = any(TEXTS);
                batch.tag(key, value);
                entry.tags.put(key, value);
            }
        }
        tracking.log(WRITE, SCOPE, entry.run.uid(), batch, Act.RUN_LOG, false);
    }

    /** Puts the value index somewhere. */
    private void position(RunsInMemory runs) {
        switch (random.nextInt(4)) {
            case 0 -> {
                // Where it was.
            }
            case 1 -> follower.settleOnce(); // those that are quiet already
            case 2 -> {
                tick(ValueIndexFollower.QUIET_MILLIS);
                follower.settleOnce();
            }
            default -> {
                follower.settleOnce();
                partly(runs);
            }
        }
    }

    /** As a stop between two commands of one owner leaves it, and as a command that was overtaken finds it. */
    private void partly(RunsInMemory runs) {
        Entry entry = any(runs.all());
        var rows =
                store.read(sql -> sql.query("""
                SELECT owner, key_id, exp, step, ts, value, is_nan, dataset_name, dataset_digest, rank
                FROM latest_metric WHERE owner = :owner ORDER BY key_id""").bind("owner", entry.run.nid()).list(Latest::withRank));
        long blocks = store.read(sql -> sql.query("SELECT blocks FROM metric_owner WHERE owner = :owner")
                .bind("owner", entry.run.nid())
                .first(row -> row.integer("blocks"))
                .orElse(0L));
        if (rows.isEmpty()) {
            return;
        }
        List<Latest> some = rows.subList(0, random.nextInt(rows.size() + 1)).stream()
                .map(Latest::ranked)
                .toList();
        boolean overtaken = random.nextBoolean() && !entry.deleted;
        if (overtaken) {
            log(entry);
            some = rows.stream().map(Latest::ranked).toList();
        }
        fixture.journal()
                .write(SETTLE, new SettleCommand(List.of(new Quiet(entry.run.nid(), blocks, some, overtaken))));
    }

    private void compare(RunsInMemory runs, long experiment) {
        String text = random.nextInt(6) == 0 ? "" : filter(2);
        Filter filter = FilterParser.parse(WORDS, text);
        List<Order> order = order();
        RunQuery.View view = any(List.of(RunQuery.View.values()));
        var bounds = new RunSearch.Bounds(any(List.of(0, 3, 4_000)), any(List.of(1, 3, 2_000)));
        var search = new RunSearch(store, keys, bounds);
        var found = new ArrayList<String>();
        String token = null;
        do {
            int limit = 1 + random.nextInt(7);
            var page = search.find(new RunQuery(SCOPE, List.of(experiment), filter, view, order, limit, token));
            page.items().forEach(each -> found.add(each.run().id()));
            token = page.token();
            assertThat(found)
                    .as("%s by %s does not end", text, order)
                    .hasSizeLessThanOrEqualTo(runs.all().size());
        } while (token != null);
        List<String> expected = runs.search(filter, order, view);
        assertThat(found).as("%s by %s, %s, %s", text, order, view, bounds).isEqualTo(expected);
        assertThat(search.count(new RunQuery(SCOPE, List.of(experiment), filter, view, order, 1, null)))
                .isEqualTo(expected.size());
    }

    private String filter(int depth) {
        return switch (random.nextInt(depth == 0 ? 1 : 5)) {
            case 1 -> filter(depth - 1) + " AND " + filter(depth - 1);
            case 2 -> "(" + filter(depth - 1) + " OR " + filter(depth - 1) + ")";
            case 3 -> "NOT (" + filter(depth - 1) + ")";
            default -> comparison();
        };
    }

    private String comparison() {
        return switch (random.nextInt(5)) {
            case 0, 1 ->
                "metrics.%s %s %s".formatted(any(METRICS), any(List.of("=", "!=", "<", "<=", ">", ">=")), number());
            case 2 -> "attributes.start_time %s %d".formatted(any(List.of("=", "<", ">=")), random.nextInt(5));
            case 3 -> "attributes.run_name %s".formatted(textual(false));
            default -> "%s.%s %s".formatted(any(List.of("params", "tags")), any(LABELS), textual(true));
        };
    }

    private String number() {
        double number = NUMBERS[1 + random.nextInt(NUMBERS.length - 3)];
        return Double.toString(number);
    }

    private String textual(boolean nullable) {
        return switch (random.nextInt(nullable ? 6 : 4)) {
            case 0 -> "= '%s'".formatted(any(TEXTS));
            case 1 -> "!= '%s'".formatted(any(TEXTS));
            case 2 -> "LIKE '%s'".formatted(any(PATTERNS));
            case 3 -> "ILIKE '%s'".formatted(any(PATTERNS));
            case 4 -> "IS NULL";
            default -> "IS NOT NULL";
        };
    }

    private List<Order> order() {
        var terms = new ArrayList<>(List.of(
                new Order("metric", any(METRICS), random.nextBoolean()),
                new Order("metric", "nobody", random.nextBoolean()),
                new Order("parameter", any(LABELS), random.nextBoolean()),
                new Order("tag", any(LABELS), random.nextBoolean()),
                new Order("attribute", "start_time", random.nextBoolean()),
                new Order("attribute", "run_name", random.nextBoolean())));
        Collections.shuffle(terms, random);
        return List.copyOf(terms.subList(0, any(List.of(0, 1, 1, 1, 2, 3))));
    }
}

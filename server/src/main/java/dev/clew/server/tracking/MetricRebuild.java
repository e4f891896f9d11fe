package dev.clew.server.tracking;

import static dev.clew.server.tracking.Latest.LATEST;
import static dev.clew.server.tracking.MetricOwner.OWNERS;
import static dev.clew.server.tracking.ModelMetric.MODEL_METRICS;

import dev.clew.server.journal.DerivedCheck;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Table;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes latest values, ranks and what is counted of each owner again from its blocks. Memory: the latest values of one owner.
 */
final class MetricRebuild implements DerivedCheck {
    @Override
    public List<Table<?>> tables() {
        return List.of(OWNERS, LATEST, MODEL_METRICS);
    }

    @Override
    public void check(Sql sql, Consumer<Difference> differences) {
        var walk = new Walk(sql, differences);
        // In the order of the index on pages: a block on a wrong page comes out of turn, and its position says so.
        sql.query("""
                        SELECT b.owner, b.ord, b.n, b.min_ts, b.max_ts, b.min_step, b.max_step, b.body, e.time_us
                        FROM metric_block b LEFT JOIN entry e ON e.seq = b.seq ORDER BY b.owner, b.page, b.seq""").forEach(walk::block);
        walk.finish();
        orphans(
                sql,
                "metric_owner",
                row -> differences.accept(new Difference(OWNERS, Key.of(row.integer("owner")), Problem.EXTRA)));
        orphans(
                sql,
                "model_metric",
                row -> differences.accept(new Difference(
                        MODEL_METRICS, Key.of(row.integer("owner"), 0L, ModelMetric.NO_DATASET), Problem.EXTRA)));
        orphans(
                sql,
                "latest_metric",
                row -> differences.accept(new Difference(LATEST, Key.of(row.integer("owner"), 0L), Problem.EXTRA)));
    }

    private static void orphans(Sql sql, String table, Consumer<Row> found) {
        sql.query(
                        "SELECT DISTINCT owner FROM %s t WHERE NOT EXISTS (SELECT 1 FROM metric_block b WHERE b.owner = t.owner)"
                                .formatted(table))
                .forEach(found);
    }

    /** Takes blocks owner by owner. */
    private static final class Walk {
        private final Sql sql;
        private final Consumer<Difference> differences;
        private final Map<Long, Latest> latest = new LinkedHashMap<>();
        private final Map<Key, ModelMetric> ofModel = new LinkedHashMap<>();
        private @Nullable MetricOwner owner;

        Walk(Sql sql, Consumer<Difference> differences) {
            this.sql = sql;
            this.differences = differences;
        }

        void block(Row row) {
            MetricBlock block = MetricBlock.BLOCKS.read(row);
            MetricOwner of = owner;
            if (of == null || of.owner() != block.owner()) {
                finish();
                of = MetricOwner.none(block.owner(), experimentOf(block.owner()));
            }
            if (block.ord() != of.blocks()) {
                differences.accept(new Difference(OWNERS, Key.of(block.owner()), Problem.EDITED));
            }
            Long micros = row.integerOrNull("time_us");
            owner = of.with(block, micros == null ? 0 : micros / 1_000);
            Points points = block.points();
            for (int i = 0; i < points.size(); i++) {
                Latest last = latest.get(points.key[i]);
                if (last == null || last.isBelow(points, i)) {
                    latest.put(points.key[i], Latest.of(block.owner(), of.experiment(), points, i));
                }
                if (points.run != null) {
                    Key key = ModelMetric.key(block.owner(), points.key[i], points, i);
                    ModelMetric before = ofModel.get(key);
                    if (before == null || before.isBelow(points, i)) {
                        ofModel.put(key, ModelMetric.of(block.owner(), of.experiment(), points.run, points, i));
                    }
                }
            }
        }

        private long experimentOf(long nid) {
            return sql
                    .query(
                            "SELECT exp FROM run WHERE nid = :nid UNION ALL SELECT exp FROM logged_model WHERE nid = :nid")
                    .bind("nid", nid)
                    .list(row -> row.integer("exp"))
                    .stream()
                    .findFirst()
                    .orElse(-1L);
        }

        /** Compares what is stored of the owner that is complete now. */
        void finish() {
            MetricOwner made = owner;
            if (made == null) {
                return;
            }
            long nid = made.owner();
            var stored = sql.query("SELECT %s FROM metric_owner WHERE owner = :owner".formatted(MetricOwner.COLUMNS))
                    .bind("owner", nid)
                    .first(OWNERS::read);
            if (stored.isEmpty()) {
                differences.accept(new Difference(OWNERS, Key.of(nid), Problem.MISSING));
            } else if (!agrees(stored.get(), made)) {
                differences.accept(new Difference(OWNERS, Key.of(nid), Problem.EDITED));
            }
            boolean quiet = stored.isPresent() && stored.get().settled() == made.blocks();
            sql.query("""
                            SELECT owner, key_id, exp, step, ts, value, is_nan, dataset_name, dataset_digest, rank
                            FROM latest_metric WHERE owner = :owner ORDER BY key_id""")
                    .bind("owner", nid)
                    .forEach(row -> compare(LATEST.read(row), row.integerOrNull("rank"), quiet));
            sql.query("SELECT %s FROM model_metric WHERE owner = :owner".formatted(ModelMetric.COLUMNS))
                    .bind("owner", nid)
                    .forEach(row -> compare(MODEL_METRICS.read(row)));
            ofModel.keySet().forEach(key -> differences.accept(new Difference(MODEL_METRICS, key, Problem.MISSING)));
            ofModel.clear();
            latest.values()
                    .forEach(row -> differences.accept(
                            new Difference(LATEST, Latest.key(row.owner(), row.key()), Problem.MISSING)));
            latest.clear();
            owner = null;
        }

        /** The millisecond of a write is that of its entry or the one before: entries of one command are microseconds apart. */
        private static boolean agrees(MetricOwner stored, MetricOwner made) {
            long later = made.writtenAt() - stored.writtenAt();
            return stored.experiment() == made.experiment()
                    && stored.blocks() == made.blocks()
                    && stored.points() == made.points()
                    && stored.span() == made.span()
                    && stored.settled() >= 0
                    && stored.settled() <= made.blocks()
                    && (later == 0 || later == 1);
        }

        private void compare(ModelMetric stored) {
            Key key = MODEL_METRICS.keyOf(stored);
            ModelMetric made = ofModel.remove(key);
            if (!stored.equals(made)) {
                differences.accept(new Difference(MODEL_METRICS, key, made == null ? Problem.EXTRA : Problem.EDITED));
            }
        }

        /** Ranks are looked at only of an owner that is quiet; while it is hot, searches compute them. */
        private void compare(Latest stored, @Nullable Long rank, boolean quiet) {
            Latest made = latest.remove(stored.key());
            Key key = Latest.key(stored.owner(), stored.key());
            if (made == null) {
                differences.accept(new Difference(LATEST, key, Problem.EXTRA));
            } else if (!stored.equals(made) || (quiet && !Objects.equals(rank, made.computedRank()))) {
                differences.accept(new Difference(LATEST, key, Problem.EDITED));
            }
        }
    }
}

package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.REAL;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.State;
import dev.clew.server.journal.Table;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The latest value of one metric of a logged model on one data set: the greatest (timestamp, step, value). NaN is 0 plus a flag.
 *
 * @param dataset the first 16 bytes of SHA-256 over the data set's name, a zero byte and its digest; {@link #NO_DATASET} without one
 * @param run run that logged it
 */
record ModelMetric(
        long owner,
        long key,
        Uid dataset,
        long experiment,
        Uid run,
        long step,
        long ts,
        double value,
        boolean isNan,
        @Nullable String datasetName,
        @Nullable String datasetDigest) {
    static final Uid NO_DATASET = Uid.of(new byte[16]);

    static final Table<ModelMetric> MODEL_METRICS = Table.<ModelMetric>derived("model_metric")
            .key(1, "owner", INTEGER, ModelMetric::owner)
            .key(2, "key_id", INTEGER, ModelMetric::key)
            .key(3, "dataset", BLOB, row -> row.dataset().bytes())
            .column(4, "exp", INTEGER, ModelMetric::experiment)
            .column(5, "run", BLOB, row -> row.run().bytes())
            .column(6, "step", INTEGER, ModelMetric::step)
            .column(7, "ts", INTEGER, ModelMetric::ts)
            .column(8, "value", REAL, ModelMetric::value)
            .column(9, "is_nan", INTEGER, row -> row.isNan() ? 1L : 0L)
            .column(10, "dataset_name", TEXT, ModelMetric::datasetName)
            .column(11, "dataset_digest", TEXT, ModelMetric::datasetDigest)
            .reads(row -> new ModelMetric(
                    row.integer("owner"),
                    row.integer("key_id"),
                    row.uid("dataset"),
                    row.integer("exp"),
                    row.uid("run"),
                    row.integer("step"),
                    row.integer("ts"),
                    row.real("value"),
                    row.flag("is_nan"),
                    row.textOrNull("dataset_name"),
                    row.textOrNull("dataset_digest")));
    static final String COLUMNS =
            "owner, key_id, dataset, exp, run, step, ts, value, is_nan, dataset_name, dataset_digest";

    static Key key(long owner, long keyId, Points points, int i) {
        return Key.of(owner, keyId, dataset(points, i));
    }

    private static Uid dataset(Points points, int i) {
        String name = points.datasetName(i);
        String digest = points.datasetDigest(i);
        if (name == null && digest == null) {
            return NO_DATASET;
        }
        byte[] text = (Objects.requireNonNullElse(name, "") + "\0" + Objects.requireNonNullElse(digest, ""))
                .getBytes(StandardCharsets.UTF_8);
        return Uid.of(Arrays.copyOf(StoredFile.sha256(text), 16));
    }

    /** Derives the rows that the new points of a logged model raise. */
    static void raise(State state, Change change, long owner, long experiment, Points fresh, Set<Long> drawn) {
        Uid run = Tracking.require(fresh.run);
        var raised = new LinkedHashMap<Key, ModelMetric>();
        for (int i = 0; i < fresh.size(); i++) {
            Key key = key(owner, fresh.key[i], fresh, i);
            ModelMetric last = raised.get(key);
            if (last == null && !drawn.contains(fresh.key[i])) {
                last = state.find(MODEL_METRICS, key).orElse(null);
            }
            if (last == null || last.isBelow(fresh, i)) {
                raised.put(key, of(owner, experiment, run, fresh, i));
            }
        }
        raised.values().forEach(row -> change.derive(MODEL_METRICS, row));
    }

    static ModelMetric of(long owner, long experiment, Uid run, Points points, int i) {
        boolean nan = Double.isNaN(points.value[i]);
        return new ModelMetric(
                owner,
                points.key[i],
                dataset(points, i),
                experiment,
                run,
                points.step[i],
                points.ts[i],
                nan ? 0.0 : points.value[i],
                nan,
                points.datasetName(i),
                points.datasetDigest(i));
    }

    double number() {
        return isNan ? Double.NaN : value;
    }

    boolean isBelow(Points points, int i) {
        if (points.ts[i] != ts) {
            return points.ts[i] > ts;
        }
        if (points.step[i] != step) {
            return points.step[i] > step;
        }
        return (Double.isNaN(points.value[i]) ? 0.0 : points.value[i]) > value;
    }
}

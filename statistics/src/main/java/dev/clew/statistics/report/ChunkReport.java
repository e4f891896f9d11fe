package dev.clew.statistics.report;

import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.drift.ColumnType;
import dev.clew.statistics.drift.chunked.ChunkDrift;
import dev.clew.statistics.drift.chunked.ChunkMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The drift of a table chunk by chunk, as NannyML tells it. A column has drifted if at least one chunk of the current table lies outside
 * what the reference's own chunks show. Immutable, thread-safe.
 *
 * @param columns judged columns, in the order of the table
 * @param notJudged columns without a judgement, and why
 * @param share share of drifted columns from which on the table has drifted, in (0, 1]
 * @param reference what the reference is called
 * @param current what the current table is called
 * @param remarks what was left out or taken in part, one sentence each
 */
public record ChunkReport(
        List<Judged> columns,
        Map<String, String> notJudged,
        double share,
        String reference,
        String current,
        List<String> remarks) {
    /** Keeps copies. */
    public ChunkReport {
        remarks = List.copyOf(remarks);
        columns = List.copyOf(columns);
        notJudged = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(notJudged));
    }

    /**
     * A column, chunk by chunk.
     *
     * @param column name
     * @param type as compared
     * @param method of the values
     * @param reference chunks that set the bounds
     * @param current chunks that are judged, at least one
     */
    public record Judged(
            String column,
            ColumnType type,
            ChunkMethod method,
            List<ChunkDrift.Value> reference,
            List<ChunkDrift.Value> current) {
        /** Keeps copies. */
        public Judged {
            reference = List.copyOf(reference);
            current = List.copyOf(current);
        }

        /** Chunks of the current table outside the bounds. */
        public long alerts() {
            return current.stream().filter(ChunkDrift.Value::isAlert).count();
        }

        /** Whether a chunk of the current table lies outside the bounds. */
        public boolean drifted() {
            return alerts() > 0;
        }

        /** The chunk that moved most; NaN where no chunk has a value. */
        public double score() {
            return current.stream()
                    .mapToDouble(ChunkDrift.Value::value)
                    .filter(value -> !Double.isNaN(value))
                    .max()
                    .orElse(Double.NaN);
        }

        Bounds bounds() {
            return current.getFirst().bounds();
        }
    }

    /** Drifted columns among the judged ones, in [0, 1]; NaN if none was judged. */
    public double driftedShare() {
        return (double) columns.stream().filter(Judged::drifted).count() / columns.size();
    }

    /** Whether the table has drifted; null if columns without a judgement could change the answer. */
    public @Nullable Boolean datasetDrift() {
        if (driftedShare() >= share) {
            return true;
        }
        int all = columns.size() + notJudged.size();
        double most = (driftedShare() * columns.size() + notJudged.size()) / all;
        return columns.isEmpty() || most >= share ? null : false;
    }

    /**
     * The document of {@code clew drift --profile nannyml --json}: the shape of {@link DriftReport#document()}, with {@code alerts} and
     * under each side its {@code chunks: [{key, value, p, lower, upper, alert, n}]}.
     */
    public Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        columns.forEach(column -> named.put(column.column(), fields(column)));
        notJudged.forEach((column, reason) -> {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("drifted", null);
            fields.put("reason", reason);
            named.put(column, fields);
        });
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("columns", named);
        document.put("share_drifted", driftedShare());
        document.put("dataset_drift", datasetDrift());
        if (!remarks.isEmpty()) {
            document.put("remarks", remarks);
        }
        return document;
    }

    private static Map<String, @Nullable Object> fields(Judged column) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("type", column.type().id());
        fields.put("method", column.method().id());
        fields.put("score", column.score());
        fields.put("threshold", column.bounds().upper());
        fields.put("drifted", column.drifted());
        fields.put("alerts", column.alerts());
        fields.put("reference", side(column.reference()));
        fields.put("current", side(column.current()));
        return fields;
    }

    private static Map<String, @Nullable Object> side(List<ChunkDrift.Value> values) {
        List<Object> chunks = new ArrayList<>();
        for (ChunkDrift.Value value : values) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("key", value.chunk().key());
            fields.put("value", value.value());
            if (!Double.isNaN(value.pValue())) {
                fields.put("p", value.pValue());
            }
            fields.put("lower", value.bounds().lower());
            fields.put("upper", value.bounds().upper());
            fields.put("alert", value.isAlert());
            fields.put("n", value.rows());
            chunks.add(fields);
        }
        Map<String, @Nullable Object> side = new LinkedHashMap<>();
        side.put("rows", values.stream().mapToLong(ChunkDrift.Value::rows).sum());
        side.put("chunks", chunks);
        return side;
    }

    /** Judged columns, those with the most alerts first. */
    List<Judged> byAlerts() {
        return columns.stream()
                .sorted(Comparator.comparingLong((Judged column) -> -column.alerts())
                        .thenComparing(
                                column -> -column.score() / column.bounds().upper())
                        .thenComparing(Judged::column))
                .toList();
    }
}

package dev.clew.statistics.report;

import dev.clew.statistics.drift.ColumnDrift;
import dev.clew.statistics.drift.DatasetDrift;
import dev.clew.statistics.drift.Summary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The drift of a table, told in three ways. Immutable, thread-safe.
 *
 * @param drift what was found
 * @param reference what the reference is called
 * @param current what the current sample is called
 * @param remarks what was left out or taken in part, one sentence each
 */
public record DriftReport(DatasetDrift drift, String reference, String current, List<String> remarks) {
    /** Keeps a copy. */
    public DriftReport {
        remarks = List.copyOf(remarks);
    }

    /**
     * The document of {@code clew drift --json}: {@code {columns: {NAME: {type, method, score, threshold, drifted, reference,
     * current}}, share_drifted, dataset_drift}}. A column without a judgement has {@code drifted: null} and a {@code reason};
     * {@code dataset_drift} is null if such columns could change the answer. {@code remarks} is there if there are any.
     */
    public Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        for (ColumnDrift column : drift.columns()) {
            columns.put(column.column(), column(column));
        }
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("columns", columns);
        document.put("share_drifted", drift.driftedShare());
        document.put("dataset_drift", datasetDrift());
        if (!remarks.isEmpty()) {
            document.put("remarks", remarks);
        }
        return document;
    }

    private @Nullable Boolean datasetDrift() {
        return switch (drift.verdict()) {
            case DRIFT -> true;
            case NO_DRIFT -> false;
            case UNCERTAIN -> null;
        };
    }

    private static Map<String, @Nullable Object> column(ColumnDrift column) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        switch (column) {
            case ColumnDrift.Judged judged -> {
                fields.put("type", judged.type().id());
                fields.put("method", judged.method().id());
                fields.put("score", judged.score());
                fields.put("threshold", judged.threshold());
                fields.put("drifted", judged.drifted());
                if (!Double.isNaN(judged.nullQuantile())) {
                    fields.put("null_quantile", judged.nullQuantile());
                }
                if (!Double.isNaN(judged.pAsSamples())) {
                    fields.put("p_as_samples", judged.pAsSamples());
                }
                fields.put("reference", side(judged.reference()));
                fields.put("current", side(judged.current()));
            }
            case ColumnDrift.NotJudged open -> {
                fields.put("drifted", null);
                fields.put("reason", open.reason().sentence());
            }
        }
        return fields;
    }

    private static Map<String, @Nullable Object> side(Summary summary) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("rows", summary.rows());
        fields.put("missing", summary.missing());
        fields.putAll(summary.statistics());
        fields.put("bins", summary.bins());
        fields.put("shares", summary.shares());
        return fields;
    }

    /**
     * The same in the shape of Evidently 0.7's {@code Snapshot.dict()}: {@code metrics} with {@code DriftedColumnsCount} and one
     * {@code ValueDrift} per column, {@code tests} with a status each ({@code SUCCESS, FAIL, ERROR}), and under {@code clew} what theirs
     * has no place for.
     */
    public Map<String, @Nullable Object> evidently() {
        List<Object> metrics = new ArrayList<>();
        List<Object> tests = new ArrayList<>();
        Map<String, @Nullable Object> count = new LinkedHashMap<>();
        count.put("count", (double) drift.driftedCount());
        count.put("share", drift.driftedShare());
        String whole = "DriftedColumnsCount(drift_share=%s)".formatted(drift.share());
        metrics.add(metric(
                whole, Map.of("type", "evidently:metric_v2:DriftedColumnsCount", "drift_share", drift.share()), count));
        tests.add(test(
                whole,
                "Share of Drifted Columns",
                switch (drift.verdict()) {
                    case DRIFT -> "FAIL";
                    case NO_DRIFT -> "SUCCESS";
                    case UNCERTAIN -> "ERROR";
                },
                String.format(
                        Locale.ROOT,
                        "Share of drifted columns is %.3f, the limit is %s.",
                        drift.driftedShare(),
                        drift.share())));
        for (ColumnDrift column : drift.columns()) {
            switch (column) {
                case ColumnDrift.Judged judged -> {
                    String name = "ValueDrift(column=%s,method=%s,threshold=%s)"
                            .formatted(judged.column(), judged.method().displayName(), judged.threshold());
                    Map<String, @Nullable Object> config = new LinkedHashMap<>();
                    config.put("type", "evidently:metric_v2:ValueDrift");
                    config.put("column", judged.column());
                    config.put("method", judged.method().displayName());
                    config.put("threshold", judged.threshold());
                    metrics.add(metric(name, config, judged.score()));
                    tests.add(test(
                            name,
                            "Value Drift for column " + judged.column(),
                            judged.drifted() ? "FAIL" : "SUCCESS",
                            Wording.judgement(judged)));
                }
                case ColumnDrift.NotJudged open ->
                    tests.add(test(
                            "ValueDrift(column=%s)".formatted(open.column()),
                            "Value Drift for column " + open.column(),
                            "ERROR",
                            open.reason().sentence()));
            }
        }
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("metrics", metrics);
        document.put("tests", tests);
        document.put(
                "clew",
                Map.of(
                        "engine",
                        "clew-statistics",
                        "exactness",
                        remarks.isEmpty() ? "exact" : "exact but for the remarks",
                        "remarks",
                        remarks,
                        "reference",
                        reference,
                        "current",
                        current));
        return document;
    }

    private static Map<String, @Nullable Object> metric(String name, Map<String, ?> config, Object value) {
        Map<String, @Nullable Object> metric = new LinkedHashMap<>();
        metric.put("id", md5(name));
        metric.put("metric_name", name);
        metric.put("config", config);
        metric.put("value", value);
        return metric;
    }

    private static Map<String, @Nullable Object> test(String metric, String name, String status, String description) {
        Map<String, @Nullable Object> test = new LinkedHashMap<>();
        test.put("id", md5(metric + "/test"));
        test.put("name", name);
        test.put("description", description);
        test.put("metric_config", Map.of("metric_id", md5(metric)));
        test.put("status", status);
        return test;
    }

    /** Evidently names metrics by such a digest; it protects nothing. */
    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has MD5.", e);
        }
    }

    /**
     * Prometheus series {@code clew_drift_score, clew_drift_threshold, clew_drift_detected, clew_drifted_features_ratio}, text format
     * 0.0.4.
     *
     * @param labels of every series, e.g. project and model
     * @param maxColumns columns with a series of their own, those that moved most first; the rest is left out
     */
    public String prometheus(Map<String, String> labels, int maxColumns) {
        List<ColumnDrift.Judged> shown = byMovement().stream().limit(maxColumns).toList();
        StringBuilder out = new StringBuilder();
        for (String series : List.of("clew_drift_score", "clew_drift_threshold", "clew_drift_detected")) {
            out.append("# TYPE ").append(series).append(" gauge\n");
            for (ColumnDrift.Judged column : shown) {
                Map<String, String> own = new LinkedHashMap<>(labels);
                own.put("feature", column.column());
                own.put("method", column.method().id());
                double value = switch (series) {
                    case "clew_drift_score" -> column.score();
                    case "clew_drift_threshold" -> column.threshold();
                    default -> column.drifted() ? 1 : 0;
                };
                out.append(series)
                        .append(labelled(own))
                        .append(' ')
                        .append(value)
                        .append('\n');
            }
        }
        out.append("# TYPE clew_drifted_features_ratio gauge\nclew_drifted_features_ratio")
                .append(labelled(labels))
                .append(' ')
                .append(drift.driftedShare())
                .append('\n');
        return out.toString();
    }

    private static String labelled(Map<String, String> labels) {
        StringBuilder out = new StringBuilder();
        labels.forEach((name, value) -> out.append(out.isEmpty() ? "{" : ",")
                .append(name)
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append('"'));
        return out.isEmpty() ? "" : out.append('}').toString();
    }

    /** Judged columns: drifted ones first, among equals those of which more rows lie elsewhere. */
    List<ColumnDrift.Judged> byMovement() {
        return drift.judged().stream()
                .sorted(Comparator.comparing((ColumnDrift.Judged column) -> !column.drifted())
                        .thenComparing(column -> -Wording.moved(column))
                        .thenComparing(ColumnDrift.Judged::column))
                .toList();
    }

    /** A number for people: four digits. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        boolean whole = value == Math.rint(value) || size >= 1000;
        if (whole && size < 1e9) {
            return String.format(Locale.ROOT, "%,d", Math.round(value))
                    .replace(',', '\u2009')
                    .replace('-', '−');
        }
        String text =
                String.format(Locale.ROOT, size >= 1e9 || size < 1e-3 ? "%.3g" : size >= 10 ? "%.2f" : "%.4f", value);
        return text.replace('-', '−');
    }
}

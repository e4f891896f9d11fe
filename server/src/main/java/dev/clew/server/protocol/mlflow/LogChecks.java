package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Uid;
import dev.clew.server.tracking.LogBatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The rules of what is logged to runs and logged models: names, lengths, numbers. Long values of parameters and tags are cut. */
final class LogChecks {
    static final int MAX_PARAM_VALUE = 6_000;
    static final int MAX_TAG_VALUE = 8_000;
    static final int MAX_METRICS = 1_000;
    static final int MAX_PARAMS = 100;
    static final int MAX_TAGS = 100;
    static final int MAX_ALL = 1_000;

    private LogChecks() {}

    /** Takes a checked tag. @param path of the key: {@code key}, {@code tags[3].key} */
    static void tag(BiConsumer<String, String> sink, String path, String key, String value) {
        Checks.length(path, Checks.key(path, key), Checks.MAX_KEY);
        sink.accept(key, Checks.cut(value, MAX_TAG_VALUE));
    }

    static void param(BiConsumer<String, String> sink, String path, String key, String value) {
        Checks.length("Param key", Checks.key(path, key), Checks.MAX_KEY);
        sink.accept(key, Checks.cut(value, MAX_PARAM_VALUE));
    }

    /** Takes a checked point. @param path what stands before {@code name} and {@code timestamp}: empty, or {@code metrics[3].} */
    static void metric(
            LogBatch batch,
            String path,
            String key,
            double value,
            long timestamp,
            long step,
            @Nullable Uid model,
            @Nullable String datasetName,
            @Nullable String datasetDigest) {
        Checks.key(path + "name", key);
        if (timestamp < 0) {
            throw MlflowErrors.invalid(
                    "Invalid value %d for parameter '%stimestamp' supplied: metric '%s' (value=%s). Timestamp must be a nonnegative long (64-bit integer) "
                            .formatted(timestamp, path, key, value));
        }
        Checks.length("Metric name", key, Checks.MAX_KEY);
        batch.metric(
                key,
                value,
                timestamp,
                step,
                model,
                bounded("dataset_name", datasetName, DatasetReader.MAX_NAME),
                bounded("dataset_digest", datasetDigest, DatasetReader.MAX_DIGEST));
    }

    private static @Nullable String bounded(String what, @Nullable String text, int most) {
        return text == null || text.isEmpty() ? null : Checks.length(what, text, most);
    }

    /** Refuses a batch with more than MLflow's clients send at once. */
    static void limits(int metrics, int params, int tags) {
        limit("metrics", MAX_METRICS, metrics);
        limit("params", MAX_PARAMS, params);
        limit("tags", MAX_TAGS, tags);
        limit("metrics, params, and tags", MAX_ALL, metrics + params + tags);
    }

    private static void limit(String what, int most, int count) {
        if (count > most) {
            throw MlflowErrors.invalid(
                    "A batch logging request can contain at most %1$d %2$s. Got %3$d %2$s. Please split up %2$s across multiple requests and try again."
                            .formatted(most, what, count));
        }
    }

    /** Refuses parameter keys that stand twice in one batch. */
    static void distinct(List<String> keys) {
        var seen = new LinkedHashSet<String>();
        var twice = new ArrayList<String>();
        for (String key : keys) {
            if (!seen.add(key)) {
                twice.add("'" + key + "'");
            }
        }
        if (!twice.isEmpty()) {
            throw duplicate(twice);
        }
    }

    private static ClewException duplicate(List<String> quoted) {
        return MlflowErrors.invalid(
                "Duplicate parameter keys have been submitted: [%s]. Please ensure the request contains only one param value per param key."
                        .formatted(String.join(", ", quoted)));
    }
}

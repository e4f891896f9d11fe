package dev.clew.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.StorableText;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Fields;
import dev.clew.server.tracking.DatasetInput;
import dev.clew.server.tracking.ImportedExperiment;
import dev.clew.server.tracking.ImportedModel;
import dev.clew.server.tracking.ImportedRun;
import dev.clew.server.tracking.LogBatch;
import dev.clew.server.tracking.LoggedModel;
import dev.clew.server.tracking.RunModel;
import dev.clew.server.tracking.RunStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what an importer sends. Texts are taken as they are, if they can be stored; what is longer than any client writes is refused. */
final class ImportBodies {
    private static final int MAX_KEY = 500;
    private static final int MAX_VALUE = 1 << 20;
    private static final int MAX_NAME = 500;
    private static final int MAX_LOCATION = 2_048;

    /** Files that stay where they are lie on storage that clients reach by themselves; never a path or a host of anybody's choosing. */
    private static final Pattern REMOTE =
            Pattern.compile("(s3|s3a|gs|abfs|abfss|wasb|wasbs|hdfs|dbfs|r2)://[^\\\\#;]*", Pattern.CASE_INSENSITIVE);

    private ImportBodies() {}

    /** Finds or makes the data set version that a run read. */
    @FunctionalInterface
    interface Versions {
        Uid of(
                String name,
                String digest,
                String sourceType,
                String source,
                @Nullable String schema,
                @Nullable String profile);
    }

    static ImportedExperiment experiment(JsonNode node) {
        Fields fields = Fields.of(node);
        var experiment = new ImportedExperiment(
                count("id", fields.text("id")),
                length("name", fields.text("name"), 1, MAX_NAME),
                fields.flag("deleted", false),
                time(fields, "created_at"),
                time(fields, "updated_at"),
                labels(fields, "tags"));
        fields.end();
        return experiment;
    }

    static ImportedRun run(JsonNode node, Versions versions) {
        Fields fields = Fields.of(node);
        String id = fields.text("run_id");
        var batch = new LogBatch();
        metrics(fields, batch);
        Map<String, String> params = labels(fields, "params");
        Map<String, String> tags = labels(fields, "tags");
        if (params.size() + tags.size() > ImportedRun.MAX_LABELS) {
            throw invalid(
                    "A part of a run has at most %d parameters and tags, this one has %d. Send the rest as another part."
                            .formatted(ImportedRun.MAX_LABELS, params.size() + tags.size()));
        }
        params.forEach(batch::param);
        tags.forEach(batch::tag);
        long deletedAt = fields.integer("deleted_at", -1);
        var run = new ImportedRun(
                uid(id, ""),
                count("experiment_id", fields.text("experiment_id")),
                length("name", fields.optionalText("name").orElse(""), 0, MAX_VALUE),
                length("user_id", fields.optionalText("user_id").orElse(""), 0, MAX_NAME),
                fields.optionalText("status")
                        .map(text -> RunStatus.parse(text)
                                .orElseThrow(() ->
                                        invalid("status is one of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED.")))
                        .orElse(null),
                time(fields, "start_time"),
                fields.json("end_time").isEmpty() ? null : (Long) time(fields, "end_time"),
                deletedAt < 0 ? null : (Long) deletedAt,
                location(fields),
                batch,
                inputs(fields, versions),
                models(fields));
        fields.end();
        return run;
    }

    /** {@code [key, value, timestamp, step, model_id?, dataset_name?, dataset_digest?]} each. */
    private static void metrics(Fields fields, LogBatch batch) {
        JsonNode metrics = array(fields, "metrics");
        if (metrics.size() > ImportedRun.MAX_POINTS) {
            throw invalid("A part of a run has at most %d points, this one has %d. Send the rest as another part."
                    .formatted(ImportedRun.MAX_POINTS, metrics.size()));
        }
        for (JsonNode point : metrics) {
            if (!point.isArray()
                    || point.size() < 4
                    || point.size() > 7
                    || !point.get(0).isTextual()
                    || !point.get(2).isIntegralNumber()
                    || !point.get(3).isIntegralNumber()) {
                throw invalid("A point is [key, value, timestamp, step, model_id?, dataset_name?, dataset_digest?].");
            }
            String model = optional(point, 4);
            batch.metric(
                    key("metrics", point.get(0).textValue()),
                    number(point.get(1)),
                    point.get(2).longValue(),
                    point.get(3).longValue(),
                    model == null ? null : uid(model, "m-"),
                    optional(point, 5),
                    optional(point, 6));
        }
    }

    private static @Nullable String optional(JsonNode point, int at) {
        JsonNode value = point.path(at);
        return value.isTextual() ? length("metrics", value.textValue(), 0, MAX_NAME) : null;
    }

    private static double number(JsonNode value) {
        if (value.isNumber()) {
            return value.doubleValue();
        }
        return switch (value.asText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw invalid("The value of a point is a number, \"NaN\", \"Infinity\" or \"-Infinity\".");
        };
    }

    private static List<DatasetInput> inputs(Fields fields, Versions versions) {
        var inputs = new ArrayList<DatasetInput>();
        for (JsonNode node : array(fields, "inputs")) {
            Fields input = Fields.of(node);
            String name = length("inputs.name", input.text("name"), 1, MAX_NAME);
            String digest = length("inputs.digest", input.text("digest"), 1, MAX_NAME);
            String sourceType = input.optionalText("source_type").orElse("");
            String source = input.optionalText("source").orElse("");
            String schema = input.optionalText("schema").orElse(null);
            String profile = input.optionalText("profile").orElse(null);
            Map<String, String> tags = labels(input, "tags");
            input.end();
            inputs.add(new DatasetInput(
                    versions.of(name, digest, sourceType, source, schema, profile),
                    name,
                    digest,
                    sourceType,
                    source,
                    schema,
                    profile,
                    tags.get("mlflow.data.context"),
                    Json.MAPPER.valueToTree(tags).toString()));
        }
        return inputs;
    }

    private static List<RunModel> models(Fields fields) {
        var models = new ArrayList<RunModel>();
        for (JsonNode node : array(fields, "models")) {
            Fields model = Fields.of(node);
            Uid uid = uid(model.text("model_id"), "m-");
            long step = model.integer("step", 0);
            models.add(model.flag("output", false) ? RunModel.made(uid, step) : RunModel.read(uid));
            model.end();
        }
        return models;
    }

    static ImportedModel model(JsonNode node) {
        Fields fields = Fields.of(node);
        String source = fields.optionalText("source_run_id").orElse("");
        var model = new ImportedModel(
                uid(fields.text("model_id"), "m-"),
                count("experiment_id", fields.text("experiment_id")),
                length("name", fields.text("name"), 1, MAX_NAME),
                length("model_type", fields.optionalText("model_type").orElse(""), 0, MAX_NAME),
                source.isEmpty() ? null : uid(source, ""),
                status(fields.text("status")),
                fields.flag("deleted", false),
                time(fields, "created_at"),
                time(fields, "updated_at"),
                location(fields),
                labels(fields, "params"),
                labels(fields, "tags"));
        fields.end();
        return model;
    }

    private static LoggedModel.Status status(String text) {
        for (LoggedModel.Status status : LoggedModel.Status.values()) {
            if (status.name().equals(text)) {
                return status;
            }
        }
        throw invalid("status is LOGGED_MODEL_PENDING, LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED.");
    }

    /** A run or model id as MLflow makes them: a prefix and 32 hexadecimal digits. */
    static Uid uid(String text, String prefix) {
        if (text.length() != prefix.length() + 32 || !text.startsWith(prefix)) {
            throw invalid("\"%s\" is no id of MLflow: those are %s32 hexadecimal digits.".formatted(text, prefix));
        }
        return Fields.parseUid("The id", text.substring(prefix.length()));
    }

    private static @Nullable String location(Fields fields) {
        Optional<String> given = fields.optionalText("location");
        if (given.isPresent()
                && !REMOTE.matcher(length("location", given.get(), 1, MAX_LOCATION))
                        .matches()) {
            throw invalid(
                    "location is left out when the files move here, else it is on s3, gs, abfss, wasbs, hdfs, dbfs or r2.");
        }
        return given.orElse(null);
    }

    /** An object of texts. */
    static Map<String, String> labels(Fields fields, String name) {
        var labels = new LinkedHashMap<String, String>();
        fields.json(name).ifPresent(node -> {
            if (!node.isObject()) {
                throw invalid("%s is an object of texts.".formatted(name));
            }
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                if (!entry.getValue().isTextual()) {
                    throw invalid("%s is an object of texts.".formatted(name));
                }
                labels.put(
                        key(name, entry.getKey()), length(name, entry.getValue().textValue(), 0, MAX_VALUE));
            }
        });
        return labels;
    }

    static JsonNode array(Fields fields, String name) {
        JsonNode node = fields.json(name).orElseGet(Json.MAPPER::createArrayNode);
        if (!node.isArray()) {
            throw invalid("%s is a list.".formatted(name));
        }
        return node;
    }

    private static String key(String what, String key) {
        return length("A key in " + what, key, 1, MAX_KEY);
    }

    static String length(String what, String text, int least, int most) {
        if (text.length() < least || text.length() > most) {
            throw invalid("%s has %d to %d characters, not %d.".formatted(what, least, most, text.length()));
        }
        String fault = StorableText.fault(text);
        if (fault != null) {
            throw invalid("%s holds %s; remove it at its source.".formatted(what, fault));
        }
        return text;
    }

    static long time(Fields fields, String name) {
        long time = fields.integer(name, 0);
        if (time < 0) {
            throw invalid("%s is milliseconds since the epoch, not %d.".formatted(name, time));
        }
        return time;
    }

    static long count(String name, String text) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw invalid("%s is a number of at most 18 digits, not \"%s\".".formatted(name, text));
        }
        return Long.parseLong(text);
    }

    static ClewException invalid(String message) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

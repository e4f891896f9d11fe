package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Exchange;
import dev.clew.server.tracking.LogBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log-batch as it arrives, without a tree: the one message that is large and frequent. The same rules as {@link Message}; all
 * that is missing or too much is found before anything else is checked. Confined to one request.
 */
final class LogBatchReader {
    /** One point as it was sent. */
    private record Point(
            String key,
            double value,
            long timestamp,
            long step,
            @Nullable String model,
            @Nullable String datasetName,
            @Nullable String datasetDigest) {}

    private record Label(String key, String value) {}

    private static final ObjectReader TREE =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private String run = "";
    private String oldRun = "";
    private final List<Point> metrics = new ArrayList<>();
    private final List<Label> params = new ArrayList<>();
    private final List<Label> tags = new ArrayList<>();
    private int metricCount;
    private int paramCount;
    private int tagCount;

    private LogBatchReader() {}

    /** Reads and checks a whole request. */
    static LogBatchReader read(Exchange exchange) {
        Message.requireJson(exchange);
        var reader = new LogBatchReader();
        try (JsonParser parser = Json.MAPPER.createParser(exchange.body())) {
            reader.message(parser, false);
        } catch (JsonProcessingException e) {
            reader = new LogBatchReader(); // no JSON counts as an empty message
        } catch (IOException e) {
            throw new ClewException(ErrorCode.MALFORMED_BODY, "The body ended early; send it whole.", e);
        }
        if (reader.runId().isEmpty()) {
            throw Scalars.missing("run_id");
        }
        LogChecks.limits(reader.metricCount, reader.paramCount, reader.tagCount);
        return reader;
    }

    Uid run() {
        return Ids.run(runId());
    }

    private String runId() {
        return run.isEmpty() ? oldRun : run;
    }

    /** Why, if the tags say so. */
    Optional<String> reason() {
        return tags.stream()
                .filter(tag -> tag.key.equals(Message.REASON) && !tag.value.isBlank())
                .map(Label::value)
                .findFirst();
    }

    /** What is to be logged, checked. */
    LogBatch batch() {
        var batch = new LogBatch(metrics.size());
        for (int i = 0; i < metrics.size(); i++) {
            Point point = metrics.get(i);
            LogChecks.metric(
                    batch,
                    "metrics[%d].".formatted(i),
                    point.key,
                    point.value,
                    point.timestamp,
                    point.step,
                    point.model == null ? null : Ids.model(point.model),
                    point.datasetName,
                    point.datasetDigest);
        }
        LogChecks.distinct(params.stream().map(Label::key).toList());
        for (int i = 0; i < params.size(); i++) {
            LogChecks.param(batch::param, "params[%d].key".formatted(i), params.get(i).key, params.get(i).value);
        }
        for (int i = 0; i < tags.size(); i++) {
            if (tags.get(i).key.equals(Message.REASON)) {
                continue;
            }
            LogChecks.tag(batch::tag, "tags[%d].key".formatted(i), tags.get(i).key, tags.get(i).value);
        }
        return batch;
    }

    private void message(JsonParser parser, boolean isInner) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.VALUE_STRING && !isInner) {
            try (JsonParser inner = Json.MAPPER.createParser(parser.getText())) {
                message(inner, true); // encoded twice, as old clients do
            }
        } else if (first != null && first != JsonToken.VALUE_NULL) {
            if (first != JsonToken.START_OBJECT) {
                throw MlflowErrors.invalid("The request body must be a JSON object.");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                field(parser);
            }
        }
        if (parser.nextToken() != null) {
            throw new com.fasterxml.jackson.core.JsonParseException(parser, "text after the message");
        }
    }

    private void field(JsonParser parser) throws IOException {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (name) {
            case "run_id", "runId" -> run = text(parser, token, "run_id", "");
            case "run_uuid", "runUuid" -> oldRun = text(parser, token, "run_uuid", "");
            case "metrics" -> metricCount = list(parser, token, name, this::metric);
            case "params" -> paramCount = list(parser, token, name, (p, i) -> label(p, i, "params", params));
            case "tags" -> tagCount = list(parser, token, name, (p, i) -> label(p, i, "tags", tags));
            default -> parser.skipChildren();
        }
    }

    private interface Element {
        void read(JsonParser parser, int index) throws IOException;
    }

    /** Reads objects; those beyond any limit are only counted. */
    private static int list(JsonParser parser, JsonToken token, String name, Element element) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return 0;
        }
        if (token != JsonToken.START_ARRAY) {
            throw Scalars.wrongType(name, tree(parser));
        }
        int count = 0;
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (next != JsonToken.START_OBJECT) {
                throw Scalars.wrongType("%s[%d]".formatted(name, count), tree(parser));
            }
            if (count < LogChecks.MAX_ALL) {
                element.read(parser, count);
            } else {
                parser.skipChildren();
            }
            count++;
        }
        return count;
    }

    private void metric(JsonParser parser, int index) throws IOException {
        String key = "";
        boolean hasValue = false;
        double value = 0;
        boolean hasTimestamp = false;
        long timestamp = 0;
        long step = 0;
        String model = "";
        String datasetName = null;
        String datasetDigest = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "key" -> key = text(parser, token, at(index, name), "");
                case "value" -> {
                    value = number(parser, token, index);
                    hasValue = true;
                }
                case "timestamp" -> {
                    timestamp = integer(parser, token, index, name);
                    hasTimestamp = true;
                }
                case "step" -> step = integer(parser, token, index, name);
                case "model_id", "modelId" -> model = text(parser, token, at(index, "model_id"), "");
                case "dataset_name", "datasetName" -> datasetName = text(parser, token, at(index, "dataset_name"), "");
                case "dataset_digest", "datasetDigest" ->
                    datasetDigest = text(parser, token, at(index, "dataset_digest"), "");
                default -> parser.skipChildren();
            }
        }
        if (key.isEmpty()) {
            throw Scalars.missing(at(index, "key"));
        }
        if (!hasValue) {
            throw Scalars.missing(at(index, "value"));
        }
        if (!hasTimestamp) {
            throw Scalars.missing(at(index, "timestamp"));
        }
        metrics.add(new Point(key, value, timestamp, step, model.isEmpty() ? null : model, datasetName, datasetDigest));
    }

    private static void label(JsonParser parser, int index, String list, List<Label> labels) throws IOException {
        String key = "";
        String value = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "key" -> key = text(parser, token, "%s[%d].key".formatted(list, index), "");
                case "value" -> value = text(parser, token, "%s[%d].value".formatted(list, index), "");
                default -> parser.skipChildren();
            }
        }
        if (key.isEmpty()) {
            throw Scalars.missing("%s[%d].key".formatted(list, index));
        }
        labels.add(new Label(key, value));
    }

    private static String at(int index, String field) {
        return "metrics[" + index + "]." + field;
    }

    private static String text(JsonParser parser, JsonToken token, String path, String otherwise) throws IOException {
        if (token == JsonToken.VALUE_STRING) {
            return Checks.storable(path, parser.getText());
        }
        return token == JsonToken.VALUE_NULL ? otherwise : Scalars.text(path, tree(parser));
    }

    private static double number(JsonParser parser, JsonToken token, int index) throws IOException {
        return token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT
                ? parser.getDoubleValue() + 0.0
                : Scalars.number(at(index, "value"), tree(parser));
    }

    private static long integer(JsonParser parser, JsonToken token, int index, String name) throws IOException {
        return token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                ? parser.getLongValue()
                : Scalars.integer(at(index, name), tree(parser));
    }

    private static JsonNode tree(JsonParser parser) throws IOException {
        return TREE.readTree(parser);
    }
}

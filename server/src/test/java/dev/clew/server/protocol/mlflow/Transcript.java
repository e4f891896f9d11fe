package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Recorded traffic of a real client with a real MLflow server, sent to this one: every answer must have the same status, the same fields
 * and, ids and times aside, the same values.
 */
final class Transcript {
    /** Values that differ from one recording to the next. */
    private static final Set<String> TIMES = Set.of("creation_timestamp", "last_updated_timestamp");

    /** What the reference says beside the error, for its own clients' logs. */
    private static final Set<String> UNSAID = Set.of("sqlstate", "error_class");

    /** Where the reference leaves a version's aliases out and this server does not. */
    private static final String ALIASES = "aliases";

    private final List<JsonNode> calls = new ArrayList<>();
    private final Map<String, String> ids = new LinkedHashMap<>();

    /** @param name of a file in {@code golden/mlflow} */
    Transcript(String name) throws Exception {
        try (InputStream in =
                Objects.requireNonNull(Transcript.class.getResourceAsStream("/golden/mlflow/" + name), name)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                calls.add(Json.MAPPER.readTree(line));
            }
        }
        assertThat(calls).isNotEmpty();
    }

    /** What stands for a recorded id here. */
    Transcript where(String recorded, String ours) {
        ids.put(recorded, ours);
        return this;
    }

    /** Sends every call in order. */
    void replay(MlflowFixture mlflow) throws Exception {
        for (int i = 0; i < calls.size(); i++) {
            JsonNode call = calls.get(i);
            String query = call.path("query").asText("");
            String path = call.path("path").textValue() + (query.isEmpty() ? "" : "?" + query);
            String body = call.has("request") ? ours(call.path("request").toString()) : null;
            String what =
                    "call %d: %s %s %s".formatted(i + 1, call.path("method").textValue(), path, body);
            var answered = mlflow.send(call.path("method").textValue(), ours(path), body);
            assertThat(answered.status())
                    .as("%s -> %s", what, answered.text())
                    .isEqualTo(call.path("status").intValue());
            same(what, Json.MAPPER.readTree(ours(call.path("answer").toString())), answered.json());
        }
    }

    private String ours(String text) {
        String result = text;
        for (var id : ids.entrySet()) {
            result = result.replace(id.getKey(), id.getValue());
        }
        return result;
    }

    private static void same(String what, JsonNode expected, JsonNode actual) {
        assertThat(actual.getNodeType()).as("%s in %s", what, actual).isEqualTo(expected.getNodeType());
        if (expected.isObject()) {
            var fields = new TreeSet<String>();
            expected.fieldNames().forEachRemaining(fields::add);
            fields.removeAll(UNSAID);
            var found = new TreeSet<String>();
            actual.fieldNames().forEachRemaining(found::add);
            if (!fields.contains(ALIASES)) {
                found.remove(ALIASES);
            }
            assertThat(found).as("fields of %s", what).isEqualTo(fields);
            for (String field : fields) {
                if (!TIMES.contains(field)) {
                    same(what + " ." + field, expected.get(field), actual.get(field));
                }
            }
        } else if (expected.isArray()) {
            assertThat(actual.size()).as("%s in %s", what, actual).isEqualTo(expected.size());
            List<JsonNode> wanted = ordered(expected);
            List<JsonNode> found = ordered(actual);
            for (int i = 0; i < wanted.size(); i++) {
                same(what + "[" + i + "]", wanted.get(i), found.get(i));
            }
        } else {
            assertThat(actual).as(what).isEqualTo(expected);
        }
    }

    /** Tags have no order; everything else has. */
    private static List<JsonNode> ordered(JsonNode array) {
        var list = new ArrayList<JsonNode>();
        array.forEach(list::add);
        if (!list.isEmpty() && list.getFirst().has("key")) {
            list.sort(Comparator.comparing(tag -> tag.path("key").asText()));
        }
        return list;
    }
}

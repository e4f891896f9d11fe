package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final String DOCS = "See the API docs for more information about request parameters.";

    @Test
    void readsNumbersAsClientsSendThem() {
        Message message = message("""
                {"a": 7, "b": "7", "c": 7.0, "d": "NaN", "e": "-Infinity", "f": "1e-3", "g": -0.0, "maxResults": "5"}""");
        assertThat(List.of("a", "b", "c"))
                .allSatisfy(name -> assertThat(message.requiredInteger(name)).isEqualTo(7));
        assertThat(message.requiredNumber("d")).isNaN();
        assertThat(message.requiredNumber("e")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(message.requiredNumber("f")).isEqualTo(0.001);
        assertThat(Double.doubleToLongBits(message.requiredNumber("g"))).isZero();
        assertThat(message.maxResults(1, 10)).isEqualTo(5);
        refused(
                () -> message.maxResults(1, 4),
                "Invalid value \"5\" for parameter 'max_results' supplied:  Hint: Value was of type 'str'. " + DOCS);
    }

    @Test
    void namesWhatIsMissingOrOfTheWrongType() {
        Message message = message("""
                {"name": "", "metrics": [{"value": 1}], "tags": [{"key": true}], "list": {}, "big": 1e30, "hex": "0x1p3"}""");
        refused(() -> message.required("name"), "Missing value for required parameter 'name'. " + DOCS);
        refused(message::requiredRunId, "Missing value for required parameter 'run_id'. " + DOCS);
        refused(
                () -> message.messages("metrics").getFirst().required("key"),
                "Missing value for required parameter 'metrics[0].key'. " + DOCS);
        refused(
                () -> message.labels("tags"),
                "Invalid value true for parameter 'tags[0].key' supplied:  Hint: Value was of type 'bool'. " + DOCS);
        refused(
                () -> message.texts("list"),
                "Invalid value {} for parameter 'list' supplied:  Hint: Value was of type 'dict'. " + DOCS);
        refused(
                () -> message.requiredInteger("big"),
                "Invalid value 1.0E30 for parameter 'big' supplied:  Hint: Value was of type 'float'. " + DOCS);
        refused(
                () -> message.requiredNumber("hex"),
                "Invalid value \"0x1p3\" for parameter 'hex' supplied:  Hint: Value was of type 'str'. " + DOCS);
    }

    @Test
    void takesOldNamesNumbersForIdsAndNullForAbsent() {
        Message message = message("""
                {"run_uuid": "r", "experiment_ids": [0, "1"], "experimentId": 3, "value": null,
                 "tags": [{"key": "a", "value": "1"}, {"key": "b"}, {"key": "a", "value": "2"}]}""");
        assertThat(message.requiredRunId()).isEqualTo("r");
        assertThat(message.ids("experiment_ids")).containsExactly("0", "1");
        assertThat(message.requiredId("experiment_id")).isEqualTo("3");
        assertThat(message.optional("value")).isEqualTo(Optional.empty());
        assertThat(message.labels("tags")).isEqualTo(Map.of("a", "2", "b", ""));
    }

    @Test
    void keepsOutWhatNoStoreHoldsAlike() {
        assertThatThrownBy(() -> message("{\"a\": \"x\\u0000\"}").text("a")).hasMessageContaining("U+0000");
        assertThatThrownBy(() -> message("{\"a\": \"\\ud800\"}").text("a")).hasMessageContaining("surrogate");
        assertThat(message("{\"a\": \"\\ud83d\\ude00\"}").text("a")).isEqualTo("😀");
    }

    @Test
    void checksKeysAsPythonDoes() {
        for (String key : List.of("a", "a/b", "a.b-c d:e", "été", "...", "a..b")) {
            if (!key.startsWith("..")) {
                assertThat(Checks.key("key", key)).isEqualTo(key);
            }
        }
        for (String[] each : new String[][] {
            {"../bad", "../bad"}, {"a//b", "a/b"}, {"./a", "a"}, {"a/../b", "b"}, {"/a", "/a"}, {"", "."}, {"a/", "a"}
        }) {
            refused(
                    () -> Checks.key("name", each[0]),
                    "Invalid value \"%s\" for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '%s'"
                            .formatted(each[0], each[1]));
        }
        refused(
                () -> Checks.key("metrics[0].name", "a%b"),
                "Invalid value \"a%b\" for parameter 'metrics[0].name' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).hasMessage(message);
    }

    private static Message message(String json) {
        try {
            return Message.of(Json.MAPPER.readTree(json));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}

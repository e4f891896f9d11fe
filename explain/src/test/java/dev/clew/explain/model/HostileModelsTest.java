package dev.clew.explain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.XgboostDocument;
import dev.clew.explain.XgboostDocument.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileModelsTest {
    private static byte[] golden(String name) throws IOException {
        try (var in = HostileModelsTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        }
    }

    private static void refused(String json, Code code) {
        assertThatThrownBy(() -> Models.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static String stump(Node root) {
        return new XgboostDocument(2, "reg:squarederror", "0")
                .tree(List.of(root, Node.leaf(1, 1), Node.leaf(2, 1)))
                .json();
    }

    private static Node split(int left, int right, int feature) {
        return new Node(left, right, feature, 0.5, false, 2, new int[0]);
    }

    @Test
    void refusesCyclesSharedNegativeAndDistantChildren() {
        refused(stump(split(0, 1, 0)), Code.MALFORMED_MODEL);
        refused(stump(split(1, 1, 0)), Code.MALFORMED_MODEL);
        refused(stump(split(1, -7, 0)), Code.MALFORMED_MODEL);
        refused(stump(split(1, 2_000_000_000, 0)), Code.MALFORMED_MODEL);
        refused(stump(split(1, 2, 2)), Code.MALFORMED_MODEL);
        refused(stump(split(1, 2, -1)), Code.MALFORMED_MODEL);
    }

    @Test
    void refusesNegativeCoversAndInfiniteLeaves() {
        refused(stump(new Node(1, 2, 0, 0.5, false, -2, new int[0])), Code.MALFORMED_MODEL);
        refused(stump(split(1, 2, 0)).replace("1.0,2.0]", "Infinity,2.0]"), Code.MALFORMED_MODEL);
        refused(stump(split(1, 2, 0)).replace("[0.5,", "[NaN,"), Code.MALFORMED_MODEL);
    }

    @Test
    void refusesArraysOfDifferentLengthAndForeignTreeCounts() {
        refused(stump(split(1, 2, 0)).replace("\"default_left\":[0,", "\"default_left\":["), Code.MALFORMED_MODEL);
        refused(stump(split(1, 2, 0)).replace("\"tree_info\":[0]", "\"tree_info\":[0,0]"), Code.MALFORMED_MODEL);
        refused(stump(split(1, 2, 0)).replace("\"tree_info\":[0]", "\"tree_info\":[7]"), Code.MALFORMED_MODEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "PK", "{}", "[]", "{\"a\":1}", "{\"learner\":", "{\"learner\":{}}x", "null"})
    void refusesWhatIsNoModel(String text) {
        assertThatThrownBy(() -> Models.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ExplainException.class);
    }

    @Test
    void refusesDeepNesting() {
        refused("{\"a\":" + "[".repeat(100_000), Code.MALFORMED_MODEL);
    }

    @Test
    void refusesCountsThatTheFileCannotHold() {
        byte[] huge = {'{', 'L', 0, 0, 0, 0, 0, 0, 0, 1, 'a', '[', '$', 'd', '#', 'L', 0x7F, -1, -1, -1, -1, -1, -1, -1
        };
        assertThatThrownBy(() -> Models.read(huge)).isInstanceOf(ExplainException.class);
        byte[] key = {'{', 'L', 0x7F, -1, -1, -1, -1, -1, -1, -1, 'a'};
        assertThatThrownBy(() -> Models.read(key)).isInstanceOf(ExplainException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xgboost/categorical-3.2.0.json", "xgboost/categorical-3.2.0.ubj"})
    void refusesEveryTruncationWithATypedError(String file) throws IOException {
        byte[] bytes = golden(file);
        for (int length = 0; length < bytes.length - 1; length += 1 + length / 200) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Models.read(cut)).isInstanceOf(ExplainException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xgboost/categorical-3.2.0.json", "xgboost/categorical-3.2.0.ubj"})
    void answersEveryDamagedFileWithAModelOrATypedError(String file) throws IOException {
        byte[] bytes = golden(file);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            byte[] damaged = bytes.clone();
            int changes = 1 + random.nextInt(4);
            for (int c = 0; c < changes; c++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                Model model = Models.read(damaged);
                model.predict(new double[model.schema().size()]);
            } catch (ExplainException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}

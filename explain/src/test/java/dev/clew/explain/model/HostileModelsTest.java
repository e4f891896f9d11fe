package dev.clew.explain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.XgboostDocument;
import dev.clew.explain.XgboostDocument.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    @Test
    void refusesAnotherNumberOfTreesThanIsClaimed() throws IOException {
        String good = new String(golden("xgboost/missing-2-3.4.1.json"), StandardCharsets.UTF_8);
        var claimed = Pattern.compile("\"num_trees\"\\s*:\\s*\"\\d+\"").matcher(good);
        assertThat(claimed.find()).isTrue();
        Models.read(good.getBytes(StandardCharsets.UTF_8));
        for (String other : List.of("0", "2000000000", "many")) {
            refused(claimed.replaceFirst("\"num_trees\":\"" + other + '"'), Code.MALFORMED_MODEL);
        }
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
    @ValueSource(
            strings = {
                "xgboost/categorical-3.2.0.json",
                "xgboost/categorical-3.2.0.ubj",
                "lightgbm/pandas.txt",
                "catboost/onehot.json",
                "onnx/imputed.onnx",
                "onnx/version5.onnx"
            })
    void refusesEveryTruncationWithATypedError(String file) throws IOException {
        byte[] bytes = golden(file);
        // What follows the last tree of a LightGBM file is not needed; all other formats end with their last byte.
        int needed = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("end of trees");
        int end = needed > 0 ? needed + 8 : file.endsWith(".onnx") ? bytes.length - 40 : bytes.length - 1;
        for (int length = 0; length < end; length += 1 + length / 200) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Models.read(cut)).as("%d bytes", length).isInstanceOf(ExplainException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xgboost/categorical-3.2.0.json",
                "xgboost/categorical-3.2.0.ubj",
                "lightgbm/pandas.txt",
                "catboost/onehot.json",
                "onnx/imputed.onnx",
                "onnx/version5.onnx"
            })
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

    private static void refusedChange(String file, String from, String to, Code code) throws IOException {
        String text = new String(golden(file), StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        byte[] changed = text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Models.read(changed))
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void refusesHostileLightgbmFiles() throws IOException {
        String file = "lightgbm/pandas.txt";
        refusedChange(file, "version=v4", "version=v9", Code.UNSUPPORTED_MODEL);
        refusedChange(file, "left_child=", "left_child=0 ", Code.MALFORMED_MODEL);
        refusedChange(file, "num_leaves=", "num_leaves=2000000000\nx=", Code.MALFORMED_MODEL);
        refusedChange(file, "num_leaves=", "num_leaves=-3\nx=", Code.MALFORMED_MODEL);
        refusedChange(file, "max_feature_idx=3", "max_feature_idx=900000", Code.MALFORMED_MODEL);
        refusedChange(file, "num_tree_per_iteration=1", "num_tree_per_iteration=0", Code.MALFORMED_MODEL);
        refusedChange(file, "is_linear=0", "is_linear=1", Code.MALFORMED_MODEL);
        String lines = "lightgbm/linear-leaves.txt";
        refusedChange(lines, "leaf_const=", "leaf_const=inf ", Code.MALFORMED_MODEL);
        refusedChange(lines, "num_features=", "num_features=900000 ", Code.MALFORMED_MODEL);
        refusedChange(lines, "leaf_features=", "leaf_features=7000 ", Code.MALFORMED_MODEL);
        refusedChange(lines, "leaf_coeff=", "leaf_coef=", Code.MALFORMED_MODEL);
        refusedChange(file, "leaf_value=", "leaf_value=nan ", Code.MALFORMED_MODEL);
        String tree =
                "num_leaves=3\nsplit_feature=0 1\nthreshold=1 1\ndecision_type=0 0\nleaf_value=1 2 3\nnum_cat=0\n";
        for (String children : List.of("left_child=1 0\nright_child=-1 -2", "left_child=1 -1\nright_child=-1 -3")) {
            String text = "tree\nversion=v4\nnum_tree_per_iteration=1\nmax_feature_idx=1\nfeature_names=a b\n\nTree=0\n"
                    + tree + children + "\n\nend of trees\n";
            refused(text, Code.MALFORMED_MODEL);
        }
    }

    @Test
    void refusesHostileCatboostFiles() throws IOException {
        String file = "catboost/onehot.json";
        refusedChange(file, "\"OneHotFeature\"", "\"OnlineCtr\"", Code.UNSUPPORTED_MODEL);
        refusedChange(file, "\"flat_feature_index\":0", "\"flat_feature_index\":4", Code.MALFORMED_MODEL);
        refusedChange(file, "\"flat_feature_index\":0", "\"flat_feature_index\":-4", Code.MALFORMED_MODEL);
        refusedChange(file, "\"float_feature_index\":0", "\"float_feature_index\":77", Code.MALFORMED_MODEL);
        refusedChange(file, "\"oblivious_trees\"", "\"trees\"", Code.UNSUPPORTED_MODEL);
    }

    @Test
    void refusesMissingValuesThatCatboostNeverSaw() throws IOException {
        Model model = Models.read(golden("catboost/regression.json"));
        double[] row = new double[model.schema().size()];
        row[2] = Double.NaN;
        assertThatThrownBy(() -> model.predict(row))
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(Code.MISSING_NOT_ALLOWED));
    }

    @Test
    void readsLinearModelsAndRefusesMisspeltOnes() {
        String good = """
                {"format": "clew/linear/1", "features": ["a", {"name": "b", "categories": ["x", "y"]}],
                 "coefficients": [2, -1], "intercept": 0.5, "link": "logistic"}""";
        Model model = Models.read(good.getBytes(StandardCharsets.UTF_8));
        assertThat(model.predict(new double[] {1, 1}).margin()).isEqualTo(1.5);
        assertThat(model.predict(new double[] {1, 1}).value()).isEqualTo(Link.logistic(1.5));
        refused(good.replace("intercept", "intercpt"), Code.MALFORMED_MODEL);
        refused(good.replace("[2, -1]", "[2]"), Code.MALFORMED_MODEL);
        refused(good.replace("linear/1", "linear/2"), Code.UNSUPPORTED_MODEL);
        refused(good.replace("\"b\"", "\"a\""), Code.MALFORMED_MODEL);
    }

    @Test
    void refusesOnnxGraphsByTheOperatorThatIsInTheWay() throws IOException {
        refusedChange("onnx/imputed.onnx", "Imputer", "Imputed", Code.UNSUPPORTED_MODEL);
        refusedChange("onnx/imputed.onnx", "TreeEnsembleClassifier", "TreeEnsembleClassifies", Code.UNSUPPORTED_MODEL);
        refusedChange("onnx/imputed.onnx", "BRANCH_LEQ", "BRANCH_LEX", Code.MALFORMED_MODEL);
        refusedChange("onnx/imputed.onnx", "nodes_truenodeids", "nodes_truenodeidx", Code.MALFORMED_MODEL);
    }

    @Test
    void refusesVersionsThatNobodyKnows() throws IOException {
        String model = new String(golden("xgboost/missing-2-3.4.1.json"), StandardCharsets.UTF_8);
        assertThat(model).contains("\"version\":[3,4,1]");
        for (String version : List.of("[0,90,0]", "[9,0,0]", "[31,4,1]", "[-1,0,0]")) {
            refused(model.replace("\"version\":[3,4,1]", "\"version\":" + version), Code.UNSUPPORTED_MODEL);
        }
        Models.read(model.replace("\"version\":[3,4,1]", "\"version\":[3,9,0]").getBytes(StandardCharsets.UTF_8));
    }

    /** Features and outputs whose product is 0 in 32 bits: without weights they would be the right number of them. */
    @Test
    void refusesLinearModelsOfMoreWeightsThanCanBeCounted() {
        refused("""
                {"version":[3,0,0],"learner":{"learner_model_param":{"num_feature":"524287","num_class":"8192","base_score":"0"},
                 "objective":{"name":"multi:softprob"},"gradient_booster":{"name":"gblinear","model":{"weights":[]}}}}""", Code.MALFORMED_MODEL);
    }

    private static String repeated(int count, String of) {
        return String.join(",", Collections.nCopies(count, of));
    }

    /** Leaves that share one vector, and nodes that share one list: small files that would mean more than there is memory. */
    @Test
    void boundsWhatAFileMeansByWhatItHolds() {
        int splits = 4_000;
        int nodes = 2 * splits + 1;
        var left = new StringBuilder();
        var right = new StringBuilder();
        for (int v = 0; v < nodes; v++) {
            left.append(v == 0 ? "" : ",").append(v < splits ? 2 * v + 1 : -1);
            right.append(v == 0 ? "" : ",").append(v < splits ? 2 * v + 2 : 0);
        }
        String tree = """
                {"version":[3,1,0],"learner":{"learner_model_param":{"num_feature":"1","num_target":"9000","base_score":"0"},
                 "objective":{"name":"reg:squarederror"},"gradient_booster":{"name":"gbtree","model":{"tree_info":[0],"trees":[{
                 "left_children":[%s],"right_children":[%s],"split_indices":[%s],"split_conditions":[%s],"default_left":[%s],"split_type":[%s],%s
                 "tree_param":{"size_leaf_vector":"%d"}}]}}}}""";
        String zeros = repeated(nodes, "0");
        refused(
                tree.formatted(
                        left,
                        right,
                        zeros,
                        zeros,
                        zeros,
                        zeros,
                        "\"leaf_weights\":[" + repeated(9_000, "1") + "],",
                        9_000),
                Code.MALFORMED_MODEL);
        String lists =
                "\"categories\":[%s],\"categories_nodes\":[%s],\"categories_segments\":[%s],\"categories_sizes\":[%s],"
                        .formatted(
                                repeated(200_000, "7"),
                                IntStream.range(0, splits)
                                        .mapToObj(Integer::toString)
                                        .collect(Collectors.joining(",")),
                                repeated(splits, "0"),
                                repeated(splits, "200000"));
        refused(
                tree.formatted(left, right, zeros, zeros, zeros, repeated(nodes, "1"), lists, 1)
                        .replace("9000", "1"),
                Code.MALFORMED_MODEL);
    }

    private static final String LIGHTGBM =
            "tree\nversion=v4\nnum_tree_per_iteration=1\nmax_feature_idx=0\nfeature_names=a\nobjective=%s\n\nTree=0\n";

    @Test
    void boundsWhatALightgbmFileMeansByWhatItHolds() {
        int inner = 3_000;
        var text = new StringBuilder(LIGHTGBM.formatted("regression"));
        text.append("num_leaves=").append(inner + 1).append("\nnum_cat=1\n");
        text.append("split_feature=")
                .append("0 ".repeat(inner))
                .append("\nthreshold=")
                .append("0 ".repeat(inner));
        text.append("\ndecision_type=").append("1 ".repeat(inner)).append("\nleft_child=");
        IntStream.range(0, inner).forEach(v -> text.append(~v).append(' '));
        text.append("\nright_child=");
        IntStream.range(1, inner + 1)
                .forEach(v -> text.append(v < inner ? v : ~v).append(' '));
        text.append("\nleaf_value=").append("1 ".repeat(inner + 1));
        text.append("\ncat_boundaries=0 20000\ncat_threshold=").append("4294967295 ".repeat(20_000));
        refused(text + "\n\nend of trees\n", Code.MALFORMED_MODEL);
        refused("tree\n" + "a\n".repeat(30_000_000), Code.MALFORMED_MODEL);
        refused(
                LIGHTGBM.formatted("regression") + "num_leaves=1\nleaf_value=" + "1 ".repeat(20_000_000)
                        + "\nend of trees\n",
                Code.MALFORMED_MODEL);
    }

    @Test
    void refusesNumbersThatMakeEveryAnswerNonsense() throws IOException {
        for (String slope : List.of("nan", "inf", "0", "-1")) {
            refused(
                    LIGHTGBM.formatted("binary sigmoid:" + slope) + "num_leaves=1\nleaf_value=1\n\nend of trees\n",
                    Code.MALFORMED_MODEL);
        }
        String catboost = new String(golden("catboost/regression.json"), StandardCharsets.UTF_8);
        var bias = Pattern.compile("(\"scale_and_bias\"\\s*:\\s*\\[\\s*1,\\s*\\[\\s*)[-0-9.]+")
                .matcher(catboost);
        assertThat(bias.find()).isTrue();
        refused(bias.replaceFirst("$1NaN"), Code.MALFORMED_MODEL);
    }

    private static String catboost(int features, int names) {
        String inputs = IntStream.range(0, features)
                .mapToObj("{\"feature_index\":%1$d,\"flat_feature_index\":%1$d,\"values\":[]}"::formatted)
                .collect(Collectors.joining(","));
        String hashes = IntStream.range(0, names)
                .mapToObj("{\"hash\":%1$d,\"value\":\"%1$d\"}"::formatted)
                .collect(Collectors.joining(","));
        return """
                {"features_info":{"float_features":[],"categorical_features":[%s],"cat_features_hash":[%s]},
                 "oblivious_trees":[{"splits":[],"leaf_values":[1],"leaf_weights":[1]}],"scale_and_bias":[1,[0]]}""".formatted(inputs, hashes);
    }

    @Test
    void boundsTheNamesOfCatboostsCategories() {
        refused(catboost(2_000, 5_000), Code.UNSUPPORTED_MODEL);
        Model model = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> Models.read(catboost(1, 200_000).getBytes(StandardCharsets.UTF_8)));
        assertThat(model.schema().features().getFirst().categories()).hasSize(200_000);
    }

    /** An escape may write half a character; no answer that names the feature could be written down. */
    @Test
    void refusesHalfACharacterInAName() {
        String linear = """
                {"format": "clew/linear/1", "features": ["%s"], "coefficients": [2], "intercept": 0.5}""";
        for (String half : List.of("\\ud83d", "a\\ude00", "\\ud83dx", "\\ude00\\ud83d")) {
            refused(linear.formatted(half), Code.MALFORMED_MODEL);
        }
        Model model = Models.read(linear.formatted("\\ud83d\\ude00").getBytes(StandardCharsets.UTF_8));
        assertThat(model.schema().names()).containsExactly("\uD83D\uDE00");
    }
}

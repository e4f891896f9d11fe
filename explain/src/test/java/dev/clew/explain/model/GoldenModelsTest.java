package dev.clew.explain.model;

import static dev.clew.explain.Golden.cases;
import static dev.clew.explain.Golden.model;
import static dev.clew.explain.Golden.numbers;
import static dev.clew.explain.Golden.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.explain.BruteForce;
import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.Explainers;
import dev.clew.explain.Golden;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.tree.TreeExplainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models and answers of real LightGBM, CatBoost and ONNX Runtime; see golden/SOURCE.md. */
class GoldenModelsTest {
    private static void contributes(Model model, double[] row, JsonNode expected, double divisor, double tolerance) {
        var attribution = TreeExplainer.of(model).explain(row);
        assertThat(attribution.flags()).isEmpty();
        for (int o = 0; o < model.outputs(); o++) {
            double[] own = numbers(expected.get(o));
            assertThat(own).hasSize(row.length + 1);
            for (int j = 0; j < row.length; j++) {
                assertThat(attribution.phi(o)[j]).as("feature %d", j).isCloseTo(own[j] / divisor, within(tolerance));
            }
            assertThat(attribution.base()[o]).isCloseTo(own[row.length] / divisor, within(tolerance));
        }
    }

    /** Files of LightGBM 4 (version=v4), and of LightGBM 3 (version=v3). */
    static Stream<String> lightgbm() {
        return Stream.of("", "v3-")
                .flatMap(version -> Stream.of(
                                "missing-nan",
                                "missing-zero",
                                "missing-none",
                                "sigmoid",
                                "dart",
                                "leaf",
                                "multiclass",
                                "multiclassova",
                                "poisson",
                                "sqrt",
                                "categories",
                                "pandas",
                                "apart",
                                "forest")
                        .map(name -> version + name));
    }

    @ParameterizedTest
    @MethodSource("lightgbm")
    void agreesWithLightgbm(String name) throws IOException {
        var model = (TreeEnsemble) model("lightgbm/" + name + ".txt");
        assertThat(model.description().formatVersion()).isEqualTo(name.startsWith("v3-") ? "v3" : "v4");
        // For a random forest LightGBM divides predictions by the number of trees, raw scores and contributions not.
        double divisor = name.endsWith("forest") ? model.trees() : 1;
        for (JsonNode line : cases("lightgbm/" + name)) {
            double[] row = row(model, line.get("x"));
            var prediction = model.predict(row);
            double[] margin = numbers(line.get("margin"));
            double[] value = numbers(line.get("value"));
            for (int o = 0; o < model.outputs(); o++) {
                double own = margin[o] / (name.endsWith("forest") ? divisor(margin[o], value[o], divisor) : 1);
                assertThat(prediction.margins()[o]).isCloseTo(own, within(divisor == 1 ? 0 : 1e-12));
                assertThat(prediction.values()[o]).isCloseTo(value[o], within(1e-12 * Math.max(1, Math.abs(value[o]))));
            }
            contributes(model, row, line.get("contributions"), divisor, 1e-9);
        }
    }

    /** The file holds nine rounds; LightGBM was asked what the first four say. */
    @ParameterizedTest
    @ValueSource(strings = {"rounds", "v3-rounds"})
    void takesTheFirstRoundsOfLightgbm(String name) throws IOException {
        var whole = (TreeEnsemble) model("lightgbm/" + name + ".txt");
        assertThat(whole.rounds()).isEqualTo(9);
        TreeEnsemble model = whole.firstRounds(4);
        assertThat(model.trees()).isEqualTo(12);
        for (JsonNode line : cases("lightgbm/" + name)) {
            double[] row = row(model, line.get("x"));
            assertThat(model.predict(row).margins()).isEqualTo(numbers(line.get("margin")));
            contributes(model, row, line.get("contributions"), 1, 1e-9);
        }
    }

    /** Leaves are lines in the features, and constants again where one of those is missing; no attribution of trees is exact then. */
    @ParameterizedTest
    @ValueSource(strings = {"linear-leaves", "v3-linear-leaves"})
    void scoresLinearLeavesAndExplainsThemByAsking(String name) throws IOException {
        var model = (TreeEnsemble) model("lightgbm/" + name + ".txt");
        assertThat(model.hasLinearLeaves()).isTrue();
        var lines = cases("lightgbm/" + name);
        Rows rows = Golden.rows(model, lines);
        for (int i = 0; i < lines.size(); i++) {
            double expected = lines.get(i).get("margin").get(0).asDouble();
            assertThat(model.predict(rows.row(i)).margin()).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
        }
        assertThat(model.firstRounds(2).hasLinearLeaves()).isTrue();
        assertThatThrownBy(() -> TreeExplainer.of(model))
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_MODEL))
                .hasMessageContaining("leaves of the trees are linear");
        var explainer = Explainers.of(
                model, Optional.empty(), Optional.of(rows.slice(0, 10)), OutputSpace.MARGIN, Budget.DEFAULT, 0);
        var explanation = explainer.explain(rows);
        assertThat(explanation.method()).isEqualTo(Method.EXACT);
        assertThat(explanation.trustworthy()).hasSize(rows.count());
    }

    /** Trees of which the least or the largest counts are scored and explained by asking, and are no sum that TREE could explain. */
    @ParameterizedTest
    @ValueSource(strings = {"least", "most"})
    void explainsExtremesOfTreesByAsking(String name) throws IOException {
        Model model = model("onnx/" + name + ".onnx");
        assertThat(((TreeEnsemble) model).aggregate())
                .isEqualTo(name.equals("least") ? TreeEnsemble.Aggregate.MIN : TreeEnsemble.Aggregate.MAX);
        var lines = cases("onnx/" + name);
        Rows rows = Golden.rows(model, lines);
        for (Optional<Rows> background : List.of(Optional.<Rows>empty(), Optional.of(rows))) {
            assertThatThrownBy(() -> Explainers.of(
                            model, Optional.of(Method.TREE), background, OutputSpace.MARGIN, Budget.DEFAULT, 0))
                    .isInstanceOfSatisfying(
                            ExplainException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_MODEL))
                    .hasMessageContaining("not by a sum");
        }
        var explainer =
                Explainers.of(model, Optional.empty(), Optional.of(rows), OutputSpace.MARGIN, Budget.DEFAULT, 0);
        var explanation = explainer.explain(rows);
        assertThat(explanation.method()).isEqualTo(Method.EXACT);
        assertThat(explanation.trustworthy()).hasSize(rows.count());
    }

    /** Versions differ in whether raw scores of a forest are sums or averages; the value says which. */
    private static double divisor(double margin, double value, double trees) {
        return Math.abs(Link.logistic(margin) - value) < 1e-9 ? 1 : trees;
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing-min", "missing-max", "regression", "multi", "onehot"})
    void agreesWithCatboost(String name) throws IOException {
        Model model = model("catboost/" + name + ".json");
        for (JsonNode line : cases("catboost/" + name)) {
            double[] row = row(model, line.get("x"));
            var prediction = model.predict(row);
            for (int o = 0; o < model.outputs(); o++) {
                assertThat(prediction.margins()[o])
                        .isCloseTo(line.get("margin").get(o).asDouble(), within(1e-9));
                assertThat(prediction.values()[o])
                        .isCloseTo(line.get("value").get(o).asDouble(), within(1e-9));
            }
            contributes(model, row, line.get("contributions"), 1, 1e-6);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tree",
                "forest",
                "forest-classes",
                "forest-binary",
                "boosting",
                "boosting-classes",
                "logistic",
                "softmax",
                "linear",
                "scaled-forest",
                "imputed",
                "xgboost",
                "lightgbm",
                "least",
                "most",
                "version5"
            })
    void agreesWithOnnxRuntime(String name) throws IOException {
        Model model = model("onnx/" + name + ".onnx");
        for (JsonNode line : cases("onnx/" + name)) {
            double[] row = row(model, line.get("x"));
            double[] values = model.predict(row).values();
            double[] expected = numbers(line.get("value"));
            assertThat(values).hasSize(expected.length);
            for (int o = 0; o < values.length; o++) {
                assertThat(values[o]).isCloseTo(expected[o], within(1e-6 * Math.max(1, Math.abs(expected[o]))));
            }
        }
    }

    /** Monotone constraints give values to leaves without weight; ours follow the definition with the weights of the file. */
    @Test
    void followsTheDefinitionWhereLeavesOfCatboostHaveNoWeight() throws IOException {
        var model = (TreeEnsemble) model("catboost/monotone.json");
        long empty = IntStream.range(0, model.nodes())
                .filter(v -> model.left(v) < 0 && model.cover(v) == 0 && model.leafValue(v) != 0)
                .count();
        assertThat(empty).isEqualTo(13);
        var explainer = TreeExplainer.of(model);
        var random = new Random(5);
        for (int i = 0; i < 20; i++) {
            double[] row = random.doubles(model.schema().size(), -0.1, 0.1).toArray();
            double[] expected = BruteForce.pathDependent(model, row);
            var own = explainer.explain(row);
            double size = Math.abs(own.margin()[0]);
            for (int j = 0; j < row.length; j++) {
                assertThat(own.phi(0)[j]).isCloseTo(expected[j], within(1e-12 * size));
            }
            assertThat(own.base()[0]).isCloseTo(expected[row.length], within(1e-12 * size));
            assertThat(own.flags()).isEmpty();
        }
    }
}

package dev.clew.explain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.tree.SaabasExplainer;
import dev.clew.explain.tree.TreeExplainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models and answers of real XGBoost versions; see golden/xgboost/SOURCE.md. */
class XgboostGoldenTest {
    private static final List<String> VERSIONS = List.of("1.6.2", "1.7.6", "2.1.4", "3.0.4", "3.2.0", "3.4.1");

    private static final List<String> MODELS = List.of(
            "categorical",
            "missing-2",
            "missing-6",
            "missing-24",
            "dart",
            "multi",
            "forest",
            "poisson",
            "vector",
            "linear");

    /** One row of a golden file: inputs, then margins, values and contributions (base last) of XGBoost. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Case(double[] row, double[] margins, double[] values, double[] contributions) {}

    static Stream<String> names() {
        return VERSIONS.stream()
                .flatMap(version -> Stream.concat(MODELS.stream(), objectives(version))
                        .filter(name -> !version.startsWith("1.") || !name.equals("vector"))
                        .filter(name -> !version.equals("1.6.2") || !name.equals("categorical"))
                        .map(name -> name + "-" + version));
    }

    /** Each has a base score that the file holds in the objective's own space. */
    private static Stream<String> objectives(String version) {
        return Stream.of(
                        "reg-squarederror",
                        "reg-squaredlogerror",
                        "reg-pseudohubererror",
                        "reg-absoluteerror",
                        "reg-quantileerror",
                        "reg-logistic",
                        "binary-logistic",
                        "binary-logitraw",
                        "binary-hinge",
                        "count-poisson",
                        "reg-gamma",
                        "reg-tweedie",
                        "survival-cox",
                        "survival-aft",
                        "rank-pairwise",
                        "multi-softprob")
                .filter(name -> !version.startsWith("1.")
                        || !List.of("reg-absoluteerror", "reg-quantileerror").contains(name))
                .map(name -> "objective-" + name);
    }

    private static Model model(String name, String extension) throws IOException {
        try (var in = XgboostGoldenTest.class.getResourceAsStream("/golden/xgboost/" + name + extension)) {
            return Models.read(in);
        }
    }

    private static List<double[]> lines(String name) throws IOException {
        try (var in = XgboostGoldenTest.class.getResourceAsStream("/golden/xgboost/" + name + ".csv");
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> Arrays.stream(line.split(",", -1))
                            .mapToDouble(text -> text.equals("nan") ? Double.NaN : Double.parseDouble(text))
                            .toArray())
                    .toList();
        }
    }

    private static List<Case> cases(String name, Model model) throws IOException {
        int features = model.schema().size();
        int outputs = model.outputs();
        return lines(name).stream()
                .map(v -> new Case(
                        Arrays.copyOf(v, features),
                        Arrays.copyOfRange(v, features, features + outputs),
                        Arrays.copyOfRange(v, features + outputs, features + 2 * outputs),
                        Arrays.copyOfRange(v, features + 2 * outputs, v.length)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void predictsLikeXgboostBitForBitAndContributesWithinItsFloats(String name) throws IOException {
        Model model = model(name, ".json");
        boolean tree = model instanceof TreeEnsemble;
        for (Case golden : cases(name, model)) {
            Prediction prediction = model.predict(golden.row);
            for (int o = 0; o < model.outputs(); o++) {
                // gblinear adds in an order of its own, so only trees are equal to the last bit.
                assertThat(prediction.margins()[o])
                        .isCloseTo(
                                golden.margins[o], within(tree ? 0 : 1e-6 * Math.max(1, Math.abs(golden.margins[o]))));
                assertThat(prediction.values()[o])
                        .isCloseTo(golden.values[o], within(1e-6 * Math.max(1, Math.abs(golden.values[o]))));
            }
            if (tree && golden.contributions.length > 0 && ((TreeEnsemble) model).hasCovers()) {
                contributes(model, golden);
            }
        }
    }

    private static void contributes(Model model, Case golden) {
        int features = model.schema().size();
        var attribution = TreeExplainer.of(model).explain(golden.row);
        for (int o = 0; o < model.outputs(); o++) {
            for (int j = 0; j < features; j++) {
                assertThat(attribution.phi(o)[j]).isCloseTo(golden.contributions[o * (features + 1) + j], within(1e-5));
            }
            assertThat(attribution.base()[o])
                    .isCloseTo(golden.contributions[o * (features + 1) + features], within(1e-5));
        }
        assertThat(attribution.flags()).isEmpty();
    }

    static Stream<String> versions() {
        return VERSIONS.stream();
    }

    /** Early stopping: XGBoost was asked for the rounds up to the best one, of two trees each. */
    @ParameterizedTest
    @MethodSource("versions")
    void takesTheRoundsUpToTheBestOne(String version) throws IOException {
        var whole = (TreeEnsemble) model("stopped-" + version, ".json");
        assertThat(whole.bestRound()).isBetween(1, whole.rounds() - 1);
        assertThat(whole.trees()).isEqualTo(2 * whole.rounds());
        TreeEnsemble model = whole.firstRounds(whole.bestRound());
        assertThat(model.trees()).isEqualTo(2 * whole.bestRound());
        assertThat(model.roundsInFile()).isEqualTo(whole.rounds());
        for (Case golden : cases("stopped-" + version, model)) {
            assertThat(model.predict(golden.row).margins()).isEqualTo(golden.margins);
            assertThat(whole.predict(golden.row).margins()).isNotEqualTo(golden.margins);
            contributes(model, golden);
        }
        assertThat(TreeExplainer.of(model).provenance().configDigest())
                .isNotEqualTo(TreeExplainer.of(whole).provenance().configDigest());
        assertThatThrownBy(() -> whole.firstRounds(whole.rounds() + 1)).hasMessageContaining("rounds");
        assertThatThrownBy(() -> whole.firstRounds(0)).hasMessageContaining("rounds");
    }

    /** The last column is XGBoost's base_margin, which stands in the place of the base score. */
    @ParameterizedTest
    @MethodSource("versions")
    void takesABaseFromEveryRow(String version) throws IOException {
        var model = (TreeEnsemble) model("based-" + version, ".json");
        int features = model.schema().size();
        var explainer = TreeExplainer.of(model);
        for (double[] line : lines("based-" + version)) {
            Rows row = new Rows(Arrays.copyOf(line, features), 1, features);
            var explanation = explainer.explain(row, new double[] {line[features]}, 1);
            double[] margins = new double[1];
            model.margins(row, new double[] {line[features]}, margins);
            assertThat(margins[0]).isEqualTo(line[features + 1]);
            assertThat(explanation.row(0).prediction()[0]).isCloseTo(line[features + 2], within(1e-6));
            for (int j = 0; j < features; j++) {
                assertThat(explanation.value(0, 0, j)).isCloseTo(line[features + 3 + j], within(1e-5));
            }
            assertThat(explanation.base()[0]).isCloseTo(line[2 * features + 3], within(1e-5));
        }
    }

    /** Node means along the path are XGBoost's approx_contribs. */
    @ParameterizedTest
    @MethodSource("versions")
    void approximatesAsXgboostDoes(String version) throws IOException {
        Model model = model("approx-" + version, ".json");
        int features = model.schema().size();
        var explainer = SaabasExplainer.of(model);
        for (Case golden : cases("approx-" + version, model)) {
            var attribution = explainer.explain(golden.row);
            for (int j = 0; j < features; j++) {
                assertThat(attribution.phi(0)[j]).isCloseTo(golden.contributions[j], within(1e-5));
            }
            assertThat(attribution.base()[0]).isCloseTo(golden.contributions[features], within(1e-5));
            assertThat(attribution.flags()).isEmpty();
        }
    }

    @Test
    void readsTheSameModelFromBothEncodings() throws IOException {
        for (String name : List.of("categorical-3.2.0", "multi-3.2.0")) {
            Model json = model(name, ".json");
            Model ubjson = model(name, ".ubj");
            assertThat(ubjson.schema().features()).isEqualTo(json.schema().features());
            assertThat(ubjson.description().format()).isEqualTo("xgboost-ubjson");
            for (Case golden : cases(name, json)) {
                assertThat(ubjson.predict(golden.row).margins())
                        .isEqualTo(json.predict(golden.row).margins());
            }
        }
    }

    @Test
    void namesTheCategoriesThatTheFileNames() throws IOException {
        FeatureSchema schema = model("categorical-3.2.0", ".json").schema();
        Feature housing = schema.features().get(schema.indexOf("housing"));
        assertThat(housing.type()).isEqualTo(Feature.Type.CATEGORICAL);
        assertThat(housing.categories()).containsExactly("for free", "own", "rent");
        assertThat(schema.encode(schema.indexOf("housing"), "own", FeatureSchema.UnknownCategory.REFUSE))
                .isEqualTo(1);
        assertThat(schema.encode(schema.indexOf("housing"), "tent", FeatureSchema.UnknownCategory.AS_UNKNOWN))
                .isEqualTo(-1);
    }
}

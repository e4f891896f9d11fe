package dev.clew.explain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    /** One row of a golden file: inputs, then margins, values and contributions (base last) of XGBoost. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Case(double[] row, double[] margins, double[] values, double[] contributions) {}

    static Stream<String> names() {
        return Stream.of("2.1.4", "3.0.4", "3.2.0", "3.4.1")
                .flatMap(version -> Stream.of(
                                "categorical",
                                "missing-2",
                                "missing-6",
                                "missing-24",
                                "dart",
                                "multi",
                                "poisson",
                                "vector",
                                "linear")
                        .map(name -> name + "-" + version));
    }

    private static Model model(String name, String extension) throws IOException {
        try (var in = XgboostGoldenTest.class.getResourceAsStream("/golden/xgboost/" + name + extension)) {
            return Models.read(in);
        }
    }

    private static List<Case> cases(String name, Model model) throws IOException {
        int features = model.schema().size();
        int outputs = model.outputs();
        try (var in = XgboostGoldenTest.class.getResourceAsStream("/golden/xgboost/" + name + ".csv");
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> Arrays.stream(line.split(",", -1))
                            .mapToDouble(text -> text.equals("nan") ? Double.NaN : Double.parseDouble(text))
                            .toArray())
                    .map(v -> new Case(
                            Arrays.copyOf(v, features),
                            Arrays.copyOfRange(v, features, features + outputs),
                            Arrays.copyOfRange(v, features + outputs, features + 2 * outputs),
                            Arrays.copyOfRange(v, features + 2 * outputs, v.length)))
                    .toList();
        }
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

package dev.clew.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.explain.agnostic.AgnosticExplainer;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.linear.LinearExplainer;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.InterventionalExplainer;
import dev.clew.explain.tree.TreeExplainer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Attributions as the real shap library computes them. */
class ShapGoldenTest {
    private static Rows background(Model model, String name) throws IOException {
        return Golden.rows(model, Golden.cases("shap/" + name + "-background"));
    }

    /** The tolerance is relative to the size of the answers, whose scale differs by model. */
    private static void agrees(Model model, Explainer explainer, String file, double tolerance) throws IOException {
        List<JsonNode> cases = Golden.cases("shap/" + file);
        var own = explainer.explain(Golden.rows(model, cases));
        for (int i = 0; i < cases.size(); i++) {
            JsonNode outputs = cases.get(i).get("contributions");
            assertThat(outputs.size()).isEqualTo(own.outputs());
            var row = own.row(i);
            assertThat(row.flags()).isEmpty();
            for (int o = 0; o < own.outputs(); o++) {
                double[] expected = Golden.numbers(outputs.get(o));
                double size = Math.max(1, Math.abs(row.margin()[o]));
                for (int j = 0; j < own.features(); j++) {
                    assertThat(row.phi(o)[j])
                            .as("row %d, output %d, feature %d", i, o, j)
                            .isCloseTo(expected[j], within(tolerance * size));
                }
                assertThat(row.base()[o]).isCloseTo(expected[own.features()], within(tolerance * size));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"trees, margin, MARGIN", "trees, probability, PROBABILITY", "classes, margin, MARGIN"})
    void interventionalTrees(String name, String file, OutputSpace space) throws IOException {
        Model model = Golden.model("shap/" + name + ".json");
        agrees(model, InterventionalExplainer.of(model, background(model, name), space), name + "-" + file, 1e-6);
    }

    /** The margins of these lines hold the labels. */
    @Test
    void lossesOfTrees() throws IOException {
        Model model = Golden.model("shap/trees.json");
        List<JsonNode> cases = Golden.cases("shap/trees-loss");
        double[] labels = cases.stream()
                .mapToDouble(line -> line.get("margin").get(0).asDouble())
                .toArray();
        var own = InterventionalExplainer.of(model, background(model, "trees"), OutputSpace.LOG_LOSS)
                .explainLosses(Golden.rows(model, cases), labels, 1);
        for (int i = 0; i < cases.size(); i++) {
            double[] expected = Golden.numbers(cases.get(i).get("contributions").get(0));
            assertThat(own.row(i).flags()).isEmpty();
            for (int j = 0; j < own.features(); j++) {
                assertThat(own.value(i, 0, j)).isCloseTo(expected[j], within(1e-6));
            }
            assertThat(own.base()[i]).isCloseTo(expected[own.features()], within(1e-6));
        }
    }

    @Test
    void pathDependentTrees() throws IOException {
        Model model = Golden.model("shap/trees.json");
        agrees(model, TreeExplainer.of(model), "trees-path", 1e-6);
    }

    /** The reference is XGBoost's own pred_interactions, which shap hands on; it computes in float32. */
    @Test
    void interactionsOfTrees() throws IOException {
        Model model = Golden.model("shap/trees.json");
        List<JsonNode> cases = Golden.cases("shap/trees-interactions");
        var own = TreeExplainer.of(model).interactions(Golden.rows(model, cases), 1);
        for (int r = 0; r < cases.size(); r++) {
            for (int i = 0; i < own.features(); i++) {
                double[] expected = Golden.numbers(cases.get(r).get("matrix").get(i));
                for (int j = 0; j < own.features(); j++) {
                    assertThat(own.value(r, 0, i, j)).isCloseTo(expected[j], within(1e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"EXACT", "KERNEL"})
    void askedForEveryCoalition(Method method) throws IOException {
        Model model = Golden.model("shap/asked.json");
        var explainer =
                AgnosticExplainer.of(model, method, background(model, "asked"), OutputSpace.MARGIN, Budget.DEFAULT, 1);
        agrees(model, explainer, "asked-" + method.name().toLowerCase(java.util.Locale.ROOT), 1e-6);
    }

    @Test
    void linear() throws IOException {
        Model model = Golden.model("shap/linear.json");
        var explainer = LinearExplainer.of(model, background(model, "linear"), Semantics.INTERVENTIONAL, 1);
        agrees(model, explainer, "linear-independent", 1e-12);
    }
}

package dev.clew.explain.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.BruteForce;
import dev.clew.explain.ExplainException;
import dev.clew.explain.XgboostDocument;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InterventionalProperties {
    private static TreeEnsemble model(Random random, int features, int depth, String objective) {
        var document = new XgboostDocument(features, objective, "5E-1");
        for (int i = 0; i < 3; i++) {
            document.tree(XgboostDocument.randomTree(random, features, depth));
        }
        return document.model();
    }

    private static Rows rows(Random random, int count, int features) {
        return Rows.of(IntStream.range(0, count)
                .mapToObj(i -> XgboostDocument.randomRow(random, features))
                .toList());
    }

    @Property(tries = 60, seed = "3")
    void agreesWithTheSumOverAllSubsetsByTablesAndByPairs(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int features,
            @ForAll @IntRange(max = 7) int depth,
            @ForAll @IntRange(min = 1, max = 12) int references) {
        var random = new Random(seed);
        var model = model(random, features, depth, "reg:squarederror");
        Rows background = rows(random, references, features);
        Rows rows = rows(random, 3, features);
        var tables = InterventionalExplainer.of(model, background).explain(rows);
        var pairs = InterventionalExplainer.of(model, background, OutputSpace.MARGIN, 0)
                .explain(rows, 2);
        for (int i = 0; i < rows.count(); i++) {
            double[] game = BruteForce.interventional(model, rows.row(i), background);
            double[] phi = BruteForce.shapley(game, features);
            double size = BruteForce.size(game);
            for (int j = 0; j < features; j++) {
                assertThat(tables.value(i, 0, j)).isCloseTo(phi[j], within(1e-12 * size));
                assertThat(pairs.value(i, 0, j)).isCloseTo(phi[j], within(1e-12 * size));
            }
            assertThat(tables.base()[i]).isCloseTo(game[0], within(1e-12 * size));
            assertThat(tables.row(i).flags()).isEmpty();
            assertThat(pairs.row(i).flags()).isEmpty();
        }
    }

    @Property(tries = 40, seed = "5")
    void interactionsAreHalfTheShapleyInteractionIndexAndSumToTheAttributions(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int features, @ForAll @IntRange(max = 8) int depth) {
        var random = new Random(seed);
        var model = model(random, features, depth, "reg:squarederror");
        var explainer = TreeExplainer.of(model);
        Rows rows = rows(random, 5, features);
        var interactions = explainer.interactions(rows, 1);
        var attributions = explainer.explain(rows);
        for (int r = 0; r < rows.count(); r++) {
            isTheIndexOf(BruteForce.pathDependentGame(model, rows.row(r)), interactions, attributions, r);
        }
    }

    @Property(tries = 40, seed = "7")
    void interactionsAgainstABackgroundAreTheIndexOfTheGameByTablesAndByPairs(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int features,
            @ForAll @IntRange(max = 7) int depth,
            @ForAll @IntRange(min = 1, max = 9) int references) {
        var random = new Random(seed);
        var model = model(random, features, depth, "reg:squarederror");
        Rows background = rows(random, references, features);
        Rows rows = rows(random, 3, features);
        for (var explainer : List.of(
                InterventionalExplainer.of(model, background),
                InterventionalExplainer.of(model, background, OutputSpace.MARGIN, 0))) {
            var interactions = explainer.interactions(rows, 2);
            var attributions = explainer.explain(rows);
            for (int r = 0; r < rows.count(); r++) {
                isTheIndexOf(BruteForce.interventional(model, rows.row(r), background), interactions, attributions, r);
            }
            assertThat(explainer.interactions(rows.slice(1, 2), 1).values())
                    .isEqualTo(Arrays.copyOfRange(interactions.values(), features * features, 2 * features * features));
        }
    }

    private static void isTheIndexOf(double[] game, Interactions interactions, Explanation attributions, int row) {
        int features = interactions.features();
        double size = BruteForce.size(game);
        for (int i = 0; i < features; i++) {
            double sum = 0;
            for (int j = 0; j < features; j++) {
                double value = interactions.value(row, 0, i, j);
                sum += value;
                assertThat(value).isEqualTo(interactions.value(row, 0, j, i));
                if (i != j) {
                    double index = BruteForce.interaction(game, features, i, j);
                    assertThat(value).isCloseTo(index / 2, within(1e-12 * size));
                }
            }
            assertThat(sum).isCloseTo(attributions.value(row, 0, i), within(1e-12 * size));
        }
    }

    /** Ten features on a path are the most that tables are made for; with one more every reference is compared. */
    @Property(tries = 4, seed = "8")
    void agreesWithTheSumOverAllSubsetsOnWidePaths(@ForAll long seed) {
        for (int features : List.of(10, 11)) {
            var random = new Random(seed);
            var model = new XgboostDocument(features, "reg:squarederror", "5E-1")
                    .tree(XgboostDocument.wideTree(random, features))
                    .model();
            assertThat(model.widestPath(0)).isEqualTo(features);
            Rows background = rows(random, 5, features);
            Rows rows = rows(random, 2, features);
            var explainer = InterventionalExplainer.of(model, background);
            var explanation = explainer.explain(rows);
            var interactions = explainer.interactions(rows, 1);
            for (int r = 0; r < rows.count(); r++) {
                double[] game = BruteForce.interventional(model, rows.row(r), background);
                double[] phi = BruteForce.shapley(game, features);
                for (int j = 0; j < features; j++) {
                    assertThat(explanation.value(r, 0, j)).isCloseTo(phi[j], within(1e-12 * BruteForce.size(game)));
                }
                isTheIndexOf(game, interactions, explanation, r);
            }
        }
    }

    @Test
    void probabilitiesAddUpAndAreExactForOneReference() {
        var random = new Random(9);
        var model = model(random, 6, 5, "binary:logistic");
        Rows background = rows(random, 40, 6);
        Rows rows = rows(random, 20, 6);
        var explanation = InterventionalExplainer.of(model, background, OutputSpace.PROBABILITY)
                .explain(rows);
        for (int i = 0; i < rows.count(); i++) {
            assertThat(explanation.row(i).flags()).isEmpty();
            double sum = explanation.base()[i];
            for (int j = 0; j < 6; j++) {
                sum += explanation.value(i, 0, j);
            }
            assertThat(sum).isCloseTo(model.predict(rows.row(i)).value(), within(1e-6));
        }
    }

    /** Against one reference the loss is rescaled as a whole, so the result is exact and by hand. */
    @Test
    void lossesAddUpToTheLossOfTheLabel() {
        var random = new Random(12);
        var model = model(random, 6, 5, "binary:logistic");
        Rows background = rows(random, 30, 6);
        Rows rows = rows(random, 20, 6);
        double[] labels = IntStream.range(0, 20).mapToDouble(i -> i % 3 / 2.0).toArray();
        var explainer = InterventionalExplainer.of(model, background, OutputSpace.LOG_LOSS);
        var explanation = explainer.explainLosses(rows, labels, 2);
        for (int i = 0; i < rows.count(); i++) {
            double probability = 1 / (1 + Math.exp(-explanation.margin()[i]));
            double loss = -labels[i] * Math.log(probability) - (1 - labels[i]) * Math.log(1 - probability);
            assertThat(explanation.row(i).flags()).isEmpty();
            assertThat(explanation.prediction()[i]).isCloseTo(loss, within(1e-9));
            double sum = explanation.base()[i];
            for (int j = 0; j < 6; j++) {
                sum += explanation.value(i, 0, j);
            }
            assertThat(sum).isCloseTo(loss, within(1e-9));
        }
        assertThatThrownBy(() -> explainer.explain(rows)).hasMessageContaining("label");
        assertThatThrownBy(() -> explainer.explainLosses(rows, new double[3], 1))
                .hasMessageContaining("20 rows");
        assertThatThrownBy(() -> InterventionalExplainer.of(
                        model(random, 4, 3, "reg:squarederror"), rows(random, 2, 4), OutputSpace.LOG_LOSS))
                .isInstanceOf(ExplainException.class);
    }

    @Test
    void refusesWhatItCannotDo() {
        var random = new Random(9);
        var model = model(random, 4, 4, "binary:logistic");
        assertThatThrownBy(() -> InterventionalExplainer.of(model, new Rows(new double[0], 0, 4)))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("background");
        var probabilities = InterventionalExplainer.of(model, rows(random, 3, 4), OutputSpace.PROBABILITY);
        assertThat(probabilities.hasInteractions()).isFalse();
        assertThatThrownBy(() -> probabilities.interactions(rows(random, 2, 4), 1))
                .isInstanceOfSatisfying(
                        ExplainException.class,
                        e -> assertThat(e.code()).isEqualTo(ExplainException.Code.UNSUPPORTED_MODEL));
        assertThatThrownBy(() -> InterventionalExplainer.of(model, rows(random, 1_001, 4), OutputSpace.PROBABILITY))
                .isInstanceOfSatisfying(
                        ExplainException.class,
                        e -> assertThat(e.code()).isEqualTo(ExplainException.Code.BUDGET_EXCEEDED));
    }

    @Test
    void saabasAddsUp() {
        var random = new Random(4);
        var model = model(random, 6, 6, "reg:squarederror");
        var explanation = SaabasExplainer.of(model).explain(rows(random, 50, 6));
        for (int i = 0; i < 50; i++) {
            assertThat(explanation.additivityError()[i]).isLessThan(1e-9);
        }
        assertThat(explanation.base()[0]).isCloseTo(TreeExplainer.of(model).base(0), within(1e-9));
    }
}

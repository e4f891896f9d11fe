package dev.clew.explain.global;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.linear.LinearExplainer;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Ecdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GlobalTest {
    private static final Model MODEL = Models.read("""
            {"format": "clew/linear/1", "features": ["a", "b", "c"], "coefficients": [3, -1, 0], "intercept": 0.5}""".getBytes(StandardCharsets.UTF_8));
    private static final Rows ROWS = rows();

    private static Rows rows() {
        var random = new Random(2);
        return Rows.of(IntStream.range(0, 400)
                .mapToObj(i -> new double[] {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()})
                .toList());
    }

    @Test
    void shapImportanceOfALinearModelIsItsSlopeTimesTheMeanDeviation() {
        var all = ShapImportance.of(LinearExplainer.of(MODEL, ROWS).explain(ROWS), 0, 1);
        assertThat(all).extracting(ShapImportance::feature).containsExactly(0, 1, 2);
        double expected = 3 * Math.sqrt(2 / Math.PI);
        assertThat(all.getFirst().meanAbs()).isCloseTo(expected, within(0.3));
        assertThat(all.getFirst().low()).isLessThan(all.getFirst().meanAbs());
        assertThat(all.getFirst().high()).isGreaterThan(all.getFirst().meanAbs());
        assertThat(all.getFirst().mean()).isCloseTo(0, within(1e-9));
        assertThat(all.getLast().meanAbs()).isZero();
    }

    @Test
    void permutingAFeatureCostsTwiceItsVariance() {
        double[] labels = MODEL.values(ROWS);
        var all = PermutationImportance.of(
                MODEL, ROWS, labels, PermutationImportance.Loss.SQUARED_ERROR, PermutationImportance.REPEATS, 1);
        assertThat(all).extracting(PermutationImportance::feature).containsExactly(0, 1, 2);
        assertThat(all.getFirst().mean()).isCloseTo(2 * 9, within(3.0));
        assertThat(all.getLast().mean()).isZero();
        assertThatThrownBy(() -> PermutationImportance.of(
                        MODEL, ROWS, new double[3], PermutationImportance.Loss.SQUARED_ERROR, 5, 1))
                .isInstanceOf(ExplainException.class);
        assertThatThrownBy(
                        () -> PermutationImportance.of(MODEL, ROWS, labels, PermutationImportance.Loss.LOG_LOSS, 5, 1))
                .isInstanceOf(ExplainException.class);
    }

    @Test
    void effectsOfALinearModelAreStraightLines() {
        var dependence = FeatureEffect.partialDependence(MODEL, ROWS, 0, 3);
        double[] grid = dependence.grid();
        assertThat(grid).hasSize(50).isSorted();
        for (int g = 1; g < grid.length; g++) {
            double slope = (dependence.effect()[0][g] - dependence.effect()[0][0]) / (grid[g] - grid[0]);
            assertThat(slope).isCloseTo(3, within(1e-9));
        }
        assertThat(dependence.lines()).hasDimensions(3, 50);
        var ale = FeatureEffect.accumulated(MODEL, ROWS, 1);
        double rise = ale.effect()[0][ale.grid().length - 1] - ale.effect()[0][0];
        assertThat(rise / (ale.grid()[ale.grid().length - 1] - ale.grid()[0])).isCloseTo(-1, within(1e-9));
    }

    @Test
    void linesOfSingleRowsStartAtZeroWhenCentred() {
        var curves = FeatureEffect.partialDependence(MODEL, ROWS, 0, 5);
        assertThat(curves.lines()).hasNumberOfRows(5);
        double[] grid = curves.grid();
        for (double[] line : curves.centred().lines()) {
            for (int g = 0; g < grid.length; g++) {
                assertThat(line[g]).isCloseTo(3 * (grid[g] - grid[0]), within(1e-9));
            }
        }
        assertThat(curves.centred().effect()[0][0]).isZero();
    }

    @Test
    void namesTheFeatureThatMovesWithAnother() {
        var random = new Random(3);
        Rows together = Rows.of(IntStream.range(0, 200)
                .mapToObj(i -> {
                    double x = random.nextGaussian();
                    return new double[] {x, -x + 0.3 * random.nextGaussian(), random.nextGaussian()};
                })
                .toList());
        assertThat(FeatureEffect.correlated(MODEL.schema(), together, 0)).isEqualTo(1);
        assertThat(FeatureEffect.correlated(MODEL.schema(), together, 2)).isEqualTo(-1);
    }

    /** Attributions by hand: rows × features, additive as far as errors say. */
    private static Explanation handMade(double[] errors, double[]... rows) {
        double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        double[] margin = new double[rows.length];
        return new Explanation(
                rows.length,
                1,
                rows[0].length,
                values,
                new double[rows.length],
                margin,
                margin,
                errors,
                null,
                Method.EXACT,
                Semantics.INTERVENTIONAL,
                OutputSpace.MARGIN);
    }

    @Test
    void rowsThatDoNotAddUpCountNowhere() {
        var explanation = handMade(
                new double[] {0, 0.5, Double.NaN, 0},
                new double[] {1, -2},
                new double[] {100, 100},
                new double[] {Double.NaN, 7},
                new double[] {-3, 2});
        assertThat(explanation.trustworthy()).containsExactly(0, 3);
        var all = ShapImportance.of(explanation, 0, 1);
        assertThat(all).extracting(ShapImportance::feature).containsExactly(0, 1);
        assertThat(all).extracting(ShapImportance::meanAbs).containsExactly(2.0, 2.0);
        assertThat(all).extracting(ShapImportance::mean).containsExactly(-1.0, 0.0);
        var none = handMade(new double[] {1}, new double[] {1, 2});
        assertThatThrownBy(() -> ShapImportance.of(none, 0, 1))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("none of the 1 rows add up");
        assertThatThrownBy(() -> AttributionDrift.of(explanation, none, 0))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("no row of the current window");
    }

    @Test
    void importanceBySegmentIsThatOfItsRowsAlone() {
        var explanation = LinearExplainer.of(MODEL, ROWS).explain(ROWS);
        List<String> names = IntStream.range(0, 400)
                .mapToObj(i -> ROWS.get(i, 0) > 0 ? "above" : "below")
                .toList();
        var segments = ShapImportance.bySegment(explanation, 0, names, 3);
        assertThat(segments).extracting(ShapImportance.Segment::name).containsExactly("above", "below");
        assertThat(segments.get(0).rows() + segments.get(1).rows()).isEqualTo(400);
        for (var segment : segments) {
            int[] own = IntStream.range(0, 400)
                    .filter(i -> names.get(i).equals(segment.name()))
                    .toArray();
            assertThat(segment.features()).isEqualTo(ShapImportance.of(explanation.only(own), 0, 3));
        }
        // The signed mean of the first feature is above 0 where it is, and below elsewhere.
        assertThat(segments.get(0).features().getFirst().mean()).isPositive();
        assertThat(segments.get(1).features().getFirst().mean()).isNegative();
        assertThatThrownBy(() -> ShapImportance.bySegment(explanation, 0, List.of("a"), 0))
                .hasMessageContaining("400 rows need a segment each; 1 were given");
        List<String> many = IntStream.range(0, 400).mapToObj(String::valueOf).toList();
        assertThatThrownBy(() -> ShapImportance.bySegment(explanation, 0, many, 0))
                .hasMessageContaining("more than 50 segments");
    }

    @Test
    void driftOfAttributionsIsThatOfTheirDistributions() {
        var explainer = LinearExplainer.of(MODEL, ROWS);
        var reference = explainer.explain(ROWS);
        var same = AttributionDrift.of(reference, reference, 0);
        assertThat(same.rankCorrelation()).isEqualTo(1);
        for (var feature : same.features()) {
            assertThat(feature.psi()).isZero();
            assertThat(feature.wasserstein()).isZero();
            assertThat(feature.currentMeanAbs()).isEqualTo(feature.referenceMeanAbs());
        }
        // The first feature hardly varies any more, and the second ten times as much: they change places.
        Rows later = Rows.of(IntStream.range(0, 300)
                .mapToObj(i -> new double[] {ROWS.get(i, 0) / 100, 10 * ROWS.get(i, 1), ROWS.get(i, 2)})
                .toList());
        var drift = AttributionDrift.of(reference, explainer.explain(later), 0);
        assertThat(drift.referenceRows()).isEqualTo(400);
        assertThat(drift.currentRows()).isEqualTo(300);
        assertThat(drift.rankCorrelation()).isCloseTo(0.5, within(1e-12));
        assertThat(drift.features().get(0).psi()).isGreaterThan(0.1);
        assertThat(drift.features().get(1).psi()).isGreaterThan(0.1);
        assertThat(drift.features().get(2).psi()).isZero();
        double[] before = IntStream.range(0, 400)
                .mapToDouble(i -> reference.value(i, 0, 0))
                .toArray();
        double[] after = IntStream.range(0, 300)
                .mapToDouble(i -> explainer.explain(later).value(i, 0, 0))
                .toArray();
        assertThat(drift.features().get(0).wasserstein())
                .isEqualTo(Ecdf.wassersteinNormed(Sample.of(before), Sample.of(after)));
    }

    @Test
    void windowsExplainedInOtherWaysHaveNoDrift() {
        var one = handMade(new double[] {0}, new double[] {1, 2});
        assertThatThrownBy(() ->
                        AttributionDrift.of(one, LinearExplainer.of(MODEL, ROWS).explain(ROWS), 0))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("explained in different ways");
        // All features weigh the same: there are no ranks to compare.
        var flat = handMade(new double[] {0}, new double[] {2, -2});
        assertThat(AttributionDrift.of(flat, one, 0).rankCorrelation()).isNaN();
    }

    /** Sixty categories, of which the fifty commonest are asked; between two codes there is none. */
    @Test
    void effectsOfManyCategoriesAreAskedAtCategories() {
        List<String> names =
                IntStream.range(0, 60).mapToObj(i -> "\"c%d\"".formatted(i)).toList();
        Model model = Models.read(("{\"format\": \"clew/linear/1\", \"features\": [{\"name\": \"k\", \"categories\": "
                        + names + "}, \"x\"], \"coefficients\": [1, 1], \"intercept\": 0}")
                .getBytes(StandardCharsets.UTF_8));
        Rows rows = Rows.of(IntStream.range(0, 300)
                .mapToObj(i -> new double[] {i < 240 ? i % 50 : i % 60, i / 300.0})
                .toList());
        double[] grid = FeatureEffect.partialDependence(model, rows, 0, 0).grid();
        assertThat(grid).hasSize(50).isSorted();
        for (double code : grid) {
            assertThat(code).isEqualTo(Math.rint(code));
        }
        assertThat(grid).contains(0, 1, 2, 3);
        for (double edge : FeatureEffect.accumulated(model, rows, 0).grid()) {
            assertThat(edge).isEqualTo(Math.rint(edge));
        }
    }

    @Test
    void refusesLabelsAndLossesThatDoNotFit() {
        double[] labels = MODEL.values(ROWS);
        labels[7] = Double.NaN;
        assertThatThrownBy(() ->
                        PermutationImportance.of(MODEL, ROWS, labels, PermutationImportance.Loss.SQUARED_ERROR, 5, 1))
                .hasMessageContaining("A label is missing");
        double[] classes = new double[ROWS.count()];
        assertThatThrownBy(
                        () -> PermutationImportance.of(MODEL, ROWS, classes, PermutationImportance.Loss.LOG_LOSS, 5, 1))
                .hasMessageContaining("a model that reports probabilities");
    }
}

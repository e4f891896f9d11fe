package dev.clew.explain.global;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.linear.LinearExplainer;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import java.nio.charset.StandardCharsets;
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
}

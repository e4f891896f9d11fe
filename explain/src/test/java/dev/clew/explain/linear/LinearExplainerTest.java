package dev.clew.explain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.BruteForce;
import dev.clew.explain.ExplainException;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinearExplainerTest {
    private static Model model(double... coefficients) {
        String names = String.join(
                ",",
                IntStream.range(0, coefficients.length)
                        .mapToObj(i -> "\"x" + i + "\"")
                        .toList());
        return Models.read(
                """
                {"format": "clew/linear/1", "features": [%s], "coefficients": %s, "intercept": 0.25}""".formatted(names, java.util.Arrays.toString(coefficients)).getBytes(StandardCharsets.UTF_8));
    }

    /** The second column follows the first with correlation ½, the rest are independent. */
    private static Rows background(Random random, int count, int features) {
        return Rows.of(IntStream.range(0, count)
                .mapToObj(i -> {
                    double[] row = random.doubles(features)
                            .map(u -> random.nextGaussian())
                            .toArray();
                    row[1] = row[0] / 2 + Math.sqrt(0.75) * row[1];
                    return row;
                })
                .toList());
    }

    @Test
    void interventionalIsTheGameOverTheBackground() {
        var random = new Random(1);
        Model model = model(2, -1, 0.5);
        Rows background = background(random, 30, 3);
        var explainer = LinearExplainer.of(model, background);
        double[] row = {1, 2, 3};
        double[] phi = BruteForce.shapley(BruteForce.interventional(model, row, background), 3);
        var attribution = explainer.explain(row);
        for (int j = 0; j < 3; j++) {
            assertThat(attribution.phi(0)[j]).isCloseTo(phi[j], within(1e-12));
        }
        assertThat(attribution.flags()).isEmpty();
    }

    @Test
    void correlatedFeaturesShareByTheirCovariance() {
        // Two features, β = (1, 0), correlation ρ: v(∅) = 0, v(0) = x₀, v(1) = ρ x₁, v(01) = x₀ (unit variances).
        Rows background = background(new Random(2), 4_000, 2);
        var explainer = LinearExplainer.of(model(1, 0), background, Semantics.CORRELATION_DEPENDENT, 0);
        var attribution = explainer.explain(new double[] {2, 1});
        assertThat(attribution.phi(0)[0]).isCloseTo((2 + 2 - 0.5) / 2, within(0.1));
        assertThat(attribution.phi(0)[1]).isCloseTo(0.5 / 2, within(0.1));
        assertThat(attribution.additivityError()).isLessThan(1e-9);
    }

    @Test
    void manyFeaturesAreSampledAndStillAddUp() {
        double[] slopes = new Random(3).doubles(14).toArray();
        Rows background = background(new Random(4), 300, 14);
        var explainer = LinearExplainer.of(model(slopes), background, Semantics.CORRELATION_DEPENDENT, 7);
        var attribution = explainer.explain(background.row(5));
        assertThat(attribution.flags()).isEmpty();
        assertThat(LinearExplainer.of(model(slopes), background, Semantics.CORRELATION_DEPENDENT, 7)
                        .explain(background.row(5))
                        .phi(0))
                .isEqualTo(attribution.phi(0));
    }

    @Test
    void constantsAndCollinearColumnsDoNotBreakIt() {
        Rows background = Rows.of(
                IntStream.range(0, 20).mapToObj(i -> new double[] {i, 2 * i, 5}).toList());
        var explainer = LinearExplainer.of(model(1, 1, 1), background, Semantics.CORRELATION_DEPENDENT, 0);
        var attribution = explainer.explain(new double[] {3, 7, 6});
        assertThat(attribution.flags()).isEmpty();
        assertThat(attribution.phi(0)[2]).isCloseTo(1, within(1e-9));
    }

    @Test
    void refusesMissingValuesAndOtherModels() {
        Rows background = background(new Random(5), 10, 2);
        var explainer = LinearExplainer.of(model(1, 2), background);
        assertThatThrownBy(() -> explainer.explain(new double[] {Double.NaN, 1}))
                .isInstanceOfSatisfying(
                        ExplainException.class,
                        e -> assertThat(e.code()).isEqualTo(ExplainException.Code.MISSING_NOT_ALLOWED));
    }
}

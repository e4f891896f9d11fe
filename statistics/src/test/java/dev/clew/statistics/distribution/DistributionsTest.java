package dev.clew.statistics.distribution;

import static dev.clew.statistics.Golden.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Golden;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DistributionsTest {
    /** Largest relative error per function that this test accepts; the decision record quotes the measured ones. */
    private static final Map<String, Double> ACCEPTED = Map.of(
            "gammaQ", 1e-11,
            "chi2sf", 1e-12,
            "t2", 1e-10,
            "normsf", 3e-13,
            "normppf", 1e-12,
            "lgamma", 1e-14,
            "hyper", 1e-11,
            "cvm", 1e-11,
            "cvmsf", 1e-12,
            "kstwo", 1e-9);

    @Test
    void agreesWithMpmathAndScipyOverTheWholeRange() {
        Map<String, Double> worst = new TreeMap<>();
        Map<String, String> where = new TreeMap<>();
        for (JsonNode golden : Golden.read("distributions").get("cases")) {
            String function = golden.get(0).asText();
            double expected = number(golden.get(3));
            double actual = value(function, golden.get(1), golden.get(2));
            // The logarithm of Γ crosses zero: its error is absolute there.
            double scale = function.equals("lgamma") ? Math.max(1, Math.abs(expected)) : Math.abs(expected);
            double error = Math.abs(actual - expected) / (scale == 0 ? 1 : scale);
            if (!(error <= worst.getOrDefault(function, 0.0))) {
                worst.put(function, error);
                where.put(function, golden + " got " + actual);
            }
        }
        if (Boolean.getBoolean("clew.print")) {
            worst.forEach((function, error) -> System.out.println(function + " " + error + " " + where.get(function)));
        }
        assertThat(worst.keySet()).containsExactlyInAnyOrderElementsOf(ACCEPTED.keySet());
        worst.forEach((function, error) -> assertThat(error)
                .as("%s is off by %s at %s", function, error, where.get(function))
                .isLessThanOrEqualTo(ACCEPTED.get(function)));
    }

    private static double value(String function, JsonNode first, JsonNode second) {
        return switch (function) {
            case "gammaQ" -> Gamma.regularizedQ(first.asDouble(), second.asDouble());
            case "chi2sf" -> ChiSquared.sf(first.asDouble(), second.asDouble());
            case "t2" -> StudentT.twoSided(first.asDouble(), second.asDouble());
            case "normsf" -> Normal.sf(first.asDouble());
            case "normppf" -> Normal.quantile(first.asDouble());
            case "lgamma" -> Gamma.logGamma(first.asDouble());
            case "hyper" ->
                Hypergeometric.mass(
                        first.get(0).asLong(),
                        first.get(1).asLong(),
                        first.get(2).asLong(),
                        first.get(3).asLong());
            case "cvm" -> CramerVonMisesLimit.cdf(first.asDouble());
            case "cvmsf" -> CramerVonMisesLimit.sf(first.asDouble());
            case "kstwo" -> Kolmogorov.sf(first.asLong(), second.asDouble());
            default -> throw new IllegalArgumentException(function);
        };
    }

    @Test
    void tailsAndCentresAddUpToOne() {
        for (double x = 0.01; x < 60; x *= 1.3) {
            assertThat(Gamma.regularizedP(3.5, x) + Gamma.regularizedQ(3.5, x)).isCloseTo(1, within(1e-14));
            assertThat(Normal.cdf(x) + Normal.sf(x)).isCloseTo(1, within(1e-15));
            assertThat(ChiSquared.cdf(x, 4) + ChiSquared.sf(x, 4)).isCloseTo(1, within(1e-14));
        }
        for (double x = 0.01; x < 5; x += 0.013) {
            assertThat(CramerVonMisesLimit.cdf(x) + CramerVonMisesLimit.sf(x)).isCloseTo(1, within(1e-15));
        }
        for (double x = 0.05; x < 1; x += 0.05) {
            assertThat(Beta.regularized(2.5, 4, x) + Beta.regularized(4, 2.5, 1 - x))
                    .isCloseTo(1, within(1e-14));
        }
    }

    @Test
    void edgesOfTheDomainsHaveTheirLimits() {
        assertThat(ChiSquared.sf(Double.POSITIVE_INFINITY, 3)).isZero();
        assertThat(ChiSquared.sf(0, 3)).isEqualTo(1);
        assertThat(StudentT.twoSided(Double.NEGATIVE_INFINITY, 3)).isZero();
        assertThat(Normal.quantile(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Normal.quantile(1)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Normal.quantile(1.1)).isNaN();
        assertThat(Normal.sf(Double.NaN)).isNaN();
        assertThat(CramerVonMisesLimit.sf(0)).isEqualTo(1);
        assertThat(CramerVonMisesLimit.sf(1e6)).isZero();
        assertThat(CramerVonMisesLimit.sf(Double.NaN)).isNaN();
        assertThat(Kolmogorov.sf(10, 1)).isZero();
        assertThat(Kolmogorov.sf(10, 0)).isEqualTo(1);
        assertThat(Kolmogorov.sf(10, Double.NaN)).isNaN();
        assertThatThrownBy(() -> Kolmogorov.sf(0, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }
}

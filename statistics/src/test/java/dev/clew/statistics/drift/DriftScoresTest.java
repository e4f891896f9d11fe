package dev.clew.statistics.drift;

import static dev.clew.statistics.Golden.P_VALUE;
import static dev.clew.statistics.Golden.STATISTIC;
import static dev.clew.statistics.Golden.assertClose;
import static dev.clew.statistics.Golden.lcg;
import static dev.clew.statistics.Golden.number;
import static dev.clew.statistics.Golden.power;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Categories;
import dev.clew.statistics.Golden;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Divergence;
import dev.clew.statistics.distance.Ecdf;
import dev.clew.statistics.distance.Proportions;
import dev.clew.statistics.test.CountTests;
import dev.clew.statistics.test.Counts;
import dev.clew.statistics.test.KolmogorovSmirnov;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftScoresTest {
    private static final Sample A = Sample.of(lcg(1500, 1));
    private static final Sample B = Sample.of(power(lcg(1200, 2), 1.1));

    @Test
    void everyNumericMethodAgreesWithItsReferenceOnRandomPairs() {
        int scores = 0;
        for (JsonNode golden : Golden.read("drift").get("numeric")) {
            Sample reference = numbers(golden, "n", "seedA", 1, 0);
            Sample current = numbers(
                    golden,
                    "m",
                    "seedB",
                    golden.get("exponent").asDouble(),
                    golden.get("shift").asDouble());
            scores += compare(golden.toString(), golden.get("scores"), reference, current);
        }
        assertThat(scores).isGreaterThan(700);
    }

    @Test
    void theFixedPairsAgree() {
        JsonNode fixed = Golden.read("drift").get("fixed");
        compare("AB", fixed.get("AB"), A, B);
        double[] a = Arrays.copyOf(lcg(1500, 1), 200);
        double[] b = Arrays.copyOf(power(lcg(1200, 2), 1.1), 150);
        compare("ab", fixed.get("ab"), Sample.of(a), Sample.of(b));
    }

    private static Sample numbers(JsonNode golden, String size, String seed, double exponent, double shift) {
        double[] values = lcg(golden.get(size).asInt(), golden.get(seed).asLong());
        int grid = golden.get("grid").asInt();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.pow(values[i], exponent) + shift;
            values[i] = grid == 0 ? values[i] : (int) (values[i] * grid);
        }
        return Sample.of(values);
    }

    private static int compare(String what, JsonNode scores, Sample reference, Sample current) {
        scores.properties().forEach(score -> {
            double expected = number(score.getValue());
            String label = score.getKey() + " of " + what;
            switch (score.getKey()) {
                case "D" ->
                    assertClose(
                            label, KolmogorovSmirnov.compare(reference, current).statistic(), expected, 1e-15);
                case "w1" -> assertClose(label, Ecdf.wasserstein(reference, current), expected, STATISTIC);
                default -> {
                    DriftMethod method = DriftMethod.named(score.getKey()).orElseThrow();
                    double actual = DriftScores.of(method, reference, current);
                    // 1 − F keeps no relative accuracy where F is near 1, in scipy and here.
                    double absolute =
                            method == DriftMethod.CRAMER_VON_MISES ? 1e-14 : method.isDistance() ? 1e-12 : 1e-300;
                    assertClose(label, actual, expected, method.isDistance() ? STATISTIC : P_VALUE, absolute);
                }
            }
        });
        return scores.size();
    }

    @Test
    void everyCategoricalMethodAgreesWithItsReferenceOnRandomPairs() {
        int scores = 0;
        for (JsonNode golden : Golden.read("drift").get("categorical")) {
            int levels = golden.get("levels").asInt();
            Categories reference =
                    letters(golden.get("n").asInt(), golden.get("seedA").asLong(), 1, levels);
            Categories current = letters(
                    golden.get("m").asInt(),
                    golden.get("seedB").asLong(),
                    golden.get("exponent").asDouble(),
                    levels);
            Counts counts = Counts.of(reference, current);
            for (var score : golden.get("scores").properties()) {
                String label = score.getKey() + " of " + golden;
                scores++;
                switch (score.getKey()) {
                    case "fisher" ->
                        assertClose(label, CountTests.fisher(counts).pValue(), number(score.getValue()), P_VALUE);
                    case "contingency" -> {
                        assertClose(
                                label,
                                CountTests.contingency(counts).statistic(),
                                number(score.getValue().get(0)),
                                STATISTIC);
                        assertClose(
                                label,
                                CountTests.contingency(counts).pValue(),
                                number(score.getValue().get(1)),
                                P_VALUE);
                    }
                    case "tvd" ->
                        assertClose(
                                label,
                                Divergence.totalVariation(Proportions.of(reference, current)),
                                number(score.getValue()),
                                STATISTIC);
                    case "linf" ->
                        assertClose(
                                label,
                                Divergence.largestGap(Proportions.of(reference, current)),
                                number(score.getValue()),
                                STATISTIC);
                    // Evidently computes 1 − Φ(|z|): its tail ends near 1e-16, ours does not.
                    case "z" ->
                        assertClose(
                                label,
                                DriftScores.of(DriftMethod.Z, reference, current),
                                number(score.getValue()),
                                P_VALUE,
                                1e-15);
                    default -> {
                        DriftMethod method = DriftMethod.named(score.getKey()).orElseThrow();
                        double tolerance = method.isDistance() ? STATISTIC : P_VALUE;
                        assertClose(
                                label, DriftScores.of(method, reference, current), number(score.getValue()), tolerance);
                    }
                }
            }
        }
        assertThat(scores).isGreaterThan(250);
    }

    private static Categories letters(int count, long seed, double exponent, int levels) {
        List<String> values = new ArrayList<>();
        for (double value : lcg(count, seed)) {
            values.add(Character.toString(97 + (int) (Math.pow(value, exponent) * levels)));
        }
        return Categories.of(values);
    }

    @Test
    void goldenNumbersOfTheMethodTableHold() {
        assertThat(lcg(1, 1)[0]).isEqualTo(0.42320917087271326);
        Map<String, Double> expected = Map.ofEntries(
                Map.entry("ks", 0.012384096699006296),
                Map.entry("wasserstein", 0.09396596905398856),
                Map.entry("psi", 0.029621966846206972),
                Map.entry("jensenshannon", 0.060782117148168224),
                Map.entry("kl_div", 0.014798724869194523),
                Map.entry("hellinger", 0.060816102975214364),
                Map.entry("anderson", 0.01833424621477609),
                Map.entry("cramer_von_mises", 0.015094538920610523),
                Map.entry("ed", 0.04467090086196958),
                Map.entry("es", 0.14314791458854584),
                Map.entry("mannw", 0.992180089378943),
                Map.entry("t_test", 0.01628095930043617));
        expected.forEach((method, score) ->
                assertClose(method, DriftScores.of(DriftMethod.named(method).orElseThrow(), A, B), score, STATISTIC));
        var large = KolmogorovSmirnov.compare(Sample.of(lcg(12_000, 7)), Sample.of(power(lcg(11_000, 8), 1.02)));
        assertClose("large D", large.statistic(), 0.020962121212121265, 1e-15);
        assertClose("large p", large.pValue(), 0.012718717995376317, STATISTIC);
        assertThat(KolmogorovSmirnov.compare(A, B).pValue()).isEqualTo(0.012384096699006296);
    }

    @Test
    void goldenNumbersOfCategoriesHold() {
        Categories reference = Categories.ofCounts(Map.of("a", 653L, "b", 272L, "c", 207L, "d", 195L, "e", 173L), 0);
        Categories current = Categories.ofCounts(Map.of("a", 210L, "b", 246L, "c", 275L, "d", 229L, "e", 240L), 0);
        Categories extra =
                Categories.ofCounts(Map.of("a", 210L, "b", 246L, "c", 275L, "d", 229L, "e", 218L, "f", 22L), 0);
        check(
                reference,
                current,
                3.9071055034370763e-79,
                .35635124060321843,
                .19110034231490192,
                .20834303066939994,
                .20967807037114083);
        check(reference, extra, 0, .4349008442599198, .20154764386882706, .21850017581206843, .22603807628242717);
        var table = CountTests.contingency(Counts.of(reference, current));
        assertClose("statistic", table.statistic(), 221.2960054018999, STATISTIC);
        assertClose("p", table.pValue(), 9.863565925530849e-47, P_VALUE);
        Categories ones = Categories.ofCounts(Map.of("0", 1061L, "1", 439L), 0);
        Categories others = Categories.ofCounts(Map.of("0", 806L, "1", 394L), 0);
        assertClose("z", DriftScores.of(DriftMethod.Z, ones, others), .046171704079550846, STATISTIC);
        assertClose("chisquare", DriftScores.of(DriftMethod.CHI_SQUARE, ones, others), .006616997111614551, STATISTIC);
        assertClose("psi", DriftScores.of(DriftMethod.PSI, ones, others), .005946877826440853, STATISTIC);
        var fisher = CountTests.fisher(new Counts(new long[] {69, 31}, new long[] {56, 44}));
        assertClose("fisher", fisher.pValue(), .07932575873222565, STATISTIC);
    }

    private static void check(
            Categories reference, Categories current, double p, double psi, double kl, double js, double hellinger) {
        assertClose("chisquare", DriftScores.of(DriftMethod.CHI_SQUARE, reference, current), p, P_VALUE);
        assertClose("psi", DriftScores.of(DriftMethod.PSI, reference, current), psi, STATISTIC);
        assertClose("kl", DriftScores.of(DriftMethod.KL_DIVERGENCE, reference, current), kl, STATISTIC);
        assertClose("js", DriftScores.of(DriftMethod.JENSEN_SHANNON, reference, current), js, STATISTIC);
        assertClose("hellinger", DriftScores.of(DriftMethod.HELLINGER, reference, current), hellinger, STATISTIC);
    }

    @Test
    void permutationMethodsStayWithinTheirMonteCarloBand() {
        Categories ones = Categories.ofCounts(Map.of("0", 1061L, "1", 439L), 0);
        Categories others = Categories.ofCounts(Map.of("0", 806L, "1", 394L), 0);
        // For two levels the permutation p is Fisher's two-sided p up to ties in distance.
        double exact = CountTests.fisher(Counts.of(ones, others)).pValue();
        assertThat(DriftScores.of(DriftMethod.TOTAL_VARIATION, ones, others)).isBetween(exact - 0.03, exact + 0.03);
        Sample a = Sample.of(lcg(100, 1));
        assertThat(DriftScores.of(DriftMethod.MMD, a, Sample.of(lcg(100, 2)))).isGreaterThan(0.05);
        assertThat(DriftScores.of(DriftMethod.MMD, a, Sample.of(power(lcg(100, 2), 3))))
                .isLessThan(0.02);
    }

    @Test
    void exactKolmogorovSmirnovOfTenThousandRowsNeedsNoMoreThanItsBand() {
        assertThat(KolmogorovSmirnov.exact(10_000, 9_999, 1)).isEqualTo(1);
        assertThat(KolmogorovSmirnov.exact(3, 2, 6)).isEqualTo(2.0 / 10);
    }

    @Test
    void methodsSayWhatTheyNeed() {
        Sample constant = Sample.of(1, 1, 1, 1, 1, 1);
        assertThatThrownBy(() -> DriftScores.of(DriftMethod.EPPS_SINGLETON, constant, constant))
                .hasMessageContaining("interquartile range above 0");
        assertThatThrownBy(() -> DriftScores.of(DriftMethod.ANDERSON_DARLING, constant, constant))
                .hasMessageContaining("constant column");
        assertThatThrownBy(() -> DriftScores.of(DriftMethod.KS, constant, Sample.of()))
                .hasMessageContaining("at least 1");
        assertThatThrownBy(
                        () -> DriftScores.of(DriftMethod.KS, Categories.of(List.of("a")), Categories.of(List.of("a"))))
                .hasMessageContaining("'ks' does not suit");
        Categories three = Categories.of(List.of("a", "b", "c"));
        assertThatThrownBy(() -> DriftScores.of(DriftMethod.FISHER, three, three))
                .hasMessageContaining("2 levels");
    }
}

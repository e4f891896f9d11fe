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
                    // scipy sums up F until a term is below 1e-7 and takes 1 − F, what is left out adding up; our tail
                    // is that of
                    // DistributionsTest.
                    double absolute =
                            method == DriftMethod.CRAMER_VON_MISES ? 1e-6 : method.isDistance() ? 1e-12 : 1e-300;
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
                                DriftScores.of(DriftMethod.L_INFINITY, reference, current),
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
    void permutationMethodsAgreeWithEvidentlyWithinTheErrorOfBothDraws() {
        JsonNode chances = Golden.read("drift").get("chances");
        assertThat(chances).hasSize(4);
        for (JsonNode golden : chances) {
            int n = golden.get("n").asInt();
            int m = golden.get("m").asInt();
            double exponent = golden.get("exponent").asDouble();
            double mmd = DriftScores.of(DriftMethod.MMD, Sample.of(lcg(n, 71)), Sample.of(power(lcg(m, 72), exponent)));
            double tvd = DriftScores.of(DriftMethod.TOTAL_VARIATION, letters(n, 71, 1, 5), letters(m, 72, exponent, 5));
            assertChance("MMD of " + golden, mmd, golden.get("scores").get("empirical_mmd"), 100);
            assertChance("TVD of " + golden, tvd, golden.get("scores").get("TVD"), 1_000);
        }
    }

    /** Both are shares of so many shuffles, so their difference is within four standard errors. */
    private static void assertChance(String what, double found, JsonNode theirs, int shuffles) {
        double mean = Arrays.stream(Golden.numbers(theirs)).average().orElseThrow();
        double error = Math.sqrt(2 * Math.max(mean * (1 - mean), 1.0 / shuffles) / shuffles);
        assertThat(found).as(what).isBetween(mean - 4 * error, mean + 4 * error);
    }

    @Test
    void largeValuesThatDifferLittleKeepTheirDigits() {
        // Fractions of seconds, and the same as seconds since long ago: a plain sum of a million of the latter is off
        // by thousands of ulps.
        double[] fractions = lcg(1_000_000, 31);
        double[] times = new double[fractions.length];
        for (int i = 0; i < fractions.length; i++) {
            fractions[i] = Math.rint(fractions[i] * 1024) / 1024;
            times[i] = fractions[i] + 0x1p30;
        }
        Sample near = Sample.of(fractions);
        Sample far = Sample.of(times);
        assertThat(far.mean())
                .isCloseTo(near.mean() + 0x1p30, org.assertj.core.api.Assertions.within(Math.ulp(0x1p30)));
        assertClose("deviation", far.standardDeviation(), near.standardDeviation(), 1e-10);
    }

    @Test
    void oneSampleAgainstItsDistribution() {
        // scipy.stats.kstest(x, "uniform") of x = 0.1, 0.4, 0.7: D = 0.30000000000000004, p = 0.8862222222222221.
        var test = KolmogorovSmirnov.against(Sample.of(0.7, 0.1, 0.4), x -> x);
        assertClose("D", test.statistic(), 0.3, 1e-15);
        assertClose("p", test.pValue(), 0.8862222222222221, 1e-12);
        assertThat(KolmogorovSmirnov.against(A, x -> x).pValue()).isBetween(0.01, 1.0);
        assertThat(KolmogorovSmirnov.against(B, x -> x).pValue()).isLessThan(0.05);
        assertThatThrownBy(() -> KolmogorovSmirnov.against(Sample.of(), x -> x)).hasMessageContaining("at least 1");
    }

    @Test
    void tablesOfCountsAreTestedForIndependence() {
        // scipy.stats.chi2_contingency([[10, 20, 30], [6, 9, 17]]): 0.27157465150403504, p 0.873028283380073.
        var table = CountTests.independence(new long[][] {{10, 20, 30}, {6, 9, 17}});
        assertClose("statistic", table.statistic(), 0.27157465150403504, STATISTIC);
        assertClose("p", table.pValue(), 0.873028283380073, P_VALUE);
        // With Yates' correction, as 2 × 2 has; an empty column is none.
        var small = CountTests.independence(new long[][] {{31, 0, 69}, {44, 0, 56}});
        var twice = CountTests.contingency(new Counts(new long[] {31, 69}, new long[] {44, 56}));
        assertClose("2 x 2", small.statistic(), twice.statistic(), 1e-15);
        assertThat(CountTests.independence(new long[][] {{3, 4}}).pValue()).isEqualTo(1);
        assertThat(CountTests.independence(new long[0][]).pValue()).isEqualTo(1);
    }

    @Test
    void exactKolmogorovSmirnovIsScipysToTheLastBits() {
        int exact = 0;
        for (JsonNode golden : Golden.read("drift").get("numeric")) {
            if (Math.max(golden.get("n").asInt(), golden.get("m").asInt()) > 10_000
                    || !golden.get("scores").has("ks")) {
                continue;
            }
            Sample reference = numbers(golden, "n", "seedA", 1, 0);
            Sample current = numbers(
                    golden,
                    "m",
                    "seedB",
                    golden.get("exponent").asDouble(),
                    golden.get("shift").asDouble());
            double theirs = number(golden.get("scores").get("ks"));
            double found = KolmogorovSmirnov.compare(reference, current).pValue();
            assertThat(found).as(golden.toString()).isBetween(theirs * (1 - 1e-12), theirs * (1 + 1e-12));
            exact++;
        }
        assertThat(exact).isGreaterThan(55);
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

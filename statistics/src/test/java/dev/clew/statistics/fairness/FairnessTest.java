package dev.clew.statistics.fairness;

import static dev.clew.statistics.Golden.assertClose;
import static dev.clew.statistics.Golden.lcg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Employment;
import dev.clew.statistics.Golden;
import dev.clew.statistics.fairness.FairnessReport.Cell;
import dev.clew.statistics.fairness.FairnessReport.Verdict;
import dev.clew.statistics.performance.Confusion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FairnessTest {
    private static final JsonNode GOLDEN = Golden.read("fairness");
    private static final double TOLERANCE = 1e-12;

    @Test
    void metricsOfEmploymentAreThoseOfFairlearnAndAif360() {
        int compared = 0;
        for (JsonNode golden : GOLDEN.get("employment")) {
            String[] name = golden.get("name").asText().split(" ");
            int year = Integer.parseInt(name[0]);
            Employment.Table table = year == 2015 ? Employment.reference() : Employment.analysis(year);
            List<@Nullable String> groups = switch (name[1]) {
                case "both" -> both(table);
                default -> table.text(name[1]);
            };
            compared +=
                    compare(golden, Groups.of(are(table.number("employed")), are(table.number("prediction")), groups));
        }
        assertThat(compared).isGreaterThan(240);
    }

    private static List<@Nullable String> both(Employment.Table table) {
        List<@Nullable String> both = new ArrayList<>();
        for (int i = 0; i < table.text("SEX").size(); i++) {
            both.add(Groups.intersection(
                    table.text("SEX").get(i), table.text("RAC1P").get(i)));
        }
        return both;
    }

    private static boolean[] are(double[] values) {
        boolean[] are = new boolean[values.length];
        for (int i = 0; i < are.length; i++) {
            are[i] = values[i] == 1;
        }
        return are;
    }

    private static int compare(JsonNode golden, Groups groups) {
        Optional<String> privileged = Optional.of(golden.get("privileged").asText());
        golden.get("metrics").properties().forEach(metric -> {
            FairnessMetric ours = FairnessMetric.named(metric.getKey()).orElseThrow();
            String what = metric.getKey() + " of " + golden.get("name");
            double expected = Golden.number(metric.getValue());
            if (ours == FairnessMetric.DIFFERENTIAL_FAIRNESS && Double.isInfinite(expected)) {
                assertThat(ours.of(groups, privileged)).as(what).isFinite();
                return;
            }
            assertClose(what, ours.asReference(groups, privileged), expected, TOLERANCE);
            boolean everyRate = groups.all().stream()
                    .noneMatch(group -> Arrays.stream(Rate.values())
                            .anyMatch(rate -> rate.of(group).n() == 0));
            if (everyRate) {
                assertClose(what, ours.of(groups, privileged), expected, TOLERANCE);
            }
        });
        return golden.get("metrics").size();
    }

    @Test
    void metricsOfSeededRowsAgreeWithAndWithoutWeights() {
        for (JsonNode golden : GOLDEN.get("seeded")) {
            int n = golden.get("n").asInt();
            int k = golden.get("k").asInt();
            long seed = golden.get("seed").asLong();
            double[] u = lcg(n, seed);
            double[] v = lcg(n, seed + 1);
            double[] w = lcg(n, seed + 4);
            double[] weights = lcg(n, seed + 9);
            boolean[] labels = new boolean[n];
            boolean[] predictions = new boolean[n];
            List<String> groups = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                groups.add("g" + (int) (u[i] * k));
                predictions[i] = v[i] < 0.3 + 0.1 * Math.floor(u[i] * k);
                labels[i] = (v[i] + w[i]) / 2 < 0.4;
                weights[i] += 0.5;
            }
            boolean weighted = golden.get("name").asText().equals("weighted");
            compare(
                    golden,
                    weighted
                            ? Groups.of(labels, predictions, groups, weights)
                            : Groups.of(labels, predictions, groups));
        }
    }

    @Test
    void consistencyIsThatOfAif360() {
        JsonNode golden = GOLDEN.get("consistency").get(0);
        int n = golden.get("n").asInt();
        double[] y = lcg(n, 77);
        double[][] columns = {lcg(n, 31), lcg(n, 32), lcg(n, 35)};
        double[][] rows = new double[n][3];
        boolean[] labels = new boolean[n];
        for (int i = 0; i < n; i++) {
            for (int column = 0; column < 3; column++) {
                rows[i][column] = columns[column][i];
            }
            labels[i] = y[i] < columns[0][i];
        }
        assertClose(
                "consistency",
                Gaps.consistency(rows, labels, 5),
                golden.get("value").asDouble(),
                TOLERANCE);
        assertThatThrownBy(() -> Gaps.consistency(new double[20_001][], new boolean[20_001], 5))
                .hasMessageContaining("Give a sample");
    }

    @Test
    void knownNumbersOfTheSpecificationHold() {
        double[] s = lcg(1000, 3);
        double[] y = lcg(1000, 4);
        double[] g = lcg(1000, 6);
        boolean[] labels = new boolean[1000];
        boolean[] predictions = new boolean[1000];
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            labels[i] = y[i] < Math.pow(s[i], 1.5);
            predictions[i] = s[i] >= 0.5;
            groups.add(g[i] < 0.4 ? "p" : "u");
        }
        Groups counted = Groups.of(labels, predictions, groups);
        assertThat(counted.named("p").orElseThrow().rows()).isEqualTo(395);
        Optional<String> privileged = Optional.of("p");
        // The specification takes P(fav | unprivileged) of the group "g < 0.4" the other way round.
        double gap = FairnessMetric.STATISTICAL_PARITY_DIFFERENCE.of(counted, privileged);
        assertClose("|SPD|", Math.abs(gap), 0.01816089549116018, Golden.STATISTIC);
        double ratio = FairnessMetric.DISPARATE_IMPACT.of(counted, privileged);
        assertClose("DIR", Math.max(ratio, 1 / ratio), 1.0362618540335047, Golden.STATISTIC);
    }

    @Test
    void aGroupWithoutARateIsLeftOutUnlessTheReferenceIsAskedFor() {
        Groups groups = groups(
                Group.of("a", new Confusion(50, 40, 50, 60)),
                Group.of("b", new Confusion(30, 20, 30, 80)),
                Group.of("c", new Confusion(20, 0, 10, 0)));
        FairnessMetric fpr = FairnessMetric.FPR_DIFFERENCE;
        assertThat(fpr.of(groups, Optional.empty())).isCloseTo(0.2, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(fpr.asReference(groups, Optional.empty())).isEqualTo(0.4);
    }

    @Test
    void verdictsAreThreeValued() {
        Groups unfair = groups(counts("a", 900, 100), counts("b", 500, 500));
        Groups fair = groups(counts("a", 5000, 5000), counts("b", 4990, 5010));
        Groups few = groups(counts("a", 60, 40), counts("b", 50, 50));
        assertThat(verdict(unfair)).isEqualTo(Verdict.FAIL);
        assertThat(verdict(fair)).isEqualTo(Verdict.PASS);
        assertThat(verdict(few)).isEqualTo(Verdict.INSUFFICIENT_EVIDENCE);
        assertThat(verdict(groups(counts("a", 900, 100)))).isEqualTo(Verdict.INSUFFICIENT_EVIDENCE);
    }

    private static Verdict verdict(Groups groups) {
        return Fairness.judge(groups, Optional.empty(), FairnessSettings.DEFAULT)
                .metrics()
                .get(FairnessMetric.DEMOGRAPHIC_PARITY_RATIO)
                .verdict();
    }

    /** Selected and not selected rows, labels alternating. */
    private static Group counts(String name, int selected, int rest) {
        return Group.of(name, new Confusion(selected / 2.0, selected - selected / 2.0, rest / 2.0, rest - rest / 2.0));
    }

    private static Groups groups(Group... groups) {
        return new Groups(Arrays.asList(groups));
    }

    @Test
    void smallGroupsAreHiddenAndNotAlone() {
        Groups groups = groups(counts("a", 500, 400), counts("b", 300, 200), counts("c", 40, 60), counts("d", 8, 4));
        FairnessReport report = Fairness.judge(groups, Optional.of("a"), FairnessSettings.DEFAULT);
        assertThat(report.groups().stream().filter(FairnessReport.GroupRates::isSuppressed))
                .extracting(FairnessReport.GroupRates::name)
                .containsExactly("c", "d");
        assertThat(report.groups().get(3).rows()).isEqualTo(-1);
        assertThat(report.groups().get(3).rates().values()).allMatch(Cell.Suppressed.class::isInstance);
        assertThat(report.leftOut()).isEqualTo(1);
        assertThat(report.overall().rows()).isEqualTo(1512);
        // Only the group that is too small is left out of the comparison, not the one hidden beside it.
        assertThat(report.metrics()
                        .get(FairnessMetric.DEMOGRAPHIC_PARITY_DIFFERENCE)
                        .estimate()
                        .value())
                .isCloseTo(0.6 - 0.4, org.assertj.core.api.Assertions.within(1e-12));
    }

    @Test
    void ratesOfFewPeopleAreHiddenAndRatesOfNobodyAreNotZero() {
        Groups groups = groups(Group.of("a", new Confusion(50, 5, 40, 60)), Group.of("b", new Confusion(0, 20, 0, 30)));
        FairnessReport report = Fairness.judge(groups, Optional.of("a"), FairnessSettings.DEFAULT);
        assertThat(report.groups().get(0).rates().get(Rate.FPR)).isInstanceOf(Cell.Suppressed.class);
        assertThat(report.groups().get(0).rates().get(Rate.SELECTION_RATE)).isInstanceOf(Cell.Shown.class);
        assertThat(report.groups().get(1).rates().get(Rate.TPR)).isInstanceOf(Cell.Undefined.class);
        FairnessReport.Finding opportunity = report.metrics().get(FairnessMetric.EQUAL_OPPORTUNITY_DIFFERENCE);
        assertThat(opportunity.estimate().isDefined()).isFalse();
        assertThat(opportunity.verdict()).isEqualTo(Verdict.INSUFFICIENT_EVIDENCE);
    }

    @Test
    void rowsWithoutTheAttributeAreAGroupOfTheirOwn() {
        Groups groups = Groups.of(
                new boolean[] {true, false, true}, new boolean[] {true, true, false}, Arrays.asList("a", null, null));
        FairnessReport report = Fairness.judge(groups, Optional.empty(), FairnessSettings.DEFAULT.suppressing(1, 0));
        assertThat(report.missingShare()).isEqualTo(2.0 / 3);
        assertThat(report.groups()).extracting(FairnessReport.GroupRates::name).containsExactly("(missing)", "a");
        assertThat(Groups.intersection("a", null)).isNull();
        assertThat(Groups.intersection("a", "b")).isEqualTo("a ∩ b");
    }

    @Test
    void withoutAPrivilegedGroupOnlyMetricsOverAllGroupsAreGiven() {
        FairnessReport report = Fairness.judge(
                groups(counts("a", 50, 50), counts("b", 60, 40)), Optional.empty(), FairnessSettings.DEFAULT);
        assertThat(report.metrics().keySet())
                .noneMatch(FairnessMetric::needsPrivileged)
                .hasSizeGreaterThan(15);
    }

    /** Under equal treatment p-values must be uniform enough and Newcombe intervals hold 0 in 95 of 100 cases. */
    @Test
    void chanceAloneIsRarelyTakenForUnfairness() {
        var random = new SplittableRandom(3);
        int rounds = 300;
        int alarms = 0;
        int held = 0;
        for (int round = 0; round < rounds; round++) {
            boolean[] labels = new boolean[400];
            boolean[] predictions = new boolean[400];
            List<String> names = new ArrayList<>();
            for (int i = 0; i < labels.length; i++) {
                labels[i] = random.nextDouble() < 0.5;
                predictions[i] = random.nextDouble() < (labels[i] ? 0.7 : 0.4);
                names.add(random.nextInt(3) == 0 ? "a" : "b");
            }
            FairnessReport report = Fairness.judge(
                    Groups.of(labels, predictions, names),
                    Optional.of("a"),
                    new FairnessSettings(30, 10, 0.1, 0.8, 200, round));
            alarms += report.metrics()
                                    .get(FairnessMetric.EQUALIZED_ODDS_DIFFERENCE)
                                    .pValue()
                            <= 0.05
                    ? 1
                    : 0;
            var gap = report.metrics()
                    .get(FairnessMetric.STATISTICAL_PARITY_DIFFERENCE)
                    .estimate();
            held += gap.low() <= 0 && 0 <= gap.high() ? 1 : 0;
        }
        assertThat((double) alarms / rounds).isLessThan(0.085);
        assertThat((double) held / rounds).isGreaterThan(0.92);
    }

    @Test
    void theSameSeedGivesTheSameReport() {
        Groups groups = groups(counts("a", 50, 70), counts("b", 60, 40), counts("c", 70, 45));
        FairnessReport one = Fairness.judge(groups, Optional.of("a"), FairnessSettings.DEFAULT);
        assertThat(Fairness.judge(groups, Optional.of("a"), FairnessSettings.DEFAULT))
                .isEqualTo(one);
        assertThat(one.metrics().get(FairnessMetric.DISPARATE_IMPACT).method()).isEqualTo("katz");
        assertThat(one.metrics().values()).allMatch(finding -> !(finding.qValue() < finding.pValue()));
    }

    @Test
    void discoveriesAreAdjustedAsBenjaminiAndHochbergSay() {
        double[] adjusted = Discoveries.adjusted(new double[] {0.01, 0.04, Double.NaN, 0.03, 0.5});
        assertThat(adjusted[0]).isEqualTo(0.04);
        assertThat(adjusted[1]).isCloseTo(0.16 / 3, org.assertj.core.api.Assertions.within(1e-15));
        assertThat(adjusted[2]).isNaN();
        assertThat(adjusted[3]).isCloseTo(0.16 / 3, org.assertj.core.api.Assertions.within(1e-15));
        assertThat(adjusted[4]).isEqualTo(0.5);
    }

    @Test
    void gapsOfScoresAreTakenOverGroupsThatAreLargeEnough() {
        double[] scores = lcg(300, 8);
        double[] truth = lcg(300, 9);
        boolean[] labels = new boolean[300];
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            labels[i] = truth[i] < scores[i];
            groups.add(i < 140 ? "a" : i < 290 ? "b" : "c");
        }
        Map<String, Map<String, dev.clew.statistics.Estimate>> found = Gaps.ofScores(labels, scores, groups, 30);
        assertThat(found).containsOnlyKeys("a", "b");
        assertThat(Gaps.spread(found, "roc_auc")).isBetween(0.0, 0.2);
        assertThat(Gaps.spread(Map.of(), "roc_auc")).isNaN();
    }

    @Test
    void badInputSaysWhatToDo() {
        Groups groups = groups(counts("a", 50, 50), counts("b", 6, 4));
        assertThatThrownBy(() -> Fairness.judge(groups, Optional.of("x"), FairnessSettings.DEFAULT))
                .hasMessageContaining("no group 'x'")
                .hasMessageContaining("[a, b]");
        assertThatThrownBy(() -> Fairness.judge(groups, Optional.of("b"), FairnessSettings.DEFAULT))
                .hasMessageContaining("name a larger one");
        assertThatThrownBy(() -> Fairness.judge(new Groups(List.of()), Optional.empty(), FairnessSettings.DEFAULT))
                .hasMessageContaining("no rows to judge");
        assertThatThrownBy(() -> FairnessMetric.DISPARATE_IMPACT.of(groups, Optional.empty()))
                .hasMessageContaining("name one of the groups");
        assertThatThrownBy(() -> Groups.of(new boolean[1], new boolean[1], List.of("a"), new double[] {-1}))
                .hasMessageContaining("weights are above 0");
    }
}

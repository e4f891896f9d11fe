package dev.clew.statistics.performance;

import static dev.clew.statistics.Golden.STATISTIC;
import static dev.clew.statistics.Golden.assertClose;
import static dev.clew.statistics.Golden.lcg;
import static dev.clew.statistics.Golden.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Estimate;
import dev.clew.statistics.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PerformanceTest {
    private static final JsonNode GOLDEN = Golden.read("performance");

    @Test
    void twoClassesAgreeWithScikitLearn() {
        for (JsonNode golden : GOLDEN.get("binary")) {
            int n = golden.get("n").asInt();
            long seed = golden.get("seed").asLong();
            int grid = golden.get("grid").asInt();
            double[] scores = lcg(n, seed);
            double[] truth = lcg(n, seed + 1);
            boolean[] labels = new boolean[n];
            for (int i = 0; i < n; i++) {
                scores[i] = grid == 0 ? scores[i] : Math.floor(scores[i] * grid) / grid;
                labels[i] =
                        truth[i] < Math.pow(scores[i], golden.get("exponent").asDouble());
            }
            var found = BinaryClassification.ofScores(
                    labels, scores, golden.get("threshold").asDouble());
            Confusion cells = found.confusion();
            assertThat(new double[] {
                        cells.truePositives(), cells.falsePositives(), cells.falseNegatives(), cells.trueNegatives()
                    })
                    .isEqualTo(Golden.numbers(golden.get("cells")));
            compare(golden.get("metrics"), found.metrics());
            int[] classes = IntStream.range(0, n).map(i -> labels[i] ? 1 : 0).toArray();
            compareBaseline(golden.get("baseline"), Baseline.ofClasses(classes, 2, false));
        }
    }

    /** scikit-learn's dummies. */
    private static void compareBaseline(JsonNode expected, Map<String, Double> found) {
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(expected::fieldNames);
        expected.properties()
                .forEach(metric -> assertClose(
                        "baseline " + metric.getKey(),
                        found.get(metric.getKey()),
                        number(metric.getValue()),
                        STATISTIC));
    }

    @Test
    void aBaselineOfNoRowsIsEmptyAndOneOfOneClassIsPerfect() {
        assertThat(Baseline.ofClasses(new int[0], 2, false)).isEmpty();
        assertThat(Baseline.ofNumbers(new double[0])).isEmpty();
        assertThat(Baseline.ofClasses(new int[] {1, 1, 1}, 2, false))
                .containsEntry("accuracy", 1.0)
                .containsEntry("log_loss", 0.0)
                .containsEntry("brier", 0.0);
    }

    private static void compare(JsonNode expected, Map<String, Estimate> found) {
        expected.properties().forEach(metric -> {
            assertThat(found).containsKey(metric.getKey());
            Estimate estimate = found.get(metric.getKey());
            assertClose(metric.getKey(), estimate.value(), number(metric.getValue()), STATISTIC);
            if (estimate.hasInterval()) {
                assertThat(estimate.low()).as(metric.getKey()).isLessThanOrEqualTo(estimate.high());
            }
        });
    }

    @Test
    void severalClassesAgreeWithScikitLearn() {
        for (JsonNode golden : GOLDEN.get("multi")) {
            int n = golden.get("n").asInt();
            long seed = golden.get("seed").asLong();
            int classes = golden.get("classes").asInt();
            double[][] scores = new double[classes][];
            for (int c = 0; c < classes; c++) {
                scores[c] = lcg(n, seed + c);
            }
            var drawn = Golden.Multi.drawn(scores, lcg(n, seed + 100));
            List<String> names =
                    IntStream.range(0, classes).mapToObj(Integer::toString).toList();
            var found = MultiClassification.of(names, drawn.labels(), drawn.predictions(), drawn.scores());
            compare(golden.get("metrics"), found.metrics());
            compareBaseline(golden.get("baseline"), Baseline.ofClasses(drawn.labels(), classes, true));
            assertThat(found.metricsOf(1)).containsKeys("precision", "roc_auc");
        }
    }

    @Test
    void regressionsAgreeWithScikitLearnAndEvidently() {
        for (JsonNode golden : GOLDEN.get("regression")) {
            int n = golden.get("n").asInt();
            double scale = golden.get("scale").asDouble();
            double[] targets = lcg(n, golden.get("seed").asLong());
            double[] noise = lcg(n, golden.get("seed").asLong() + 1);
            double[] predictions = new double[n];
            for (int i = 0; i < n; i++) {
                targets[i] = targets[i] * scale + golden.get("shift").asDouble();
                predictions[i] = targets[i] + (noise[i] - 0.4) * scale * 0.3;
            }
            var found = Regression.of(targets, predictions);
            compare(golden.get("metrics"), found.metrics());
            compareBaseline(golden.get("baseline"), Baseline.ofNumbers(targets));
            assertClose(
                    "mape as Evidently",
                    found.meanAbsolutePercentageErrorAsEvidently().value(),
                    number(golden.get("mape_evidently")),
                    STATISTIC);
            Estimate mean = found.metrics().get("mean_error");
            assertClose("low", mean.low(), golden.get("mean_interval").get(0).asDouble(), STATISTIC);
            assertClose("high", mean.high(), golden.get("mean_interval").get(1).asDouble(), STATISTIC);
            double[] feature = lcg(n, golden.get("seed").asLong() + 2);
            List<String> levels = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                feature[i] = feature[i] * feature[i] + targets[i] / scale;
                levels.add(feature[i] < 0.4 ? "low" : feature[i] < 1.1 ? "mid" : "top");
            }
            var bias = found.errorBias(feature);
            double[] places = {bias.underestimated(), bias.overall(), bias.overestimated(), bias.rangePercent()};
            for (int i = 0; i < 4; i++) {
                assertClose("bias", places[i], golden.get("bias").get(i).asDouble(), STATISTIC);
            }
            var level = found.errorBias(levels);
            assertThat(List.of(
                            level.underestimated(),
                            level.overall(),
                            level.overestimated(),
                            Boolean.toString(level.differs())))
                    .isEqualTo(IntStream.range(0, 4)
                            .mapToObj(i -> golden.get("level_bias").get(i).asText())
                            .toList());
            assertThatThrownBy(() -> found.errorBias(new double[n + 1]))
                    .hasMessageContaining("Give it for the same rows");
            var groups = found.errorGroups();
            double[] means = {
                groups.underestimated().value(),
                groups.majority().value(),
                groups.overestimated().value()
            };
            var line = found.normality();
            double[] normality = {line.slope(), line.intercept(), line.correlation()};
            for (int i = 0; i < 3; i++) {
                assertClose("group", means[i], golden.get("groups").get(i).asDouble(), STATISTIC);
                assertClose(
                        "normality",
                        normality[i],
                        golden.get("normality").get(i).asDouble(),
                        STATISTIC);
            }
        }
    }

    @Test
    void mapeOfNegativeTargetsIsReadableAndEvidentlysIsNot() {
        var found = Regression.of(new double[] {-2, 2, 4}, new double[] {-1, 3, 4});
        assertThat(found.meanAbsolutePercentageError().value())
                .isCloseTo(100.0 / 3, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(found.meanAbsolutePercentageErrorAsEvidently().value()).isGreaterThan(1e15);
    }

    @Test
    void rankingsAgreeWithEvidently() {
        for (JsonNode golden : GOLDEN.get("ranking")) {
            int users = golden.get("users").asInt();
            int items = golden.get("items").asInt();
            int length = golden.get("length").asInt();
            int k = golden.get("k").asInt();
            long seed = golden.get("seed").asLong();
            double[] scores = lcg(users * items, seed);
            double[] hits = lcg(users * length, seed + 1);
            double[] features = lcg(items * 3, seed + 2);
            double[] train = lcg(users * items, seed + 3);
            List<Ranking.Shown> shown = new ArrayList<>();
            List<List<String>> names = new ArrayList<>();
            List<List<double[]>> vectors = new ArrayList<>();
            Map<String, Long> trained = new HashMap<>();
            for (int u = 0; u < users; u++) {
                int row = u;
                List<Integer> best = IntStream.range(0, items)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer item) -> -scores[row * items + item]))
                        .limit(length)
                        .toList();
                double[] relevance = new double[length];
                for (int i = 0; i < length; i++) {
                    relevance[i] = u % 7 == 0 ? 0 : (int) (hits[u * length + i] * 1.6);
                }
                shown.add(new Ranking.Shown(relevance));
                names.add(best.stream().map(item -> Integer.toString(item)).toList());
                vectors.add(best.stream()
                        .map(item -> Arrays.copyOfRange(features, 3 * item, 3 * item + 3))
                        .toList());
                for (int item = 0; item < items; item++) {
                    if (train[u * items + item] < 0.2) {
                        trained.merge(Integer.toString(item), 1L, Long::sum);
                    }
                }
            }
            compare(golden.get("metrics"), Ranking.metrics(shown, k));
            compare(golden.get("exposure"), Ranking.exposure(names, trained, users, k));
            assertClose(
                    "diversity",
                    Ranking.diversity(vectors, k, true).value(),
                    golden.get("diversity_evidently").asDouble(),
                    STATISTIC);
            assertThat(Ranking.diversity(vectors, k, false).value()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void rankingsByScoreKeepTheOrderOfTiedRows() {
        List<Ranking.Shown> lists = Ranking.byScore(
                List.of("a", "b", "a", "a"), new double[] {1, 0, 2, 3}, new double[] {0.5, 0.1, 0.9, 0.5});
        assertThat(lists.get(0).relevance()).containsExactly(2, 1, 3);
        assertThat(lists.get(1).relevance()).containsExactly(0);
        assertThat(Ranking.metrics(lists, 2).get("precision")).satisfies(precision -> {
            assertThat(precision.value()).isEqualTo(1);
            assertThat(precision.n()).isEqualTo(1);
        });
    }

    @Test
    void numbersWithoutRowsAreUndefinedOrSayThatTheyRestOnNone() {
        var oneClass = BinaryClassification.ofScores(new boolean[] {true, true}, new double[] {0.1, 0.2}, 0.5)
                .metrics();
        assertThat(oneClass.get("roc_auc").isDefined()).isFalse();
        assertThat(oneClass.get("specificity")).isEqualTo(new Estimate(0, 0, 1, 0));
        assertThat(oneClass.get("precision").n()).isZero();
        assertThat(Regression.of(new double[0], new double[0]).metrics().values())
                .noneMatch(Estimate::isDefined);
        assertThat(Ranking.metrics(List.of(), 5).get("map").isDefined()).isFalse();
    }

    @Test
    void badInputSaysWhatToDo() {
        assertThatThrownBy(() -> BinaryClassification.of(new boolean[2], new boolean[3]))
                .hasMessage("Every label needs one prediction; there are 2 labels and 3 predictions.");
        assertThatThrownBy(() -> BinaryClassification.ofScores(new boolean[] {true}, new double[] {Double.NaN}, 0.5))
                .hasMessageContaining("leave rows without a finite score out");
        assertThatThrownBy(() -> Regression.of(new double[] {1}, new double[] {Double.POSITIVE_INFINITY}))
                .hasMessageContaining("leave rows without finite numbers out");
        assertThatThrownBy(() -> MultiClassification.of(List.of("a"), new int[0], new int[0]))
                .hasMessageContaining("at least 2 classes");
        assertThatThrownBy(() -> Ranking.metrics(List.of(), 0)).hasMessageContaining("at least 1");
    }

    @Test
    void scoresOutsideZeroToOneAreRankedButNotReadAsProbabilities() {
        var found = BinaryClassification.ofScores(new boolean[] {true, false}, new double[] {3, -1}, 0)
                .metrics();
        assertThat(found).containsKeys("roc_auc", "ks", "lift").doesNotContainKeys("log_loss", "brier", "ece");
    }
}

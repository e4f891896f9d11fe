package dev.clew.explain.lime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.explain.TableBox;
import dev.clew.explain.model.Rows;
import dev.clew.statistics.distribution.ChiSquared;
import dev.clew.statistics.distribution.Kolmogorov;
import dev.clew.statistics.distribution.Normal;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The perturbations are of the reference's distributions, by tests of fit: bins and categories as often as in training (χ²), values
 * within a bin of a normal cut to it, values without bins of a normal (Kolmogorov), words left out as often as one another and
 * any number of them as often as any other (χ²). Random numbers have seeds, so a p-value below 1e-3 is a fault.
 */
class LimeSamplesTest {
    private static final double SURE = 1e-3;
    private static final double[] ROW = {0.2, 1, 1};
    private static final Rows TRAINING = training();

    private static Rows training() {
        var random = new Random(6);
        return Rows.of(IntStream.range(0, 2_000)
                .mapToObj(i -> new double[] {
                    random.nextDouble() * random.nextDouble(),
                    5 + 2 * random.nextGaussian(),
                    random.nextInt(10) < 5 ? 0 : random.nextInt(10) < 7 ? 1 : 2
                })
                .toList());
    }

    /** What the model is asked about, without the row itself: samples of one feature. */
    private static double[][] asked(LimeOptions options) {
        var columns = new double[3][5_000];
        int[] next = new int[1];
        var model = TableBox.of(TRAINING, row -> {
            if (next[0] < 5_000) {
                for (int j = 0; j < 3; j++) {
                    columns[j][next[0]] = row[j];
                }
            }
            next[0]++;
            return row[0];
        });
        next[0] = 0;
        LimeExplainer.of(model, TRAINING, options, 4).surrogate(ROW, 0);
        assertThat(next[0]).isEqualTo(5_000);
        return Arrays.stream(columns)
                .map(column -> Arrays.copyOfRange(column, 1, 5_000))
                .toArray(double[][]::new);
    }

    private static double[] column(int feature) {
        return IntStream.range(0, TRAINING.count())
                .mapToDouble(i -> TRAINING.get(i, feature))
                .sorted()
                .toArray();
    }

    private static double chiSquared(double[] observed, double[] share) {
        double count = Arrays.stream(observed).sum();
        double statistic = 0;
        for (int k = 0; k < observed.length; k++) {
            double expected = share[k] * count;
            statistic += (observed[k] - expected) * (observed[k] - expected) / expected;
        }
        return ChiSquared.sf(statistic, observed.length - 1);
    }

    private static double kolmogorov(double[] sample, DoubleUnaryOperator cdf) {
        double[] sorted = sample.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double at = cdf.applyAsDouble(sorted[i]);
            distance = Math.max(distance, Math.max(at - (double) i / n, (i + 1.0) / n - at));
        }
        return Kolmogorov.sf(n, distance);
    }

    private static double deviation(double[] values, double mean) {
        return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    @Test
    void binsAndCategoriesAreDrawnAsOftenAsTheyOccur() {
        double[][] samples = asked(LimeOptions.DEFAULT);
        for (int feature : new int[] {0, 1}) {
            double[] sorted = column(feature);
            double[] cuts = IntStream.of(1, 2, 3)
                    .mapToDouble(q -> {
                        double at = q / 4.0 * (sorted.length - 1);
                        int low = (int) at;
                        return sorted[low] + (sorted[low + 1] - sorted[low]) * (at - low);
                    })
                    .toArray();
            double[] observed = new double[4];
            for (double value : samples[feature]) {
                observed[(int) Arrays.stream(cuts).filter(cut -> value > cut).count()]++;
            }
            assertThat(chiSquared(observed, new double[] {0.25, 0.25, 0.25, 0.25}))
                    .as("feature %d", feature)
                    .isGreaterThan(SURE);
            for (int bin = 0; bin < 4; bin++) {
                double least = bin == 0 ? sorted[0] : cuts[bin - 1];
                double most = bin == 3 ? sorted[sorted.length - 1] : cuts[bin];
                boolean first = bin == 0;
                double[] own = Arrays.stream(sorted)
                        .filter(v -> (first ? v >= least : v > least) && v <= most)
                        .toArray();
                double mean = mean(own);
                double deviation = deviation(own, mean);
                double low = Normal.cdf((least - mean) / deviation);
                double high = Normal.cdf((most - mean) / deviation);
                double[] drawn = Arrays.stream(samples[feature])
                        .filter(v -> (first ? v >= least : v > least) && v <= most)
                        .toArray();
                assertThat(kolmogorov(drawn, v -> (Normal.cdf((v - mean) / deviation) - low) / (high - low)))
                        .as("feature %d, bin %d", feature, bin)
                        .isGreaterThan(SURE);
            }
        }
        categoriesFit(samples[2]);
    }

    private static void categoriesFit(double[] sample) {
        double[] observed = new double[3];
        double[] share = new double[3];
        for (double value : sample) {
            observed[(int) value]++;
        }
        for (double value : column(2)) {
            share[(int) value] += 1.0 / TRAINING.count();
        }
        assertThat(chiSquared(observed, share)).isGreaterThan(SURE);
    }

    @Test
    void valuesWithoutBinsAreNormalAroundTheMeanOrTheRow() {
        for (boolean aroundRow : new boolean[] {false, true}) {
            double[][] samples = asked(new LimeOptions(
                    LimeOptions.Discretizer.NONE, LimeOptions.Selection.NONE, 10, 5_000, aroundRow, false));
            for (int feature : new int[] {0, 1}) {
                double mean = mean(column(feature));
                double deviation = deviation(column(feature), mean);
                double centre = aroundRow ? ROW[feature] : mean;
                assertThat(kolmogorov(samples[feature], v -> Normal.cdf((v - centre) / deviation)))
                        .as("feature %d, around the row: %s", feature, aroundRow)
                        .isGreaterThan(SURE);
            }
            categoriesFit(samples[2]);
        }
    }

    @Test
    void anyNumberOfWordsIsLeftOutAndAnyWord() {
        String[] words = {"one", "two", "three", "four", "five", "six"};
        double[] left = new double[words.length];
        double[] number = new double[words.length];
        LimeText.explain(
                String.join(" ", words),
                texts -> {
                    for (String text : texts) {
                        int absent = 0;
                        for (int w = 0; w < words.length; w++) {
                            if (!text.contains(words[w])) {
                                left[w]++;
                                absent++;
                            }
                        }
                        if (absent > 0) {
                            number[absent - 1]++;
                        }
                    }
                    return new double[texts.size()];
                },
                6,
                2);
        double[] alike = {1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0};
        assertThat(Arrays.stream(number).sum()).isEqualTo(4_999);
        assertThat(chiSquared(number, alike)).isGreaterThan(SURE);
        assertThat(chiSquared(left, alike)).isGreaterThan(SURE);
    }
}

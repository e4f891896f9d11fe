package dev.clew.explain.lime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.TableBox;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LimeTest {
    private static final Rows TRAINING = training();

    private static Rows training() {
        var random = new Random(1);
        return Rows.of(IntStream.range(0, 1_000)
                .mapToObj(i -> new double[] {random.nextDouble(), random.nextGaussian(), random.nextInt(3)})
                .toList());
    }

    private static Model model(ToDoubleFunction<double[]> f) {
        return TableBox.of(TRAINING, f);
    }

    /** The solution of the weighted normal equations, with a penalty of 1 on the slope, by hand. */
    @Test
    void solvesTheRidgeOfFixedSamples() {
        double[][] samples = {{1}, {0}, {1}, {0}};
        double[] target = {3, 1, 2, 1};
        double[] weight = {1, 1, 0.5, 0.5};
        // Weighted means: x 0.5, y 5.5/3 …; Σw(x−x̄)(y−ȳ) = 1.25·…: slope = Sxy / (Sxx + 1).
        double mean = (3 + 1 + 1 + 0.5) / 3;
        double sxy = 0.5 * (3 - mean) - 0.5 * (1 - mean) + 0.25 * (2 - mean) - 0.25 * (1 - mean);
        double sxx = 3 * 0.25;
        var surrogate = Surrogate.fit(samples, target, weight, 1);
        assertThat(surrogate.weights()[0]).isCloseTo(sxy / (sxx + 1), within(1e-12));
        assertThat(surrogate.intercept()).isCloseTo(mean - 0.5 * sxy / (sxx + 1), within(1e-12));
        assertThat(surrogate.localPrediction())
                .isCloseTo(surrogate.intercept() + surrogate.weights()[0], within(1e-12));
    }

    @Test
    void findsWhatAStepFunctionRestsOn() {
        Model step = model(row -> row[0] <= 0.25 ? 1 : 0);
        var lime = LimeExplainer.of(step, TRAINING, 1);
        double[] row = {0.1, 0, 1};
        var surrogate = lime.surrogate(row, 0);
        assertThat(surrogate.score()).isGreaterThan(0.95);
        assertThat(surrogate.weights()[0]).isCloseTo(1, within(0.05));
        assertThat(Math.abs(surrogate.weights()[1])).isLessThan(0.05);
        assertThat(lime.conditions(row).get(0)).startsWith("a ≤ 0.2");
        assertThat(lime.conditions(row).get(2)).isEqualTo("c = y");
        assertThat(lime.explain(row).flags()).isEmpty();
    }

    @Test
    void flagsASurrogateThatDescribesTheModelBadly() {
        Model noise = model(row -> Math.abs(Math.sin(1e6 * (row[0] + row[1]))));
        assertThat(LimeExplainer.of(noise, TRAINING, 1)
                        .explain(new double[] {0.5, 0, 0})
                        .flags())
                .contains(Flag.LOW_FIDELITY);
    }

    /** Every bin is drawn as often as it occurs: a quarter each for a continuous feature, a third for the category. */
    @Test
    void drawsBinsAsOftenAsTheyOccur() {
        double[] share = new double[3];
        Model counting = model(row -> {
            share[0] += row[0] <= 0.25 ? 1 : 0;
            share[1] += row[1] > 0 ? 1 : 0;
            share[2] += row[2] == 1 ? 1 : 0;
            return row[0];
        });
        share[0] = share[1] = share[2] = 0;
        LimeExplainer.of(counting, TRAINING, 3).surrogate(new double[] {0.9, 2, 0}, 0);
        assertThat(share[0] / 5_000).isCloseTo(0.25, within(0.03));
        assertThat(share[1] / 5_000).isCloseTo(0.5, within(0.04));
        assertThat(share[2] / 5_000).isCloseTo(1 / 3.0, within(0.05));
    }

    @Test
    void repeatsItself() {
        Model model = model(row -> row[0] * row[1]);
        double[] row = {0.4, 1, 2};
        assertThat(LimeExplainer.of(model, TRAINING, 5).explain(row).phi(0))
                .isEqualTo(LimeExplainer.of(model, TRAINING, 5).explain(row).phi(0))
                .isNotEqualTo(LimeExplainer.of(model, TRAINING, 6).explain(row).phi(0));
    }

    @Test
    void namesTheWordThatDecides() {
        var result = LimeText.explain(
                "a very good film, good indeed",
                texts -> texts.stream()
                        .mapToDouble(t -> t.contains("good") ? 1 : 0)
                        .toArray(),
                6,
                1);
        assertThat(result.words()).containsExactly("a", "very", "good", "film", "indeed");
        double[] weights = result.surrogate().weights();
        for (int i = 0; i < weights.length; i++) {
            assertThat(Math.abs(weights[i])).isLessThanOrEqualTo(weights[2]);
        }
        assertThat(weights[2]).isGreaterThan(0.5);
        assertThatThrownBy(() -> LimeText.explain("…", texts -> new double[texts.size()], 6, 1))
                .isInstanceOf(ExplainException.class);
    }

    @Test
    void masksPlacesAndTakesCharacters() {
        var asked = new java.util.ArrayList<String>();
        var result = LimeText.explain(
                "so so good",
                texts -> {
                    asked.addAll(texts);
                    return texts.stream()
                            .mapToDouble(t -> t.startsWith("so") ? 1 : 0)
                            .toArray();
                },
                LimeText.Unit.PLACE,
                "UNKWORDZ",
                6,
                1);
        assertThat(result.words()).containsExactly("so", "so", "good");
        assertThat(asked).contains("UNKWORDZ so good", "so UNKWORDZ good");
        assertThat(result.surrogate().weights()[0]).isGreaterThan(0.8);
        assertThat(Math.abs(result.surrogate().weights()[1])).isLessThan(0.1);
        var letters = LimeText.explain(
                "a-b-a",
                texts -> texts.stream()
                        .mapToDouble(t -> t.indexOf('b') >= 0 ? 1 : 0)
                        .toArray(),
                LimeText.Unit.CHARACTER,
                "",
                6,
                1);
        assertThat(letters.words()).containsExactly("a", "-", "b");
        assertThat(letters.surrogate().weights()[2]).isGreaterThan(0.8);
    }

    /** The same bits again, and from four threads at once. */
    @Test
    void textsAreExplainedAlikeOnEveryThread() {
        String text = "one two three four five six seven eight nine ten eleven twelve, one more";
        java.util.function.Supplier<List<Long>> bits = () -> {
            var result = LimeText.explain(
                    text,
                    texts -> texts.stream()
                            .mapToDouble(t -> Math.sin(t.length()) + (t.contains("two") ? 1 : 0))
                            .toArray(),
                    5,
                    9);
            Surrogate found = result.surrogate();
            return java.util.stream.DoubleStream.concat(
                            Arrays.stream(found.weights()),
                            java.util.stream.DoubleStream.of(found.intercept(), found.score(), found.localPrediction()))
                    .mapToObj(Double::doubleToRawLongBits)
                    .toList();
        };
        List<Long> alone = bits.get();
        assertThat(bits.get()).isEqualTo(alone);
        var started = IntStream.range(0, 4)
                .mapToObj(i -> java.util.concurrent.CompletableFuture.supplyAsync(bits))
                .toList();
        started.forEach(each -> assertThat(each.join()).isEqualTo(alone));
    }

    @Test
    void takesNoAnswersAboutTextsThatAreNoNumbersNorMoreThanTheBudgetHas() {
        for (double nonsense : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> LimeText.explain(
                            "a good film",
                            texts -> {
                                double[] answers = new double[texts.size()];
                                answers[answers.length / 2] = nonsense;
                                return answers;
                            },
                            6,
                            1))
                    .isInstanceOfSatisfying(
                            ExplainException.class,
                            e -> assertThat(e.code()).isEqualTo(ExplainException.Code.BLACK_BOX_FAILED));
        }
        var asked = new java.util.concurrent.atomic.AtomicInteger();
        for (var budget : List.of(new Budget(4_999, Duration.ofMinutes(1)), new Budget(10_000, Duration.ofNanos(1)))) {
            assertThatThrownBy(() -> LimeText.explain(
                            "a good film",
                            texts -> new double[asked.addAndGet(texts.size()) > 0 ? texts.size() : 0],
                            LimeText.Unit.WORD,
                            "",
                            6,
                            1,
                            budget))
                    .isInstanceOfSatisfying(
                            ExplainException.class,
                            e -> assertThat(e.code()).isEqualTo(ExplainException.Code.BUDGET_EXCEEDED));
        }
        assertThat(asked).hasValue(0);
    }
}

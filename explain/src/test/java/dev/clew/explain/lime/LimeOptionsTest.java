package dev.clew.explain.lime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.TableBox;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.lime.LimeOptions.Discretizer;
import dev.clew.explain.lime.LimeOptions.Selection;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LimeOptionsTest {
    private static final double[] ROW = {0.2, 1, 1};
    private static final Rows TRAINING = training();

    private static Rows training() {
        var random = new Random(4);
        return Rows.of(IntStream.range(0, 2_000)
                .mapToObj(i -> new double[] {random.nextDouble(), 5 + 2 * random.nextGaussian(), random.nextInt(3)})
                .toList());
    }

    private static Model model(ToDoubleFunction<double[]> f) {
        return TableBox.of(TRAINING, f);
    }

    private static LimeOptions plain(boolean aroundRow, boolean latinHypercube) {
        return new LimeOptions(Discretizer.NONE, Selection.NONE, 10, 5_000, aroundRow, latinHypercube);
    }

    /** Standardised numbers: the weight of a feature is its slope times its standard deviation, whatever is drawn. */
    @Test
    void withoutBinsALinearModelIsFoundAsItIs() {
        Model model = model(row -> 0.5 * row[0] - 0.25 * row[1] + (row[2] == 1 ? 2 : 0));
        for (LimeOptions options : List.of(plain(false, false), plain(true, false), plain(false, true))) {
            var surrogate = LimeExplainer.of(model, TRAINING, options, 1).surrogate(ROW, 0);
            assertThat(surrogate.score()).as("%s", options).isGreaterThan(0.999);
            assertThat(surrogate.weights()[0]).isCloseTo(0.5 * Math.sqrt(1 / 12.0), within(0.01));
            assertThat(surrogate.weights()[1]).isCloseTo(-0.25 * 2, within(0.02));
            assertThat(surrogate.weights()[2]).isCloseTo(2, within(0.02));
            assertThat(surrogate.localPrediction()).isCloseTo(0.1 - 0.25 + 2, within(0.02));
        }
    }

    @Test
    void drawsAroundTheMeanOrAroundTheRow() {
        double[] sum = new double[2];
        Model counting = model(row -> {
            sum[0] += row[0];
            sum[1] += row[1];
            return row[0];
        });
        sum[0] = sum[1] = 0;
        LimeExplainer.of(counting, TRAINING, plain(false, false), 1).surrogate(ROW, 0);
        assertThat(sum[0] / 5_000).isCloseTo(0.5, within(0.02));
        assertThat(sum[1] / 5_000).isCloseTo(5, within(0.15));
        sum[0] = sum[1] = 0;
        LimeExplainer.of(counting, TRAINING, plain(true, false), 1).surrogate(ROW, 0);
        assertThat(sum[0] / 5_000).isCloseTo(0.2, within(0.02));
        assertThat(sum[1] / 5_000).isCloseTo(1, within(0.15));
    }

    /** A mean of 5 000 strata misses the distribution's by far less than one of independent draws would, which is 0.0041. */
    @Test
    void aLatinHypercubeFillsEveryStratumOnce() {
        double[] sum = new double[1];
        Model counting = model(row -> {
            sum[0] += row[0];
            return row[0];
        });
        sum[0] = 0;
        LimeExplainer.of(counting, TRAINING, plain(false, true), 1).surrogate(ROW, 0);
        double mean = IntStream.range(0, TRAINING.count())
                .mapToDouble(i -> TRAINING.get(i, 0))
                .average()
                .orElseThrow();
        // Row 0 is the case itself, in the place of one stratum.
        assertThat(sum[0] / 5_000).isCloseTo(mean, within(6e-4));
    }

    @Test
    void tenthsAreNarrowerThanQuarters() {
        Model step = model(row -> row[0] <= 0.1 ? 1 : 0);
        double[] row = {0.05, 5, 0};
        var options = LimeOptions.DEFAULT.with(Discretizer.DECILE);
        var tenths = LimeExplainer.of(step, TRAINING, options, 1);
        assertThat(tenths.conditions(row).getFirst()).startsWith("a ≤ 0.1");
        assertThat(tenths.surrogate(row, 0).weights()[0]).isCloseTo(1, within(0.1));
        assertThat(LimeExplainer.of(step, TRAINING, 1).surrogate(row, 0).weights()[0])
                .isLessThan(0.6);
    }

    @Test
    void entropyCutsWhereTheDecisionTurns() {
        Model step = model(row -> row[0] > 0.37 ? 0.9 : 0.1);
        var lime = LimeExplainer.of(step, TRAINING, LimeOptions.DEFAULT.with(Discretizer.ENTROPY), 1);
        assertThat(lime.conditions(ROW).getFirst()).startsWith("a ≤ 0.3");
        var surrogate = lime.surrogate(ROW, 0);
        assertThat(surrogate.weights()[0]).isCloseTo(-0.8, within(0.02));
        assertThat(surrogate.score()).isGreaterThan(0.99);
    }

    @Test
    void keepsAsManyFeaturesAsAsked() {
        Model model = model(row -> row[0] + 0.1 * row[1]);
        var one = new LimeOptions(Discretizer.QUARTILE, Selection.HIGHEST, 1, 2_000, false, false);
        var explanation = LimeExplainer.of(model, TRAINING, one, 1).explain(ROW);
        assertThat(java.util.Arrays.stream(explanation.phi(0)).filter(w -> w != 0))
                .hasSize(1);
        assertThat(explanation.flags()).contains(Flag.TRUNCATED);
        var all = new LimeOptions(Discretizer.QUARTILE, Selection.NONE, 1, 2_000, false, false);
        assertThat(LimeExplainer.of(model, TRAINING, all, 1).explain(ROW).flags())
                .isEmpty();
    }

    @Test
    void saysHowWellAndHowStablyItFits() {
        Model clear = model(row -> row[0] <= 0.25 ? 1 : 0);
        var two = new LimeOptions(Discretizer.QUARTILE, Selection.HIGHEST, 1, 1_000, false, false);
        var lime = LimeExplainer.of(clear, TRAINING, two, 1);
        var fidelity = lime.explain(new Rows(ROW, 1, 3)).fidelity();
        assertThat(fidelity).isNotNull();
        assertThat(fidelity.score()[0]).isGreaterThan(0.9);
        assertThat(fidelity.local()[0]).isCloseTo(1, within(0.1));
        assertThat(lime.stability(ROW, 0, 5).variables()).isEqualTo(1);
        assertThat(lime.stability(ROW, 0, 5).coefficients()).isGreaterThan(0.8);
        Model noise = model(row -> Math.abs(Math.sin(1e6 * (row[0] + row[1] + row[2]))));
        assertThat(LimeExplainer.of(noise, TRAINING, two, 1)
                        .stability(ROW, 0, 8)
                        .variables())
                .isLessThan(0.9);
        refused(() -> lime.stability(ROW, 0, 1), Code.BAD_REQUEST, "at least 2");
    }

    /** Intervals by hand: 1 ± 1.96·0.1 and 1.3 ± 1.96·0.1 overlap, 1 and 2 do not; features {0, 1} and {0} share one of two. */
    @Test
    void countsSharedFeaturesAndOverlappingIntervals() {
        var stability = Stability.of(List.of(
                new Stability.Fitted(new double[] {1, 5}, new double[] {0.1, 1}),
                new Stability.Fitted(new double[] {1.3, 0}, new double[] {0.1, 0}),
                new Stability.Fitted(new double[] {2, 0}, new double[] {0.1, 0})));
        assertThat(stability.variables()).isCloseTo((0.5 + 0.5 + 1) / 3, within(1e-12));
        assertThat(stability.coefficients()).isCloseTo(1 / 3.0, within(1e-12));
    }

    @Test
    void refusesWhatCannotBeDone() {
        Model model = model(row -> row[0]);
        refused(
                () -> new LimeOptions(Discretizer.QUARTILE, Selection.AUTO, 10, 5_000, true, false),
                Code.BAD_REQUEST,
                "without bins");
        refused(
                () -> new LimeOptions(Discretizer.QUARTILE, Selection.AUTO, 0, 5_000, false, false),
                Code.BAD_REQUEST,
                "at least 1 feature");
        refused(
                () -> LimeExplainer.of(model, TRAINING, plain(false, false), 1)
                        .surrogate(new double[] {Double.NaN, 1, 1}, 0),
                Code.MISSING_NOT_ALLOWED,
                "\"a\"");
        var wide = new FeatureSchema(IntStream.range(0, 3_000)
                .mapToObj(i -> Feature.numeric("x" + i))
                .toList());
        Rows one = new Rows(new double[3_000], 1, 3_000);
        Model large = BlackBoxModel.of("g", wide, rows -> new double[rows.count()], one);
        refused(() -> LimeExplainer.of(large, one, 1).explain(one), Code.BUDGET_EXCEEDED, "fewer samples");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Code code, String said) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(said);
    }
}

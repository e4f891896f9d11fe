package dev.clew.explain.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.TableBox;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.time.Duration;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnchorSearchTest {
    private static final Rows TRAINING = training();

    private static Rows training() {
        var random = new Random(1);
        return Rows.of(IntStream.range(0, 2_000)
                .mapToObj(i -> new double[] {
                    random.nextDouble(),
                    random.nextDouble(),
                    random.nextInt(3),
                    random.nextInt(10) == 0 ? Double.NaN : 1
                })
                .toList());
    }

    private static Model model(ToDoubleFunction<double[]> f) {
        return TableBox.of(TRAINING, f);
    }

    private static Anchor anchor(ToDoubleFunction<double[]> f, double... row) {
        return new AnchorSearch(model(f), TRAINING, AnchorSearch::likeliest, 100_000, 1).anchor(row);
    }

    @Test
    void namesTheConditionThatDecides() {
        var anchor = anchor(row -> row[0] <= 0.5 ? 1 : 0, 0.1, 0.9, 1, 1);
        assertThat(anchor.features()).containsExactly(0);
        assertThat(anchor.text()).startsWith("a ≤ 0.2");
        assertThat(anchor.label()).isOne();
        assertThat(anchor.precision()).isEqualTo(1);
        assertThat(anchor.coverage()).isCloseTo(0.25, within(0.001));
        assertThat(anchor.reached()).isTrue();
    }

    @Test
    void namesBothConditionsThatDecideTogether() {
        var anchor = anchor(row -> row[0] > 0.75 && row[2] == 2 ? 1 : 0, 0.9, 0.5, 2, 1);
        assertThat(anchor.features()).containsExactly(0, 2);
        assertThat(anchor.conditions().get(1)).isEqualTo("c = z");
        // Quartiles of 2 000 uniform numbers: the edge lies within 0.03 of 0.75.
        assertThat(anchor.precision()).isGreaterThan(0.9);
        assertThat(anchor.low()).isLessThan(anchor.precision());
        assertThat(anchor.coverage()).isCloseTo(1 / 12.0, within(0.02));
    }

    @Test
    void saysAlwaysOfAModelThatHardlyEverAnswersOtherwise() {
        var anchor = anchor(row -> row[1] > 0.001 ? 1 : 0, 0.9, 0.5, 2, 1);
        assertThat(anchor.features()).isEmpty();
        assertThat(anchor.text()).isEqualTo("always");
        assertThat(anchor.coverage()).isEqualTo(1);
    }

    @Test
    void missingIsAConditionOfItsOwn() {
        var anchor = anchor(row -> Double.isNaN(row[3]) ? 1 : 0, 0.9, 0.5, 2, Double.NaN);
        assertThat(anchor.text()).isEqualTo("d missing");
        assertThat(anchor.precision()).isEqualTo(1);
    }

    /** A model that no rule over bins describes: the search ends and says that it did not reach the precision. */
    @Test
    void admitsThatItFoundNoAnchor() {
        var anchor = anchor(row -> Math.floorMod((long) (1e6 * (row[0] + row[1])), 2), 0.4, 0.6, 0, 1);
        assertThat(anchor.reached()).isFalse();
        assertThat(anchor.samples()).isLessThanOrEqualTo(100_000 + 1_000);
        assertThat(anchor.precision()).isLessThan(0.95);
    }

    @Test
    void repeatsItself() {
        ToDoubleFunction<double[]> f = row -> row[0] + row[1] > 1 ? 1 : 0;
        assertThat(anchor(f, 0.9, 0.8, 0, 1)).isEqualTo(anchor(f, 0.9, 0.8, 0, 1));
    }

    @Test
    void refusesTrainingDataWithoutRows() {
        assertThatThrownBy(() -> new AnchorSearch(
                        model(row -> 1), new Rows(new double[0], 0, 4), AnchorSearch::likeliest, 1_000, 1))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("1 to 100000 training rows");
    }

    /** n · KL(share, bound) = level on both sides of the share. */
    @Test
    void boundsSolveTheirEquation() {
        double level = Math.log(10);
        double upper = Bernoulli.upper(0.8, 100, level);
        double lower = Bernoulli.lower(0.8, 100, level);
        assertThat(100 * Bernoulli.divergence(0.8, upper)).isCloseTo(level, within(1e-9));
        assertThat(100 * Bernoulli.divergence(0.8, lower)).isCloseTo(level, within(1e-9));
        assertThat(upper).isBetween(0.8, 1.0);
        assertThat(lower).isBetween(0.0, 0.8);
        assertThat(Bernoulli.upper(0.8, 0, level)).isOne();
        assertThat(Bernoulli.lower(0.8, 0, level)).isZero();
    }

    @Test
    void endsWithItsTimeAndSaysThatItIsNotReached() {
        Model half = model(row -> row[0] + row[1] > 1 ? 1 : 0);
        var search = new AnchorSearch(
                half, TRAINING, AnchorSearch::likeliest, new Budget(1_000_000, Duration.ofNanos(1)), 1);
        var anchor = search.anchor(new double[] {0.9, 0.9, 1, 1});
        assertThat(anchor.reached()).isFalse();
        assertThat(anchor.samples()).isLessThan(1_000);
    }
}

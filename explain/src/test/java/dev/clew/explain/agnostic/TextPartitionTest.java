package dev.clew.explain.agnostic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Flag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextPartitionTest {
    private static Function<List<String>, double[]> each(ToDoubleFunction<String> f) {
        return texts -> texts.stream().mapToDouble(f).toArray();
    }

    /** Words that add up are credited what they add, in any hierarchy. */
    @Test
    void creditsWhatEachWordAdds() {
        var model = each(text -> 1 + (text.contains("good") ? 2 : 0) - (text.contains("slow") ? 0.5 : 0));
        var result = TextPartition.explain("A good film. But slow, so slow!", model, "", Budget.DEFAULT);
        assertThat(result.words()).containsExactly("A", "good", "film", "But", "slow", "so", "slow");
        assertThat(result.base()).isEqualTo(1);
        assertThat(result.prediction()).isEqualTo(2.5);
        assertThat(result.phi()[1]).isCloseTo(2, within(1e-12));
        // Either of the two is enough, so they share.
        assertThat(result.phi()[4]).isCloseTo(-0.25, within(1e-12));
        assertThat(result.phi()[6]).isCloseTo(-0.25, within(1e-12));
        assertThat(result.phi()[0]).isZero();
        assertThat(result.flags()).isEmpty();
    }

    /** Two words in one sentence are a game of two players inside it: the Owen value by hand. */
    @Test
    void sharesWhatWordsDoTogether() {
        var model = each(
                text -> text.contains("not") ? (text.contains("good") ? -1 : -0.2) : text.contains("good") ? 1 : 0);
        var result = TextPartition.explain("not good", model, "", Budget.DEFAULT);
        assertThat(result.phi()[0]).isCloseTo(((-0.2 - 0) + (-1 - 1)) / 2, within(1e-12));
        assertThat(result.phi()[1]).isCloseTo(((1 - 0) + (-1 + 0.2)) / 2, within(1e-12));
    }

    @Test
    void addsUpAlsoWhenTheBudgetEnds() {
        String text = IntStream.range(0, 40).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
        var model = each(t -> Math.sin(t.length()) + (t.contains("w7 ") && t.contains("w31") ? 3 : 0));
        for (long budget : new long[] {2, 10, 200, 5_000}) {
            var result = TextPartition.explain(text, model, "", new Budget(budget, Duration.ofMinutes(1)));
            double sum = result.base() + Arrays.stream(result.phi()).sum();
            assertThat(sum).isCloseTo(result.prediction(), within(1e-9));
            assertThat(result.flags().contains(Flag.BUDGET_ENDED)).isEqualTo(budget < 5_000);
            assertThat(result.unresolvedMass() > 0).isEqualTo(budget < 5_000);
        }
    }

    /** Without a question beyond the two ends, the whole difference stays undivided. */
    @Test
    void saysHowMuchTheBudgetLeftUndivided() {
        var result = TextPartition.explain("a b c d", each(t -> t.length()), "", new Budget(2, Duration.ofMinutes(1)));
        assertThat(result.unresolvedMass()).isEqualTo(result.prediction() - result.base());
        assertThat(result.phi()).containsOnly((result.prediction() - result.base()) / 4);
    }

    @Test
    void leavesWhatStandsBetweenWordsAndMasksAbsentOnes() {
        var asked = new ArrayList<String>();
        Function<List<String>, double[]> model = texts -> {
            asked.addAll(texts);
            return new double[texts.size()];
        };
        TextPartition.explain("Größe: 3 cm", model, "[MASK]", Budget.DEFAULT);
        assertThat(asked).startsWith("[MASK]: [MASK] [MASK]", "Größe: 3 cm").contains("Größe: 3 [MASK]");
    }

    @Test
    void refusesTextsWithoutWordsAndAnswersThatAreNone() {
        refused(() -> TextPartition.explain("…!", each(t -> 0), "", Budget.DEFAULT), Code.BAD_REQUEST);
        refused(() -> TextPartition.explain("a b", texts -> new double[0], "", Budget.DEFAULT), Code.BLACK_BOX_FAILED);
        refused(() -> TextPartition.explain("a b", each(t -> Double.NaN), "", Budget.DEFAULT), Code.BLACK_BOX_FAILED);
        refused(() -> TextPartition.explain("a ".repeat(6_000), each(t -> 0), "", Budget.DEFAULT), Code.BAD_REQUEST);
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Code code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

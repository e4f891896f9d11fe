package dev.clew.explain.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    /** Three rows, two outputs, two features; in the second row the first output misses its margin by 1. */
    private static Explanation whole(Method method) {
        return new Explanation(
                3,
                2,
                2,
                new double[] {1, 2, 30, 40, 1, 1, 50, 60, 3, 4, 70, 80},
                new double[] {0.5, 5, 0.5, 5, 0.5, 5},
                new double[] {3.5, 75, 3.5, 115, 7.5, 155},
                new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6},
                new double[] {0, 1, 0},
                new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
                method,
                Semantics.INTERVENTIONAL,
                OutputSpace.MARGIN,
                List.of(Set.of(Flag.BUDGET_ENDED), Set.of(), Set.of()));
    }

    @Test
    void tellsWhatItSaysAboutOneOutput() {
        Explanation second = whole(Method.PERMUTATION).ofOutput(1);
        assertThat(second.outputs()).isEqualTo(1);
        assertThat(second.values()).containsExactly(30, 40, 50, 60, 70, 80);
        assertThat(second.base()).containsExactly(5, 5, 5);
        assertThat(second.margin()).containsExactly(75, 115, 155);
        assertThat(second.prediction()).containsExactly(0.2, 0.4, 0.6);
        assertThat(second.stdError()).containsExactly(3, 4, 7, 8, 11, 12);
        assertThat(second.additivityError()).containsExactly(0, 0, 0);
        // A row that is not to be relied on is not, whichever output one looks at.
        assertThat(second.trustworthy()).containsExactly(0, 2);
        assertThat(second.row(0).flags()).containsExactly(Flag.BUDGET_ENDED);
        Explanation first = whole(Method.PERMUTATION).ofOutput(0);
        assertThat(first.additivityError()).containsExactly(0, 1, 0);
        assertThat(first.trustworthy()).containsExactly(0, 2);
    }

    @Test
    void keepsTheSilenceOfMethodsThatDoNotAddUp() {
        var sampled = whole(Method.SAMPLING);
        assertThat(sampled.ofOutput(0).trustworthy()).containsExactly(0, 1, 2);
        assertThat(sampled.ofOutput(0).additivityError()).isEqualTo(sampled.additivityError());
    }

    @Test
    void joinsPartsInTheirOrder() {
        Explanation whole = whole(Method.EXACT);
        Explanation joined = Explanation.joined(List.of(whole.only(0), whole.only(1, 2)));
        assertThat(joined.values()).isEqualTo(whole.values());
        assertThat(joined.stdError()).isEqualTo(whole.stdError());
        assertThat(joined.rowFlags()).isEqualTo(whole.rowFlags());
        assertThat(joined.trustworthy()).isEqualTo(whole.trustworthy());
    }
}

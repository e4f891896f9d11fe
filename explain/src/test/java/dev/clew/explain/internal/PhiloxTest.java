package dev.clew.explain.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PhiloxTest {
    /** Known answers of Random123 1.14, philox4x32-10. */
    @Test
    void givesTheKnownAnswer() {
        var random = new Philox(0, 0);
        assertThat(new int[] {random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt()})
                .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    }

    @Test
    void isUniformAndShufflesEveryOrderAlike() {
        var random = new Philox(7, 1);
        int[] seen = new int[6];
        for (int i = 0; i < 60_000; i++) {
            int[] order = {0, 1, 2};
            random.shuffle(order);
            seen[order[0] * 2 + (order[1] > order[2] ? 1 : 0)]++;
        }
        assertThat(Arrays.stream(seen)).allMatch(count -> Math.abs(count - 10_000) < 500);
        double sum = 0;
        for (int i = 0; i < 10_000; i++) {
            double u = random.nextDouble();
            assertThat(u).isBetween(0.0, Math.nextDown(1.0));
            sum += u;
        }
        assertThat(sum / 10_000).isBetween(0.49, 0.51);
    }

    @Test
    void streamsOfOtherKeysAndPurposesDiffer() {
        assertThat(new Philox(1, 2).nextLong()).isNotEqualTo(new Philox(1, 3).nextLong());
        assertThat(new Philox(1, 2).nextLong()).isNotEqualTo(new Philox(2, 2).nextLong());
        assertThat(new Philox(1, 2).nextLong()).isEqualTo(new Philox(1, 2).nextLong());
    }
}

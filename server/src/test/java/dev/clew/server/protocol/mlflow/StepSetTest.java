package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StepSetTest {
    @Test
    void holdsEachStepOnceInOrder() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var set = new StepSet();
            var model = new TreeSet<Long>();
            int n = random.nextInt(5_000);
            long range = 1 + random.nextInt(4_000);
            for (int i = 0; i < n; i++) {
                long step = seed % 3 == 0 ? i / 2 : random.nextLong(range) - range / 2;
                set.add(step);
                model.add(step);
            }
            assertThat(set.sorted())
                    .as("seed %d", seed)
                    .containsExactly(model.stream().mapToLong(Long::longValue).toArray());
        }
    }

    @Test
    void joinsTheStepsOfRuns() {
        var set = new StepSet();
        set.addAll(new long[] {});
        set.addAll(new long[] {1, 3, 5});
        set.addAll(new long[] {0, 3, 4, 9});
        set.addAll(new long[] {9});
        assertThat(set.sorted()).containsExactly(0, 1, 3, 4, 5, 9);
    }

    @Test
    void staysBounded() {
        var set = new StepSet();
        for (long step = 0; step < 5L * StepSet.MOST; step++) {
            set.add(step * 3);
        }
        long[] steps = set.sorted();
        assertThat(steps)
                .hasSizeLessThanOrEqualTo(StepSet.MOST)
                .hasSizeGreaterThan(StepSet.MOST / 4)
                .isSorted();
        assertThat(steps[0]).isZero();
        assertThat(steps[steps.length - 1]).isGreaterThan(14L * StepSet.MOST);
    }
}

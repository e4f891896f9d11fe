package dev.clew.statistics.distance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.statistics.Sample;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PooledTest {
    @Test
    void whetherThereAreMoreValuesIsWhatCountingThemSays() {
        var random = new SplittableRandom(4);
        for (int round = 0; round < 300; round++) {
            int different = 1 + random.nextInt(12);
            Sample a = Sample.of(random.ints(random.nextInt(40), 0, different)
                    .asDoubleStream()
                    .toArray());
            Sample b = Sample.of(random.ints(random.nextInt(40), -3, different)
                    .asDoubleStream()
                    .toArray());
            int distinct = Pooled.distinct(a, b);
            for (int count = 0; count < 18; count++) {
                assertThat(Pooled.hasMoreDistinctThan(count, a, b)).isEqualTo(distinct > count);
            }
        }
    }
}

package dev.clew.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.benchmarks.FlipsBenchmark;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code clew bench flips}: bytes of a data directory are flipped and {@code clew fsck --state} finds them. */
class FlipsE2E {
    private static final FlipsBenchmark.Drawn DRAWN = new FlipsBenchmark.Drawn(45, 15, 60);

    @TempDir
    Path folder;

    @Test
    void noFlipThatChangesAnAnswerGoesUnreported() throws Exception {
        long seed = Long.getLong("clew.flips.seed", System.nanoTime() & 0xffff_ffffL);
        var outcome = FlipsBenchmark.run(folder, seed, DRAWN, 2, Duration.ofSeconds(30));
        assertThat(outcome.undetectedWhere())
                .as("seed %d; again with -Dclew.flips.seed=%d", seed, seed)
                .isEmpty();
        assertThat(outcome.reported()).isGreaterThan(0);
    }
}

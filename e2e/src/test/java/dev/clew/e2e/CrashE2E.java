package dev.clew.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.benchmarks.CrashBenchmark;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code clew bench crash}: a server under load is killed and served again. */
class CrashE2E {
    private static final int KILLS = 4;
    private static final int LEAST_WAITING = 8;

    @TempDir
    Path folder;

    @Test
    void losesNothingAcknowledgedAndInventsNothingWhenItIsKilled() throws Exception {
        long seed = Long.getLong("clew.crash.seed", System.nanoTime() & 0xffff_ffffL);
        CrashBenchmark.Outcome outcome = CrashBenchmark.run(KILLS, seed, folder);
        assertThat(outcome.faults())
                .as("seed %d; again with -Dclew.crash.seed=%d", seed, seed)
                .isEmpty();
        assertThat(outcome.kills()).isEqualTo(KILLS);
        assertThat(outcome.acknowledged()).isGreaterThan(KILLS);
        assertThat(outcome.leastWaiting()).isGreaterThanOrEqualTo(LEAST_WAITING);
    }
}

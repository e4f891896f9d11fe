package dev.clew.explain.blackbox;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.time.Duration;

/**
 * How often a black box may fail in a row before it is not asked for a while: a batch of rows must not wait for its time-out row by row.
 * Thread-safe.
 */
final class Patience {
    private static final int FAILURES = 3;

    private final long pauseNanos;
    private int failures;
    private long last;

    /** @param pause how long it is left alone then */
    Patience(Duration pause) {
        pauseNanos = pause.toNanos();
    }

    /** @throws ExplainException {@code BLACK_BOX_FAILED} while it is left alone */
    synchronized void ask() {
        if (failures >= FAILURES && System.nanoTime() - last < pauseNanos) {
            throw new ExplainException(
                    Code.BLACK_BOX_FAILED,
                    "The black box failed %d times in a row and is not asked again so soon; see why, then ask for these rows."
                            .formatted(failures));
        }
    }

    synchronized void answered() {
        failures = 0;
    }

    synchronized void failed() {
        failures++;
        last = System.nanoTime();
    }
}

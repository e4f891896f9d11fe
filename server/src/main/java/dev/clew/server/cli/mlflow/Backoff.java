package dev.clew.server.cli.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;

/** How long is waited before what passes by itself is tried again: half a second, then twice as long each time. */
final class Backoff {
    private static final long FIRST_MILLIS = 500;

    private Backoff() {}

    /** @param attempt that failed, from 1 */
    static void pause(int attempt) {
        try {
            Thread.sleep(FIRST_MILLIS << (attempt - 1));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static ClewException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ClewException(ErrorCode.UNAVAILABLE, "Interrupted; the same import goes on where it stopped.", e);
    }
}

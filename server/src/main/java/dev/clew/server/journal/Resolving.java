package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import java.util.function.Supplier;

/** Resolve outside, verify inside: builds the command anew while what it resolved turns out stale. */
public final class Resolving {
    private static final int ATTEMPTS = 3;

    private Resolving() {}

    /**
     * Resolves, submits and waits.
     *
     * @param command resolves names by reads and builds the command; called at most {@value #ATTEMPTS} times
     * @throws ClewException STALE after the last attempt
     */
    public static <R> Receipt<R> write(Journal journal, Permit permit, Supplier<? extends Command<R>> command) {
        for (int attempt = 1; ; attempt++) {
            try {
                return journal.write(permit, command.get());
            } catch (ClewException e) {
                if (e.code() != ErrorCode.STALE || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}

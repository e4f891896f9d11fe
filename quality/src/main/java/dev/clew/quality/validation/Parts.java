package dev.clew.quality.validation;

import dev.clew.quality.internal.Failures;
import java.sql.SQLException;

/**
 * Work that groups rows, done at once or, where that needs more memory than the engine may hold, in parts: rows with the same key are
 * in the same part. Each part reads the columns once more.
 */
final class Parts {
    private static final int[] NUMBERS = {1, 8, 64};

    private Parts() {}

    /** Work in so many parts, from the beginning. */
    interface Work {
        void run(int parts) throws SQLException;
    }

    /**
     * Does the work in as few parts as fit.
     *
     * @throws SQLException of the last attempt
     */
    static void run(Work work) throws SQLException {
        for (int i = 0; ; i++) {
            try {
                work.run(NUMBERS[i]);
                return;
            } catch (SQLException e) {
                if (i == NUMBERS.length - 1 || !Failures.isOutOfMemory(e)) {
                    throw e;
                }
            }
        }
    }
}

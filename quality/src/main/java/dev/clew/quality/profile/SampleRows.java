package dev.clew.quality.profile;

/**
 * Which rows a sample holds: one of every {@code step} consecutive ones, at a place that multiplication scatters, so that no period of the
 * file is met. SQL and Java choose the same rows.
 */
record SampleRows(long step) {
    private static final int MOST_ROWS = 50_000;
    private static final int LEAST_ROWS = 2_000;
    private static final int MOST_CELLS = 5_000_000;
    private static final long SCATTER = 2_654_435_761L;

    /** About 50 000 rows; fewer of a table with more than 100 columns, so that the cells are bounded. */
    static SampleRows of(long rows, int columns) {
        long wanted = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, MOST_CELLS / Math.max(1, columns)));
        return new SampleRows(Math.max(1, (rows + wanted - 1) / wanted));
    }

    /** The row that is taken of the given block of {@code step} rows; past the end if the last block is short. */
    long row(long block) {
        return block * step + ((block * SCATTER & 0xFFFFFFFFL) >>> 8) % step;
    }

    /** How many rows may be taken of so many. */
    int most(long rows) {
        return Math.toIntExact((rows + step - 1) / step);
    }

    /** The same choice as a condition of SQL. */
    String condition(String row) {
        return step == 1
                ? "true"
                : "%1$s %% %2$d = ((%1$s // %2$d) * %3$d %% 4294967296 // 256) %% %2$d".formatted(row, step, SCATTER);
    }
}

package dev.clew.statistics.slice;

/** Rows, sums and squares of scores by the bins of two columns. Confined to one thread. */
final class Tables {
    private final int width;
    private final int height;
    private final long[] rows;
    private final double[] sums;
    private final double[] squares;

    Tables(int height, int width) {
        this.height = height;
        this.width = width;
        rows = new long[height * width];
        sums = new double[height * width];
        squares = new double[height * width];
    }

    Tables fill(byte[] left, byte[] right, double[] scores) {
        for (int i = 0; i < scores.length; i++) {
            int at = left[i] * width + right[i];
            rows[at]++;
            sums[at] += scores[i];
            squares[at] += scores[i] * scores[i];
        }
        return this;
    }

    /** Of a table of one column. */
    Tally[] tallies() {
        Tally[] tallies = new Tally[rows.length];
        for (int i = 0; i < tallies.length; i++) {
            tallies[i] = new Tally(rows[i], sums[i], squares[i]);
        }
        return tallies;
    }

    /** From now on each cell holds the sum of all up to it. */
    Tables summed() {
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                int at = i * width + j;
                for (int[] step : new int[][] {{1, 0, 1}, {0, 1, 1}, {1, 1, -1}}) {
                    if (i >= step[0] && j >= step[1]) {
                        int from = (i - step[0]) * width + j - step[1];
                        rows[at] += step[2] * rows[from];
                        sums[at] += step[2] * sums[from];
                        squares[at] += step[2] * squares[from];
                    }
                }
            }
        }
        return this;
    }

    /** Of a summed table: bins {@code a} to {@code b} of the one and {@code c} to {@code d} of the other column. */
    Tally rectangle(int a, int b, int c, int d) {
        return upTo(b, d).minus(upTo(a - 1, d)).minus(upTo(b, c - 1)).plus(upTo(a - 1, c - 1));
    }

    private Tally upTo(int i, int j) {
        return i < 0 || j < 0
                ? Tally.NONE
                : new Tally(rows[i * width + j], sums[i * width + j], squares[i * width + j]);
    }
}

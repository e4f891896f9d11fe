package dev.clew.statistics.slice;

import dev.clew.statistics.distribution.Hypergeometric;
import dev.clew.statistics.distribution.Normal;
import dev.clew.statistics.interval.Rates;

/**
 * How many rows, and the sums of their scores and of the squares.
 *
 * @param rows count
 * @param sum of scores
 * @param squares sum of their squares
 */
record Tally(long rows, double sum, double squares) {
    static final Tally NONE = new Tally(0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(rows + other.rows, sum + other.sum, squares + other.squares);
    }

    Tally minus(Tally other) {
        return new Tally(rows - other.rows, sum - other.sum, squares - other.squares);
    }

    double mean() {
        return sum / rows;
    }

    /**
     * How likely as many rows of {@code all}, drawn at random, have scores that sum to as much or more: exact (hypergeometric) for scores of
     * 0 and 1, by the normal limit of the permutation distribution otherwise.
     */
    double chance(Tally all, boolean isBinary) {
        if (rows == 0 || rows == all.rows) {
            return 1;
        }
        if (isBinary) {
            return tail(Math.round(sum), Math.round(all.sum), all.rows - Math.round(all.sum), rows);
        }
        double variance = all.variance();
        if (variance <= 0) {
            return 1;
        }
        double spread = Math.sqrt(variance / rows * (all.rows - rows) / (all.rows - 1.0));
        return Normal.sf((mean() - all.mean()) / spread);
    }

    /** By how much the mean score lies above that of the others at least, in 95 of 100 cases. */
    double surelyAbove(Tally all, boolean isBinary) {
        Tally others = all.minus(this);
        if (isBinary) {
            return Rates.difference(Rates.wilson(sum, rows), Rates.wilson(others.sum, others.rows))
                    .low();
        }
        return mean() - others.mean() - Rates.Z * Math.sqrt(variance() / rows + others.variance() / others.rows);
    }

    private double variance() {
        return Math.max(0, squares / rows - mean() * mean());
    }

    private static double tail(long least, long marked, long unmarked, long draws) {
        if ((double) least * (marked + unmarked) <= (double) draws * marked) {
            return 1;
        }
        double term = Hypergeometric.mass(least, marked, unmarked, draws);
        double sum = 0;
        for (long k = least; k <= Math.min(marked, draws) && term > sum * 1e-17; k++) {
            sum += term;
            term *= (double) (marked - k) / (k + 1) * (draws - k) / (unmarked - draws + k + 1.0);
        }
        return Math.min(1, sum);
    }
}

package dev.clew.statistics.distance;

import dev.clew.statistics.Sample;

/** Walks the distinct values of two sorted samples together, in one merge without copying. */
public final class Pooled {
    private Pooled() {}

    /** Sees each distinct pooled value once, in ascending order. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * @param value the value
         * @param left how often the first sample holds it
         * @param right how often the second sample holds it
         */
        void visit(double value, int left, int right);
    }

    /** Calls the visitor for each distinct value of either sample. */
    public static void forEach(Sample a, Sample b, Visitor visitor) {
        int i = 0;
        int j = 0;
        int n = a.size();
        int m = b.size();
        while (i < n || j < m) {
            double value = j >= m || (i < n && a.at(i) <= b.at(j)) ? a.at(i) : b.at(j);
            int left = i;
            while (i < n && a.at(i) == value) {
                i++;
            }
            int right = j;
            while (j < m && b.at(j) == value) {
                j++;
            }
            visitor.visit(value, i - left, j - right);
        }
    }

    /** Number of distinct values of both samples together. */
    public static int distinct(Sample a, Sample b) {
        int[] count = new int[1];
        forEach(a, b, (_, _, _) -> count[0]++);
        return count[0];
    }

    /** Whether both samples together have more distinct values than this, found without a walk over all of them. */
    public static boolean hasMoreDistinctThan(int count, Sample a, Sample b) {
        int seen = 0;
        int i = 0;
        int j = 0;
        while (seen <= count && (i < a.size() || j < b.size())) {
            double value = j >= b.size() || (i < a.size() && a.at(i) <= b.at(j)) ? a.at(i) : b.at(j);
            i = a.size() > i && a.at(i) == value ? a.countAtMost(value) : i;
            j = b.size() > j && b.at(j) == value ? b.countAtMost(value) : j;
            seen++;
        }
        return seen > count;
    }

    /** Quantile of both samples together, by linear interpolation as {@link Sample#quantile}. */
    public static double quantile(Sample a, Sample b, double p) {
        double position = p * (a.size() + b.size() - 1.0);
        int below = (int) Math.floor(position);
        double low = ranked(a, b, below);
        double high = ranked(a, b, Math.min(below + 1, a.size() + b.size() - 1));
        return low + (position - below) * (high - low);
    }

    private static double ranked(Sample a, Sample b, int rank) {
        int low = Math.max(0, rank + 1 - b.size());
        int high = Math.min(a.size(), rank + 1);
        // Finds how many of the rank + 1 smallest come from a.
        while (low < high) {
            int fromA = (low + high) >>> 1;
            int fromB = rank + 1 - fromA;
            if (fromB > 0 && fromA < a.size() && b.at(fromB - 1) > a.at(fromA)) {
                low = fromA + 1;
            } else {
                high = fromA;
            }
        }
        int fromB = rank + 1 - low;
        double lastA = low > 0 ? a.at(low - 1) : Double.NEGATIVE_INFINITY;
        double lastB = fromB > 0 ? b.at(fromB - 1) : Double.NEGATIVE_INFINITY;
        return Math.max(lastA, lastB);
    }
}

package dev.clew.statistics.estimation;

import java.util.Arrays;

/** Rows in ascending order of a score, equal scores in the order of the rows. Sorts primitives: a row finds its place by search. */
final class Order {
    private Order() {}

    static int[] ascending(double[] scores) {
        double[] sorted = scores.clone();
        Arrays.parallelSort(sorted);
        int[] taken = new int[sorted.length];
        int[] order = new int[sorted.length];
        for (int row = 0; row < scores.length; row++) {
            int first = firstAtLeast(sorted, scores[row]);
            order[first + taken[first]++] = row;
        }
        return order;
    }

    private static int firstAtLeast(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

package dev.clew.statistics.estimation;

import dev.clew.statistics.SortedValues;
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
            int first = SortedValues.countBelow(sorted, scores[row]);
            order[first + taken[first]++] = row;
        }
        return order;
    }
}

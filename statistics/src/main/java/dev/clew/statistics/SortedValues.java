package dev.clew.statistics;

/** Searches in ascending arrays without NaN. Stateless. */
public final class SortedValues {
    private SortedValues() {}

    /** How many values lie strictly below the given one, which is also where it would be inserted first; 0 for an empty array. */
    public static int countBelow(double[] sorted, double value) {
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

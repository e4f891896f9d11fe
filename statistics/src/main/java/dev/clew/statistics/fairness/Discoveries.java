package dev.clew.statistics.fairness;

import java.util.Arrays;

/** False discovery rates of Benjamini and Hochberg (1995). Stateless, thread-safe. */
public final class Discoveries {
    private Discoveries() {}

    /**
     * The smallest false discovery rate at which each test counts as a discovery.
     *
     * @param pValues NaN for tests without a p-value, which do not count
     * @return in [0, 1], in the order given; NaN where p is
     */
    public static double[] adjusted(double[] pValues) {
        Integer[] order = java.util.stream.IntStream.range(0, pValues.length)
                .filter(i -> !Double.isNaN(pValues[i]))
                .boxed()
                .sorted((a, b) -> Double.compare(pValues[a], pValues[b]))
                .toArray(Integer[]::new);
        double[] adjusted = new double[pValues.length];
        Arrays.fill(adjusted, Double.NaN);
        double smallest = 1;
        for (int rank = order.length; rank >= 1; rank--) {
            smallest = Math.min(smallest, pValues[order[rank - 1]] * order.length / rank);
            adjusted[order[rank - 1]] = smallest;
        }
        return adjusted;
    }
}

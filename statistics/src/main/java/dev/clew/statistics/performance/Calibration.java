package dev.clew.statistics.performance;

/** Bins of equal frequency over scores, for reading scores as probabilities. */
public final class Calibration {
    private Calibration() {}

    /**
     * One bin.
     *
     * @param score mean score
     * @param positives rows labelled positive; fractional where an edge cuts rows of one score
     * @param rows all rows
     */
    public record Bin(double score, double positives, double rows) {}

    /** Bins of ⌊n/bins⌋ rows, the first n mod bins ones with one row more, as {@code numpy.array_split} cuts ascending scores. */
    static Bin[] bins(double[] descending, int[] positives, int[] negatives, int bins) {
        long n = 0;
        for (int i = 0; i < descending.length; i++) {
            n += positives[i] + negatives[i];
        }
        Bin[] filled = new Bin[bins];
        int at = descending.length - 1;
        double left = positives[at] + negatives[at];
        for (int bin = 0; bin < bins; bin++) {
            double rows = (double) (n / bins) + (bin < n % bins ? 1 : 0);
            double need = rows;
            double score = 0;
            double found = 0;
            while (need > 0) {
                if (left == 0) {
                    at--;
                    left = positives[at] + negatives[at];
                }
                double taken = Math.min(need, left);
                score += taken * descending[at];
                found += taken * positives[at] / (positives[at] + negatives[at]);
                need -= taken;
                left -= taken;
            }
            filled[bin] = new Bin(score / rows, found, rows);
        }
        return filled;
    }
}

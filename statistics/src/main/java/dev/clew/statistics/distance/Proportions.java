package dev.clew.statistics.distance;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import java.util.TreeSet;

/**
 * Shares of two samples in the same bins, in the same order. Each side sums to 1 unless values fell outside the bins.
 *
 * @param reference share of the reference per bin
 * @param current share of the current sample per bin
 */
public record Proportions(double[] reference, double[] current) {
    /** Refuses sides of different length. */
    public Proportions {
        if (reference.length != current.length) {
            throw new IllegalArgumentException("Proportions need the same bins on both sides; there are "
                    + reference.length + " and " + current.length + ".");
        }
    }

    /** Shares per level, over the union of the levels of both sides. */
    public static Proportions of(Categories reference, Categories current) {
        var levels = new TreeSet<>(reference.counts().keySet());
        levels.addAll(current.counts().keySet());
        double[] p = new double[levels.size()];
        double[] q = new double[levels.size()];
        int i = 0;
        for (String level : levels) {
            p[i] = (double) reference.count(level) / reference.size();
            q[i++] = (double) current.count(level) / current.size();
        }
        return new Proportions(p, q);
    }

    /** Shares per distinct value of both sides together. */
    public static Proportions byValue(Sample reference, Sample current) {
        int bins = Pooled.distinct(reference, current);
        double[] p = new double[bins];
        double[] q = new double[bins];
        int[] next = new int[1];
        Pooled.forEach(reference, current, (_, left, right) -> {
            p[next[0]] = (double) left / reference.size();
            q[next[0]++] = (double) right / current.size();
        });
        return new Proportions(p, q);
    }

    /** Shares per bin of the given edges. */
    public static Proportions byEdges(Sample reference, Sample current, double[] edges) {
        return new Proportions(Binning.shares(reference, edges), Binning.shares(current, edges));
    }

    /**
     * The binning of Evidently's {@code get_binned_data} 0.7.21: Sturges' edges over both sides if the reference has more than
     * 20 distinct values, else one bin per value. (Its argument for the number of bins has no effect, and has no counterpart here.)
     */
    public static Proportions sturges(Sample reference, Sample current) {
        if (reference.distinct() <= 20) {
            return byValue(reference, current);
        }
        double min = Math.min(reference.min(), current.min());
        double max = Math.max(reference.max(), current.max());
        return byEdges(reference, current, Binning.sturges(min, max, (long) reference.size() + current.size()));
    }

    /**
     * These proportions with every empty bin of a side set to a small share: a millionth of that side's smallest share if this
     * is at most 0.0001, else 0.0001. Not renormalised, as Evidently does before psi and kl_div.
     */
    public Proportions filled() {
        return new Proportions(fill(reference), fill(current));
    }

    private static double[] fill(double[] shares) {
        double smallest = Double.POSITIVE_INFINITY;
        for (double share : shares) {
            smallest = share > 0 ? Math.min(smallest, share) : smallest;
        }
        double filling = smallest <= 0.0001 ? smallest / 1e6 : 0.0001;
        double[] filled = shares.clone();
        for (int i = 0; i < filled.length; i++) {
            filled[i] = filled[i] == 0 ? filling : filled[i];
        }
        return filled;
    }
}

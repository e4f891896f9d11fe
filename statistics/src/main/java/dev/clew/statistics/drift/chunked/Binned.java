package dev.clew.statistics.drift.chunked;

import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Binning;
import dev.clew.statistics.distance.Proportions;
import java.util.Arrays;

/** A numeric reference as counts between fixed edges. */
final class Binned {
    /** No bins: distances are taken over the values. */
    static final Binned NONE = new Binned(new double[0], new long[0], 0);

    private static final int FINE = 10_000;

    private final double[] edges;
    private final long[] counts;
    private final int size;

    private Binned(double[] edges, long[] counts, int size) {
        this.edges = edges;
        this.counts = counts;
        this.size = size;
    }

    static Binned of(ChunkMethod method, Sample reference) {
        return switch (method) {
            case JENSEN_SHANNON, HELLINGER -> over(Binning.doane(reference), reference);
            case KOLMOGOROV_SMIRNOV, WASSERSTEIN ->
                reference.size() < FINE ? NONE : over(fine(reference.min(), reference.max()), reference);
            case KOLMOGOROV_SMIRNOV_EXACT, WASSERSTEIN_EXACT, CHI2, L_INFINITY -> NONE;
        };
    }

    private static double[] fine(double min, double max) {
        return min == max ? Binning.linear(min - 0.5, max + 0.5, FINE) : Binning.linear(min, max, FINE);
    }

    private static Binned over(double[] edges, Sample reference) {
        return new Binned(edges, Binning.counts(reference, edges), reference.size());
    }

    boolean isEmpty() {
        return counts.length == 0;
    }

    /** Shares of both sides; values of the current side outside the edges are one more bin, empty in the reference. */
    Proportions proportions(Sample current) {
        long[] found = Binning.counts(current, edges);
        long inside = Arrays.stream(found).sum();
        int bins = counts.length + (inside < current.size() ? 1 : 0);
        double[] p = new double[bins];
        double[] q = new double[bins];
        for (int i = 0; i < counts.length; i++) {
            p[i] = (double) counts[i] / size;
            q[i] = (double) found[i] / current.size();
        }
        if (bins > counts.length) {
            q[counts.length] = (double) (current.size() - inside) / current.size();
        }
        return new Proportions(p, q);
    }

    double largestGap(Sample current) {
        long[] found = Binning.counts(current, edges);
        long upTo = current.countBelow(edges[0]);
        long referenceUpTo = 0;
        double largest = 0;
        for (int i = 0; i < counts.length; i++) {
            upTo += found[i];
            referenceUpTo += counts[i];
            largest = Math.max(largest, Math.abs((double) referenceUpTo / size - (double) upTo / current.size()));
        }
        return largest;
    }

    double wasserstein(Sample current) {
        double first = edges[0];
        double last = edges[edges.length - 1];
        double outside = 0;
        int below = current.countBelow(first);
        for (int i = 0; i < below; i++) {
            outside += first - current.at(i);
        }
        for (int i = current.countAtMost(last); i < current.size(); i++) {
            outside += current.at(i) - last;
        }
        long[] found = Binning.counts(current, edges);
        long upTo = below > 0 ? below + 1 : 0;
        long referenceUpTo = 0;
        double inside = 0;
        for (int i = 0; i < counts.length; i++) {
            upTo += found[i];
            referenceUpTo += counts[i];
            inside += Math.abs((double) referenceUpTo / size - (double) upTo / current.size());
        }
        return outside / current.size() + inside * (edges[1] - edges[0]);
    }
}

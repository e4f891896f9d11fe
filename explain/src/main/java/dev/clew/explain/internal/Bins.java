package dev.clew.explain.internal;

import dev.clew.explain.model.Feature;
import dev.clew.explain.model.Rows;
import dev.clew.statistics.distribution.Normal;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One feature of the training data as LIME and anchors see it: a number falls into a bin between two cuts (x ≤ cut: the lower one),
 * a category is a bin of its own, missing values are one more bin. Immutable.
 */
public final class Bins {
    private final boolean categorical;

    /** Upper edges of numeric bins, or the categories' codes. */
    private final double[] edges;

    final double[] mean;
    final double[] deviation;

    /** Between its cut points, the outermost bins to the ends of the data. */
    final double[] least;

    final double[] most;

    /** Cumulated frequencies; the last bin is that of missing values. */
    final double[] cumulated;

    /** Cuts a number at its distinct quartiles. */
    public Bins(Rows rows, int feature, Feature.Type type) {
        this(rows, feature, type, sorted -> quantiles(sorted, 4));
    }

    private Bins(Rows rows, int feature, Feature.Type type, UnaryOperator<double[]> cuts) {
        categorical = type == Feature.Type.CATEGORICAL;
        double[] values = IntStream.range(0, rows.count())
                .mapToDouble(i -> rows.get(i, feature))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        int present = values.length;
        edges = categorical ? Arrays.stream(values).distinct().toArray() : cuts.apply(values);
        int bins = categorical ? edges.length : edges.length + 1;
        mean = new double[bins];
        deviation = new double[bins];
        least = new double[bins];
        most = new double[bins];
        int[] count = new int[bins + 1];
        for (int b = 0; b < bins && present > 0; b++) {
            least[b] = b == 0 ? values[0] : edges[b - 1];
            most[b] = b == bins - 1 ? values[present - 1] : edges[b];
        }
        for (double value : values) {
            int bin = bin(value);
            count[bin]++;
            mean[bin] += value;
        }
        count[bins] = rows.count() - present;
        for (int b = 0; b < bins; b++) {
            mean[b] /= Math.max(1, count[b]);
        }
        for (double value : values) {
            int bin = bin(value);
            deviation[bin] += (value - mean[bin]) * (value - mean[bin]);
        }
        for (int b = 0; b < bins; b++) {
            deviation[b] = Math.sqrt(deviation[b] / Math.max(1, count[b])) + 1e-11;
        }
        cumulated = new double[bins + 1];
        double sum = 0;
        for (int b = 0; b <= bins; b++) {
            sum += (double) count[b] / rows.count();
            cumulated[b] = sum;
        }
    }

    /** Cuts a number into so many bins of equal frequency. */
    public static Bins equallyFrequent(Rows rows, int feature, Feature.Type type, int count) {
        return new Bins(rows, feature, type, sorted -> quantiles(sorted, count));
    }

    /** Cuts a number where a small tree would, to tell the labels of the rows apart ({@link EntropyCuts}); at the median if nowhere. */
    public static Bins separating(Rows rows, int feature, Feature.Type type, int[] labels) {
        return new Bins(rows, feature, type, sorted -> {
            double[] cuts = EntropyCuts.of(rows, feature, labels);
            return cuts.length == 0 ? quantiles(sorted, 2) : cuts;
        });
    }

    /** Distinct quantiles by linear interpolation, as numpy's percentile. */
    private static double[] quantiles(double[] sorted, int count) {
        if (sorted.length == 0) {
            return new double[0];
        }
        return IntStream.range(1, count)
                .mapToDouble(q -> {
                    double at = (double) q / count * (sorted.length - 1);
                    int low = (int) at;
                    double next = sorted[Math.min(low + 1, sorted.length - 1)];
                    return sorted[low] + (next - sorted[low]) * (at - low);
                })
                .distinct()
                .toArray();
    }

    /** Whether values are categories. */
    public boolean isCategorical() {
        return categorical;
    }

    /** Bin of a value; missing and unknown ones fall into the last. */
    public int bin(double value) {
        if (Double.isNaN(value)) {
            return mean.length;
        }
        if (categorical) {
            int at = Arrays.binarySearch(edges, value);
            return at >= 0 ? at : mean.length;
        }
        int bin = 0;
        while (bin < edges.length && value > edges[bin]) {
            bin++;
        }
        return bin;
    }

    public int draw(Philox random) {
        double u = random.nextDouble() * cumulated[cumulated.length - 1];
        int bin = 0;
        while (bin < cumulated.length - 1 && u >= cumulated[bin]) {
            bin++;
        }
        return bin;
    }

    /** A value from a bin: normal with the bin's moments, cut to its range. */
    public double value(int bin, Philox random) {
        if (bin == mean.length) {
            return Double.NaN;
        }
        if (categorical) {
            return edges[bin];
        }
        if (!(least[bin] < most[bin])) {
            return mean[bin];
        }
        double low = Normal.cdf((least[bin] - mean[bin]) / deviation[bin]);
        double high = Normal.cdf((most[bin] - mean[bin]) / deviation[bin]);
        double u = low + random.nextDouble() * (high - low);
        return Math.clamp(
                mean[bin] + deviation[bin] * Normal.quantile(Math.clamp(u, 1e-15, 1 - 1e-15)), least[bin], most[bin]);
    }

    /** The condition that a bin stands for. */
    public String text(int bin, String name, java.util.function.DoubleFunction<String> display) {
        if (bin == mean.length) {
            return name + " missing";
        }
        if (categorical) {
            return name + " = " + display.apply(edges[bin]);
        }
        if (edges.length == 0) {
            return name;
        }
        if (bin == 0) {
            return name + " ≤ " + display.apply(edges[0]);
        }
        return bin == edges.length
                ? name + " > " + display.apply(edges[bin - 1])
                : display.apply(edges[bin - 1]) + " < " + name + " ≤ " + display.apply(edges[bin]);
    }
}

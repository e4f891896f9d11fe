package dev.clew.statistics.drift;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Binning;
import dev.clew.statistics.distance.Pooled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What one side of a column looks like, small enough to keep in a report.
 *
 * @param rows rows that count
 * @param missing rows without a value
 * @param statistics for numbers: infinite, mean, std (population), min, p25, p50, p75, max; for levels: levels
 * @param bins labels of the histogram, the same on both sides of a column
 * @param shares share of the rows per bin
 */
public record Summary(long rows, long missing, Map<String, Double> statistics, List<String> bins, List<Double> shares) {
    private static final int MAX_BINS = 30;
    private static final String OTHER = "(other)";
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,15})?");

    /** Keeps copies. */
    public Summary {
        statistics = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(statistics));
        bins = List.copyOf(bins);
        shares = List.copyOf(shares);
    }

    /** The summaries of both sides over common bins: reference first. */
    static List<Summary> of(Column reference, Column current) {
        if (reference instanceof Column.Numbers(var left) && current instanceof Column.Numbers(var right)) {
            return numbers(left, right);
        }
        if (reference instanceof Column.Levels(var left) && current instanceof Column.Levels(var right)) {
            return levels(left, right);
        }
        return List.of(plain(reference), plain(current));
    }

    private static Summary plain(Column column) {
        return new Summary(column.size(), column.missing(), Map.of(), List.of(), List.of());
    }

    private static List<Summary> numbers(Sample left, Sample right) {
        if (left.size() == 0 || right.size() == 0) {
            return List.of(numbers(left, new double[0]), numbers(right, new double[0]));
        }
        double[] edges;
        if (!Pooled.hasMoreDistinctThan(MAX_BINS, left, right)) {
            var values = new TreeSet<Double>();
            Pooled.forEach(left, right, (value, _, _) -> values.add(value));
            return List.of(values(left, values), values(right, values));
        }
        // The outer hundredths share the outermost bins, so that one outlier does not flatten the picture.
        double low = Pooled.quantile(left, right, 0.005);
        double high = Pooled.quantile(left, right, 0.995);
        edges = low < high ? Binning.linear(low, high, MAX_BINS) : new double[] {low, low + 1};
        edges[0] = Math.min(left.min(), right.min());
        edges[edges.length - 1] = Math.max(left.max(), right.max());
        return List.of(numbers(left, edges), numbers(right, edges));
    }

    private static Summary values(Sample sample, TreeSet<Double> values) {
        List<String> bins = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        for (double value : values) {
            bins.add(shortened(value));
            shares.add((double) (sample.countAtMost(value) - sample.countBelow(value)) / sample.size());
        }
        return new Summary(sample.size(), sample.missing(), statistics(sample), bins, shares);
    }

    private static Summary numbers(Sample sample, double[] edges) {
        List<String> bins = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        if (edges.length > 1) {
            double[] perBin = Binning.shares(sample, edges);
            for (int i = 0; i < perBin.length; i++) {
                bins.add(shortened(edges[i]) + " – " + shortened(edges[i + 1]));
                shares.add(perBin[i]);
            }
        }
        return new Summary(sample.size(), sample.missing(), statistics(sample), bins, shares);
    }

    private static Map<String, Double> statistics(Sample sample) {
        Map<String, Double> statistics = new LinkedHashMap<>();
        statistics.put("infinite", (double) sample.infinite());
        if (sample.size() > 0) {
            statistics.put("mean", sample.mean());
            statistics.put("std", sample.standardDeviation());
            statistics.put("min", sample.min());
            statistics.put("p25", sample.quantile(0.25));
            statistics.put("p50", sample.quantile(0.5));
            statistics.put("p75", sample.quantile(0.75));
            statistics.put("max", sample.max());
        }
        return statistics;
    }

    private static List<Summary> levels(Categories left, Categories right) {
        var all = new TreeSet<>(left.counts().keySet());
        all.addAll(right.counts().keySet());
        List<String> shown = all.stream()
                .sorted(Comparator.comparingLong((String level) -> -(left.count(level) + right.count(level)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MAX_BINS - 1)
                .toList();
        if (shown.stream().allMatch(level -> NUMBER.matcher(level).matches())) {
            // Years, months and codes read from left to right, however frequent they are.
            shown = shown.stream()
                    .sorted(Comparator.comparingDouble(Double::parseDouble))
                    .toList();
        }
        return List.of(levels(left, shown, all.size()), levels(right, shown, all.size()));
    }

    private static Summary levels(Categories side, List<String> shown, int all) {
        List<String> bins = new ArrayList<>(shown);
        List<Double> shares = new ArrayList<>();
        long rest = side.size();
        for (String level : shown) {
            rest -= side.count(level);
            shares.add(side.size() == 0 ? 0 : (double) side.count(level) / side.size());
        }
        if (all > shown.size()) {
            bins.add(OTHER);
            shares.add(side.size() == 0 ? 0 : (double) rest / side.size());
        }
        return new Summary(
                side.size(),
                side.missing(),
                Map.of("levels", (double) side.counts().size()),
                bins,
                shares);
    }

    private static String shortened(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return Long.toString((long) value);
        }
        return String.format(
                java.util.Locale.ROOT, Math.abs(value) >= 1000 && Math.abs(value) < 1e9 ? "%.0f" : "%.4g", value);
    }
}

package dev.clew.statistics.drift.chunked;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import dev.clew.statistics.drift.Column;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A column as standardised numbers: numbers as they are, levels as their share in the reference, missing ones filled.
 *
 * @param filling for a missing value
 * @param mean of the reference
 * @param scale its population standard deviation, 1 for a constant column
 * @param shares share per level, empty for numbers
 * @param byCode shares by the codes of one column, empty for numbers
 */
record Encoding(double filling, double mean, double scale, Map<String, Double> shares, double[] byCode) {
    static Encoding fit(Rows rows) {
        Column all = rows.range(0, rows.size());
        if (all.size() == 0) {
            throw new IllegalArgumentException("A column of the reference has no value at all; leave it out.");
        }
        if (all instanceof Column.Numbers(var sample)) {
            return standardised(rows, sample.mean(), Map.of());
        }
        if (all instanceof Column.Levels(var categories)) {
            return standardised(rows, Double.NaN, shares(categories));
        }
        throw new IllegalArgumentException("A column of texts cannot be reconstructed; leave it out.");
    }

    private static Map<String, Double> shares(Categories categories) {
        // Missing rows take the most frequent level, the first by name among equals.
        String most = categories.counts().entrySet().stream()
                .max(Comparator.comparingLong((Map.Entry<String, Long> level) -> level.getValue())
                        .thenComparing(Map.Entry::getKey, Comparator.reverseOrder()))
                .orElseThrow()
                .getKey();
        double rows = (double) categories.size() + categories.missing();
        Map<String, Double> shares = new java.util.HashMap<>();
        categories
                .counts()
                .forEach((level, count) ->
                        shares.put(level, (count + (level.equals(most) ? categories.missing() : 0)) / rows));
        return shares;
    }

    private static Encoding standardised(Rows rows, double filling, Map<String, Double> shares) {
        double missing =
                shares.values().stream().mapToDouble(Double::doubleValue).max().orElse(filling);
        var raw = new Encoding(missing, 0, 1, shares, new double[0]).translated(rows);
        double[] values = new double[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = raw.of(rows, i);
        }
        Sample sample = Sample.of(values);
        double deviation = sample.standardDeviation();
        // scikit-learn takes a deviation below 10 units in the last place of the mean for rounding noise.
        boolean constant = !(deviation > 10 * Math.ulp(1.0) * Math.abs(sample.mean()));
        return new Encoding(missing, sample.mean(), constant ? 1 : deviation, shares, new double[0]);
    }

    /** This encoding for a column whose levels may have other codes; unseen levels have the share 0. */
    Encoding translated(Rows rows) {
        if (!(rows instanceof Rows.Levels(List<String> levels, int[] _))) {
            return this;
        }
        double[] codes = levels.stream()
                .mapToDouble(level -> shares.getOrDefault(level, 0.0))
                .toArray();
        return new Encoding(filling, mean, scale, shares, codes);
    }

    double of(Rows rows, int row) {
        double value = switch (rows) {
            case Rows.Numbers(double[] values) -> Double.isFinite(values[row]) ? values[row] : filling;
            case Rows.Levels(List<String> _, int[] codes) -> codes[row] < 0 ? filling : byCode[codes[row]];
        };
        return (value - mean) / scale;
    }
}

package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.table.Table;
import dev.clew.statistics.SortedValues;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** The finite values of one column in memory, sorted once; everything about them is one walk. Confined to one thread. */
final class SortedNumbers {
    private static final int MOST_LEVELS = 20;
    private static final int PARALLEL_FROM = 1 << 15;

    private final double[] sorted;

    private SortedNumbers(double[] sorted) {
        this.sorted = sorted;
    }

    /**
     * Reads a column.
     *
     * @param finite expression of its finite values as DOUBLE, others NULL
     */
    static SortedNumbers read(Table table, String finite) throws SQLException {
        double[] values = new double[Math.toIntExact(table.rowCount())];
        int count = 0;
        try (var connection = table.relation().engine().connect();
                var statement = connection.prepare(
                        "SELECT " + finite + " FROM " + table.relation().from());
                var result = statement.query()) {
            while (result.nextChunk()) {
                var vector = result.chunk().vector(0);
                int rows = Math.toIntExact(result.chunk().rowCount());
                for (int row = 0; row < rows; row++) {
                    if (!vector.isNull(row)) {
                        values[count++] = vector.getDouble(row) + 0.0;
                    }
                }
            }
        } catch (RuntimeException e) {
            throw e.getCause() instanceof SQLException cause ? Failures.of(cause, "'" + table.name() + "'") : e;
        }
        double[] kept = count == values.length ? values : Arrays.copyOf(values, count);
        if (count < PARALLEL_FROM) {
            Arrays.sort(kept);
        } else {
            Arrays.parallelSort(kept);
        }
        return new SortedNumbers(kept);
    }

    /** Statistics by the names of {@link Counts}; those that are not defined for so few or equal values are absent. */
    Map<String, Double> statistics() {
        Map<String, Double> all = new HashMap<>();
        int n = sorted.length;
        all.put("finite", (double) n);
        if (n == 0) {
            return all;
        }
        long below = SortedValues.countBelow(sorted, 0);
        all.put("negatives", (double) below);
        all.put("zeros", (double) (SortedValues.countBelow(sorted, Double.MIN_VALUE) - below));
        all.put("min", sorted[0]);
        all.put("max", sorted[n - 1]);
        double sum = 0;
        for (double value : sorted) {
            sum += value;
        }
        double mean = sum / n;
        double second = 0;
        double third = 0;
        double fourth = 0;
        for (double value : sorted) {
            double gap = value - mean;
            double square = gap * gap;
            second += square;
            third += square * gap;
            fourth += square * square;
        }
        all.put("mean", mean);
        if (n > 1) {
            all.put("deviation", Math.sqrt(second / (n - 1)));
        }
        double variance = second / n;
        if (n > 2 && sorted[0] < sorted[n - 1]) {
            all.put("skewness", Math.sqrt((double) n * (n - 1)) / (n - 2) * (third / n) / Math.pow(variance, 1.5));
        }
        if (n > 3 && sorted[0] < sorted[n - 1]) {
            double ratio = fourth / n / (variance * variance);
            all.put("kurtosis", (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * ratio - 3 * (n - 1.0)));
        }
        return all;
    }

    /** Values at these shares, each one that occurs, as DuckDB's {@code quantile_disc} chooses it; empty without values. */
    List<Double> quantiles(List<Double> shares) {
        int n = sorted.length;
        return n == 0
                ? List.of()
                : shares.stream()
                        .map(share -> sorted[(int) Math.max(1, n - Math.floor(n - n * share)) - 1])
                        .toList();
    }

    /** Rows per bin of equal width between least and greatest value; where each begins is searched, since bins ascend with values. */
    long[] bins(int count) {
        long[] bins = new long[count];
        double width = (sorted[sorted.length - 1] - sorted[0]) / count;
        int from = 0;
        for (int bin = 0; bin < count; bin++) {
            int low = from;
            int high = sorted.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Math.floor((sorted[middle] - sorted[0]) / width) <= bin) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            bins[bin] = (bin == count - 1 ? sorted.length : low) - from;
            from = low;
        }
        return bins;
    }

    /** Number of different values. */
    long distinct() {
        long distinct = sorted.length == 0 ? 0 : 1;
        for (int i = 1; i < sorted.length; i++) {
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        return distinct;
    }

    /** The most frequent values, the most frequent first, smaller ones before greater; of many those that occur once are left out. */
    List<Level> top(long distinct) {
        record Run(double value, int count) {}
        Comparator<Run> order =
                Comparator.comparingInt((Run run) -> -run.count()).thenComparingDouble(Run::value);
        var best = new PriorityQueue<>(order.reversed());
        for (int from = 0; from < sorted.length; ) {
            int to = from + 1;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            if (to - from > 1 || distinct <= MOST_LEVELS) {
                best.add(new Run(sorted[from], to - from));
                if (best.size() > MOST_LEVELS) {
                    best.poll();
                }
            }
            from = to;
        }
        List<Run> runs = new ArrayList<>(best);
        runs.sort(order);
        return runs.stream()
                .map(run -> new Level(JsonNodeFactory.instance.numberNode(run.value()), run.count()))
                .toList();
    }
}

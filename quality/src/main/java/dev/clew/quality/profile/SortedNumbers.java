package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.statistics.SortedValues;
import dev.clew.statistics.sketch.Moments;
import dev.clew.statistics.sketch.NumberSketch;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** The finite values of one column in memory, sorted once; everything about them is one walk. Confined to one thread. */
final class SortedNumbers {
    private static final double EXACT_INTEGER = 0x1.0p53;

    private final double[] sorted;
    private final long nan;
    private final long infinite;
    private final double[] sampled;

    private SortedNumbers(double[] sorted, long nan, long infinite, double[] sampled) {
        this.sorted = sorted;
        this.nan = nan;
        this.infinite = infinite;
        this.sampled = sampled;
    }

    /**
     * Reads a column. Several may be read by threads of their own.
     *
     * @param value expression of its values as DOUBLE
     * @param rows which are kept in the order of the file, too
     */
    static SortedNumbers read(Table table, String value, SampleRows rows) throws SQLException {
        double[] values = new double[Math.toIntExact(table.rowCount())];
        double[] sampled = new double[rows.most(table.rowCount())];
        int count = 0;
        long nan = 0;
        long infinite = 0;
        long at = 0;
        int taken = 0;
        long next = rows.row(0);
        try (var connection = table.relation().engine().connect();
                var statement = connection.prepare(
                        "SELECT " + value + " FROM " + table.relation().from());
                var result = statement.query()) {
            while (result.nextChunk()) {
                var vector = result.chunk().vector(0);
                int chunk = Math.toIntExact(result.chunk().rowCount());
                for (int row = 0; row < chunk; row++, at++) {
                    boolean missing = vector.isNull(row);
                    double own = missing ? Double.NaN : vector.getDouble(row);
                    if (Double.isFinite(own)) {
                        values[count++] = own + 0.0;
                    } else if (!missing) {
                        nan += Double.isNaN(own) ? 1 : 0;
                        infinite += Double.isNaN(own) ? 0 : 1;
                    }
                    if (at == next) {
                        sampled[taken++] = Double.isFinite(own) ? own : Double.NaN;
                        next = rows.row(taken);
                    }
                }
            }
        } catch (RuntimeException e) {
            throw e.getCause() instanceof SQLException cause ? Failures.of(cause, "'" + table.name() + "'") : e;
        }
        double[] kept = count == values.length ? values : Arrays.copyOf(values, count);
        Arrays.sort(kept);
        return new SortedNumbers(kept, nan, infinite, Arrays.copyOf(sampled, taken));
    }

    /**
     * A sketch of them.
     *
     * @param missing rows without a value
     * @param told up to where values that differ are doubles that differ
     */
    NumberSketch sketch(long missing, double told) {
        return NumberSketch.ofSorted(sorted, missing, infinite, NumberSketch.REFERENCE, told);
    }

    /** Rows with a value, infinite ones included. */
    long present() {
        return sorted.length + infinite;
    }

    /** The sampled rows in the order of the file; NaN where there is no finite value. */
    double[] sampled() {
        return sampled;
    }

    /** Whether every value stands here as it was, so that values can be told apart and shown. */
    boolean holdsAll(TableColumn column) {
        if (infinite > 0) {
            return false;
        }
        double most = sorted.length == 0 ? 0 : Math.max(-sorted[0], sorted[sorted.length - 1]);
        return switch (column.type()) {
            case FLOAT -> column.declared().equals("DOUBLE");
            case INTEGER -> most <= EXACT_INTEGER;
            case DATE -> sorted.length == 0 || isDated(sorted[0]) && isDated(sorted[sorted.length - 1]);
            case BOOLEAN, DECIMAL, TEXT, TIMESTAMP, TIME, BINARY, NESTED -> false;
        };
    }

    private static boolean isDated(double seconds) {
        int year = day(seconds).getYear();
        return year >= 1 && year <= 9999;
    }

    private static LocalDate day(double seconds) {
        return LocalDate.ofEpochDay((long) (seconds / 86_400));
    }

    private static JsonNode value(TableColumn column, double value) {
        return switch (column.type()) {
            case INTEGER -> JsonNodeFactory.instance.numberNode((long) value);
            case DATE -> JsonNodeFactory.instance.textNode(day(value).toString());
            case BOOLEAN, FLOAT, DECIMAL, TEXT, TIMESTAMP, TIME, BINARY, NESTED ->
                JsonNodeFactory.instance.numberNode(value);
        };
    }

    /** Statistics by the names of {@link Counts}; those that are not defined for so few or equal values are absent. */
    Map<String, Double> statistics() {
        Map<String, Double> all = new HashMap<>();
        int n = sorted.length;
        all.put("finite", (double) n);
        all.put("nan", (double) nan);
        all.put("infinite", (double) infinite);
        if (n == 0) {
            return all;
        }
        long below = SortedValues.countBelow(sorted, 0);
        all.put("negatives", (double) below);
        all.put("zeros", (double) (SortedValues.countBelow(sorted, Double.MIN_VALUE) - below));
        all.put("min", sorted[0]);
        all.put("max", sorted[n - 1]);
        var moments = new Moments();
        moments.add(sorted, n);
        all.put("mean", moments.mean());
        if (n > 1) {
            all.put("deviation", SampleMoments.deviation(n, moments.standardDeviation()));
        }
        if (n > 2 && sorted[0] < sorted[n - 1]) {
            all.put("skewness", SampleMoments.skewness(n, moments.skewness()));
        }
        if (n > 3 && sorted[0] < sorted[n - 1]) {
            all.put("kurtosis", SampleMoments.kurtosis(n, moments.kurtosis()));
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

    /**
     * The {@code most} most frequent values, the most frequent first, smaller ones before greater.
     *
     * @param single whether those that occur once are among them
     */
    List<Level> top(TableColumn column, int most, boolean single) {
        record Run(double value, int count) {}
        Comparator<Run> order =
                Comparator.comparingInt((Run run) -> -run.count()).thenComparingDouble(Run::value);
        var best = new PriorityQueue<>(order.reversed());
        for (int from = 0; from < sorted.length; ) {
            int to = from + 1;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            if (to - from > 1 || single) {
                Run last = best.size() == most ? best.peek() : null;
                if (last == null || last.count() < to - from) {
                    best.add(new Run(sorted[from], to - from));
                }
                if (best.size() > most) {
                    best.poll();
                }
            }
            from = to;
        }
        List<Run> runs = new ArrayList<>(best);
        runs.sort(order);
        return runs.stream()
                .map(run -> new Level(value(column, run.value()), run.count()))
                .toList();
    }
}

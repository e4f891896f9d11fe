package dev.clew.quality.profile;

import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The scan for histograms, once least and greatest values are known. */
final class Histograms {
    private final Table table;
    private final List<TableColumn> columns;
    private final Counts counts;
    private final Map<TableColumn, Histogram> sturges = new HashMap<>();
    private final Map<TableColumn, Histogram> tenths = new HashMap<>();

    Histograms(Table table, List<TableColumn> columns, Counts counts) {
        this.table = table;
        this.columns = columns;
        this.counts = counts;
    }

    @Nullable
    Histogram sturges(TableColumn column) {
        return sturges.get(column);
    }

    @Nullable
    Histogram tenths(TableColumn column) {
        return tenths.get(column);
    }

    /** Takes the histograms of a column from its sorted values. */
    void take(TableColumn column, SortedNumbers numbers) {
        Counts.Count count = counts.of(column);
        if (count.hasNumbers() && count.max() > count.min() && Double.isFinite(count.max() - count.min())) {
            sturges.put(column, histogram(column, numbers.bins(sturges(count.finite()))));
            tenths.put(column, histogram(column, numbers.bins(10)));
        }
    }

    void read() throws SQLException {
        List<TableColumn> spread = columns.stream()
                .filter(column -> counts.of(column).hasNumbers()
                        && counts.of(column).max() > counts.of(column).min()
                        && Double.isFinite(
                                counts.of(column).max() - counts.of(column).min()))
                .toList();
        if (spread.isEmpty()) {
            return;
        }
        List<String> cells = new ArrayList<>();
        for (TableColumn column : spread) {
            cells.add(bins(column, sturges(counts.of(column).finite())));
            cells.add(bins(column, 10));
        }
        @Nullable
        Object[] row = table.relation()
                .engine()
                .rows(
                        "SELECT " + String.join(", ", cells) + " FROM "
                                + table.relation().from(),
                        List.of())
                .getFirst();
        for (int i = 0; i < spread.size(); i++) {
            TableColumn column = spread.get(i);
            sturges.put(column, histogram(column, sturges(counts.of(column).finite()), row[2 * i]));
            tenths.put(column, histogram(column, 10, row[2 * i + 1]));
        }
    }

    static int sturges(long n) {
        return (int) Math.ceil(Math.log(n) / Math.log(2)) + 1;
    }

    private String bins(TableColumn column, int count) {
        double low = counts.of(column).min();
        double width = (counts.of(column).max() - low) / count;
        String value = counts.finite(column);
        // Least and greatest pass over NULL, which would fill the first bin.
        return "map_entries(histogram(least(%d, greatest(0, CAST(floor((%s - %s) / %s) AS INTEGER)))) FILTER (WHERE %s IS NOT NULL))"
                .formatted(count - 1, value, "(" + low + "::DOUBLE)", "(" + width + "::DOUBLE)", value);
    }

    private Histogram histogram(TableColumn column, int count, @Nullable Object entries) {
        long[] bins = new long[count];
        ProfileJson.entries(entries).forEach((bin, rows) -> bins[bin] = rows);
        return histogram(column, bins);
    }

    private Histogram histogram(TableColumn column, long[] bins) {
        double low = counts.of(column).min();
        double high = counts.of(column).max();
        List<Double> edges = new ArrayList<>();
        List<Long> rows = new ArrayList<>();
        for (int i = 0; i < bins.length; i++) {
            edges.add(low + (high - low) * i / bins.length);
            rows.add(bins[i]);
        }
        edges.add(high);
        return new Histogram(edges, rows);
    }
}

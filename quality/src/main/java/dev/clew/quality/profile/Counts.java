package dev.clew.quality.profile;

import dev.clew.quality.internal.Relation;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first scan: what can be counted and summed of every column at once. */
final class Counts {
    private final Table table;
    private final List<TableColumn> columns;
    private final Map<TableColumn, Count> counts = new HashMap<>();

    /** Whether what is known of numbers comes from {@link SortedNumbers} and not from this scan. */
    private final boolean sorts;

    Counts(Table table, List<TableColumn> columns, boolean sorts) {
        this.table = table;
        this.columns = columns;
        this.sorts = sorts;
    }

    /** Adds what the sorted values of a column say. */
    void add(TableColumn column, SortedNumbers numbers) {
        counts.put(
                column,
                new Count(column, table.rowCount() - numbers.present(), numbers.distinct(), numbers.statistics()));
    }

    /** One column's numbers, by the names of {@link Numbers}. */
    record Count(TableColumn column, long missing, long distinctEstimate, Map<String, Double> values) {
        private double value(String name) {
            return values.getOrDefault(name, Double.NaN);
        }

        private @Nullable Double orNull(String name) {
            double value = value(name);
            return Double.isFinite(value) ? value : null;
        }

        boolean hasNumbers() {
            return Double.isFinite(value("min"));
        }

        double min() {
            return value("min");
        }

        double max() {
            return value("max");
        }

        long infinite() {
            return values.getOrDefault("infinite", 0.0).longValue();
        }

        long finite() {
            return (long) value("finite");
        }

        @Nullable
        Numbers numbers(List<Double> quantiles, @Nullable Histogram sturges, @Nullable Histogram tenths) {
            if (!hasNumbers() || quantiles.size() != Numbers.QUANTILES.size()) {
                return null;
            }
            return new Numbers(
                    (long) value("nan"),
                    (long) value("infinite"),
                    (long) value("zeros"),
                    (long) value("negatives"),
                    min(),
                    max(),
                    value("mean"),
                    orNull("deviation"),
                    orNull("skewness"),
                    orNull("kurtosis"),
                    quantiles,
                    sturges,
                    tenths);
        }

        @Nullable
        Texts texts(Sample sample, TableColumn text) {
            double least = value("length_min");
            return Double.isNaN(least)
                    ? null
                    : sample.look(text).texts((long) least, value("length_mean"), (long) value("length_max"));
        }
    }

    Count of(TableColumn column) {
        Count count = counts.get(column);
        if (count == null) {
            throw new IllegalStateException("Counts are read first.");
        }
        return count;
    }

    /** A column with NaN as NULL. */
    String value(TableColumn column) {
        String name = Relation.cell(column.index());
        return column.type() == ColumnType.FLOAT ? "nullif(" + name + ", 'NaN'::" + column.declared() + ")" : name;
    }

    /** A column's finite values as doubles, others NULL. */
    String finite(TableColumn column) {
        String name = Relation.cell(column.index());
        return switch (column.type()) {
            case FLOAT -> "CASE WHEN isfinite(" + name + ") THEN " + name + "::DOUBLE END";
            case DATE, TIMESTAMP -> "epoch_us(" + name + "::TIMESTAMP) / 1e6";
            default -> name + "::DOUBLE";
        };
    }

    /** A column's values as doubles. */
    String number(TableColumn column) {
        return column.type() == ColumnType.FLOAT ? Relation.cell(column.index()) + "::DOUBLE" : finite(column);
    }

    /** Whether a column has numbers, or moments as numbers. */
    static boolean isMeasured(TableColumn column) {
        return column.type().isNumber() && column.type() != ColumnType.BOOLEAN;
    }

    void read() throws SQLException {
        List<String> cells = new ArrayList<>();
        List<List<String>> names = new ArrayList<>();
        List<TableColumn> scanned =
                columns.stream().filter(column -> !sorts || !isMeasured(column)).toList();
        for (TableColumn column : scanned) {
            Map<String, String> asked = asked(column);
            names.add(List.copyOf(asked.keySet()));
            cells.addAll(asked.values());
        }
        if (cells.isEmpty()) {
            return;
        }
        @Nullable
        Object[] row = table.relation()
                .engine()
                .rows(
                        "SELECT " + String.join(", ", cells) + " FROM "
                                + table.relation().from(),
                        List.of())
                .getFirst();
        int at = 0;
        for (int i = 0; i < scanned.size(); i++) {
            Map<String, Double> values = new HashMap<>();
            for (String name : names.get(i)) {
                Object value = row[at++];
                if (value instanceof Number number) {
                    values.put(name, number.doubleValue());
                }
            }
            TableColumn column = scanned.get(i);
            counts.put(
                    column,
                    new Count(
                            column,
                            table.rowCount()
                                    - values.getOrDefault("present", 0.0).longValue(),
                            values.getOrDefault("distinct", 0.0).longValue(),
                            values));
        }
    }

    private Map<String, String> asked(TableColumn column) {
        Map<String, String> asked = new java.util.LinkedHashMap<>();
        String name = Relation.cell(column.index());
        String value = value(column);
        asked.put("present", "count(" + value + ")");
        asked.put(
                "distinct",
                "approx_count_distinct("
                        + (column.type() == ColumnType.NESTED ? "CAST(" + value + " AS VARCHAR)" : value) + ")");
        if (column.type() == ColumnType.FLOAT) {
            asked.put("nan", "count_if(isnan(" + name + "))");
            asked.put("infinite", "count_if(isinf(" + name + "))");
        }
        if (isMeasured(column)) {
            String finite = finite(column);
            asked.put("finite", "count(" + finite + ")");
            asked.put("zeros", "count_if(" + finite + " = 0)");
            asked.put("negatives", "count_if(" + finite + " < 0)");
            asked.put("min", "min(" + finite + ")");
            asked.put("max", "max(" + finite + ")");
            asked.put("mean", "avg(" + finite + ")");
            asked.put("deviation", "stddev_samp(" + finite + ")");
            if (column.type() != ColumnType.DATE && column.type() != ColumnType.TIMESTAMP) {
                asked.put("skewness", "skewness(" + finite + ")");
                asked.put("kurtosis", "kurtosis(" + finite + ")");
            }
        }
        if (column.type() == ColumnType.TEXT) {
            asked.put("length_min", "min(length(" + name + "))");
            asked.put("length_mean", "avg(length(" + name + "))");
            asked.put("length_max", "max(length(" + name + "))");
        }
        return asked;
    }
}

package dev.clew.quality.profile;

import dev.clew.quality.internal.Failures;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.statistics.sketch.NumberSketch;
import java.sql.SQLException;

/** Columns of numbers as sketches, with values told apart that are different but become one double. Stateless. */
final class SketchedNumbers {
    private static final double EXACT_INTEGER = 0x1.0p53;

    /** So many decimal digits survive as a double. */
    private static final int EXACT_DIGITS = 15;

    private SketchedNumbers() {}

    /** Reads a column into a sketch. Several may be read by threads of their own. */
    static NumberSketch read(Table table, TableColumn column, String value) throws SQLException {
        var sketch = new NumberSketch(NumberSketch.REFERENCE, told(column));
        try (var connection = table.relation().engine().connect();
                var statement = connection.prepare(
                        "SELECT " + value + " FROM " + table.relation().from());
                var result = statement.query()) {
            while (result.nextChunk()) {
                var vector = result.chunk().vector(0);
                int rows = Math.toIntExact(result.chunk().rowCount());
                for (int row = 0; row < rows; row++) {
                    sketch.add(vector.isNull(row) ? Double.NaN : vector.getDouble(row));
                }
            }
        } catch (RuntimeException e) {
            throw e.getCause() instanceof SQLException cause ? Failures.of(cause, "'" + table.name() + "'") : e;
        }
        return sketch;
    }

    /** Up to which distance from 0 different values are different doubles. */
    static double told(TableColumn column) {
        return switch (column.type()) {
            case INTEGER -> EXACT_INTEGER;
            case DECIMAL -> {
                String[] digits = column.declared().replaceAll("[^0-9,]", "").split(",", -1);
                yield Math.nextDown(Math.pow(10, EXACT_DIGITS - Integer.parseInt(digits[digits.length - 1])));
            }
            // Nanoseconds are cut off where a moment becomes a double.
            case TIMESTAMP -> column.declared().equals("TIMESTAMP_NS") ? -1 : Double.MAX_VALUE;
            case BOOLEAN, FLOAT, TEXT, DATE, TIME, BINARY, NESTED -> Double.MAX_VALUE;
        };
    }

    /** Adds the values beyond {@link #told} to the distinct ones. */
    static void addKeys(Table table, TableColumn column, String value, NumberSketch sketch) throws SQLException {
        double told = told(column);
        if (told < 0) {
            ColumnLevels.keys(table, value, value + " IS NOT NULL", sketch::addKey);
        } else if (told < Double.MAX_VALUE && sketch.count() > 0 && beyond(sketch, told)) {
            ColumnLevels.keys(
                    table, value + "::VARCHAR", "abs(" + value + "::DOUBLE) > " + told + "::DOUBLE", sketch::addKey);
        }
    }

    private static boolean beyond(NumberSketch sketch, double told) {
        return sketch.quantile(0) < -told || sketch.quantile(1) > told;
    }
}

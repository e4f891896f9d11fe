package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.List;

/**
 * A batch of rows in one array, row-major: value of feature {@code j} of row {@code i} at {@code i * width + j}.
 *
 * <p>Missing values are NaN. The array is not copied: whoever passes it must leave it alone.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Rows(double[] values, int count, int width) {
    /** @throws ExplainException {@code ROW_MISMATCH} unless there are count × width values */
    public Rows {
        if (count < 0 || width < 0 || (long) count * width != values.length) {
            throw new ExplainException(
                    Code.ROW_MISMATCH,
                    "%d rows of %d features need %d values; %d were given."
                            .formatted(count, width, (long) count * width, values.length));
        }
    }

    /** A batch of copies of these rows; no rows have no width. */
    public static Rows of(double[]... rows) {
        return of(List.of(rows));
    }

    /**
     * A batch of copies of these rows; no rows have no width.
     *
     * @throws ExplainException {@code ROW_MISMATCH} if they are not equally wide
     */
    public static Rows of(List<double[]> rows) {
        int width = rows.isEmpty() ? 0 : rows.getFirst().length;
        double[] values = new double[Math.multiplyExact(rows.size(), width)];
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).length != width) {
                throw new ExplainException(
                        Code.ROW_MISMATCH,
                        "Row %d has %d values; row 0 has %d.".formatted(i, rows.get(i).length, width));
            }
            System.arraycopy(rows.get(i), 0, values, i * width, width);
        }
        return new Rows(values, rows.size(), width);
    }

    /** One value, NaN if missing. */
    public double get(int row, int feature) {
        return values[row * width + feature];
    }

    /** A copy of one row. */
    public double[] row(int row) {
        double[] copy = new double[width];
        System.arraycopy(values, row * width, copy, 0, width);
        return copy;
    }

    /** A copy of the rows {@code from} (inclusive) to {@code to} (exclusive). */
    public Rows slice(int from, int to) {
        return new Rows(java.util.Arrays.copyOfRange(values, from * width, to * width), to - from, width);
    }

    void mustFit(FeatureSchema schema) {
        if (width != schema.size() && count > 0) {
            throw new ExplainException(
                    Code.ROW_MISMATCH,
                    "The model takes %d features; the rows have %d.".formatted(schema.size(), width));
        }
    }
}

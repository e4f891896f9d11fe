package dev.clew.quality.table;

import org.jspecify.annotations.Nullable;

/**
 * Some consecutive rows of the selected columns, column by column. The arrays are the caller's to keep or change; columns are
 * numbered as they were selected, from 0.
 */
public final class Batch {
    private final long firstRow;
    private final int rows;
    private final double[] @Nullable [] numbers;
    private final @Nullable String[] @Nullable [] texts;
    private final boolean[][] missing;

    Batch(
            long firstRow,
            int rows,
            double[] @Nullable [] numbers,
            @Nullable String[] @Nullable [] texts,
            boolean[][] missing) {
        this.firstRow = firstRow;
        this.rows = rows;
        this.numbers = numbers;
        this.texts = texts;
        this.missing = missing;
    }

    /** Position of the first row in the table, from 0. */
    public long firstRow() {
        return firstRow;
    }

    /** Rows in this batch, at least 1; every array has this length. */
    public int rows() {
        return rows;
    }

    /**
     * Values of a column selected as {@link Form#NUMBER}; NaN where missing.
     *
     * @throws IllegalArgumentException if the column is handed over as text
     */
    public double[] numbers(int column) {
        double[] values = numbers[column];
        if (values == null) {
            throw new IllegalArgumentException(
                    "Column " + column + " of this batch is text; ask texts(" + column + ").");
        }
        return values;
    }

    /**
     * Values of a column selected as {@link Form#TEXT}; null where missing.
     *
     * @throws IllegalArgumentException if the column is handed over as numbers
     */
    public @Nullable String[] texts(int column) {
        @Nullable String[] values = texts[column];
        if (values == null) {
            throw new IllegalArgumentException(
                    "Column " + column + " of this batch holds numbers; ask numbers(" + column + ").");
        }
        return values;
    }

    /** Where a column has no value; a NaN that the file really holds is not missing here. */
    public boolean[] missing(int column) {
        return missing[column];
    }

    /** Whether a column is handed over as numbers. */
    public boolean isNumber(int column) {
        return numbers[column] != null;
    }
}

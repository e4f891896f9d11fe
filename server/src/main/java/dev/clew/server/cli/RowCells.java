package dev.clew.server.cli;

import dev.clew.quality.table.Batch;
import dev.clew.quality.table.Selection;
import dev.clew.quality.table.Table;
import org.jspecify.annotations.Nullable;

/** One column of some rows of a table, which are named by their numbers: ascending, counted from 1. */
final class RowCells {
    private RowCells() {}

    /** Numbers, NaN where missing. */
    static double[] numbers(Table table, String column, long[] rows) {
        double[] found = new double[rows.length];
        each(table, Selection.number(column), rows, (at, batch, i) -> found[at] = batch.numbers(0)[i]);
        return found;
    }

    /** Texts, null where missing. */
    static @Nullable String[] texts(Table table, String column, long[] rows) {
        @Nullable String[] found = new String[rows.length];
        each(table, Selection.text(column), rows, (at, batch, i) -> found[at] = batch.texts(0)[i]);
        return found;
    }

    @FunctionalInterface
    private interface Cell {
        void take(int at, Batch batch, int row);
    }

    private static void each(Table table, Selection selection, long[] rows, Cell cell) {
        int at = 0;
        try (var batches = table.batches(selection)) {
            for (Batch batch : batches) {
                long end = batch.firstRow() + batch.rows();
                for (; at < rows.length && rows[at] <= end; at++) {
                    cell.take(at, batch, (int) (rows[at] - 1 - batch.firstRow()));
                }
                if (at == rows.length) {
                    return;
                }
            }
        }
    }
}

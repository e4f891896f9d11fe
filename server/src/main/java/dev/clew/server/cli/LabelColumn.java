package dev.clew.server.cli;

import dev.clew.quality.table.Selection;
import dev.clew.quality.table.Table;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The truth beside the rows: a column of numbers, or of texts of which one counts as 1. */
final class LabelColumn {
    private final Table table;
    private final String column;
    private final @Nullable String positive;

    LabelColumn(Table table, @Nullable String column, @Nullable String positive) {
        if (column == null) {
            throw new ClewException(
                    ErrorCode.USAGE, "Permutation importance needs the truth; name its column with --label.");
        }
        this.table = table;
        this.column = column;
        this.positive = positive;
    }

    /** Of the first rows, at most so many. */
    double[] first(int most) {
        String one = positive;
        boolean number = table.column(column).type().isNumber() && one == null;
        if (!number && one == null) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "\"%s\" holds texts; say with --positive which one counts as 1.".formatted(column));
        }
        double[] labels = new double[most];
        int count = 0;
        try (var batches = table.batches(number ? Selection.number(column) : Selection.text(column))) {
            for (var batch : batches) {
                for (int i = 0; i < batch.rows() && count < most; i++) {
                    labels[count++] =
                            number ? batch.numbers(0)[i] : one != null && one.equals(batch.texts(0)[i]) ? 1 : 0;
                }
            }
        }
        return Arrays.copyOf(labels, count);
    }
}

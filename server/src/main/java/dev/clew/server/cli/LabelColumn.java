package dev.clew.server.cli;

import dev.clew.quality.table.Table;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.Arrays;
import java.util.Objects;
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

    /**
     * The labels of some rows; NaN where a row has none.
     *
     * @param rows their numbers, ascending, counted from 1
     * @throws ClewException USAGE if the column holds texts and none of them is said to be 1, or none of the rows holds that one
     */
    double[] of(long[] rows) {
        String one = positive;
        if (one == null) {
            if (!table.column(column).type().isNumber()) {
                throw new ClewException(
                        ErrorCode.USAGE,
                        "\"%s\" holds texts; say with --positive which one counts as 1.".formatted(column));
            }
            return RowCells.numbers(table, column, rows);
        }
        @Nullable String[] texts = RowCells.texts(table, column, rows);
        if (Arrays.stream(texts).noneMatch(one::equals)) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "No row has \"%s\" in column \"%s\"; --positive names one of: %s."
                            .formatted(
                                    one,
                                    column,
                                    String.join(
                                            ", ",
                                            Arrays.stream(texts)
                                                    .filter(Objects::nonNull)
                                                    .map(String::valueOf)
                                                    .distinct()
                                                    .sorted()
                                                    .limit(10)
                                                    .toList())));
        }
        return Arrays.stream(texts)
                .mapToDouble(text -> text == null ? Double.NaN : text.equals(one) ? 1 : 0)
                .toArray();
    }
}

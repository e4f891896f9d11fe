package dev.clew.quality.profile;

import dev.clew.quality.table.TableColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a column.
 *
 * @param column name and type
 * @param rows rows of the table
 * @param missing rows without a value, NaN included
 * @param distinct different values
 * @param distinctExact whether that is exact; otherwise a HyperLogLog estimate (about ±2 %)
 * @param top the most frequent values, at most 20, ties by value; of more than 20 only those that occur twice or more
 * @param numbers of columns that have them; null if there is no finite value
 * @param texts of text columns; null if there is no value
 */
public record ColumnProfile(
        TableColumn column,
        long rows,
        long missing,
        long distinct,
        boolean distinctExact,
        List<Level> top,
        @Nullable Numbers numbers,
        @Nullable Texts texts) {
    /** From this share of the rows on one value makes a column almost constant. */
    public static final double ALMOST = 0.95;

    /** Keeps a copy. */
    public ColumnProfile {
        top = List.copyOf(top);
    }

    public String name() {
        return column.name();
    }

    /** Rows with a value. */
    public long present() {
        return rows - missing;
    }

    /** Whether all values are the same; true without values. */
    public boolean isConstant() {
        return distinct <= 1;
    }

    /** Whether one value fills at least {@link #ALMOST} of the rows. */
    public boolean isAlmostConstant() {
        return !top.isEmpty() && rows > 0 && (double) top.getFirst().count() / rows >= ALMOST;
    }
}

package dev.clew.quality.profile;

import java.util.List;

/**
 * What a profile that was merged of parts knows, and how well.
 *
 * @param parts the parts, in order
 * @param approximate what is known within a bound; all that is neither here nor in {@code unknown} is exact
 * @param unknown what the parts cannot tell about the whole
 */
public record Merged(List<Part> parts, List<Remark> approximate, List<Remark> unknown) {
    /**
     * A part.
     *
     * @param table name of the file
     * @param rows rows
     */
    public record Part(String table, long rows) {}

    /**
     * Something that is not exact.
     *
     * @param column name; empty for the table as a whole
     * @param what the member of the document, such as {@code quantiles} or {@code duplicate_rows}
     * @param sentence what holds, with the bound
     */
    public record Remark(String column, String what, String sentence) {}

    /** Keeps copies. */
    public Merged {
        parts = List.copyOf(parts);
        approximate = List.copyOf(approximate);
        unknown = List.copyOf(unknown);
    }
}

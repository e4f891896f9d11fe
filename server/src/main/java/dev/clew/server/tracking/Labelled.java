package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * One parameter or tag of a run, logged model or experiment. The first {@value #HEAD} characters of a value are a column of their own,
 * which is indexed; what follows is in another.
 */
record Labelled(long owner, long key, long experiment, String value) {
    /** Characters (code points) of a value that are indexed; a value with fewer is whole there. */
    static final int HEAD = 255;

    static final Table<Labelled> PARAMS = table("param");
    static final Table<Labelled> TAGS = table("tag");

    private static Table<Labelled> table(String name) {
        return Table.<Labelled>state(name)
                .key(1, "owner", INTEGER, Labelled::owner)
                .key(2, "key_id", INTEGER, Labelled::key)
                .column(3, "exp", INTEGER, Labelled::experiment)
                .column(4, "value", TEXT, row -> head(row.value()))
                .column(5, "rest", TEXT, row -> rest(row.value()))
                .reads(row -> {
                    String rest = row.textOrNull("rest");
                    String head = row.text("value");
                    return new Labelled(
                            row.integer("owner"),
                            row.integer("key_id"),
                            row.integer("exp"),
                            rest == null ? head : head + rest);
                });
    }

    /** What is indexed of a value. */
    static String head(String value) {
        return value.substring(0, headEnd(value));
    }

    private static int headEnd(String value) {
        return value.length() <= HEAD || value.codePointCount(0, value.length()) <= HEAD
                ? value.length()
                : value.offsetByCodePoints(0, HEAD);
    }

    private static @Nullable String rest(String value) {
        int end = headEnd(value);
        return end == value.length() ? null : value.substring(end);
    }
}

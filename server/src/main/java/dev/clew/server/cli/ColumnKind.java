package dev.clew.server.cli;

import dev.clew.quality.table.ColumnType;
import dev.clew.statistics.drift.chunked.Rows;
import java.util.Locale;

/** As what a column of two files is compared. */
enum ColumnKind {
    /** Real or whole numbers. */
    NUMBERS,
    /** Few values that stand for themselves. */
    LEVELS,
    /** Texts, most of them different. */
    TEXTS,
    /** Moments, bytes and nested values. */
    NONE;

    /** Whole numbers with at most so many different values are levels, as Evidently takes them. */
    private static final int FEW_INTEGERS = 10;

    /**
     * Decides as Evidently does, by the values of the current side.
     *
     * @throws IllegalArgumentException if one side holds numbers and the other does not
     */
    static ColumnKind asEvidently(String name, FileColumns reference, FileColumns current) {
        ColumnType one = reference.column(name).type();
        ColumnType other = current.column(name).type();
        if (isNone(one) && isNone(other)) {
            return NONE;
        }
        refuseMixture(name, reference, current);
        if (isReal(one) || isReal(other)) {
            return NUMBERS;
        }
        if (one == ColumnType.INTEGER && other == ColumnType.INTEGER) {
            return current.hasMoreNumbersThan(FEW_INTEGERS, name) ? NUMBERS : LEVELS;
        }
        if (one == ColumnType.TEXT && other == ColumnType.TEXT) {
            Rows.Levels levels = current.levels(name);
            long rows = levels.range(0, levels.size()).size();
            return levels.levels().size() > rows * 0.5 ? TEXTS : LEVELS;
        }
        return LEVELS;
    }

    /**
     * Decides as NannyML does: every number is continuous, every text a level.
     *
     * @throws IllegalArgumentException if one side holds numbers and the other does not
     */
    static ColumnKind asNannyml(String name, FileColumns reference, FileColumns current) {
        ColumnType one = reference.column(name).type();
        ColumnType other = current.column(name).type();
        if (isNone(one) && isNone(other)) {
            return NONE;
        }
        refuseMixture(name, reference, current);
        return isNumber(one) ? NUMBERS : LEVELS;
    }

    private static void refuseMixture(String name, FileColumns reference, FileColumns current) {
        ColumnType one = reference.column(name).type();
        ColumnType other = current.column(name).type();
        if (isNumber(one) != isNumber(other) || isNone(one) != isNone(other)) {
            refuseNothing(name, reference);
            refuseNothing(name, current);
            throw new IllegalArgumentException(
                    "Column '%s' holds %s in '%s' and %s in '%s'; repair the values that are of another kind."
                            .formatted(name, word(one), reference.name(), word(other), current.name()));
        }
    }

    private static void refuseNothing(String name, FileColumns file) {
        if (file.column(name).type() == ColumnType.TEXT
                && file.levels(name).levels().isEmpty()) {
            throw new IllegalArgumentException(
                    "Column '%s' of '%s' has no value in any row; leave it out with --columns, or repair the file."
                            .formatted(name, file.name()));
        }
    }

    private static String word(ColumnType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isNumber(ColumnType type) {
        return isReal(type) || type == ColumnType.INTEGER;
    }

    private static boolean isReal(ColumnType type) {
        return type == ColumnType.FLOAT || type == ColumnType.DECIMAL;
    }

    private static boolean isNone(ColumnType type) {
        return switch (type) {
            case DATE, TIMESTAMP, TIME, BINARY, NESTED -> true;
            case BOOLEAN, INTEGER, FLOAT, DECIMAL, TEXT -> false;
        };
    }
}

package dev.clew.quality.table;

import org.jspecify.annotations.Nullable;

/**
 * A column asked for, and the form of its values.
 *
 * @param column name of the column
 * @param form null: numbers if the type has them, else text
 */
public record Selection(String column, @Nullable Form form) {
    public static Selection natural(String column) {
        return new Selection(column, null);
    }

    public static Selection number(String column) {
        return new Selection(column, Form.NUMBER);
    }

    public static Selection text(String column) {
        return new Selection(column, Form.TEXT);
    }
}

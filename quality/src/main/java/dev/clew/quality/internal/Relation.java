package dev.clew.quality.internal;

import dev.clew.quality.table.TableColumn;
import java.util.List;

/**
 * A table as SQL sees it. Its columns are called {@code c0}, {@code c1} … by position, so that no name of a file ever meets
 * DuckDB's rules about case, reserved words or duplicates.
 *
 * @param engine where it lives
 * @param from what follows FROM
 * @param rowNumber expression of a row's position, from 0
 * @param columns columns by position
 * @param rowCount rows in all
 */
public record Relation(Engine engine, String from, String rowNumber, List<TableColumn> columns, long rowCount) {
    /** SQL name of the column at a position. */
    public static String cell(int index) {
        return "c" + index;
    }
}

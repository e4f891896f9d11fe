package dev.clew.quality.table;

/**
 * A column of a table.
 *
 * @param index position, from 0
 * @param name as in the file; names differ, perhaps only in case
 * @param type kind of its values
 * @param declared DuckDB's name of the exact type, e.g. {@code BIGINT} or {@code DECIMAL(9,2)}
 */
public record TableColumn(int index, String name, ColumnType type, String declared) {}

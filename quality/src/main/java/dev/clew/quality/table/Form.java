package dev.clew.quality.table;

/** The form in which a column's values are handed over. */
public enum Form {
    /** {@code double[]}, NaN where missing. */
    NUMBER,
    /** {@code String[]}, null where missing; numbers as DuckDB writes them ({@code 3}, {@code 3.0}), booleans {@code true}/{@code false}, dates ISO 8601. */
    TEXT
}

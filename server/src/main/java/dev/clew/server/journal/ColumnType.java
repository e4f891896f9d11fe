package dev.clew.server.journal;

/** Types of declared columns and the Java values that stand for them. */
public enum ColumnType {
    /** {@code Long}; booleans are 0 and 1. */
    INTEGER,
    /** {@code Double}; never NaN (NULL or 0 plus a flag column), never −0.0. */
    REAL,
    /** {@code String}. */
    TEXT,
    /** {@code byte[]}. */
    BLOB
}

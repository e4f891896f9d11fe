package dev.clew.server.storage;

/** Types of values that are bound by position in a batch; each value may be null. */
public enum SqlType {
    /** {@code Long}. */
    INTEGER,
    /** {@code Double}. */
    REAL,
    /** {@code String}. */
    TEXT,
    /** {@code byte[]}. */
    BLOB
}

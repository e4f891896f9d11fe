package dev.clew.quality.table;

/** What kind of values a column holds. */
public enum ColumnType {
    /** True or false; as a number 1 or 0. */
    BOOLEAN,
    /** Whole numbers of any width; as numbers exact up to 2^53. */
    INTEGER,
    /** Binary floating point. */
    FLOAT,
    /** Decimal numbers of fixed scale; as numbers rounded to the nearest double. */
    DECIMAL,
    /** Text. */
    TEXT,
    /** Days; as a number seconds since 1970-01-01 UTC. */
    DATE,
    /** Points in time, with or without a zone (then UTC is meant); as a number seconds since 1970-01-01 UTC. */
    TIMESTAMP,
    /** Times of day and intervals; text only. */
    TIME,
    /** Bytes; text only, with escapes. */
    BINARY,
    /** Lists, maps and records; text only. */
    NESTED;

    /** Whether values can be asked for as numbers. */
    public boolean isNumber() {
        return switch (this) {
            case BOOLEAN, INTEGER, FLOAT, DECIMAL, DATE, TIMESTAMP -> true;
            case TEXT, TIME, BINARY, NESTED -> false;
        };
    }

    static ColumnType of(String declared) {
        String type = declared.toUpperCase(java.util.Locale.ROOT);
        if (type.endsWith("]") || type.startsWith("STRUCT") || type.startsWith("MAP") || type.startsWith("UNION")) {
            return NESTED;
        }
        int parenthesis = type.indexOf('(');
        return switch (parenthesis < 0 ? type : type.substring(0, parenthesis)) {
            case "BOOLEAN" -> BOOLEAN;
            case "TINYINT",
                    "SMALLINT",
                    "INTEGER",
                    "BIGINT",
                    "HUGEINT",
                    "UTINYINT",
                    "USMALLINT",
                    "UINTEGER",
                    "UBIGINT",
                    "UHUGEINT" -> INTEGER;
            case "FLOAT", "DOUBLE" -> FLOAT;
            case "DECIMAL" -> DECIMAL;
            case "DATE" -> DATE;
            case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE" -> TIMESTAMP;
            case "TIME", "TIME WITH TIME ZONE", "TIME_NS", "INTERVAL" -> TIME;
            case "BLOB", "BIT" -> BINARY;
            default -> TEXT;
        };
    }
}

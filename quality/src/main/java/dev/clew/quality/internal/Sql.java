package dev.clew.quality.internal;

/** Quoting: every name and text that enters a statement passes here or is a bound parameter. */
public final class Sql {
    private Sql() {}

    /** An identifier, whatever its characters: {@code a"b} becomes {@code "a""b"}. */
    public static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A text literal. */
    public static String text(String value) {
        return '\'' + value.replace("'", "''") + '\'';
    }
}

package dev.clew.server.storage;

/** What truly differs between the engines; everything else is one SQL text. */
public interface Dialect {
    /** {@code "sqlite"} or {@code "postgresql"}. */
    String name();

    /** {@code IN (SELECT value FROM json_each(:name))} or {@code = ANY(:name)}. */
    String inIntegers(String name);

    String inTexts(String name);

    String inBlobs(String name);

    /** Case-insensitive LIKE of {@code expression} with bind {@code name}, escape character backslash, beyond ASCII too. */
    String ilike(String expression, String name);

    /** Case-sensitive LIKE, escape character backslash. */
    String like(String expression, String name);
}

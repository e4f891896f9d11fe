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

    /**
     * An aggregate: the bytes of a blob expression of all rows in the order of {@code key}, side by side; a null adds nothing. Where the
     * engine cannot order without sorting, rows come as they are scanned, so the caller selects the key too and looks.
     */
    String concatenated(String expression, String key);

    /** An aggregate: a text or number of all rows in the order of {@code key}, with commas between them; a null is left out. See there. */
    String joined(String expression, String key);

    /** Case-sensitive LIKE, escape character backslash. */
    String like(String expression, String name);
}

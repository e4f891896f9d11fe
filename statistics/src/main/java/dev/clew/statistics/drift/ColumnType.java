package dev.clew.statistics.drift;

/** What kind of values a column holds; {@link #id} is the name in reports. */
public enum ColumnType {
    /** Numbers. */
    NUMERIC("num"),
    /** A limited set of levels. */
    CATEGORICAL("cat"),
    /** Free text. */
    TEXT("text");

    private final String id;

    ColumnType(String id) {
        this.id = id;
    }

    /** Short name in reports and settings. */
    public String id() {
        return id;
    }
}

package dev.clew.server.tracking;

/** Whether a thing is in use. Deleted things stay readable by id and can be restored. */
public enum Lifecycle {
    ACTIVE,
    DELETED;

    long number() {
        return ordinal();
    }

    static Lifecycle of(long number) {
        return number == 0 ? ACTIVE : DELETED;
    }

    /** {@code active} or {@code deleted}. */
    public String text() {
        return this == ACTIVE ? "active" : "deleted";
    }
}

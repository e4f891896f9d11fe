package dev.clew.server.common;

/** Scope ids that exist from the first start. A scope is one integer on every row and entry; the tree of scopes is state of access. */
public final class Scopes {
    public static final int INSTANCE = 0;
    public static final int DEFAULT_ORGANISATION = 1;
    public static final int DEFAULT_WORKSPACE = 2;
    public static final int DEFAULT_PROJECT = 3;

    /** Name of the organisation that exists from the first start: {@code ns} of its entries. */
    public static final String DEFAULT_NAMESPACE = "default";

    private Scopes() {}
}

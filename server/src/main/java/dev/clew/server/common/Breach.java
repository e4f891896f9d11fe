package dev.clew.server.common;

/** What no honest client sends. A request refused for it is counted in the audit log, as one that lacked a right is. */
public enum Breach {
    /** A path that leads out of where it should lie, in one reading of it or another. */
    PATH,
    /** A location or address by which this server would open its own files or call somebody. */
    SOURCE,
    /** A request under a name that is not this server's, as DNS rebinding makes one. */
    HOST,
    /** A request that a page of another site caused. */
    SITE,
    /** A body that is small to send and large to read. */
    BOMB
}

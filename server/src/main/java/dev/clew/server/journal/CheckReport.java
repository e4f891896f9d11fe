package dev.clew.server.journal;

/** Told of everything that a check of stored rows finds wrong. */
@FunctionalInterface
public interface CheckReport {
    /**
     * One thing that is not what was written.
     *
     * @param code stable word for programs, such as {@code E-CHUNK}
     * @param seq entry it was written with or lies under, or −1
     */
    void add(String code, String where, String what, long seq);
}

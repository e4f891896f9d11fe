package dev.clew.quality.table;

/** Hears how far long work has come. Called from other threads, at most a few times a second; must return quickly. */
@FunctionalInterface
public interface Progress {
    /** Hears nothing. */
    Progress NONE = (stage, share) -> {};

    /**
     * Some of the work is done.
     *
     * @param stage what is being done, a few words for a person
     * @param share how much of it, in [0, 1]; NaN if not known
     */
    void at(String stage, double share);
}

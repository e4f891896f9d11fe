package dev.clew.server.privacy;

/** What an execution has made durable so far. Each step may be repeated; after a kill it goes on with the first that is missing. */
public enum ErasureStep {
    /** Somebody has taken it into his hands; nothing has happened to the subject yet. */
    CLAIMED,
    /** Nothing new is sealed for the subject. */
    FLAGGED,
    /** What was being written for the subject is committed and in batches. */
    SETTLED,
    /** What the subject's key sealed is known. */
    LISTED,
    /** Key and lookup tag are gone. */
    DESTROYED,
    /** Entry {@code subject.erase}. */
    ENTERED,
    /** The line for later restores. */
    NOTED,
    /** No file holds the person any more. */
    FORGOTTEN,
    /** Entry {@code subject.erase.verify}. */
    VERIFIED,
    /** The psid is gone. */
    FINISHED
}

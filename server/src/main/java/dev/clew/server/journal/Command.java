package dev.clew.server.journal;

/**
 * One intended change: says what it must see, then decides. Pure: no I/O, no clock, no randomness of its own (uids are made by the
 * caller). Everything a request must resolve by reading, it resolves before; the decision verifies on loaded rows and answers
 * {@link Decision#stale} if the world moved.
 */
public interface Command<R> {
    Needs needs();

    Decision<R> decide(State state, Moment now);

    /**
     * Whether nobody waits for this one alone: it is one of the many of an import, or housekeeping. While nothing else is asked for, such
     * commands share larger transactions.
     */
    default boolean isUnhurried() {
        return false;
    }
}

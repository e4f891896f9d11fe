package dev.clew.server.journal;

/**
 * The time of a decision: microseconds since the epoch, UTC, strictly increasing over all entries. A decision of several changes
 * gets adjacent times; this is the first.
 */
public record Moment(long micros) {
    public long millis() {
        return micros / 1_000;
    }
}

package dev.clew.server.ledgers;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Which signed checkpoints stay: the newest {@value #NEWEST}, and of older ones the last of each hour. Without it four a second would be
 * kept for ever. Confined to the integrator; counts from its own start, so a restart may keep some more.
 */
final class KeptCheckpoints {
    static final int NEWEST = 1_000;

    private record Kept(long size, long hour) {}

    private final Deque<Kept> newest = new ArrayDeque<>();

    /** Takes a new checkpoint; the size of one that may go now, if there is one. */
    Optional<Long> outdated(long size, Instant at) {
        newest.addLast(new Kept(size, at.getEpochSecond() / 3_600));
        if (newest.size() <= NEWEST) {
            return Optional.empty();
        }
        Kept oldest = newest.removeFirst();
        boolean isLastOfItsHour = newest.getFirst().hour() != oldest.hour();
        return isLastOfItsHour ? Optional.empty() : Optional.of(oldest.size());
    }
}

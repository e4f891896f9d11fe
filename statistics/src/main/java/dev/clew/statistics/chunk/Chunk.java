package dev.clew.statistics.chunk;

import java.time.LocalDateTime;
import java.util.Optional;

/**
 * Adjacent rows that are judged together.
 *
 * @param key what reports call it: {@code [0:999]} by rows (both included) or a period such as {@code 2015-01}
 * @param index 0-based
 * @param from first row, 0-based
 * @param to one past the last row
 * @param start first moment, if rows have times; of a period its begin
 * @param end last moment, if rows have times; of a period its last microsecond
 */
public record Chunk(
        String key, int index, int from, int to, Optional<LocalDateTime> start, Optional<LocalDateTime> end) {
    /** A chunk of rows without times. */
    static Chunk ofRows(int index, int from, int to) {
        return new Chunk("[%d:%d]".formatted(from, to - 1), index, from, to, Optional.empty(), Optional.empty());
    }

    /** Number of rows. */
    public int size() {
        return to - from;
    }
}

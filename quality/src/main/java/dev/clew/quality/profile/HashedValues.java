package dev.clew.quality.profile;

import dev.clew.quality.internal.Failures;
import dev.clew.quality.table.Table;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * 63-bit hashes of the values of an expression in memory (8 bytes a row), sorted: how many values there are and which occur most, without
 * a table of the values. Two of a million values share a hash once in ten million tables. Confined to one thread.
 */
final class HashedValues {
    private static final int MOST_CANDIDATES = 1_000;

    /**
     * The most frequent values.
     *
     * @param condition holds for them and no others
     * @param next rows of the most frequent one of the others
     */
    record Frequent(String condition, long next) {}

    private final String hash;
    private final long[] sorted;

    private HashedValues(String hash, long[] sorted) {
        this.hash = hash;
        this.sorted = sorted;
    }

    /**
     * Reads the rows where a condition holds.
     *
     * @param cells what is hashed, separated by commas
     */
    static HashedValues read(Table table, String cells, String condition) throws SQLException {
        String hash = hash(cells);
        long[] values = new long[Math.toIntExact(table.rowCount())];
        int count = 0;
        try (var connection = table.relation().engine().connect();
                var statement = connection.prepare(
                        "SELECT " + hash + " FROM " + table.relation().from() + " WHERE " + condition);
                var result = statement.query()) {
            while (result.nextChunk()) {
                var vector = result.chunk().vector(0);
                int rows = Math.toIntExact(result.chunk().rowCount());
                for (int row = 0; row < rows; row++) {
                    values[count++] = vector.getLong(row);
                }
            }
        } catch (RuntimeException e) {
            throw e.getCause() instanceof SQLException cause ? Failures.of(cause, "'" + table.name() + "'") : e;
        }
        long[] kept = count == values.length ? values : Arrays.copyOf(values, count);
        Arrays.parallelSort(kept);
        return new HashedValues(hash, kept);
    }

    /** The hash of cells that are separated by commas, as SQL. */
    static String hash(String cells) {
        return "CAST(hash(" + cells + ") >> 1 AS BIGINT)";
    }

    /** Each hash once. */
    void forEach(LongConsumer each) {
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                each.accept(sorted[i]);
            }
        }
    }

    long distinct() {
        long distinct = sorted.length == 0 ? 0 : 1;
        for (int i = 1; i < sorted.length; i++) {
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        return distinct;
    }

    /** Whether some value occurs twice. */
    boolean repeats() {
        return distinct() < sorted.length;
    }

    /**
     * The {@code least} most frequent values and those as frequent as the last, and up to {@code wanted} in all as far as none of equal
     * frequency stays out; empty if even the former are too many.
     */
    Optional<Frequent> mostFrequent(int least, int wanted) {
        var counts = new PriorityQueue<Integer>();
        for (int from = 0; from < sorted.length; ) {
            int to = end(from);
            if (counts.size() < wanted) {
                counts.add(to - from);
            } else if (counts.peek() < to - from) {
                counts.poll();
                counts.add(to - from);
            }
            from = to;
        }
        int[] descending = counts.stream()
                .mapToInt(count -> -count)
                .sorted()
                .map(count -> -count)
                .toArray();
        if (descending.length == 0) {
            return Optional.empty();
        }
        int fewest = descending[Math.min(least, descending.length) - 1];
        if (wanted > least && descending.length == wanted) {
            fewest = Math.min(fewest, descending[wanted - 1] + 1);
        } else if (wanted > least) {
            fewest = descending[descending.length - 1];
        }
        long[] candidates = new long[MOST_CANDIDATES];
        int found = 0;
        int next = 0;
        for (int from = 0; from < sorted.length; ) {
            int to = end(from);
            if (to - from < fewest) {
                next = Math.max(next, to - from);
            } else if (found == MOST_CANDIDATES) {
                return Optional.empty();
            } else {
                candidates[found++] = sorted[from];
            }
            from = to;
        }
        return Optional.of(new Frequent(
                Arrays.stream(candidates, 0, found)
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(", ", hash + " IN (", ")")),
                next));
    }

    private int end(int from) {
        int to = from + 1;
        while (to < sorted.length && sorted[to] == sorted[from]) {
            to++;
        }
        return to;
    }
}

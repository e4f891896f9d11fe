package dev.clew.statistics;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A categorical column as counts by level, levels in their natural order. Missing values are set aside and counted.
 *
 * <p>Immutable, thread-safe. Memory is proportional to the number of levels, not of rows.
 */
public final class Categories {
    private final NavigableMap<String, Long> counts;
    private final long size;
    private final long missing;

    private Categories(NavigableMap<String, Long> counts, long missing) {
        this.counts = Collections.unmodifiableNavigableMap(counts);
        this.size = counts.values().stream().mapToLong(Long::longValue).sum();
        this.missing = missing;
    }

    /** Counts these values; null is missing. */
    public static Categories of(Iterable<? extends @Nullable String> values) {
        Counter counter = new Counter();
        values.forEach(counter::add);
        return counter.categories();
    }

    /**
     * Takes counts as they are.
     *
     * @param counts rows per level; levels with 0 rows are left out
     * @param missing rows without a value
     * @throws IllegalArgumentException if a count is negative
     */
    public static Categories ofCounts(Map<String, Long> counts, long missing) {
        NavigableMap<String, Long> kept = new TreeMap<>();
        counts.forEach((level, count) -> {
            if (count < 0) {
                throw new IllegalArgumentException(
                        "Level '" + level + "' has the count " + count + "; counts are at least 0.");
            }
            if (count > 0) {
                kept.put(level, count);
            }
        });
        return new Categories(kept, missing);
    }

    /** Rows with a value. */
    public long size() {
        return size;
    }

    /** Rows without a value. */
    public long missing() {
        return missing;
    }

    /** Rows per level, by level. */
    public NavigableMap<String, Long> counts() {
        return counts;
    }

    /** Rows of one level, 0 if unseen. */
    public long count(String level) {
        return counts.getOrDefault(level, 0L);
    }

    /** Gathers a column value by value. Confined to one thread. */
    public static final class Counter {
        private final Map<String, long[]> counts = new java.util.HashMap<>();
        private long missing;

        /** Adds one row; null is missing. */
        public void add(@Nullable String value) {
            if (value == null) {
                missing++;
            } else {
                counts.computeIfAbsent(value, _ -> new long[1])[0]++;
            }
        }

        /** What was gathered so far. */
        public Categories categories() {
            NavigableMap<String, Long> sorted = new TreeMap<>();
            counts.forEach((level, count) -> sorted.put(level, count[0]));
            return new Categories(sorted, missing);
        }
    }
}

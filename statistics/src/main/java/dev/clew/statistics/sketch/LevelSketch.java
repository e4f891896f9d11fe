package dev.clew.statistics.sketch;

import dev.clew.statistics.Categories;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.datasketches.common.ArrayOfStringsSerDe;
import org.apache.datasketches.common.SketchesArgumentException;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.FrequentItemsSketch;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.jspecify.annotations.Nullable;

/**
 * A column of levels in bounded memory: the frequent ones with their counts, how many there are, missing rows. Confined to one thread.
 *
 * <p>Up to {@link #EXACT} different levels every count is exact ({@link #error} is 0); beyond, a count may be too large by at most
 * {@link #error} rows, which is below 0.5 % of the rows (Misra–Gries as Apache DataSketches has it). Merging is as if one sketch had
 * seen both streams, within the sum of the errors. A sketch may also be made {@link #ofCounts of counts}; levels that were left out there
 * make counts of a merged sketch too small by at most {@link #shortfall}. Stored form: version byte 2, counters, whether levels are told
 * apart by the caller's hashes, then both DataSketches images.
 */
public final class LevelSketch {
    /** So many different levels are counted exactly. */
    public static final int EXACT = 768;

    private static final byte VERSION = 2;
    private static final int MOST = 1_024;
    private static final int LG_K = 12;

    private FrequentItemsSketch<String> frequent = new FrequentItemsSketch<>(MOST);
    private HllSketch distinct = new HllSketch(LG_K, TgtHllType.HLL_4);
    private long missing;
    /** Rows of levels that were left out, and how many of them one level has at most. */
    private long left;

    private long leftMost;
    private boolean hashed;

    /**
     * A sketch of a column that was counted elsewhere.
     *
     * @param most levels and their rows, at most {@link #EXACT}
     * @param left rows of all other levels
     * @param leftMost rows that one of these has at most
     * @param missing rows without a value
     * @throws IllegalArgumentException if there are more levels than a sketch counts exactly
     */
    public static LevelSketch ofCounts(Map<String, Long> most, long left, long leftMost, long missing) {
        if (most.size() > EXACT) {
            throw new IllegalArgumentException(
                    "A sketch counts %d levels exactly; %d were given.".formatted(EXACT, most.size()));
        }
        var sketch = new LevelSketch();
        sketch.hashed = true;
        sketch.missing = missing;
        sketch.left = left;
        sketch.leftMost = leftMost;
        most.forEach(sketch.frequent::update);
        return sketch;
    }

    /**
     * Adds a level of a sketch that was made of counts to the distinct ones.
     *
     * @param hash of the level, the same in every sketch that is merged
     */
    public void addKey(long hash) {
        distinct.update(hash);
    }

    /**
     * Adds one value; null is missing.
     *
     * @throws IllegalStateException if this sketch was made of counts
     */
    public void add(@Nullable String level) {
        if (hashed) {
            throw new IllegalStateException(
                    "Levels of this sketch are told apart by hashes; merge another such sketch.");
        }
        if (level == null) {
            missing++;
        } else {
            frequent.update(level);
            distinct.update(level);
        }
    }

    /**
     * Takes what another sketch has seen; it stays as it is.
     *
     * @throws IllegalArgumentException if one was made of counts and the other was not, and neither is empty
     */
    public void merge(LevelSketch other) {
        if (hashed != other.hashed && count() > 0 && other.count() > 0) {
            throw new IllegalArgumentException(
                    "One sketch tells levels apart by hashes, the other by themselves; make both in one way.");
        }
        hashed = count() == 0 ? other.hashed : hashed;
        missing += other.missing;
        left += other.left;
        leftMost += other.leftMost;
        frequent.merge(other.frequent);
        var union = new HllUnion(LG_K);
        union.update(distinct);
        union.update(other.distinct);
        distinct = union.getResult(TgtHllType.HLL_4);
    }

    /** Rows with a value. */
    public long count() {
        return frequent.getStreamLength() + left;
    }

    /** Rows without a value. */
    public long missing() {
        return missing;
    }

    /** By how many rows a count may be too large; 0 if none is. */
    public long error() {
        return frequent.getMaximumError();
    }

    /** By how many rows a count may be too small, and how many an unnamed level may have; 0 if no level was left out. */
    public long shortfall() {
        return leftMost;
    }

    /** Whether {@link #frequent} names every level with its exact count. */
    public boolean isExact() {
        return error() == 0 && left == 0;
    }

    /** Number of different levels, relative error about 1.6 %; exact up to a few hundred but for rounding. */
    public double distinct() {
        return distinct.getEstimate();
    }

    /** The levels that surely occur more often than the error, the most frequent first, with their upper counts. */
    public Map<String, Long> frequent() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (var row : frequent.getFrequentItems(ErrorType.NO_FALSE_POSITIVES)) {
            counts.put(row.getItem(), row.getEstimate());
        }
        return counts;
    }

    /**
     * The levels as a column of exact counts.
     *
     * @throws IllegalStateException if counts are not exact; compute from the rows instead
     */
    public Categories exact() {
        if (!isExact()) {
            throw new IllegalStateException("The counts of this sketch may be off by %d rows; compute from the rows."
                    .formatted(Math.max(error(), shortfall())));
        }
        return Categories.ofCounts(frequent(), missing);
    }

    /** Everything needed to go on, beginning with a version byte. */
    public byte[] toBytes() {
        byte[] counts = frequent.toByteArray(new ArrayOfStringsSerDe());
        byte[] kinds = distinct.toCompactByteArray();
        return ByteBuffer.allocate(2 + 3 * Long.BYTES + 2 * Integer.BYTES + counts.length + kinds.length)
                .put(VERSION)
                .putLong(missing)
                .putLong(left)
                .putLong(leftMost)
                .put((byte) (hashed ? 1 : 0))
                .putInt(counts.length)
                .put(counts)
                .putInt(kinds.length)
                .put(kinds)
                .array();
    }

    /**
     * Takes up a stored sketch.
     *
     * @throws IllegalArgumentException if these bytes are no sketch of a known version
     */
    public static LevelSketch of(byte[] bytes) {
        try {
            var buffer = ByteBuffer.wrap(bytes);
            if (buffer.get() != VERSION) {
                throw Stored.unknown(bytes, VERSION);
            }
            var read = new LevelSketch();
            read.missing = buffer.getLong();
            read.left = buffer.getLong();
            read.leftMost = buffer.getLong();
            read.hashed = buffer.get() == 1;
            read.frequent = FrequentItemsSketch.getInstance(
                    MemorySegment.ofArray(Stored.part(buffer)), new ArrayOfStringsSerDe());
            read.distinct = HllSketch.heapify(Stored.part(buffer));
            if (buffer.hasRemaining()) {
                throw Stored.unknown(bytes, VERSION);
            }
            return read;
        } catch (BufferUnderflowException | SketchesArgumentException | IndexOutOfBoundsException e) {
            throw Stored.unknown(bytes, VERSION);
        }
    }
}

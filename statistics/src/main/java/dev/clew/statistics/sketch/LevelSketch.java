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
 * seen both streams, within the sum of the errors. Stored form: version byte 1, counters, then both DataSketches images.
 */
public final class LevelSketch {
    /** So many different levels are counted exactly. */
    public static final int EXACT = 768;

    private static final byte VERSION = 1;
    private static final int MOST = 1_024;
    private static final int LG_K = 12;

    private FrequentItemsSketch<String> frequent = new FrequentItemsSketch<>(MOST);
    private HllSketch distinct = new HllSketch(LG_K, TgtHllType.HLL_4);
    private long missing;

    /** Adds one value; null is missing. */
    public void add(@Nullable String level) {
        if (level == null) {
            missing++;
        } else {
            frequent.update(level);
            distinct.update(level);
        }
    }

    /** Takes what another sketch has seen; it stays as it is. */
    public void merge(LevelSketch other) {
        missing += other.missing;
        frequent.merge(other.frequent);
        var union = new HllUnion(LG_K);
        union.update(distinct);
        union.update(other.distinct);
        distinct = union.getResult(TgtHllType.HLL_4);
    }

    /** Rows with a value. */
    public long count() {
        return frequent.getStreamLength();
    }

    /** Rows without a value. */
    public long missing() {
        return missing;
    }

    /** By how many rows a count may be too large; 0 if all counts are exact. */
    public long error() {
        return frequent.getMaximumError();
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
        if (error() > 0) {
            throw new IllegalStateException(
                    "The counts of this sketch may be off by %d rows; compute from the rows.".formatted(error()));
        }
        return Categories.ofCounts(frequent(), missing);
    }

    /** Everything needed to go on, beginning with a version byte. */
    public byte[] toBytes() {
        byte[] counts = frequent.toByteArray(new ArrayOfStringsSerDe());
        byte[] kinds = distinct.toCompactByteArray();
        return ByteBuffer.allocate(1 + Long.BYTES + 2 * Integer.BYTES + counts.length + kinds.length)
                .put(VERSION)
                .putLong(missing)
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

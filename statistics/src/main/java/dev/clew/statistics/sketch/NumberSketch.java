package dev.clew.statistics.sketch;

import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import org.apache.datasketches.common.SketchesArgumentException;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * A numeric column in a few kilobytes: ranks and quantiles (KLL), distinct values (HyperLogLog), the first four moments, a uniform sample
 * of 512 rows, missing and infinite rows. Confined to one thread.
 *
 * <p>Merging two sketches is as if one had seen both streams, within the same error. KLL draws random bits, so two sketches of one
 * stream may differ within {@link #rankError}; a stored sketch is taken up exactly. Stored form: version byte 2, counters, moments (Pébay
 * 2008), the sample, then both DataSketches images (HyperLogLog with 4 bits a register, in memory 8, which merge ten times as fast).
 */
public final class NumberSketch {
    /** Parameter of a window: rank error 1.33 %. */
    public static final int WINDOW = 200;

    /** Parameter of a reference: rank error 0.71 %. */
    public static final int REFERENCE = 400;

    private static final byte VERSION = 2;
    /** Bytes before the sample. */
    private static final int HEADER = 1 + 9 * Long.BYTES;

    private static final int LG_K = 12;
    private static final int UNION_BYTES = HllSketch.getMaxUpdatableSerializationBytes(LG_K, TgtHllType.HLL_8);
    private static final int WAITING = 512;

    /** From so many sketches on a second thread of the common pool helps to merge. */
    private static final int MANY = 256;

    private final Draws random = new Draws();
    private Ranks ranks;
    private HllSketch distinct;
    private final Moments moments = new Moments();
    private long missing;
    private long infinite;
    private long zeros;
    private final Reservoir reservoir = new Reservoir(random);
    /** Finite values that were added and not yet taken up: in blocks that costs half. */
    private double[] waiting = new double[0];

    private int waits;
    /** Up to this distance from 0 values that differ are doubles that differ. */
    private final double told;

    /**
     * An empty sketch.
     *
     * @param k accuracy, {@link #WINDOW} or {@link #REFERENCE}
     */
    public NumberSketch(int k) {
        this(k, Double.MAX_VALUE);
    }

    /**
     * An empty sketch of values that doubles cannot all tell apart, such as 64-bit numbers.
     *
     * @param k accuracy, {@link #WINDOW} or {@link #REFERENCE}
     * @param told beyond this distance from 0 a value does not count among the distinct ones unless its {@link #addKey key} is added
     */
    public NumberSketch(int k, double told) {
        this(KllDoublesSketch.newHeapInstance(k), new HllSketch(LG_K, TgtHllType.HLL_8), told);
    }

    private NumberSketch(KllDoublesSketch levels, HllSketch distinct, double told) {
        ranks = new Ranks(levels, random);
        this.distinct = distinct;
        this.told = told;
    }

    /**
     * A sketch of values that are in order already: no bits are drawn for ranks, and equal values are told apart once. Ten times as fast
     * as adding them.
     *
     * @param sorted finite values, ascending, −0 as 0; stays as it is
     * @param missing rows without a value
     * @param infinite rows with ±∞
     * @param k as in {@link #NumberSketch(int, double)}, {@code told} too
     */
    public static NumberSketch ofSorted(double[] sorted, long missing, long infinite, int k, double told) {
        var sketch = new NumberSketch(k, told);
        sketch.missing = missing;
        sketch.infinite = infinite;
        if (sorted.length > 0) {
            sketch.count(sorted, sorted.length);
        }
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sketch.tell(sorted[i]);
            }
        }
        sketch.ranks = Ranks.ofSorted(sorted, k, sketch.random);
        sketch.reservoir.add(sorted, sorted.length);
        return sketch;
    }

    /** Adds a value beyond those that doubles tell apart to the distinct ones, by a hash of it; {@link #add} takes its number. */
    public void addKey(long hash) {
        distinct.update(hash);
    }

    /** Adds one value; NaN counts as missing, ±∞ as infinite. */
    public void add(double value) {
        if (Double.isNaN(value)) {
            missing++;
        } else if (Double.isInfinite(value)) {
            infinite++;
        } else {
            if (waits == waiting.length) {
                makeRoom();
            }
            waiting[waits++] = value + 0.0;
        }
    }

    private void makeRoom() {
        if (waits < WAITING) {
            waiting = Arrays.copyOf(waiting, Math.max(16, Math.min(WAITING, waits * 4)));
        } else {
            takeUp();
        }
    }

    /** Takes up what waits: moments of the block joined as two streams are, then ranks, distinct values and the sample. */
    private void takeUp() {
        if (waits == 0) {
            return;
        }
        count(waiting, waits);
        ranks.add(waiting, waits);
        for (int i = 0; i < waits; i++) {
            tell(waiting[i]);
        }
        reservoir.add(waiting, waits);
        waits = 0;
    }

    private void count(double[] values, int n) {
        for (int i = 0; i < n; i++) {
            zeros += values[i] == 0 ? 1 : 0;
        }
        moments.add(values, n);
    }

    private void tell(double value) {
        if (Math.abs(value) <= told) {
            distinct.update(value);
        }
    }

    /** Takes what another sketch has seen; its answers stay as they are. For many sketches {@link #merged} is faster. */
    public void merge(NumberSketch other) {
        takeUp();
        other.takeUp();
        var union = new HllUnion(LG_K);
        union.update(distinct);
        count(other, union);
        ranks.merge(other.ranks);
        reservoir.merge(other.reservoir);
        distinct = union.getResult(TgtHllType.HLL_8);
    }

    /** One sketch of what all these have seen; their answers stay as they are. */
    public static NumberSketch merged(Iterable<NumberSketch> sketches, int k) {
        List<NumberSketch> all = new ArrayList<>();
        sketches.forEach(one -> {
            one.takeUp();
            all.add(one);
        });
        var merged = new NumberSketch(k);
        ForkJoinTask<?> counting = ForkJoinTask.adapt(() -> {
            // In a segment: the union's loop over two arrays takes five times as long where the processor has AVX-512.
            var union = new HllUnion(LG_K, MemorySegment.ofArray(new byte[UNION_BYTES]));
            all.forEach(one -> merged.count(one, union));
            merged.distinct = union.getResult(TgtHllType.HLL_8);
        });
        boolean many = all.size() >= MANY;
        if (many) {
            counting.fork();
        } else {
            counting.invoke();
        }
        merged.reservoir.mergeAll(all.stream().map(one -> one.reservoir).toList());
        merged.ranks = Ranks.joined(all.stream().map(one -> one.ranks).toList(), k, merged.random);
        if (many) {
            counting.join();
        }
        return merged;
    }

    /** Takes all but ranks and sample. */
    private void count(NumberSketch other, HllUnion union) {
        missing += other.missing;
        infinite += other.infinite;
        zeros += other.zeros;
        if (other.moments.count() > 0) {
            moments.join(other.moments);
            union.update(other.distinct);
        }
    }

    /** Finite values seen. */
    public long count() {
        takeUp();
        return moments.count();
    }

    /** Values that are 0. */
    public long zeros() {
        takeUp();
        return zeros;
    }

    /** Rows without a value. */
    public long missing() {
        return missing;
    }

    /** Rows with ±∞. */
    public long infinite() {
        return infinite;
    }

    /** Exact mean; NaN if empty. */
    public double mean() {
        takeUp();
        return moments.mean();
    }

    /** Exact population standard deviation; NaN if empty. */
    public double standardDeviation() {
        takeUp();
        return moments.standardDeviation();
    }

    /** Exact skewness m₃/m₂^1.5 of the values as a population; NaN if they are equal or none. */
    public double skewness() {
        takeUp();
        return moments.skewness();
    }

    /** Exact excess kurtosis m₄/m₂² − 3 of the values as a population; NaN if they are equal or none. */
    public double kurtosis() {
        takeUp();
        return moments.kurtosis();
    }

    /** A uniform sample of the values without replacement, at most 512 of them, in no order that means anything; a copy. */
    public double[] sample() {
        takeUp();
        return reservoir.values();
    }

    /** Number of distinct values, relative error about 1.6 %. */
    public double distinct() {
        takeUp();
        return distinct.getEstimate();
    }

    /** Share of values at or below the given one, within {@link #rankError}; NaN if empty. */
    public double rank(double value) {
        takeUp();
        return moments.count() == 0 ? Double.NaN : ranks.settle().getRank(value, QuantileSearchCriteria.INCLUSIVE);
    }

    /** A value whose rank is p within {@link #rankError}; NaN if empty. */
    public double quantile(double p) {
        takeUp();
        return moments.count() == 0 ? Double.NaN : ranks.settle().getQuantile(p, QuantileSearchCriteria.INCLUSIVE);
    }

    /** How far a rank may be off in 99 of 100 cases; 0 as long as every value is kept. */
    public double rankError() {
        takeUp();
        KllDoublesSketch all = ranks.settle();
        return all.isEstimationMode() ? all.getNormalizedRankError(false) : 0;
    }

    /** The largest error over all ranks at once in 99 of 100 cases. */
    double largestRankError() {
        takeUp();
        KllDoublesSketch all = ranks.settle();
        return all.isEstimationMode() ? all.getNormalizedRankError(true) : 0;
    }

    /** Values that carry the sketch's ranks, ascending. */
    double[] values() {
        takeUp();
        return moments.count() == 0
                ? new double[0]
                : ranks.settle().getSortedView().getQuantiles();
    }

    /** Everything needed to go on, beginning with a version byte. */
    public byte[] toBytes() {
        takeUp();
        byte[] levels = ranks.settle().toByteArray();
        byte[] kinds = distinct.copyAs(TgtHllType.HLL_4).toCompactByteArray();
        var buffer = ByteBuffer.allocate(HEADER + reservoir.bytes() + 2 * Integer.BYTES + levels.length + kinds.length)
                .put(VERSION)
                .putLong(moments.count())
                .putLong(missing)
                .putLong(infinite)
                .putLong(zeros)
                .putDouble(moments.count() == 0 ? 0 : moments.mean())
                .putDouble(moments.squares())
                .putDouble(moments.cubes())
                .putDouble(moments.fourths())
                .putLong(random.state());
        reservoir.write(buffer);
        return buffer.putInt(levels.length)
                .put(levels)
                .putInt(kinds.length)
                .put(kinds)
                .array();
    }

    /**
     * Takes up a stored sketch.
     *
     * @throws IllegalArgumentException if these bytes are no sketch of a known version
     */
    public static NumberSketch of(byte[] bytes) {
        try {
            var buffer = ByteBuffer.wrap(bytes);
            if (buffer.get() != VERSION) {
                throw Stored.unknown(bytes, VERSION);
            }
            int sampleBytes = Reservoir.bytes(buffer.getInt(HEADER));
            if (sampleBytes < 0 || HEADER + sampleBytes > bytes.length) {
                throw Stored.unknown(bytes, VERSION);
            }
            ByteBuffer parts = buffer.duplicate().position(HEADER + sampleBytes);
            var levels = KllDoublesSketch.heapify(MemorySegment.ofArray(Stored.part(parts)));
            var read = new NumberSketch(
                    levels, HllSketch.heapify(Stored.part(parts)).copyAs(TgtHllType.HLL_8), Double.MAX_VALUE);
            long count = buffer.getLong();
            read.missing = buffer.getLong();
            read.infinite = buffer.getLong();
            read.zeros = buffer.getLong();
            read.moments.restore(count, buffer.getDouble(), buffer.getDouble(), buffer.getDouble(), buffer.getDouble());
            read.random.restore(buffer.getLong());
            boolean sampled = read.reservoir.read(buffer) && read.reservoir.seen() == count;
            if (!sampled || parts.hasRemaining() || levels.getN() != count) {
                throw Stored.unknown(bytes, VERSION);
            }
            return read;
        } catch (BufferUnderflowException | SketchesArgumentException | IndexOutOfBoundsException e) {
            throw Stored.unknown(bytes, VERSION);
        }
    }
}

package dev.clew.statistics.sketch;

import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.datasketches.common.SketchesArgumentException;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * A numeric column in a few kilobytes: ranks and quantiles (KLL), distinct values (HyperLogLog), mean and variance, missing and infinite
 * rows. Confined to one thread.
 *
 * <p>Merging two sketches is as if one had seen both streams, within the same error. KLL draws random bits, so two sketches of one
 * stream may differ within {@link #rankError}; a stored sketch is taken up exactly. Stored form: version byte 1, counters, moments (Pébay
 * 2008), then both DataSketches images.
 */
public final class NumberSketch {
    /** Parameter of a window: rank error 1.33 %. */
    public static final int WINDOW = 200;

    /** Parameter of a reference: rank error 0.71 %. */
    public static final int REFERENCE = 400;

    private static final byte VERSION = 1;
    private static final int LG_K = 12;
    private static final int WAITING = 512;

    private KllDoublesSketch quantiles;
    private HllSketch distinct;
    private long count;
    private long missing;
    private long infinite;
    private double mean;
    private double squares;
    private long zeros;
    /** Finite values that were added and not yet taken up: in blocks that costs half. */
    private double[] waiting = new double[0];

    private int waits;

    /**
     * An empty sketch.
     *
     * @param k accuracy, {@link #WINDOW} or {@link #REFERENCE}
     */
    public NumberSketch(int k) {
        quantiles = KllDoublesSketch.newHeapInstance(k);
        distinct = new HllSketch(LG_K, TgtHllType.HLL_4);
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

    /** Takes up what waits: moments of the block joined as two streams are, then ranks and distinct values. */
    private void takeUp() {
        if (waits == 0) {
            return;
        }
        double sum = 0;
        for (int i = 0; i < waits; i++) {
            sum += waiting[i];
            zeros += waiting[i] == 0 ? 1 : 0;
        }
        double own = sum / waits;
        double spread = 0;
        for (int i = 0; i < waits; i++) {
            spread += (waiting[i] - own) * (waiting[i] - own);
        }
        join(waits, own, spread);
        quantiles.update(waiting, 0, waits);
        for (int i = 0; i < waits; i++) {
            distinct.update(waiting[i]);
        }
        waits = 0;
    }

    private void join(long otherCount, double otherMean, double otherSquares) {
        double gap = otherMean - mean;
        double total = (double) count + otherCount;
        squares += otherSquares + gap * gap * count * otherCount / total;
        mean += gap * otherCount / total;
        count += otherCount;
    }

    /** Takes what another sketch has seen; its answers stay as they are. For many sketches {@link #merged} is faster. */
    public void merge(NumberSketch other) {
        takeUp();
        var union = new HllUnion(LG_K);
        union.update(distinct);
        take(other, union);
        distinct = union.getResult(TgtHllType.HLL_4);
    }

    /** One sketch of what all these have seen; their answers stay as they are. */
    public static NumberSketch merged(Iterable<NumberSketch> sketches, int k) {
        var all = new NumberSketch(k);
        var union = new HllUnion(LG_K);
        sketches.forEach(one -> all.take(one, union));
        all.distinct = union.getResult(TgtHllType.HLL_4);
        return all;
    }

    private void take(NumberSketch other, HllUnion union) {
        other.takeUp();
        missing += other.missing;
        infinite += other.infinite;
        zeros += other.zeros;
        if (other.count == 0) {
            return;
        }
        join(other.count, other.mean, other.squares);
        quantiles.merge(other.quantiles);
        union.update(other.distinct);
    }

    /** Finite values seen. */
    public long count() {
        takeUp();
        return count;
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
        return count == 0 ? Double.NaN : mean;
    }

    /** Exact population standard deviation; NaN if empty. */
    public double standardDeviation() {
        takeUp();
        return count == 0 ? Double.NaN : Math.sqrt(squares / count);
    }

    /** Number of distinct values, relative error about 1.6 %. */
    public double distinct() {
        takeUp();
        return distinct.getEstimate();
    }

    /** Share of values at or below the given one, within {@link #rankError}; NaN if empty. */
    public double rank(double value) {
        takeUp();
        return count == 0 ? Double.NaN : quantiles.getRank(value, QuantileSearchCriteria.INCLUSIVE);
    }

    /** A value whose rank is p within {@link #rankError}; NaN if empty. */
    public double quantile(double p) {
        takeUp();
        return count == 0 ? Double.NaN : quantiles.getQuantile(p, QuantileSearchCriteria.INCLUSIVE);
    }

    /** How far a rank may be off in 99 of 100 cases; 0 as long as every value is kept. */
    public double rankError() {
        takeUp();
        return quantiles.isEstimationMode() ? quantiles.getNormalizedRankError(false) : 0;
    }

    /** The largest error over all ranks at once in 99 of 100 cases. */
    double largestRankError() {
        takeUp();
        return quantiles.isEstimationMode() ? quantiles.getNormalizedRankError(true) : 0;
    }

    /** Values that carry the sketch's ranks, ascending. */
    double[] values() {
        takeUp();
        return count == 0 ? new double[0] : quantiles.getSortedView().getQuantiles();
    }

    /** Everything needed to go on, beginning with a version byte. */
    public byte[] toBytes() {
        takeUp();
        byte[] ranks = quantiles.toByteArray();
        byte[] kinds = distinct.toCompactByteArray();
        return ByteBuffer.allocate(1 + 6 * Long.BYTES + 2 * Integer.BYTES + ranks.length + kinds.length)
                .put(VERSION)
                .putLong(count)
                .putLong(missing)
                .putLong(infinite)
                .putLong(zeros)
                .putDouble(mean)
                .putDouble(squares)
                .putInt(ranks.length)
                .put(ranks)
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
                throw unknown(bytes);
            }
            var read = new NumberSketch(WINDOW);
            read.count = buffer.getLong();
            read.missing = buffer.getLong();
            read.infinite = buffer.getLong();
            read.zeros = buffer.getLong();
            read.mean = buffer.getDouble();
            read.squares = buffer.getDouble();
            read.quantiles = KllDoublesSketch.heapify(MemorySegment.ofArray(part(buffer, bytes)));
            read.distinct = HllSketch.heapify(part(buffer, bytes));
            if (buffer.hasRemaining() || read.quantiles.getN() != read.count) {
                throw unknown(bytes);
            }
            return read;
        } catch (BufferUnderflowException | SketchesArgumentException | IndexOutOfBoundsException e) {
            throw unknown(bytes);
        }
    }

    static byte[] part(ByteBuffer buffer, byte[] bytes) {
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
            throw unknown(bytes);
        }
        byte[] part = new byte[length];
        buffer.get(part);
        return part;
    }

    static IllegalArgumentException unknown(byte[] bytes) {
        return new IllegalArgumentException("These %d bytes are no sketch of version %d; rebuild it from the rows."
                .formatted(bytes.length, VERSION));
    }
}

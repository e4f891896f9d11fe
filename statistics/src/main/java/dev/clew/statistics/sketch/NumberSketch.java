package dev.clew.statistics.sketch;

import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
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

    private KllDoublesSketch quantiles;
    private HllSketch distinct;
    private long count;
    private long missing;
    private long infinite;
    private double mean;
    private double squares;

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
            count++;
            double gap = value - mean;
            mean += gap / count;
            squares += gap * (value - mean);
            quantiles.update(value);
            distinct.update(value);
        }
    }

    /** Takes what another sketch has seen; it stays as it is. For many sketches {@link #merged} is faster. */
    public void merge(NumberSketch other) {
        var union = new HllUnion(LG_K);
        union.update(distinct);
        take(other, union);
        distinct = union.getResult(TgtHllType.HLL_4);
    }

    /** One sketch of what all these have seen; they stay as they are. */
    public static NumberSketch merged(Iterable<NumberSketch> sketches, int k) {
        var all = new NumberSketch(k);
        var union = new HllUnion(LG_K);
        sketches.forEach(one -> all.take(one, union));
        all.distinct = union.getResult(TgtHllType.HLL_4);
        return all;
    }

    private void take(NumberSketch other, HllUnion union) {
        missing += other.missing;
        infinite += other.infinite;
        if (other.count == 0) {
            return;
        }
        double gap = other.mean - mean;
        double total = (double) count + other.count;
        squares += other.squares + gap * gap * count * other.count / total;
        mean += gap * other.count / total;
        count += other.count;
        quantiles.merge(other.quantiles);
        union.update(other.distinct);
    }

    /** Finite values seen. */
    public long count() {
        return count;
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
        return count == 0 ? Double.NaN : mean;
    }

    /** Exact population standard deviation; NaN if empty. */
    public double standardDeviation() {
        return count == 0 ? Double.NaN : Math.sqrt(squares / count);
    }

    /** Number of distinct values, relative error about 1.6 %. */
    public double distinct() {
        return distinct.getEstimate();
    }

    /** Share of values at or below the given one, within {@link #rankError}; NaN if empty. */
    public double rank(double value) {
        return count == 0 ? Double.NaN : quantiles.getRank(value, QuantileSearchCriteria.INCLUSIVE);
    }

    /** A value whose rank is p within {@link #rankError}; NaN if empty. */
    public double quantile(double p) {
        return count == 0 ? Double.NaN : quantiles.getQuantile(p, QuantileSearchCriteria.INCLUSIVE);
    }

    /** How far a rank may be off in 99 of 100 cases; 0 as long as every value is kept. */
    public double rankError() {
        return quantiles.isEstimationMode() ? quantiles.getNormalizedRankError(false) : 0;
    }

    /** The largest error over all ranks at once in 99 of 100 cases. */
    double largestRankError() {
        return quantiles.isEstimationMode() ? quantiles.getNormalizedRankError(true) : 0;
    }

    /** Values that carry the sketch's ranks, ascending. */
    double[] values() {
        return count == 0 ? new double[0] : quantiles.getSortedView().getQuantiles();
    }

    /** Everything needed to go on, beginning with a version byte. */
    public byte[] toBytes() {
        byte[] ranks = quantiles.toByteArray();
        byte[] kinds = distinct.toCompactByteArray();
        return ByteBuffer.allocate(1 + 5 * Long.BYTES + 2 * Integer.BYTES + ranks.length + kinds.length)
                .put(VERSION)
                .putLong(count)
                .putLong(missing)
                .putLong(infinite)
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

    private static byte[] part(ByteBuffer buffer, byte[] bytes) {
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
            throw unknown(bytes);
        }
        byte[] part = new byte[length];
        buffer.get(part);
        return part;
    }

    private static IllegalArgumentException unknown(byte[] bytes) {
        return new IllegalArgumentException("These %d bytes are no sketch of version %d; rebuild it from the rows."
                .formatted(bytes.length, VERSION));
    }
}

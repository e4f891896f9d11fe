package dev.clew.statistics.sketch;

import dev.clew.statistics.distance.Proportions;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Counts of numbers between edges that a reference has fixed: distances over these bins (PSI, Jensen–Shannon, χ²) are exact however many
 * hours are merged, in time and memory of the bins. Confined to one thread.
 *
 * <p>Bins are closed below and open above, the last one closed; what lies outside, also ±∞, is one bin more, empty in the reference, as
 * NannyML has it. Stored form: version byte 1, number of edges, edges, counters.
 */
public final class BinnedCounts {
    private static final byte VERSION = 1;
    private static final int MOST_EDGES = 100_001;

    private final double[] edges;
    /** One count per bin, then what lies outside. */
    private final long[] counts;

    private long missing;

    /**
     * No values yet.
     *
     * @param edges ascending and finite, at least two, at most 100 001
     * @throws IllegalArgumentException if they are not
     */
    public BinnedCounts(double... edges) {
        if (edges.length < 2 || edges.length > MOST_EDGES) {
            throw new IllegalArgumentException(
                    "Bins need 2 to %,d edges; there are %d.".formatted(MOST_EDGES, edges.length));
        }
        for (int i = 0; i < edges.length; i++) {
            if (!Double.isFinite(edges[i]) || i > 0 && !(edges[i] > edges[i - 1])) {
                throw new IllegalArgumentException(
                        "Edges of bins ascend and are finite; edge %d is %s.".formatted(i, edges[i]));
            }
        }
        this.edges = edges.clone();
        this.counts = new long[edges.length];
    }

    /** Adds one value; NaN counts as missing. */
    public void add(double value) {
        if (Double.isNaN(value)) {
            missing++;
        } else {
            counts[bin(value)]++;
        }
    }

    private int bin(double value) {
        int last = edges.length - 1;
        if (!(value >= edges[0] && value <= edges[last])) {
            return last;
        }
        int found = Arrays.binarySearch(edges, value + 0.0);
        int bin = found >= 0 ? found : -found - 2;
        return Math.min(bin, last - 1);
    }

    /**
     * Takes what another has counted; it stays as it is.
     *
     * @throws IllegalArgumentException if its edges are others
     */
    public void merge(BinnedCounts other) {
        if (!Arrays.equals(edges, other.edges)) {
            throw new IllegalArgumentException(
                    "Counts over other edges cannot be added; count both over one reference.");
        }
        missing += other.missing;
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** Values counted. */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /** Rows without a value. */
    public long missing() {
        return missing;
    }

    /** Values outside the edges. */
    public long outside() {
        return counts[counts.length - 1];
    }

    /** A copy of the counts, one per bin. */
    public long[] bins() {
        return Arrays.copyOf(counts, counts.length - 1);
    }

    /**
     * The shares of two sides, for the distances of {@link dev.clew.statistics.distance.Divergence}; with values outside there is one bin
     * more.
     *
     * @throws IllegalArgumentException if a side has no value or its edges are others
     */
    public static Proportions proportions(BinnedCounts reference, BinnedCounts current) {
        if (!Arrays.equals(reference.edges, current.edges)) {
            throw new IllegalArgumentException(
                    "Counts over other edges cannot be compared; count both over one reference.");
        }
        double n = reference.count();
        double m = current.count();
        if (n == 0 || m == 0) {
            throw new IllegalArgumentException(
                    "A comparison needs values on both sides; there are %.0f and %.0f. Widen the window."
                            .formatted(n, m));
        }
        int bins = reference.counts.length - (reference.outside() + current.outside() > 0 ? 0 : 1);
        double[] p = new double[bins];
        double[] q = new double[bins];
        for (int i = 0; i < bins; i++) {
            p[i] = reference.counts[i] / n;
            q[i] = current.counts[i] / m;
        }
        return new Proportions(p, q);
    }

    /** Everything needed to go on, beginning with a version byte. */
    public byte[] toBytes() {
        var buffer = ByteBuffer.allocate(1 + Integer.BYTES + Long.BYTES * (2 * edges.length + 1))
                .put(VERSION)
                .putInt(edges.length);
        for (double edge : edges) {
            buffer.putDouble(edge);
        }
        for (long count : counts) {
            buffer.putLong(count);
        }
        return buffer.putLong(missing).array();
    }

    /**
     * Takes up stored counts.
     *
     * @throws IllegalArgumentException if these bytes are no counts of a known version
     */
    public static BinnedCounts of(byte[] bytes) {
        try {
            var buffer = ByteBuffer.wrap(bytes);
            if (buffer.get() != VERSION) {
                throw Stored.unknown(bytes, VERSION);
            }
            int length = buffer.getInt();
            if (length < 2 || length > MOST_EDGES || buffer.remaining() != Long.BYTES * (2 * length + 1)) {
                throw Stored.unknown(bytes, VERSION);
            }
            double[] edges = new double[length];
            for (int i = 0; i < length; i++) {
                edges[i] = buffer.getDouble();
            }
            var read = new BinnedCounts(edges);
            for (int i = 0; i < length; i++) {
                read.counts[i] = buffer.getLong();
            }
            read.missing = buffer.getLong();
            return read;
        } catch (BufferUnderflowException e) {
            throw Stored.unknown(bytes, VERSION);
        }
    }
}

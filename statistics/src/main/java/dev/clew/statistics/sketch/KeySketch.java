package dev.clew.statistics.sketch;

import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.datasketches.common.SketchesArgumentException;
import org.apache.datasketches.theta.CompactThetaSketch;
import org.apache.datasketches.theta.ThetaSetOperation;
import org.apache.datasketches.theta.ThetaSketch;
import org.apache.datasketches.theta.UpdatableThetaSketch;

/**
 * A set of keys in at most 64 KiB (32 KiB stored): how many there are, and how many two sets have in common, such as the subjects of two
 * weeks. Confined to one thread.
 *
 * <p>Up to 4 096 keys every answer is exact; beyond, the number of keys has a relative standard error of 1.6 %, and an overlap one that
 * grows as the overlap shrinks: {@link Size} says the bounds. Only hashes are kept, but a hash of a known key can be looked for, so what
 * may not be linked is keyed before. Merging is as if one sketch had seen both streams. A theta sketch (Dasgupta, Lang, Rhodes, Thaler
 * 2016) of lg k 12 as Apache DataSketches has it. Stored form: version byte 1, then its compact image.
 */
public final class KeySketch {
    private static final byte VERSION = 1;
    private static final int LG_K = 12;
    /** Of the bounds, in standard deviations. */
    private static final int DEVIATIONS = 2;

    private UpdatableThetaSketch added = empty();
    /** What was merged or read; keys added afterwards are in the other. */
    private CompactThetaSketch taken = empty().compact();

    private static UpdatableThetaSketch empty() {
        return UpdatableThetaSketch.builder().setLogNominalEntries(LG_K).build();
    }

    /**
     * A number of keys.
     *
     * @param estimate the number, a whole one if exact
     * @param low with {@code high} holds the true number in about 95 of 100 cases
     * @param high equals low if the number is exact
     */
    public record Size(double estimate, double low, double high) {
        private static Size of(ThetaSketch sketch) {
            return new Size(sketch.getEstimate(), sketch.getLowerBound(DEVIATIONS), sketch.getUpperBound(DEVIATIONS));
        }
    }

    /** Adds a key; one that was added before changes nothing. Empty texts are keys too. */
    public void add(String key) {
        // DataSketches passes over empty texts, so every key carries a mark.
        added.update('=' + key);
    }

    /** Takes what another sketch has seen; it stays as it is. */
    public void merge(KeySketch other) {
        var union = ThetaSetOperation.builder().setLogNominalEntries(LG_K).buildUnion();
        union.union(all());
        union.union(other.all());
        taken = union.getResult();
        added = empty();
    }

    private CompactThetaSketch all() {
        if (taken.isEmpty()) {
            return added.compact();
        }
        if (added.isEmpty()) {
            return taken;
        }
        var union = ThetaSetOperation.builder().setLogNominalEntries(LG_K).buildUnion();
        union.union(taken);
        union.union(added);
        return union.getResult();
    }

    /** How many keys there are. */
    public Size size() {
        return Size.of(all());
    }

    /** How many keys both sets hold. */
    public static Size common(KeySketch one, KeySketch other) {
        return Size.of(ThetaSetOperation.builder().buildIntersection().intersect(one.all(), other.all()));
    }

    /** How many keys either set holds. */
    public static Size either(KeySketch one, KeySketch other) {
        return Size.of(ThetaSetOperation.builder()
                .setLogNominalEntries(LG_K)
                .buildUnion()
                .union(one.all(), other.all()));
    }

    /** How many keys of the first set the second one lacks. */
    public static Size missing(KeySketch one, KeySketch other) {
        return Size.of(ThetaSetOperation.builder().buildANotB().aNotB(one.all(), other.all()));
    }

    /** Everything needed to go on, beginning with a version byte. */
    public byte[] toBytes() {
        byte[] keys = all().toByteArray();
        return ByteBuffer.allocate(1 + Integer.BYTES + keys.length)
                .put(VERSION)
                .putInt(keys.length)
                .put(keys)
                .array();
    }

    /**
     * Takes up a stored sketch.
     *
     * @throws IllegalArgumentException if these bytes are no sketch of a known version
     */
    public static KeySketch of(byte[] bytes) {
        try {
            var buffer = ByteBuffer.wrap(bytes);
            if (buffer.get() != VERSION) {
                throw Stored.unknown(bytes, VERSION);
            }
            var read = new KeySketch();
            read.taken = CompactThetaSketch.heapify(MemorySegment.ofArray(Stored.part(buffer)));
            if (buffer.hasRemaining()) {
                throw Stored.unknown(bytes, VERSION);
            }
            return read;
        } catch (BufferUnderflowException | SketchesArgumentException | IndexOutOfBoundsException e) {
            throw Stored.unknown(bytes, VERSION);
        }
    }
}

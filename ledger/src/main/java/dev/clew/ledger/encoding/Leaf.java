package dev.clew.ledger.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log: {@code [1, seq, time_us, submission]}.
 *
 * @param seq index of the leaf in the log, from 0
 * @param timeMicros when the writer accepted it, microseconds since the Unix epoch, strictly increasing
 * @param submission canonical bytes of the {@link Submission}; their SHA-256 is the record digest of a receipt
 */
@SuppressWarnings("ArrayRecordComponent")
public record Leaf(long seq, long timeMicros, byte[] submission) {
    /** First item of a leaf's array. */
    public static final int KIND = 1;
    /** Longest leaf, because an entry bundle has two bytes for the length. */
    public static final int MAX_BYTES = 65_535;

    /** Checks that seq and time are not negative. */
    public Leaf {
        Shapes.require(seq >= 0, "seq is not negative");
        Shapes.require(timeMicros >= 0, "time is not negative");
    }

    /** Leaf data: what is hashed and what an entry bundle holds. */
    public byte[] encode() {
        CborWriter out = new CborWriter(CborProfile.LEAF, submission.length + 32);
        encodeTo(out, seq, timeMicros, submission);
        return out.toByteArray();
    }

    /**
     * Appends leaf data to {@code out}; the way to encode many with one buffer.
     *
     * @throws CborException if the leaf would be longer than {@value #MAX_BYTES} bytes
     */
    public static void encodeTo(CborWriter out, long seq, long timeMicros, byte[] submission) {
        int start = out.size();
        out.arrayHead(4).uint(KIND).uint(seq).uint(timeMicros).bytes(submission);
        Shapes.require(out.size() - start <= MAX_BYTES, "a leaf has at most 65535 bytes");
    }

    /**
     * Decodes leaf data; the submission's bytes are taken as they are, {@link #decodeSubmission()} checks them.
     *
     * @throws CborException if the bytes are not a canonical leaf
     */
    public static Leaf decode(byte[] leafData) {
        return decode(leafData, 0, leafData.length);
    }

    /**
     * As {@link #decode(byte[])}, of {@code length} bytes from {@code offset}: for many leaves side by side.
     *
     * @throws CborException if the bytes are not a canonical leaf
     */
    public static Leaf decode(byte[] leaves, int offset, int length) {
        Shapes.require(length <= MAX_BYTES, "a leaf has at most 65535 bytes");
        CborReader in = new CborReader(CborProfile.LEAF, leaves, offset, length);
        in.arrayHead(4);
        Shapes.require(in.uint() == KIND, "the first item of a leaf is 1");
        Leaf leaf = new Leaf(in.uint(), in.uint(), in.bytes());
        in.finish();
        return leaf;
    }

    /**
     * What the entry says.
     *
     * @throws CborException if the submission is not canonical or not one of a leaf
     */
    public Submission decodeSubmission() {
        return Submission.decode(submission).requireLeaf();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Leaf that
                && seq == that.seq
                && timeMicros == that.timeMicros
                && Arrays.equals(submission, that.submission);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(seq) * 31 + Arrays.hashCode(submission);
    }
}

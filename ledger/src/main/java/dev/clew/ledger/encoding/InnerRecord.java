package dev.clew.ledger.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One record of a batch: {@code [2, i, time_us, submission]}.
 *
 * @param index position in the batch, from 0
 * @param timeMicros when the record was accepted; not decreasing within a batch and not above the leaf's time
 * @param submission canonical bytes of the {@link Submission}; their SHA-256 is the record digest of a receipt
 */
@SuppressWarnings("ArrayRecordComponent")
public record InnerRecord(int index, long timeMicros, byte[] submission) {
    /** First item of an inner record's array. */
    public static final int KIND = 2;

    /** Checks that index and time are in range. */
    public InnerRecord {
        Shapes.require(index >= 0 && index < BatchRef.MAX_COUNT, "an inner index is 0 to 4095");
        Shapes.require(timeMicros >= 0, "time is not negative");
    }

    /** Record data: what the inner tree hashes. */
    public byte[] encode() {
        CborWriter out = new CborWriter(CborProfile.LEAF, submission.length + 32);
        encodeTo(out, index, timeMicros, submission);
        return out.toByteArray();
    }

    /** Appends record data to {@code out}; the way to encode many with one buffer. */
    public static void encodeTo(CborWriter out, int index, long timeMicros, byte[] submission) {
        int start = out.size();
        out.arrayHead(4).uint(KIND).uint(index).uint(timeMicros).bytes(submission);
        Shapes.require(out.size() - start <= Leaf.MAX_BYTES, "an inner record has at most 65535 bytes");
    }

    /**
     * Decodes record data; {@link #decodeSubmission()} checks the submission.
     *
     * @throws CborException if the bytes are not a canonical inner record
     */
    public static InnerRecord decode(byte[] record) {
        Shapes.require(record.length <= Leaf.MAX_BYTES, "an inner record has at most 65535 bytes");
        CborReader in = new CborReader(CborProfile.LEAF, record);
        in.arrayHead(4);
        Shapes.require(in.uint() == KIND, "the first item of an inner record is 2");
        long index = in.uint();
        Shapes.require(index < BatchRef.MAX_COUNT, "an inner index is 0 to 4095");
        InnerRecord decoded = new InnerRecord((int) index, in.uint(), in.bytes());
        in.finish();
        return decoded;
    }

    /**
     * What the record says.
     *
     * @throws CborException if the submission is not canonical or not one of an inner record
     */
    public Submission decodeSubmission() {
        return Submission.decode(submission).requireInner();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InnerRecord that
                && index == that.index
                && timeMicros == that.timeMicros
                && Arrays.equals(submission, that.submission);
    }

    @Override
    public int hashCode() {
        return index * 31 + Arrays.hashCode(submission);
    }
}

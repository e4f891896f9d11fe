package dev.clew.ledger.encoding;

import dev.clew.ledger.tree.Hashing;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The inner records of one batch as an export holds them: {@code (u32 length, record)} each, in order.
 *
 * <p>A record that retention deleted stands as length 0 followed by its 32-byte inner hash: the batch stays provable.
 */
public final class RecordsBlob {
    private RecordsBlob() {}

    /**
     * One record of a blob.
     *
     * @param record record data, or {@code null} if it was deleted
     * @param hash 32 bytes, the leaf hash in the inner tree
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Slot(byte @Nullable [] record, byte[] hash) {
        /** A slot that holds its record. */
        public static Slot of(byte[] record) {
            return new Slot(record, Hashing.leaf(record));
        }
    }

    /** Bytes of a blob. */
    public static byte[] encode(List<Slot> slots) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Slot slot : slots) {
            byte[] record = slot.record();
            int length = record == null ? 0 : record.length;
            out.write(length >>> 24);
            out.write(length >>> 16);
            out.write(length >>> 8);
            out.write(length);
            out.writeBytes(record == null ? slot.hash() : record);
        }
        return out.toByteArray();
    }

    /**
     * Slots of a blob, with the hashes of the records that are there.
     *
     * @throws CborException if lengths do not fit or there are more than {@value BatchRef#MAX_COUNT} records
     */
    public static List<Slot> decode(byte[] blob) {
        List<Slot> slots = new ArrayList<>();
        int at = 0;
        while (at < blob.length) {
            Shapes.require(slots.size() < BatchRef.MAX_COUNT, "a batch has at most 4096 records");
            Shapes.require(blob.length - at >= 4, "a record's length has four bytes");
            int length = (blob[at] & 0xff) << 24
                    | (blob[at + 1] & 0xff) << 16
                    | (blob[at + 2] & 0xff) << 8
                    | (blob[at + 3] & 0xff);
            at += 4;
            int stored = length == 0 ? 32 : length;
            Shapes.require(stored > 0 && stored <= blob.length - at, "a record runs past the end");
            byte[] bytes = Arrays.copyOfRange(blob, at, at + stored);
            at += stored;
            slots.add(length == 0 ? new Slot(null, bytes) : Slot.of(bytes));
        }
        return slots;
    }
}

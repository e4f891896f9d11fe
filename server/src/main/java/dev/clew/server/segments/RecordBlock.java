package dev.clew.server.segments;

import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.server.common.Uid;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Up to {@value #MAX_RECORDS} neighbouring records of a segment, compressed together.
 *
 * <pre>
 * block   = u32 length of content ‖ raw DEFLATE(content)
 * content = u32 first slot ‖ u16 records ‖ u16 batches ‖ u64 seq × batches ‖ record × records
 * record  = u8 length of target ‖ target ‖ u32 length ‖ r_i
 * </pre>
 *
 * {@code batches} are the batch of the first record and those that begin inside the block: at each later record with {@code i} = 0.
 * {@code r_i} is the inner record byte for byte as the inner tree hashed it.
 */
final class RecordBlock {
    static final int MAX_RECORDS = 64;
    /** A block that holds so much takes no further record. */
    static final int FULL_BYTES = 32 * 1024;

    private static final int MAX_CONTENT = MAX_RECORDS * (1 << 16) + FULL_BYTES;

    private RecordBlock() {}

    /**
     * One record of a block.
     *
     * @param inner the bytes that were hashed
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(
            int slot,
            long seq,
            byte[] inner,
            InnerRecord record,
            @Nullable Uid target) {}

    /** Gathers records and compresses them. Confined to one thread; {@link #close} frees what the compressor holds. */
    static final class Builder implements AutoCloseable {
        /** Most of a sealed record is ciphertext, which no level makes smaller. */
        private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);

        private final ByteArrayOutputStream records = new ByteArrayOutputStream(FULL_BYTES * 2);
        private final List<Long> seqs = new ArrayList<>();
        private int firstSlot;
        private int count;

        void add(int slot, long seq, byte[] inner, @Nullable Uid target) {
            if (count == 0) {
                firstSlot = slot;
            }
            if (seqs.isEmpty() || seqs.getLast() != seq) {
                seqs.add(seq);
            }
            byte[] named = target == null ? new byte[0] : target.bytes();
            records.write(named.length);
            records.writeBytes(named);
            records.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(inner.length).array());
            records.writeBytes(inner);
            count++;
        }

        boolean isEmpty() {
            return count == 0;
        }

        boolean isFull() {
            return count == MAX_RECORDS || records.size() >= FULL_BYTES;
        }

        int firstSlot() {
            return firstSlot;
        }

        /** The block; the builder starts the next one. */
        byte[] build() {
            ByteBuffer head = ByteBuffer.allocate(8 + 8 * seqs.size())
                    .putInt(firstSlot)
                    .putShort((short) count)
                    .putShort((short) seqs.size());
            seqs.forEach(head::putLong);
            byte[] content = new byte[head.capacity() + records.size()];
            System.arraycopy(head.array(), 0, content, 0, head.capacity());
            System.arraycopy(records.toByteArray(), 0, content, head.capacity(), records.size());
            records.reset();
            seqs.clear();
            count = 0;
            return compress(content);
        }

        private byte[] compress(byte[] content) {
            deflater.reset();
            deflater.setInput(content);
            deflater.finish();
            var out = new ByteArrayOutputStream(content.length);
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array());
            byte[] some = new byte[8 * 1024];
            while (!deflater.finished()) {
                out.write(some, 0, deflater.deflate(some));
            }
            return out.toByteArray();
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    /** @throws IllegalArgumentException saying what is wrong when the bytes are no such block */
    static List<Entry> decode(byte[] block) {
        try {
            ByteBuffer in = ByteBuffer.wrap(inflate(block));
            int slot = in.getInt();
            int count = Short.toUnsignedInt(in.getShort());
            long[] seqs = new long[Short.toUnsignedInt(in.getShort())];
            for (int i = 0; i < seqs.length; i++) {
                seqs[i] = in.getLong();
            }
            var entries = new ArrayList<Entry>(count);
            int batch = 0;
            for (int i = 0; i < count; i++) {
                byte[] target = take(in, Byte.toUnsignedInt(in.get()));
                byte[] inner = take(in, in.getInt());
                InnerRecord record = InnerRecord.decode(inner);
                if (i > 0 && record.index() == 0) {
                    batch++;
                }
                entries.add(
                        new Entry(slot + i, seqs[batch], inner, record, target.length == 0 ? null : Uid.of(target)));
            }
            if (in.hasRemaining() || count == 0 || batch != seqs.length - 1) {
                throw new IllegalArgumentException("a block of records holds more or less than it says");
            }
            return entries;
        } catch (BufferUnderflowException | IndexOutOfBoundsException | CborException e) {
            throw new IllegalArgumentException("a block of records is not well formed", e);
        }
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static byte[] inflate(byte[] block) {
        int length = ByteBuffer.wrap(block).getInt();
        if (length < 0 || length > MAX_CONTENT) {
            throw new IllegalArgumentException("a block of records says that it holds %d bytes".formatted(length));
        }
        byte[] content = new byte[length];
        try (var inflater = new Inflater(true)) {
            inflater.setInput(block, Integer.BYTES, block.length - Integer.BYTES);
            int got = inflater.inflate(content);
            if (got != length || inflater.inflate(new byte[1]) != 0 || inflater.getRemaining() != 0) {
                throw new IllegalArgumentException("a block of records does not inflate to what it says");
            }
            return content;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("a block of records does not inflate", e);
        }
    }
}

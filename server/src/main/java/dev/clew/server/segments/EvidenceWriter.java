package dev.clew.server.segments;

import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.Disk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes an evidence file in one pass. In memory: 72 bytes a record and one block. Confined to one thread. */
final class EvidenceWriter implements AutoCloseable {
    private final String namespace;
    private final long firstSeq;
    private final BlockWriter out;
    private final RecordBlock.Builder block = new RecordBlock.Builder();
    private final SlotBlocks.Builder blocks = new SlotBlocks.Builder();
    private final ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    private final SortedRows ids = new SortedRows(EvidenceDirectory.KEY_ROW, EvidenceDirectory.KEY);
    private final SortedRows targets = new SortedRows(EvidenceDirectory.KEY_ROW, EvidenceDirectory.KEY);
    private final SortedRows batches = new SortedRows(EvidenceDirectory.BATCH_ROW, EvidenceDirectory.BATCH_KEY);
    private int slots;
    private int expected;
    private long seq = -1;
    private long firstMicros = -1;
    private long lastMicros;

    EvidenceWriter(Disk disk, Path file, String namespace, long firstSeq) throws IOException {
        this.namespace = namespace;
        this.firstSeq = firstSeq;
        this.out = new BlockWriter(disk, file, FileKind.EVIDENCE, firstSeq, 0);
    }

    /** Begins a batch; its records follow in order. */
    void batch(long batchSeq, int count) {
        requireComplete();
        seq = batchSeq;
        expected = slots + count;
        batches.add(ByteBuffer.allocate(EvidenceDirectory.BATCH_ROW)
                .putLong(batchSeq)
                .putInt(slots)
                .putInt(count)
                .array());
    }

    /** Adds the next record of the batch and returns its slot. */
    int add(Uid id, InnerRecord record, @Nullable Uid target) throws IOException {
        byte[] inner = record.encode();
        hashes.writeBytes(Hashing.leaf(inner));
        ids.add(id.bytes(), slots);
        if (target != null) {
            targets.add(targetKey(target), slots);
        }
        block.add(slots, seq, inner, target);
        if (block.isFull()) {
            writeBlock();
        }
        firstMicros = firstMicros < 0 ? record.timeMicros() : firstMicros;
        lastMicros = record.timeMicros();
        return slots++;
    }

    static byte[] targetKey(Uid target) {
        return Arrays.copyOf(target.bytes(), EvidenceDirectory.KEY);
    }

    int slots() {
        return slots;
    }

    /** Bytes written so far. */
    long bytes() {
        return out.position();
    }

    private void writeBlock() throws IOException {
        int firstSlot = block.firstSlot();
        blocks.add(firstSlot, out.block(block.build()));
    }

    private void requireComplete() {
        if (slots != expected) {
            throw new IllegalStateException("Batch %d lacks %d records".formatted(seq, expected - slots));
        }
    }

    /** What a finished evidence file is known by; null keys when nothing names a target. */
    @SuppressWarnings("ArrayRecordComponent")
    record Finished(
            BlockWriter.Finished file,
            EvidenceDirectory directory,
            byte[] minId,
            byte[] maxId,
            byte @Nullable [] minTarget,
            byte @Nullable [] maxTarget) {}

    /** Writes hashes, indexes and directory, and forces the file. */
    Finished finish() throws IOException {
        requireComplete();
        if (slots == 0) {
            throw new IllegalStateException("A segment holds at least one record");
        }
        if (!block.isEmpty()) {
            writeBlock();
        }
        long hashesAt = out.position();
        byte[] all = hashes.toByteArray();
        for (int from = 0; from < all.length; from += EvidenceDirectory.HASH_BLOCK) {
            out.block(all, from, Math.min(EvidenceDirectory.HASH_BLOCK, all.length - from));
        }
        var directory = new EvidenceDirectory(
                namespace,
                firstSeq,
                seq,
                slots,
                firstMicros,
                lastMicros,
                blocks.build(slots),
                hashesAt,
                ids.write(out),
                targets.write(out),
                batches.write(out));
        boolean names = targets.count() > 0;
        return new Finished(
                out.finish(directory.encode()),
                directory,
                ids.key(0),
                ids.key(ids.count() - 1),
                names ? targets.key(0) : null,
                names ? targets.key(targets.count() - 1) : null);
    }

    @Override
    public void close() throws IOException {
        block.close();
        out.close();
    }
}

package dev.clew.server.segments;

import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Records;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one registered segment. Each call opens the file it needs; directories, index blocks and decompressed blocks lately used are
 * kept by the {@link SegmentCache}. A look-up costs one read of the evidence and one of the bodies, and one of an index unless that block
 * was kept. Thread-safe; blocks. Throws {@link DamagedFile} where bytes are not what was written.
 */
final class Segment {
    private final SegmentFiles files;
    private final SegmentRow row;
    private final SegmentCache cache;

    Segment(SegmentFiles files, SegmentRow row, SegmentCache cache) {
        this.files = files;
        this.row = row;
        this.cache = cache;
    }

    SegmentRow row() {
        return row;
    }

    Optional<Records.Stored> find(Uid id) throws IOException {
        try (BlockFile evidence = openEvidence()) {
            List<Integer> slots = directory(evidence).ids().slots(id.bytes(), cache.indexOf(evidence));
            return slots.isEmpty()
                    ? Optional.empty()
                    : stored(evidence, slots).stream().findFirst();
        }
    }

    /** Records that name this uid, by slot. */
    List<Records.Stored> about(Uid target) throws IOException {
        try (BlockFile evidence = openEvidence()) {
            List<Integer> slots =
                    directory(evidence).targets().slots(EvidenceWriter.targetKey(target), cache.indexOf(evidence));
            return stored(evidence, slots).stream()
                    .filter(record -> target.equals(record.target()))
                    .toList();
        }
    }

    List<Records.Stored> byClientKey(byte[] clientKey) throws IOException {
        List<Integer> slots;
        try (BlockFile bodies = openBodies()) {
            slots = directoryOfBodies(bodies).clients().slots(clientKey, cache.indexOf(bodies));
        }
        return stored(slots);
    }

    /** Slots of the records sealed under this subject's key. */
    List<Integer> slotsOf(byte[] psid) throws IOException {
        try (BlockFile bodies = openBodies()) {
            return directoryOfBodies(bodies).persons().slots(psid, cache.indexOf(bodies));
        }
    }

    List<Records.Stored> stored(List<Integer> slots) throws IOException {
        if (slots.isEmpty()) {
            return List.of();
        }
        try (BlockFile evidence = openEvidence()) {
            return stored(evidence, slots);
        }
    }

    /** Slots of a batch, first one and the one after the last; null when the batch is not in this segment. */
    private int @Nullable [] slotsOfBatch(BlockFile evidence, long seq) throws IOException {
        List<ByteBuffer> rows =
                directory(evidence).batches().rows(EvidenceDirectory.batchKey(seq), cache.indexOf(evidence));
        if (rows.isEmpty()) {
            return null;
        }
        int first = rows.getFirst().getInt(EvidenceDirectory.BATCH_KEY);
        return new int[] {first, first + rows.getFirst().getInt(EvidenceDirectory.BATCH_KEY + Integer.BYTES)};
    }

    /** The records of a batch by position; empty when it is not in this segment. */
    List<Records.Stored> ofBatch(long seq) throws IOException {
        try (BlockFile evidence = openEvidence()) {
            int[] range = slotsOfBatch(evidence, seq);
            if (range == null) {
                return List.of();
            }
            var slots = new ArrayList<Integer>();
            for (int slot = range[0]; slot < range[1]; slot++) {
                slots.add(slot);
            }
            return stored(evidence, slots);
        }
    }

    /** Inner records of a batch as they were hashed, by position; empty when it is not in this segment. Reads evidence alone. */
    List<byte[]> innerRecords(long seq) throws IOException {
        try (BlockFile evidence = openEvidence()) {
            int[] range = slotsOfBatch(evidence, seq);
            if (range == null) {
                return List.of();
            }
            SlotBlocks records = directory(evidence).records();
            var inner = new ArrayList<byte[]>(range[1] - range[0]);
            for (int slot = range[0]; slot < range[1]; ) {
                int block = records.blockOf(slot);
                for (RecordBlock.Entry entry : decoded(evidence, records.block(block))) {
                    if (entry.slot() == slot && slot < range[1]) {
                        inner.add(entry.inner());
                        slot++;
                    }
                }
                if (slot == records.firstSlot(block)) {
                    throw evidence.damaged(records.block(block).offset(), "slot %d is missing".formatted(slot));
                }
            }
            return inner;
        }
    }

    /** Inner hashes {@code [first, end)} of a batch, in one read; empty when it is not in this segment. */
    List<byte[]> innerHashes(long seq, int first, int end) throws IOException {
        try (BlockFile evidence = openEvidence()) {
            int[] range = slotsOfBatch(evidence, seq);
            if (range == null) {
                return List.of();
            }
            int count = range[1] - range[0];
            range[1] = range[0] + Math.min(count, end);
            range[0] += Math.min(count, first);
            EvidenceDirectory directory = directory(evidence);
            int from = range[0] / EvidenceDirectory.HASHES_A_BLOCK * EvidenceDirectory.HASHES_A_BLOCK;
            int to = Math.min(
                    directory.count(),
                    (range[1] + EvidenceDirectory.HASHES_A_BLOCK - 1)
                            / EvidenceDirectory.HASHES_A_BLOCK
                            * EvidenceDirectory.HASHES_A_BLOCK);
            byte[] all = evidence.readRun(
                    directory.hashBlock(from), EvidenceDirectory.HASH_BLOCK, (to - from) * Hashing.SIZE);
            var hashes = new ArrayList<byte[]>(range[1] - range[0]);
            for (int slot = range[0]; slot < range[1]; slot++) {
                int at = (slot - from) * Hashing.SIZE;
                hashes.add(Arrays.copyOfRange(all, at, at + Hashing.SIZE));
            }
            return hashes;
        }
    }

    /** @param slots ascending */
    private List<Records.Stored> stored(BlockFile evidence, List<Integer> slots) throws IOException {
        if (slots.isEmpty()) {
            return List.of();
        }
        SlotBlocks records = directory(evidence).records();
        var found = new ArrayList<Records.Stored>(slots.size());
        try (BlockFile bodies = openBodies()) {
            SlotBlocks ofBodies = directoryOfBodies(bodies).bodies();
            for (int slot : slots) {
                int block = records.blockOf(slot);
                RecordBlock.Entry entry =
                        records(evidence, records.block(block)).get(slot - records.firstSlot(block));
                int bodyBlock = ofBodies.blockOf(slot);
                BodyBlock.Slot body =
                        bodies(bodies, ofBodies.block(bodyBlock)).get(slot - ofBodies.firstSlot(bodyBlock));
                if (entry.slot() != slot || body.number() != slot) {
                    throw evidence.damaged(
                            records.block(block).offset(), "slot %d is not where it should be".formatted(slot));
                }
                found.add(stored(entry, body));
            }
        } catch (IndexOutOfBoundsException e) {
            throw damaged(evidence, 0, "a slot is missing from its block", e);
        }
        return found;
    }

    /** Takes a record; may fail as files do. */
    @FunctionalInterface
    interface Taker<T> {
        void take(T record) throws IOException;
    }

    /** Every record, by slot; one block of each file in memory. */
    void forEach(Taker<Records.Stored> taker) throws IOException {
        try (BlockFile evidence = openEvidence();
                BlockFile bodies = openBodies()) {
            SlotBlocks records = directory(evidence).records();
            var slots = new BodySlots(bodies, directoryOfBodies(bodies));
            for (int number = 0; number < records.count(); number++) {
                for (RecordBlock.Entry entry : decoded(evidence, records.block(number))) {
                    taker.take(stored(entry, slots.next(entry.slot())));
                }
            }
        }
    }

    /** Every body with its slot, by slot; one block in memory. */
    void forEachBody(Taker<BodyBlock.Slot> taker) throws IOException {
        try (BlockFile bodies = openBodies()) {
            BodiesDirectory directory = directoryOfBodies(bodies);
            var slots = new BodySlots(bodies, directory);
            for (int slot = 0; slot < directory.count(); slot++) {
                taker.take(slots.next(slot));
            }
        }
    }

    /** Bodies one after the other. */
    private static final class BodySlots {
        private final BlockFile file;
        private final SlotBlocks blocks;
        private List<BodyBlock.Slot> block = List.of();
        private int number = -1;
        private int at;

        BodySlots(BlockFile file, BodiesDirectory directory) {
            this.file = file;
            this.blocks = directory.bodies();
        }

        BodyBlock.Slot next(int slot) throws IOException {
            if (at == block.size()) {
                number++;
                if (number == blocks.count()) {
                    throw file.damaged(0, "there is no body of slot %d".formatted(slot));
                }
                Extent extent = blocks.block(number);
                try {
                    block = BodyBlock.decode(file.read(extent));
                } catch (IllegalArgumentException e) {
                    throw damaged(file, extent.offset(), String.valueOf(e.getMessage()), e);
                }
                at = 0;
            }
            BodyBlock.Slot next = block.get(at++);
            if (next.number() != slot) {
                throw file.damaged(blocks.block(number).offset(), "slot %d is not where it should be".formatted(slot));
            }
            return next;
        }
    }

    private static List<RecordBlock.Entry> decoded(BlockFile evidence, Extent extent) throws IOException {
        try {
            return RecordBlock.decode(evidence.read(extent));
        } catch (IllegalArgumentException | CborException e) {
            throw damaged(evidence, extent.offset(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Records of each batch, in order. */
    List<Integer> batchCounts() throws IOException {
        var counts = new ArrayList<Integer>();
        try (BlockFile evidence = openEvidence()) {
            KeyIndex batches = directory(evidence).batches();
            for (Extent extent : batches.extents()) {
                ByteBuffer rows = ByteBuffer.wrap(evidence.read(extent));
                for (int at = 0; at < rows.limit(); at += EvidenceDirectory.BATCH_ROW) {
                    counts.add(rows.getInt(at + EvidenceDirectory.BATCH_KEY + Integer.BYTES));
                }
            }
        }
        return counts;
    }

    /** Client key of each slot, null where there is none. */
    byte[] @Nullable [] clientKeys() throws IOException {
        byte[] @Nullable [] keys = new byte[row.count()] @Nullable [];
        try (BlockFile bodies = openBodies()) {
            directoryOfBodies(bodies).clients().forEach(bodies, (key, slot) -> keys[slot] = key);
        }
        return keys;
    }

    /** Slots whose body is sealed under a subject's key. */
    BitSet personalSlots() throws IOException {
        var slots = new BitSet();
        try (BlockFile bodies = openBodies()) {
            directoryOfBodies(bodies).persons().forEach(bodies, (key, slot) -> slots.set(slot));
        }
        return slots;
    }

    /** Ids of the subjects' keys under which bodies are sealed. */
    Set<Uid> persons() throws IOException {
        var psids = new HashSet<Uid>();
        try (BlockFile bodies = openBodies()) {
            directoryOfBodies(bodies).persons().forEach(bodies, (key, slot) -> psids.add(Uid.of(key)));
        }
        return psids;
    }

    private Records.Stored stored(RecordBlock.Entry entry, BodyBlock.Slot body) {
        byte[] submission = entry.record().submission();
        return new Records.Stored(
                Uid.of(Submission.decode(submission).request()),
                row.namespace(),
                entry.record().timeMicros(),
                submission,
                body.body(),
                body.keyId(),
                entry.target(),
                entry.seq(),
                entry.record().index());
    }

    private List<RecordBlock.Entry> records(BlockFile evidence, Extent extent) throws IOException {
        try {
            return cache.records(evidence, extent);
        } catch (IllegalArgumentException | CborException e) {
            throw damaged(evidence, extent.offset(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<BodyBlock.Slot> bodies(BlockFile bodies, Extent extent) throws IOException {
        try {
            return cache.bodies(bodies, extent);
        } catch (IllegalArgumentException e) {
            throw damaged(bodies, extent.offset(), String.valueOf(e.getMessage()), e);
        }
    }

    EvidenceDirectory directory(BlockFile evidence) throws IOException {
        return cache.evidence(evidence, () -> {
            Extent extent = evidence.directory(row.firstSeq(), 0);
            try {
                return EvidenceDirectory.decode(evidence.read(extent));
            } catch (IllegalArgumentException | CborException e) {
                throw damaged(evidence, extent.offset(), String.valueOf(e.getMessage()), e);
            }
        });
    }

    BodiesDirectory directoryOfBodies(BlockFile bodies) throws IOException {
        return cache.bodiesDirectory(bodies, () -> {
            Extent extent = bodies.directory(row.firstSeq(), row.generation());
            try {
                return BodiesDirectory.decode(bodies.read(extent));
            } catch (IllegalArgumentException | CborException e) {
                throw damaged(bodies, extent.offset(), String.valueOf(e.getMessage()), e);
            }
        });
    }

    BlockFile openEvidence() throws IOException {
        return BlockFile.open(files.disk(), files.evidence(row), FileKind.EVIDENCE);
    }

    BlockFile openBodies() throws IOException {
        return BlockFile.open(files.disk(), files.bodies(row), FileKind.BODIES);
    }

    private static DamagedFile damaged(BlockFile file, long offset, String what, Exception cause) {
        DamagedFile damaged = file.damaged(offset, what);
        damaged.initCause(cause);
        return damaged;
    }
}

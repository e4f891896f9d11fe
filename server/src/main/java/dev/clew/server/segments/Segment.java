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
import java.util.List;
import java.util.Optional;
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

    /** Inner hashes of a batch, in one read; empty when it is not in this segment. */
    List<byte[]> innerHashes(long seq) throws IOException {
        try (BlockFile evidence = openEvidence()) {
            int[] range = slotsOfBatch(evidence, seq);
            if (range == null) {
                return List.of();
            }
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

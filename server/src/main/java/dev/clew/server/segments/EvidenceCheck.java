package dev.clew.server.segments;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Compares an evidence file with itself, its row and the ledger. Confined to one thread; used once. */
final class EvidenceCheck {
    private final BlockFile file;
    private final SegmentRow row;
    private final LongFunction<@Nullable BatchRef> ledger;
    private final FileFindings findings;

    EvidenceCheck(BlockFile file, SegmentRow row, LongFunction<@Nullable BatchRef> ledger, FileFindings findings) {
        this.file = file;
        this.row = row;
        this.ledger = ledger;
        this.findings = findings;
    }

    /** What the records say of their bodies and names, by slot. */
    static final class Seen {
        final int count;
        final byte[] ids;
        final byte[] bodyDigests;
        final BitSet sealed = new BitSet();
        final BitSet personal = new BitSet();
        final BitSet naming = new BitSet();

        Seen(int count) {
            this.count = count;
            this.ids = new byte[count * EvidenceDirectory.KEY];
            this.bodyDigests = new byte[count * Hashing.SIZE];
        }
    }

    /** What the bodies are compared with; null when the file is too damaged to say. */
    @Nullable
    Seen check() throws IOException {
        Extent at = file.directory(row.firstSeq(), 0);
        EvidenceDirectory directory = EvidenceDirectory.decode(file.read(at));
        findings.frame(file, directory.extents(), at);
        if (!findings.isEmpty()) {
            return null;
        }
        findings.require(
                directory.namespace().equals(row.namespace())
                        && directory.firstSeq() == row.firstSeq()
                        && directory.lastSeq() == row.lastSeq()
                        && directory.count() == row.count()
                        && directory.firstMicros() == row.firstMicros()
                        && directory.lastMicros() == row.lastMicros(),
                at.offset(),
                "the directory says other than the row of the segment");
        var seen = new Seen(directory.count());
        records(directory, seen);
        if (findings.isEmpty()) {
            index(directory.ids(), seen, seen.ids, null);
            index(directory.targets(), seen, null, seen.naming);
        }
        return findings.isEmpty() ? seen : null;
    }

    private void records(EvidenceDirectory directory, Seen seen) throws IOException {
        var batches = new Batches(directory);
        int slot = 0;
        for (int number = 0; number < directory.records().count(); number++) {
            Extent extent = directory.records().block(number);
            for (RecordBlock.Entry entry : RecordBlock.decode(file.read(extent))) {
                if (entry.slot() != slot || slot == directory.count()) {
                    findings.add(extent.offset(), "the records are not in order");
                    return;
                }
                byte[] hash = Hashing.leaf(entry.inner());
                if (!Arrays.equals(hash, batches.storedHash(slot))) {
                    findings.add(
                            extent.offset(),
                            "record %d of batch %d is not the one that was hashed"
                                    .formatted(entry.record().index(), entry.seq()));
                    return;
                }
                if (!batches.next(entry, hash)) {
                    return;
                }
                note(entry, seen);
                slot++;
            }
        }
        findings.require(slot == directory.count(), directory.hashes(), "there are only %d records".formatted(slot));
        batches.finish();
    }

    private static void note(RecordBlock.Entry entry, Seen seen) {
        Submission submission = entry.record().decodeSubmission();
        System.arraycopy(
                submission.request(), 0, seen.ids, entry.slot() * EvidenceDirectory.KEY, EvidenceDirectory.KEY);
        seen.personal.set(entry.slot(), !submission.tags().isEmpty());
        seen.naming.set(entry.slot(), entry.target() != null);
        BodyRef body = submission.body();
        byte[] digest = body == null ? null : body.ciphertextDigest();
        if (digest != null) {
            seen.sealed.set(entry.slot());
            System.arraycopy(digest, 0, seen.bodyDigests, entry.slot() * Hashing.SIZE, Hashing.SIZE);
        }
    }

    /** The batches of the segment, met in order, each compared with its entry. */
    private final class Batches {
        private final EvidenceDirectory directory;
        private byte[] rows = new byte[0];
        private int rowBlock = -1;
        private byte[] hashes = new byte[0];
        private int hashBlock = -1;
        private int number = -1;
        private int left;
        private long seq = -1;
        private int position;
        private CompactRange range = new CompactRange();

        Batches(EvidenceDirectory directory) {
            this.directory = directory;
        }

        byte[] storedHash(int slot) throws IOException {
            if (slot / EvidenceDirectory.HASHES_A_BLOCK != hashBlock) {
                hashBlock = slot / EvidenceDirectory.HASHES_A_BLOCK;
                int count = Math.min(
                        EvidenceDirectory.HASHES_A_BLOCK,
                        directory.count() - hashBlock * EvidenceDirectory.HASHES_A_BLOCK);
                hashes = file.read(new Extent(directory.hashBlock(slot), count * Hashing.SIZE));
            }
            int at = slot % EvidenceDirectory.HASHES_A_BLOCK * Hashing.SIZE;
            return Arrays.copyOfRange(hashes, at, at + Hashing.SIZE);
        }

        /** False when the record does not belong where it lies. */
        boolean next(RecordBlock.Entry entry, byte[] hash) throws IOException {
            if (left == 0 && !begin(entry.slot())) {
                return false;
            }
            if (entry.seq() != seq || entry.record().index() != position) {
                findings.add(
                        directory.batches().offset(),
                        "slot %d is record %d of batch %d, not %d of %d"
                                .formatted(entry.slot(), entry.record().index(), entry.seq(), position, seq));
                return false;
            }
            range.append(hash, 0);
            position++;
            left--;
            if (left == 0) {
                compare();
            }
            return true;
        }

        private boolean begin(int slot) throws IOException {
            number++;
            if (number >= directory.batches().count()) {
                findings.add(directory.batches().offset(), "there are more records than batches hold");
                return false;
            }
            if (number / SortedRows.ROWS_A_BLOCK != rowBlock) {
                rowBlock = number / SortedRows.ROWS_A_BLOCK;
                rows = file.read(directory.batches().block(rowBlock));
            }
            ByteBuffer at =
                    ByteBuffer.wrap(rows).position(number % SortedRows.ROWS_A_BLOCK * EvidenceDirectory.BATCH_ROW);
            long before = seq;
            seq = at.getLong();
            boolean follows = at.getInt() == slot;
            left = at.getInt();
            position = 0;
            range = new CompactRange();
            if (!follows || left <= 0 || (number > 0 && seq <= before)) {
                findings.add(directory.batches().offset(), "batch %d does not follow the one before".formatted(seq));
                return false;
            }
            return true;
        }

        private void compare() {
            BatchRef said = ledger.apply(seq);
            if (said == null || said.count() != position || !Arrays.equals(said.root(), range.root())) {
                findings.add(
                        directory.batches().offset(),
                        "batch %d does not hold what entry %d of the ledger covers".formatted(seq, seq));
            }
        }

        void finish() {
            findings.require(
                    left == 0 && number == directory.batches().count() - 1,
                    directory.batches().offset(),
                    "the last batch is not whole");
        }
    }

    /**
     * Every slot once, under its own key, in order.
     *
     * @param keys by slot, or null when the keys cannot be told from what was kept
     * @param slots which ones the index must hold; null means all
     */
    private void index(KeyIndex index, Seen seen, byte @Nullable [] keys, @Nullable BitSet slots) throws IOException {
        var met = new BitSet();
        IndexCheck.walk(file, index, findings, (key, slot) -> {
            boolean fits = slot >= 0
                    && slot < seen.count
                    && !met.get(slot)
                    && (slots == null || slots.get(slot))
                    && (keys == null
                            || Arrays.equals(
                                    key,
                                    Arrays.copyOfRange(
                                            keys, slot * EvidenceDirectory.KEY, (slot + 1) * EvidenceDirectory.KEY)));
            if (fits) {
                met.set(slot);
            }
            return fits;
        });
        int expected = slots == null ? seen.count : slots.cardinality();
        findings.require(met.cardinality() == expected, index.offset(), "the index does not hold every record");
    }
}

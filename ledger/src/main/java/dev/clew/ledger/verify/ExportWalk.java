package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tiles.EntryBundle;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.MerkleTree;
import dev.clew.ledger.verify.EntryChecks.DecodedLeaf;
import dev.clew.ledger.verify.EntryChecks.DecodedRecord;
import dev.clew.ledger.witness.Policy;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Walks the entries of an export once, in order, with everything that belongs to each. */
final class ExportWalk {
    private static final long NOTHING = -1;
    private static final byte[] UNKNOWN_ROOT = new byte[0];

    private final ExportFiles files;
    private final Policy policy;
    private final ReportBuilder report;
    private final Optional<String> expectId;
    private final boolean hasRecords;
    private final BodyFiles bodies;
    private final StateChain chain = new StateChain();
    private final References references = new References();
    private final List<EmptySlot> emptySlots = new ArrayList<>();
    private boolean found;
    private boolean isComplete = true;
    private long completeUntil = NOTHING;
    private long lastMicros = NOTHING;
    private long entryCount;

    /** A bundle slot of length 0 and the hash its tile has. */
    @SuppressWarnings("ArrayRecordComponent")
    private record EmptySlot(long index, byte[] leafHash) {}

    ExportWalk(ExportFiles files, Policy policy, ReportBuilder report, Optional<String> expectId) {
        this.files = files;
        this.policy = policy;
        this.report = report;
        this.expectId = expectId;
        this.hasRecords = files.hasDirectory("records");
        this.bodies = new BodyFiles(files, report);
    }

    /**
     * Walks all bundles.
     *
     * @return root of each full level-0 tile, empty bytes where the tile is missing or malformed
     */
    List<byte[]> entries(long size, ExportRange range) {
        List<byte[]> roots = new ArrayList<>();
        for (long index = 0; index * Tile.FULL < size; index++) {
            Tile tile = Tile.at(0, index, size);
            byte[] hashes = UNKNOWN_ROOT;
            try {
                hashes = files.hashTile(tile);
                bundle(tile, hashes, range);
            } catch (CheckFailed e) {
                report.add(e.finding());
                breakOff(index * Tile.FULL);
            }
            if (tile.isFull()) {
                roots.add(hashes.length == 0 ? UNKNOWN_ROOT : ExportVerifier.rootOf(hashes));
            }
        }
        return roots;
    }

    private void bundle(Tile tile, byte[] hashes, ExportRange range) throws CheckFailed {
        long base = tile.index() * Tile.FULL;
        Optional<ExportFiles.Group> bundle = files.group("tile/entries/", tile);
        if (bundle.isEmpty()) {
            breakOff(base);
            if (range.covers(tile)) {
                throw CheckFailed.missing(
                        Check.E14, Tile.entries(tile.index(), tile.width()).path() + " is not in the export");
            }
            return;
        }
        List<byte[]> entries = slots(bundle.get(), tile, base);
        List<byte[]> lists = changeLists(tile, base);
        for (int i = 0; i < tile.width(); i++) {
            byte[] hash = Arrays.copyOfRange(hashes, i * Hashing.SIZE, (i + 1) * Hashing.SIZE);
            try {
                entry(base + i, entries.get(i), hash, lists.isEmpty() ? new byte[0] : lists.get(i));
            } catch (CheckFailed e) {
                report.add(e.finding());
                breakOff(base + i);
            }
        }
    }

    private static List<byte[]> slots(ExportFiles.Group bundle, Tile tile, long base) throws CheckFailed {
        try {
            if (bundle.isFuller() || EntryBundle.prefixLength(bundle.bytes(), tile.width()) == bundle.bytes().length) {
                return EntryBundle.decode(bundle.bytes(), tile.width());
            }
        } catch (IllegalArgumentException e) {
            throw malformedBundle(base, "ends too early");
        }
        throw malformedBundle(base, "is too long");
    }

    private static CheckFailed malformedBundle(long base, String how) {
        return CheckFailed.failure(
                Check.E14, "entry " + base + " or a later one was altered in storage: the bundle " + how);
    }

    /** The change lists of a bundle, empty bytes for an entry without one; an empty list if the file is not there. */
    private List<byte[]> changeLists(Tile tile, long base) throws CheckFailed {
        Optional<ExportFiles.Group> group = files.group("changes/", tile);
        if (group.isEmpty()) {
            return List.of();
        }
        byte[] bytes = group.get().bytes();
        List<byte[]> lists = new ArrayList<>(tile.width());
        int at = 0;
        for (int i = 0; i < tile.width(); i++) {
            int length = bytes.length - at < 4 ? -1 : ByteInts.at(bytes, at);
            if (length < 0 || length > bytes.length - at - 4) {
                throw malformedChanges(base + i, "ends too early");
            }
            lists.add(Arrays.copyOfRange(bytes, at + 4, at + 4 + length));
            at += 4 + length;
        }
        if (at != bytes.length && !group.get().isFuller()) {
            throw malformedChanges(base + tile.width() - 1, "is too long");
        }
        return lists;
    }

    private static CheckFailed malformedChanges(long entry, String how) {
        return CheckFailed.failure(Check.E19, "change list of entry " + entry + " was altered: its file " + how);
    }

    private void entry(long index, byte[] leafData, byte[] tileHash, byte[] list) throws CheckFailed {
        if (leafData.length == 0) {
            emptySlots.add(new EmptySlot(index, tileHash));
            breakOff(index);
            return;
        }
        byte[] hash = Hashing.leaf(leafData);
        if (!MessageDigest.isEqual(hash, tileHash)) {
            throw CheckFailed.failure(
                    Check.E14,
                    "entry " + index + " was altered in storage: hash " + CanonicalText.hex(hash) + ", tile says "
                            + CanonicalText.hex(tileHash));
        }
        DecodedLeaf leaf = EntryChecks.leaf(leafData, index);
        entryCount++;
        report.count("entries_verified", 1);
        checkTime(leaf);
        if (isWanted()) {
            expect(EntryView.of(leaf.leaf(), leaf.submission()));
        }
        List<ChangeList.Item> items = changeList(index, leaf.submission(), list);
        List<DecodedRecord> records = records(leaf);
        follow(leaf, items, records);
        EntryChecks.submitter(leaf.submission(), policy)
                .ifPresent(note -> report.count("submitter_signatures_not_checked", 1));
        bodies.check(index, leaf.leaf().timeMicros(), leaf.submission());
        for (DecodedRecord record : records) {
            EntryChecks.submitter(record.submission(), policy)
                    .ifPresent(note -> report.count("submitter_signatures_not_checked", 1));
            bodies.check(index, record.record().timeMicros(), record.submission());
        }
    }

    /** Times strictly increase: what comes later in the log cannot claim to be earlier. */
    private void checkTime(DecodedLeaf leaf) throws CheckFailed {
        long micros = leaf.leaf().timeMicros();
        long before = lastMicros;
        lastMicros = Math.max(lastMicros, micros);
        if (micros <= before) {
            throw CheckFailed.failure(
                    Check.E10,
                    "entry claims " + Times.ofMicros(micros) + " but the log was already witnessed past it at "
                            + Times.ofMicros(before) + " (entry " + leaf.leaf().seq() + ", by the entry before it)");
        }
    }

    /** E19. */
    private List<ChangeList.Item> changeList(long index, Submission submission, byte[] list) throws CheckFailed {
        byte[] committed = submission.newDigest();
        if (list.length == 0) {
            if (committed != null) {
                report.count("change_lists_not_in_the_export", 1);
                breakOff(index);
            }
            return List.of();
        }
        if (committed == null || !MessageDigest.isEqual(ChangeList.digest(list), committed)) {
            throw CheckFailed.failure(Check.E19, "change list of entry " + index + " was altered");
        }
        try {
            List<ChangeList.Item> items = ChangeList.decode(list);
            report.count("change_lists_verified", 1);
            return items;
        } catch (CborException e) {
            throw CheckFailed.failure(Check.E19, "change list of entry " + index + " was altered: " + e.getMessage());
        }
    }

    /** E07 for a whole batch. */
    private List<DecodedRecord> records(DecodedLeaf leaf) throws CheckFailed {
        var batch = leaf.submission().batch();
        if (batch == null) {
            return List.of();
        }
        long seq = leaf.leaf().seq();
        Optional<byte[]> blob = hasRecords ? files.read("records/" + Tile.indexPath(seq)) : Optional.empty();
        if (blob.isEmpty()) {
            report.count("batches_without_their_records", 1);
            breakOff(seq);
            return List.of();
        }
        List<RecordsBlob.Slot> slots;
        try {
            slots = RecordsBlob.decode(blob.get());
        } catch (CborException e) {
            throw EntryChecks.notInBatch(seq, String.valueOf(e.getMessage()));
        }
        byte[] root = MerkleTree.ofHashes(
                        slots.stream().map(RecordsBlob.Slot::hash).toList())
                .root();
        if (slots.size() != batch.count() || !MessageDigest.isEqual(root, batch.root())) {
            throw EntryChecks.notInBatch(seq, "its records do not hash to the batch's root");
        }
        return decode(leaf, slots);
    }

    private List<DecodedRecord> decode(DecodedLeaf leaf, List<RecordsBlob.Slot> slots) throws CheckFailed {
        List<DecodedRecord> records = new ArrayList<>(slots.size());
        long seq = leaf.leaf().seq();
        long before = 0;
        for (int i = 0; i < slots.size(); i++) {
            byte[] data = slots.get(i).record();
            if (data == null) {
                report.count("records_deleted_by_retention", 1);
                breakOff(seq);
                continue;
            }
            DecodedRecord record = EntryChecks.record(leaf, data, i);
            if (record.record().timeMicros() < before) {
                throw EntryChecks.notInBatch(seq, "record " + i + " is earlier than the one before it");
            }
            before = record.record().timeMicros();
            records.add(record);
            report.count("records_verified", 1);
            if (isWanted()) {
                expect(EntryView.of(seq, record.record(), record.submission()));
            }
        }
        return records;
    }

    /** E17 and E18, as long as nothing before was missing. */
    private void follow(DecodedLeaf leaf, List<ChangeList.Item> items, List<DecodedRecord> records) {
        long seq = leaf.leaf().seq();
        if (chain.isFull() || references.isFull()) {
            breakOff(seq);
        }
        if (!isComplete) {
            return;
        }
        completeUntil = seq;
        if (!items.isEmpty()) {
            chain.follow(seq, leaf.submission(), items).ifPresent(report::add);
        }
        references.addResource(leaf.submission().resource());
        references.addKeys(items);
        for (DecodedRecord record : records) {
            references.addRecord(
                    record.submission().request(),
                    Hashing.sha256(record.record().submission()));
        }
        references.check(leaf.submission().refs()).ifPresent(report::add);
        for (DecodedRecord record : records) {
            references.check(record.submission().refs()).ifPresent(report::add);
        }
    }

    private void breakOff(long index) {
        if (isComplete) {
            isComplete = false;
            completeUntil = index - 1;
        }
    }

    private boolean isWanted() {
        return expectId.isPresent() && !found;
    }

    private void expect(EntryView entry) {
        if (isWanted() && entry.isNamedBy(expectId.get())) {
            found = true;
            report.entry(entry);
        }
    }

    /** E16, when the whole log has been seen; and how far E17 and E18 went. */
    void emptySlots() {
        for (EmptySlot slot : emptySlots) {
            report.add(
                    bodies.isRedacted(slot.index(), slot.leafHash())
                            ? Finding.info(
                                    Check.E16, "entry " + slot.index() + " was redacted, authorised by a later entry")
                            : Finding.failure(
                                    Check.E16,
                                    "entry " + slot.index() + " is missing and no redaction entry authorises it"));
        }
        if (!isComplete && entryCount > 0) {
            report.add(Finding.info(
                    Check.E17,
                    "and E18 were checked up to entry " + completeUntil
                            + ": beyond it a change list or record is missing"));
        }
    }

    /** E10 of the newest entry against the witnesses of the checkpoint. */
    void lastTime(Trust trust) throws CheckFailed {
        if (lastMicros != NOTHING) {
            trust.requireTime(lastMicros);
        }
    }

    /** E00. */
    void expected() throws CheckFailed {
        if (expectId.isPresent() && !found) {
            throw CheckFailed.failure(Check.E00, "the export does not hold " + expectId.get());
        }
    }
}

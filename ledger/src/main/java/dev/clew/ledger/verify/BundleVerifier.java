package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.proof.MalformedProofException;
import dev.clew.ledger.proof.ProofExtra;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.ProofException;
import dev.clew.ledger.verify.EntryChecks.DecodedLeaf;
import dev.clew.ledger.verify.EntryChecks.DecodedRecord;
import dev.clew.ledger.witness.Policy;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies one {@code .tlog-proof}: the first check that fails ends it. */
final class BundleVerifier {
    private static final int LINE_OF_EXTRA = 2;

    private final Policy policy;
    private final Optional<SavedCheckpoint> saved;
    private final Optional<String> expectId;
    private final ReportBuilder report;

    BundleVerifier(Policy policy, String policySource, Optional<SavedCheckpoint> saved, Optional<String> expectId) {
        this.policy = policy;
        this.saved = saved;
        this.expectId = expectId;
        this.report = new ReportBuilder("bundle", policySource);
    }

    VerifierReport verify(byte[] bundle) {
        try {
            check(bundle);
        } catch (CheckFailed e) {
            report.add(e.finding());
        }
        return report.build();
    }

    private void check(byte[] bundle) throws CheckFailed {
        TlogProof proof;
        try {
            proof = TlogProof.parse(bundle);
        } catch (MalformedProofException e) {
            throw CheckFailed.failure(Check.E01, "malformed proof: " + e.getMessage());
        }
        Optional<ProofExtra> decoded = extra(proof);
        Checkpoint checkpoint = proof.checkpoint();
        report.log(checkpoint);
        Trust trust = Trust.of(proof.note(), checkpoint, policy);
        report.trust(trust);
        checkOlder(decoded.map(ProofExtra::older).orElse(null), checkpoint);

        ProofExtra extra = decoded.orElse(null);
        byte[] leafData = extra == null ? null : extra.leafData();
        if (extra == null || leafData == null) {
            throw CheckFailed.missing(Check.E05, "the bundle does not carry the entry it is about");
        }
        DecodedLeaf leaf = EntryChecks.leaf(leafData, proof.index());
        checkInclusion(proof, checkpoint, leafData);
        DecodedRecord record = record(leaf, extra);
        report.entry(EntryView.of(leaf.leaf(), leaf.submission()));
        if (record != null) {
            report.entry(EntryView.of(leaf.leaf().seq(), record.record(), record.submission()));
        }
        checkDisclosed(extra, leaf, record);
        noteUnchecked(EntryChecks.submitter(leaf.submission(), policy));
        if (record != null) {
            noteUnchecked(EntryChecks.submitter(record.submission(), policy));
        }
        trust.requireTime(leaf.leaf().timeMicros());
        checkExpected(leaf, record);
    }

    private static Optional<ProofExtra> extra(TlogProof proof) throws CheckFailed {
        try {
            return proof.decodeExtra();
        } catch (CborException e) {
            throw CheckFailed.failure(
                    Check.E01, "malformed proof: line " + LINE_OF_EXTRA + ": extra data: " + e.getMessage());
        }
    }

    /** E11 to E13, against the older tree in the bundle and against the checkpoint the caller kept. */
    private void checkOlder(ProofExtra.@Nullable OlderTree older, Checkpoint checkpoint) throws CheckFailed {
        if (older != null) {
            try {
                older.proofTo(checkpoint.size()).check(older.root(), checkpoint.root());
            } catch (ProofException e) {
                throw CheckFailed.failure(
                        Check.E11, SavedCheckpoint.rewritten(older.size(), "in the bundle", checkpoint.size()));
            }
        }
        if (saved.isEmpty()) {
            return;
        }
        SavedCheckpoint mine = saved.get();
        if (!mine.compare(checkpoint)) {
            boolean isProven = older != null
                    && older.size() == mine.checkpoint().size()
                    && MessageDigest.isEqual(older.root(), mine.checkpoint().root());
            if (!isProven) {
                throw CheckFailed.missing(
                        Check.E11,
                        "the bundle does not show that size "
                                + mine.checkpoint().size() + " is a prefix of size " + checkpoint.size());
            }
        }
    }

    private static void checkInclusion(TlogProof proof, Checkpoint checkpoint, byte[] leafData) throws CheckFailed {
        String prefix = "entry is NOT in the log at size " + checkpoint.size() + ": ";
        byte[] root;
        try {
            root = proof.inclusion().rootFrom(Hashing.leaf(leafData));
        } catch (ProofException e) {
            throw CheckFailed.failure(Check.E06, prefix + e.getMessage());
        }
        if (!MessageDigest.isEqual(root, checkpoint.root())) {
            throw CheckFailed.failure(
                    Check.E06,
                    prefix + "computed root " + CanonicalText.base64(root) + ", signed root "
                            + CanonicalText.base64(checkpoint.root()));
        }
    }

    private static @Nullable DecodedRecord record(DecodedLeaf leaf, ProofExtra extra) throws CheckFailed {
        ProofExtra.InnerPath inner = extra.inner();
        byte[] data = extra.record();
        if (inner == null || data == null) {
            return null;
        }
        DecodedRecord record = EntryChecks.record(leaf, data, inner.index());
        EntryChecks.recordPath(leaf, data, inner.index(), inner.path());
        return record;
    }

    private void checkDisclosed(ProofExtra extra, DecodedLeaf leaf, @Nullable DecodedRecord record) throws CheckFailed {
        for (ProofExtra.Disclosed payload : extra.disclosed()) {
            boolean ofLeaf = payload.slot() == ProofExtra.Disclosed.LEAF;
            BodyRef ref = ofLeaf
                    ? leaf.submission().body()
                    : record == null ? null : record.submission().body();
            EntryChecks.disclosed(ref, payload.mediaType(), payload.secret(), payload.body());
            report.disclosed(ofLeaf ? "entry" : "record", payload.mediaType(), payload.body());
        }
    }

    private void noteUnchecked(Optional<String> note) {
        note.ifPresent(text -> report.add(Finding.info(Check.E09, text)));
    }

    private void checkExpected(DecodedLeaf leaf, @Nullable DecodedRecord record) throws CheckFailed {
        if (expectId.isEmpty()) {
            return;
        }
        EntryView proven = record == null
                ? EntryView.of(leaf.leaf(), leaf.submission())
                : EntryView.of(leaf.leaf().seq(), record.record(), record.submission());
        if (!proven.isNamedBy(expectId.get())) {
            throw CheckFailed.failure(Check.E00, "the bundle proves " + proven.request() + ", not " + expectId.get());
        }
    }
}

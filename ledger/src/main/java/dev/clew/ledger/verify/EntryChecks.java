package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.Commitment;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.encoding.SubmitterSignature;
import dev.clew.ledger.note.VerifierKey;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.InclusionProof;
import dev.clew.ledger.tree.ProofException;
import dev.clew.ledger.witness.Policy;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks of one entry or record on its own: E05, E07, E08, E09. Stateless. */
final class EntryChecks {
    private EntryChecks() {}

    /** An entry and what it says. */
    record DecodedLeaf(Leaf leaf, Submission submission) {}

    /** A record of a batch and what it says. */
    record DecodedRecord(InnerRecord record, Submission submission) {}

    /** E05. */
    static DecodedLeaf leaf(byte[] leafData, long index) throws CheckFailed {
        DecodedLeaf decoded;
        try {
            Leaf leaf = Leaf.decode(leafData);
            decoded = new DecodedLeaf(leaf, leaf.decodeSubmission());
        } catch (CborException e) {
            throw CheckFailed.failure(
                    Check.E05, "entry bytes are not canonical: entry " + index + ": " + e.getMessage());
        }
        if (decoded.leaf().seq() != index) {
            throw CheckFailed.failure(
                    Check.E05, "entry says seq " + decoded.leaf().seq() + " but proof is for index " + index);
        }
        return decoded;
    }

    /** The part of E07 that needs no tree: the record is canonical, at its place and not later than its batch. */
    static DecodedRecord record(DecodedLeaf batch, byte[] record, int index) throws CheckFailed {
        long seq = batch.leaf().seq();
        BatchRef ref = batch.submission().batch();
        if (ref == null || index >= ref.count()) {
            throw notInBatch(seq, "the entry has no record " + index);
        }
        try {
            InnerRecord inner = InnerRecord.decode(record);
            if (inner.index() != index) {
                throw notInBatch(seq, "the record says index " + inner.index() + ", not " + index);
            }
            if (inner.timeMicros() > batch.leaf().timeMicros()) {
                throw notInBatch(seq, "record " + index + " is later than its batch");
            }
            return new DecodedRecord(inner, inner.decodeSubmission());
        } catch (CborException e) {
            throw notInBatch(seq, "record " + index + ": " + e.getMessage());
        }
    }

    /** The rest of E07: the path leads to the batch's root. */
    static void recordPath(DecodedLeaf batch, byte[] record, int index, List<byte[]> path) throws CheckFailed {
        BatchRef ref = batch.submission().batch();
        if (ref == null) {
            throw notInBatch(batch.leaf().seq(), "the entry has no records");
        }
        try {
            byte[] root = new InclusionProof(index, ref.count(), path).rootFrom(Hashing.leaf(record));
            if (!MessageDigest.isEqual(root, ref.root())) {
                throw notInBatch(batch.leaf().seq(), "its path does not lead to the batch's root");
            }
        } catch (ProofException e) {
            throw notInBatch(batch.leaf().seq(), String.valueOf(e.getMessage()));
        }
    }

    static CheckFailed notInBatch(long seq, String why) {
        return CheckFailed.failure(Check.E07, "decision record is not in batch " + seq + ": " + why);
    }

    /** E08 for a payload laid open; {@code secret} is there in forms 1 and 2 and only there. */
    static void disclosed(@Nullable BodyRef ref, String mediaType, byte @Nullable [] secret, byte[] body)
            throws CheckFailed {
        boolean fits = ref != null
                && ref.mediaType().equals(mediaType)
                && (ref.form() == BodyRef.PLAIN) == (secret == null)
                && Commitment.matches(ref, secret == null ? new byte[0] : secret, body);
        if (!fits) {
            throw CheckFailed.failure(Check.E08, "payload does not match its commitment");
        }
    }

    /**
     * E09.
     *
     * @return what to tell the reader if there is a signature that the policy pins no key for
     */
    static Optional<String> submitter(Submission submission, Policy policy) throws CheckFailed {
        SubmitterSignature signature = submission.signature();
        if (signature == null) {
            return Optional.empty();
        }
        Optional<VerifierKey> key = signature.keyId().length == Integer.BYTES
                        && signature.algorithm().equals("ed25519")
                ? policy.submitterKey(
                        submission.who(), ByteBuffer.wrap(signature.keyId()).getInt())
                : Optional.empty();
        if (key.isEmpty()) {
            return Optional.of(
                    "the signature of " + submission.who() + " was not checked: the policy pins no such key");
        }
        if (!key.get().verifiesBytes(submission.signedBytes(), signature.signature())) {
            throw CheckFailed.failure(Check.E09, "submitter signature invalid for " + submission.who());
        }
        return Optional.empty();
    }
}

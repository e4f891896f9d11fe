package dev.clew.server.decisions;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.proof.ProofExtra;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.InclusionProof;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Records;
import dev.clew.server.ledgers.Ledgers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Proofs of single records: in their batch, and their batch in the signed log. Thread-safe. */
public final class RecordProofs {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Records records;
    private final Ledgers ledgers;
    private final BatchTrees trees;

    public RecordProofs(Records records, Ledgers ledgers) {
        this.records = records;
        this.ledgers = ledgers;
        this.trees = new BatchTrees(records);
    }

    /** The record once its batch is under a signed checkpoint; empty when that takes more than a second. */
    Optional<Records.Stored> integrated(Uid id) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long signed = ledgers.size();
        Records.Stored record = require(id);
        while (!record.isLeaved()) {
            // Its batch is an entry of its own: whatever grows the log may have been it.
            long left = deadline - System.nanoTime();
            if (left <= 0 || !ledgers.awaitIntegrated(signed, Duration.ofNanos(left))) {
                return Optional.empty();
            }
            signed = ledgers.size();
            record = require(id);
        }
        return ledgers.awaitIntegrated(record.batch(), PATIENCE) ? Optional.of(record) : Optional.empty();
    }

    /**
     * Statuses with batch and place of every recorded item.
     *
     * @throws ClewException UNAVAILABLE when no signed checkpoint covers one of them within a second; all of them are durable all the same
     */
    public List<ItemStatus> integrated(List<ItemStatus> statuses) {
        return statuses.stream()
                .map(status -> {
                    if (status.id() == null) {
                        return status;
                    }
                    Records.Stored record = integrated(Uid.parse(status.id()))
                            .orElseThrow(
                                    () -> new ClewException(
                                            ErrorCode.UNAVAILABLE,
                                            "The decisions are durable, but no signed checkpoint covers them yet; send the request again with the same client ids."));
                    return status.integrated(record.batch(), record.position());
                })
                .toList();
    }

    /** The newest signed checkpoint, which covers whatever was integrated before; empty before the first one. */
    public Optional<String> checkpoint() {
        return ledgers.checkpoint().map(SignedNote::toString);
    }

    /** The bundle; empty when the record's batch is not under a signed checkpoint within a second. */
    public Optional<TlogProof> of(Uid id) {
        return integrated(id).map(this::bundle);
    }

    private TlogProof bundle(Records.Stored record) {
        byte[] leaf = ledgers.leaf(record.batch());
        byte[] bytes = new InnerRecord(record.position(), record.micros(), record.submission()).encode();
        BatchRef batch = Leaf.decode(leaf).decodeSubmission().batch();
        InclusionProof inner = trees.path(record.batch(), record.position());
        if (batch == null || batch.count() != inner.size() || !inner.verify(Hashing.leaf(bytes), batch.root())) {
            throw altered(record);
        }
        return ledgers.proof(
                record.batch(),
                extra -> ProofExtra.ofRecord(leaf, new ProofExtra.InnerPath(record.position(), inner.path()), bytes));
    }

    /** A proof that no verifier accepts is never given out. */
    private static ClewException altered(Records.Stored record) {
        return new ClewException(
                ErrorCode.LEDGER_DAMAGED,
                "The records of batch %d are not those that its entry covers: the store was altered. Restore a copy of the data directory."
                        .formatted(record.batch()));
    }

    private Records.Stored require(Uid id) {
        return records.find(id)
                .orElseThrow(
                        () -> new ClewException(ErrorCode.NOT_FOUND, "There is no record %s.".formatted(id.dashed())));
    }
}

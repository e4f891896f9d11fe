package dev.clew.server.decisions;

import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.proof.ProofExtra;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.MerkleTree;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Records;
import dev.clew.server.ledgers.Ledgers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Proofs of single records: in their batch, and their batch in the signed log. Thread-safe. */
public final class RecordProofs {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long POLL_MILLIS = 20;

    private final Records records;
    private final Ledgers ledgers;

    public RecordProofs(Records records, Ledgers ledgers) {
        this.records = records;
        this.ledgers = ledgers;
    }

    /** The bundle; empty when the record's batch is not under a signed checkpoint within a second. */
    public Optional<TlogProof> of(Uid id) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Records.Stored record = require(id);
        while (!record.isLeaved()) {
            if (System.nanoTime() - deadline >= 0) {
                return Optional.empty();
            }
            pause();
            record = require(id);
        }
        if (!ledgers.awaitIntegrated(record.batch(), PATIENCE)) {
            return Optional.empty();
        }
        Records.Batch batch = records.batchAt(record.batch())
                .orElseThrow(() -> new ClewException(
                        ErrorCode.LEDGER_DAMAGED,
                        "The batch of record %s is missing; run clew fsck.".formatted(id.dashed())));
        List<Records.Stored> all = records.ofBatch(batch);
        var hashes = new ArrayList<byte[]>(all.size());
        for (int i = 0; i < all.size(); i++) {
            hashes.add(Hashing.leaf(
                    new InnerRecord(i, all.get(i).micros(), all.get(i).submission()).encode()));
        }
        int index = record.position();
        var inner = MerkleTree.ofHashes(hashes).inclusionProof(index, all.size());
        byte[] bytes = new InnerRecord(index, record.micros(), record.submission()).encode();
        return Optional.of(ledgers.proof(
                record.batch(),
                leaf -> ProofExtra.ofRecord(
                        ledgers.leaf(batch.seq()), new ProofExtra.InnerPath(index, inner.path()), bytes)));
    }

    private Records.Stored require(Uid id) {
        return records.find(id)
                .orElseThrow(
                        () -> new ClewException(ErrorCode.NOT_FOUND, "There is no record %s.".formatted(id.dashed())));
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.clew.server.journal;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.SealedBody;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Checks high-rate records that are still hot: every chunk against its check value, its sealed part against the key, each record with its
 * body, each batch with its entry. In memory: one chunk, one bit a batch. Confined to one thread.
 */
public final class RecordCheck {
    private final Sql sql;
    private final @Nullable RecordKeys keys;
    private final CheckReport findings;
    private final BitSet batches = new BitSet();
    private final BitSet cold = new BitSet();
    private long records;

    /** @param keys opens what chunks say of persons; null when there are no keys, then that part is not judged */
    public RecordCheck(Sql sql, @Nullable RecordKeys keys, CheckReport findings) {
        this.sql = sql;
        this.keys = keys;
        this.findings = findings;
    }

    /** @param ledger what an entry says of a batch, or null when it is no batch entry */
    public void run(LongFunction<@Nullable BatchRef> ledger) {
        for (String namespace :
                sql.query("SELECT ns FROM batch UNION SELECT ns FROM hot_chunk").list(row -> row.text("ns"))) {
            new OfNamespace(namespace, ledger).run();
        }
    }

    /** Entries that a batch row belongs to. */
    public BitSet batches() {
        return batches;
    }

    /** Those of them whose records are no longer hot. */
    public BitSet cold() {
        return cold;
    }

    /** Records read. */
    public long records() {
        return records;
    }

    /** Batches and chunks of one namespace, side by side in the order of chunks. */
    private final class OfNamespace {
        private final String namespace;
        private final LongFunction<@Nullable BatchRef> ledger;
        private List<Records.Batch> page = List.of();
        private int at;
        private long afterChunk = -1;
        private Records.@Nullable Batch open;
        private CompactRange range = new CompactRange();
        private int chunks;
        private final Bounds ofBatch = new Bounds();

        OfNamespace(String namespace, LongFunction<@Nullable BatchRef> ledger) {
            this.namespace = namespace;
            this.ledger = ledger;
        }

        void run() {
            open = next();
            sql.query("SELECT " + StoredChunk.COLUMNS + " FROM hot_chunk WHERE ns = :ns ORDER BY chunk")
                    .bind("ns", namespace)
                    .forEach(this::chunk);
            while (open != null) {
                close();
            }
        }

        private Records.@Nullable Batch next() {
            if (at == page.size()) {
                page = batchesAfter(afterChunk);
                at = 0;
                if (page.isEmpty()) {
                    return null;
                }
            }
            Records.Batch batch = page.get(at++);
            afterChunk = batch.lastChunk();
            range = new CompactRange();
            chunks = 0;
            ofBatch.clear();
            return batch;
        }

        private List<Records.Batch> batchesAfter(long chunk) {
            var found = new ArrayList<Records.Batch>();
            sql.query("""
                            SELECT seq, ns, n, first_chunk, last_chunk, min_id, max_id, checked FROM batch
                            WHERE ns = :ns AND last_chunk > :after ORDER BY last_chunk LIMIT 1000""").bind("ns", namespace).bind("after", chunk).forEach(row -> {
                try {
                    found.add(BatchRows.batch(row));
                } catch (ClewException e) {
                    findings.add(
                            "E-BATCH",
                            "batch " + row.integer("seq"),
                            "its row is not what was written",
                            row.integer("seq"));
                }
            });
            return found;
        }

        private void chunk(Row row) {
            long number = row.integer("chunk");
            while (open != null && open.lastChunk() < number) {
                close();
            }
            Records.Batch batch = open != null && open.firstChunk() <= number ? open : null;
            long seq = batch == null ? -1 : batch.seq();
            StoredChunk.Packed packed;
            List<byte[]> submissions;
            List<byte[]> bodies;
            try {
                packed = StoredChunk.Packed.read(row);
                submissions = packed.submissions();
                bodies = ChunkCodec.unpack(packed.bodies(), packed.count());
            } catch (ClewException | BufferUnderflowException | IllegalArgumentException e) {
                findings.add("E-CHUNK", "chunk " + number, "is not what was written", seq);
                return;
            }
            chunks++;
            records(packed, submissions, bodies, opened(packed, seq), batch);
        }

        private @Nullable List<ChunkCodec.RecordKey> opened(StoredChunk.Packed chunk, long seq) {
            if (keys == null) {
                return null;
            }
            try {
                return ChunkCodec.unpackKeys(keys.open(chunk.namespace(), chunk.number(), chunk.keys()), chunk.count());
            } catch (ClewException | BufferUnderflowException e) {
                findings.add("E-CHUNK", "chunk " + chunk.number(), "its sealed part does not open", seq);
                return null;
            }
        }

        private void records(
                StoredChunk.Packed chunk,
                List<byte[]> submissions,
                List<byte[]> bodies,
                @Nullable List<ChunkCodec.RecordKey> recordKeys,
                Records.@Nullable Batch batch) {
            var ofChunk = new Bounds();
            for (int i = 0; i < submissions.size(); i++) {
                String where = "record %d of chunk %d".formatted(i, chunk.number());
                long seq = batch == null ? -1 : batch.seq();
                records++;
                try {
                    Submission said = Submission.decode(submissions.get(i)).requireInner();
                    ChunkCodec.RecordKey key = recordKeys == null ? null : recordKeys.get(i);
                    body(said, bodies.get(i), key, where, seq);
                    ofChunk.add(said.request());
                    if (key != null && !Arrays.equals(key.id(), said.request())) {
                        findings.add("E-RECORD", where, "is filed under another id", seq);
                    }
                } catch (CborException e) {
                    findings.add("E-RECORD", where, "is not canonical: " + e.getMessage(), seq);
                }
                if (batch != null) {
                    range.append(Hashing.leaf(
                            new InnerRecord((int) range.size(), chunk.micros(), submissions.get(i)).encode()));
                }
            }
            if (!ofChunk.are(chunk.minId(), chunk.maxId())) {
                findings.add(
                        "E-CHUNK",
                        "chunk " + chunk.number(),
                        "says other bounds than its records have",
                        batch == null ? -1 : batch.seq());
            }
            ofBatch.add(chunk.minId());
            ofBatch.add(chunk.maxId());
        }

        /** An erased record has no body and, in the sealed part, no key. */
        private void body(Submission said, byte[] body, ChunkCodec.@Nullable RecordKey key, String where, long seq) {
            BodyRef ref = said.body();
            boolean isErased = key == null || Arrays.equals(key.keyId(), new byte[key.keyId().length]);
            boolean fits = ref == null
                    ? body.length == 0
                    : body.length == 0
                            ? isErased
                            : ref.form() == BodyRef.SEALED && SealedBody.matchesCiphertext(ref, body);
            if (!fits) {
                findings.add("E-RECORD", where, "its body is not the one it commits to", seq);
            }
        }

        /** The chunks of the open batch were all seen. */
        private void close() {
            Records.Batch batch = open;
            if (batch == null) {
                return;
            }
            String where = "batch " + batch.seq();
            int place = Math.toIntExact(batch.seq());
            if (batches.get(place)) {
                findings.add("E-BATCH", where, "has two rows", batch.seq());
            }
            batches.set(place);
            BatchRef said = ledger.apply(batch.seq());
            if (said == null) {
                findings.add("E-BATCH", where, "has no entry in the log", batch.seq());
            } else if (said.count() != batch.count()) {
                findings.add("E-BATCH", where, "has another number of records than its entry says", batch.seq());
            } else if (chunks == 0) {
                cold.set(place);
            } else if (range.size() != batch.count() || !Arrays.equals(range.root(), said.root())) {
                findings.add("E-BATCH", where, "its records do not hash to the root in its entry", batch.seq());
            }
            if (chunks > 0 && !ofBatch.are(batch.minId().bytes(), batch.maxId().bytes())) {
                findings.add("E-BATCH", where, "says other bounds than its records have", batch.seq());
            }
            open = next();
        }
    }

    /** Least and greatest id seen. */
    private static final class Bounds {
        private byte @Nullable [] least;
        private byte @Nullable [] greatest;

        void clear() {
            least = null;
            greatest = null;
        }

        void add(byte[] id) {
            least = least == null || Arrays.compareUnsigned(id, least) < 0 ? id : least;
            greatest = greatest == null || Arrays.compareUnsigned(id, greatest) > 0 ? id : greatest;
        }

        boolean are(byte[] min, byte[] max) {
            return least == null || (Arrays.equals(least, min) && Arrays.equals(greatest, max));
        }
    }
}

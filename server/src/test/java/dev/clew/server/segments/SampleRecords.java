package dev.clew.server.segments;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.MerkleTree;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Records;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Records as a compactor gets them, drawn by a seed: of persons and of nobody, with and without body, target and client id. */
final class SampleRecords {
    final List<Records.Keyed> all = new ArrayList<>();
    final Map<Long, BatchRef> ledger = new HashMap<>();
    final List<byte[]> psids = new ArrayList<>();
    private final Map<Long, List<Records.Keyed>> batches = new java.util.TreeMap<>();
    private final Random random;
    private long micros = 1_767_225_600_000_000L;

    SampleRecords(long seed) {
        this.random = new Random(seed);
        for (int i = 0; i < 5; i++) {
            psids.add(bytes(16));
        }
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Adds a batch of so many records. */
    SampleRecords batch(long seq, int count) {
        var records = new ArrayList<Records.Keyed>();
        for (int i = 0; i < count; i++) {
            micros += random.nextInt(3);
            records.add(record(seq, i));
        }
        batches.put(seq, records);
        all.addAll(records);
        var leaves = records.stream().map(SampleRecords::inner).toList();
        ledger.put(seq, new BatchRef(count, MerkleTree.of(leaves).root()));
        return this;
    }

    private static byte[] inner(Records.Keyed record) {
        Records.Stored stored = record.stored();
        return new InnerRecord(stored.position(), stored.micros(), stored.submission()).encode();
    }

    private Records.Keyed record(long seq, int position) {
        Uid id = Uid.next(micros / 1_000);
        boolean personal = random.nextBoolean();
        boolean hasBody = random.nextInt(8) > 0;
        @Nullable
        Uid target = random.nextInt(3) == 0 && !all.isEmpty()
                ? all.get(random.nextInt(all.size())).stored().id()
                : null;
        byte[] body = hasBody ? bytes(30 + random.nextInt(200)) : new byte[0];
        var submission = Submission.of("decision.record", "svc:test", id.bytes())
                .scope(3L)
                .tags(personal ? List.of(bytes(16)) : List.of());
        if (hasBody) {
            submission.body(new BodyRef("decision/1", 2, bytes(32), 20, Hashing.sha256(body), bytes(32)));
        }
        byte[] keyId = !hasBody ? new byte[16] : personal ? psids.get(random.nextInt(psids.size())) : bytes(16);
        var stored = new Records.Stored(
                id, "default", micros, submission.build().encode(), body, keyId, target, seq, position);
        return new Records.Keyed(stored, random.nextInt(3) > 0 ? bytes(16) : null, bytes(32));
    }

    /** Writes all batches into one segment. */
    SegmentRow write(SegmentFiles files, dev.clew.server.storage.Sealing sealing) throws java.io.IOException {
        try (var writer = new SegmentWriter(
                files, sealing, "default", batches.keySet().iterator().next())) {
            for (var batch : batches.entrySet()) {
                writer.batch(batch.getKey(), batch.getValue().size());
                for (Records.Keyed record : batch.getValue()) {
                    writer.add(record);
                }
            }
            return writer.finish(null);
        }
    }

    List<Records.Keyed> ofBatch(long seq) {
        return java.util.Objects.requireNonNull(batches.get(seq));
    }
}

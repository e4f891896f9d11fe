package dev.clew.server.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Empties what one key sealed in hot chunks: bodies, key ids, client keys and digests of contents become nothing or zeros; submissions,
 * and so every hash and proof, stay. The only update a chunk row ever sees. Confined to the writer.
 */
final class HotErasure {
    /** Bytes of rows that one transaction rewrites. */
    static final long MAX_BYTES = 4L << 20;

    private static final String UPDATE =
            "UPDATE hot_chunk SET bodies = :bodies, keys = :keys, checked = :checked WHERE chunk = :chunk";

    private final RecordKeys keys;
    private final HotRecords hot;

    HotErasure(RecordKeys keys, HotRecords hot) {
        this.keys = keys;
        this.hot = hot;
    }

    /** How far one transaction came. */
    record Progress(int chunks, long records) {}

    /** Rewrites chunks of the list in order, until {@value #MAX_BYTES} bytes are rewritten. */
    Progress run(Exclusive transaction, List<Long> numbers, byte[] keyId) {
        long bytes = 0;
        long records = 0;
        int done = 0;
        while (done < numbers.size() && bytes < MAX_BYTES) {
            var chunk = transaction
                    .sql()
                    .query("SELECT " + StoredChunk.COLUMNS + " FROM hot_chunk WHERE chunk = :chunk")
                    .bind("chunk", numbers.get(done))
                    .first(row -> StoredChunk.read(row, keys));
            if (chunk.isPresent()) {
                records += rewrite(transaction, chunk.get(), keyId);
                bytes += chunk.get().bytes();
            }
            done++;
        }
        return new Progress(done, records);
    }

    private long rewrite(Exclusive transaction, StoredChunk chunk, byte[] keyId) {
        var bodies = new ArrayList<>(chunk.bodies());
        var kept = new ArrayList<>(chunk.keys());
        long records = 0;
        for (int i = 0; i < kept.size(); i++) {
            ChunkCodec.RecordKey key = kept.get(i);
            if (Arrays.equals(key.keyId(), keyId)) {
                byte[] clientKey = key.clientKey();
                if (clientKey != null) {
                    hot.forgetSeen(clientKey, key.id());
                }
                bodies.set(i, new byte[0]);
                kept.set(i, key.erased());
                records++;
            }
        }
        if (records > 0) {
            byte[] packed = ChunkCodec.pack(bodies);
            byte[] sealed = keys.seal(chunk.namespace(), chunk.number(), ChunkCodec.packAll(kept));
            byte[] check = CheckValue.of(
                    chunk.number(),
                    chunk.namespace(),
                    chunk.micros(),
                    (long) kept.size(),
                    chunk.minId(),
                    chunk.maxId(),
                    ChunkCodec.pack(chunk.submissions()),
                    packed,
                    sealed);
            var update = transaction.change(UPDATE);
            update.bind("bodies", packed)
                    .bind("keys", sealed)
                    .bind("checked", check)
                    .bind("chunk", chunk.number());
            update.run();
        }
        return records;
    }
}

package dev.clew.server.journal;

import dev.clew.server.storage.Row;
import java.util.List;

/** A chunk row, verified and opened. */
record StoredChunk(
        long number,
        String namespace,
        long micros,
        byte[] minId,
        byte[] maxId,
        List<byte[]> submissions,
        List<byte[]> bodies,
        List<ChunkCodec.RecordKey> keys) {
    static final String COLUMNS = "chunk, ns, time_us, n, min_id, max_id, subs, bodies, keys, checked";

    /** @throws dev.clew.server.common.ClewException ROW_DAMAGED when the row is not what was written */
    static StoredChunk read(Row row, RecordKeys keys) {
        long number = row.integer("chunk");
        String namespace = row.text("ns");
        long micros = row.integer("time_us");
        long n = row.integer("n");
        byte[] subs = row.bytes("subs");
        byte[] bodies = row.bytes("bodies");
        byte[] sealed = row.bytes("keys");
        byte[] minId = row.bytes("min_id");
        byte[] maxId = row.bytes("max_id");
        CheckValue.verify(
                "Chunk " + number,
                row.bytes("checked"),
                number,
                namespace,
                micros,
                n,
                minId,
                maxId,
                subs,
                bodies,
                sealed);
        int count = Math.toIntExact(n);
        return new StoredChunk(
                number,
                namespace,
                micros,
                minId,
                maxId,
                ChunkCodec.unpack(subs, count),
                ChunkCodec.unpack(bodies, count),
                ChunkCodec.unpackKeys(keys.open(namespace, number, sealed), count));
    }

    long bytes() {
        long sum = 0;
        for (int i = 0; i < submissions.size(); i++) {
            sum += submissions.get(i).length + bodies.get(i).length;
        }
        return sum;
    }
}

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
    private static final int OBJECTS_OF_A_RECORD = 250;

    static final String COLUMNS = "chunk, ns, time_us, n, min_id, max_id, subs, bodies, keys, checked";

    /** @throws dev.clew.server.common.ClewException ROW_DAMAGED when the row is not what was written */
    static StoredChunk read(Row row, RecordKeys keys) {
        Packed packed = Packed.read(row);
        return new StoredChunk(
                packed.number,
                packed.namespace,
                packed.micros,
                packed.minId,
                packed.maxId,
                packed.submissions(),
                ChunkCodec.unpack(packed.bodies, packed.count),
                ChunkCodec.unpackKeys(keys.open(packed.namespace, packed.number, packed.keys), packed.count));
    }

    /** A chunk row, verified and still packed: what can be had of it without a key. */
    record Packed(
            long number,
            String namespace,
            long micros,
            int count,
            byte[] minId,
            byte[] maxId,
            byte[] subs,
            byte[] bodies,
            byte[] keys) {
        /** @throws dev.clew.server.common.ClewException ROW_DAMAGED when the row is not what was written */
        static Packed read(Row row) {
            var read = new Packed(
                    row.integer("chunk"),
                    row.text("ns"),
                    row.integer("time_us"),
                    (int) row.integer("n"),
                    row.bytes("min_id"),
                    row.bytes("max_id"),
                    row.bytes("subs"),
                    row.bytes("bodies"),
                    row.bytes("keys"));
            CheckValue.verify(
                    "Chunk " + read.number,
                    row.bytes("checked"),
                    read.number,
                    read.namespace,
                    read.micros,
                    row.integer("n"),
                    read.minId,
                    read.maxId,
                    read.subs,
                    read.bodies,
                    read.keys);
            return read;
        }

        List<byte[]> submissions() {
            return ChunkCodec.unpack(subs, count);
        }
    }

    /** About what it takes in memory. */
    long bytes() {
        long sum = (long) OBJECTS_OF_A_RECORD * submissions.size();
        for (int i = 0; i < submissions.size(); i++) {
            sum += submissions.get(i).length + bodies.get(i).length;
        }
        return sum;
    }
}

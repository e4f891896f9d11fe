package dev.clew.server.segments;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.FieldMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What lies where in an evidence file.
 *
 * @param firstSeq entry of the first batch, {@code lastSeq} of the last
 * @param micros times of the first and of the last record
 * @param records record blocks, from the header on
 * @param hashes offset of the inner hashes of all records by slot, in blocks of {@value #HASHES_A_BLOCK}
 * @param ids rows of id 16 ‖ u32 slot
 * @param targets rows of 16 first bytes of what a record names ‖ u32 slot
 * @param batches rows of u64 seq ‖ u32 first slot ‖ u32 count
 */
record EvidenceDirectory(
        String namespace,
        long firstSeq,
        long lastSeq,
        int count,
        long firstMicros,
        long lastMicros,
        SlotBlocks records,
        long hashes,
        KeyIndex ids,
        KeyIndex targets,
        KeyIndex batches) {
    static final int HASHES_A_BLOCK = 256;
    static final int HASH_BLOCK = HASHES_A_BLOCK * Hashing.SIZE;
    static final int KEY = 16;
    static final int KEY_ROW = KEY + Integer.BYTES;
    static final int BATCH_KEY = Long.BYTES;
    static final int BATCH_ROW = BATCH_KEY + 2 * Integer.BYTES;

    byte[] encode() {
        return new FieldMap()
                .put(1, namespace)
                .put(2, firstSeq)
                .put(3, lastSeq)
                .put(4, (long) count)
                .put(5, firstMicros)
                .put(6, lastMicros)
                .put(7, records.described())
                .put(8, hashes)
                .put(9, ids.described())
                .put(10, targets.described())
                .put(11, batches.described())
                .toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are no such directory */
    static EvidenceDirectory decode(byte[] bytes) {
        Map<Long, Object> map = FieldMap.read(bytes);
        if (map.size() == 11
                && map.get(1L) instanceof String namespace
                && map.get(2L) instanceof Long first
                && map.get(3L) instanceof Long last
                && map.get(4L) instanceof Long count
                && map.get(5L) instanceof Long firstMicros
                && map.get(6L) instanceof Long lastMicros
                && map.get(7L) instanceof byte[] records
                && map.get(8L) instanceof Long hashes) {
            return new EvidenceDirectory(
                    namespace,
                    first,
                    last,
                    Math.toIntExact(count),
                    firstMicros,
                    lastMicros,
                    SlotBlocks.of(records, Math.toIntExact(count)),
                    hashes,
                    KeyIndex.of(map.get(9L), KEY_ROW, KEY),
                    KeyIndex.of(map.get(10L), KEY_ROW, KEY),
                    KeyIndex.of(map.get(11L), BATCH_ROW, BATCH_KEY));
        }
        throw new IllegalArgumentException("the directory is not one of evidence");
    }

    static byte[] batchKey(long seq) {
        return ByteBuffer.allocate(BATCH_KEY).putLong(seq).array();
    }

    /** Every block of the file but the directory, in order. */
    List<Extent> extents() {
        var all = new ArrayList<>(records.extents());
        for (int slot = 0; slot < count; slot += HASHES_A_BLOCK) {
            all.add(new Extent(hashBlock(slot), Math.min(HASHES_A_BLOCK, count - slot) * Hashing.SIZE));
        }
        all.addAll(ids.extents());
        all.addAll(targets.extents());
        all.addAll(batches.extents());
        return all;
    }

    /** Offset of the block that holds the hash of a slot. */
    long hashBlock(int slot) {
        return hashes + (long) (slot / HASHES_A_BLOCK) * (HASH_BLOCK + Blocks.CRC);
    }
}

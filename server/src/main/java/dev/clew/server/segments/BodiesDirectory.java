package dev.clew.server.segments;

import dev.clew.server.common.FieldMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What lies where in a file of bodies.
 *
 * @param bodies blocks of bodies, from the header on
 * @param persons rows of psid 16 ‖ u32 slot, of bodies sealed under a subject's key
 * @param clients rows of client key 16 ‖ u32 slot
 */
record BodiesDirectory(
        String namespace,
        long firstSeq,
        long lastSeq,
        int count,
        SlotBlocks bodies,
        KeyIndex persons,
        KeyIndex clients) {
    byte[] encode() {
        return new FieldMap()
                .put(1, namespace)
                .put(2, firstSeq)
                .put(3, lastSeq)
                .put(4, (long) count)
                .put(5, bodies.described())
                .put(6, persons.described())
                .put(7, clients.described())
                .toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are no such directory */
    static BodiesDirectory decode(byte[] bytes) {
        Map<Long, Object> map = FieldMap.read(bytes);
        if (map.size() == 7
                && map.get(1L) instanceof String namespace
                && map.get(2L) instanceof Long first
                && map.get(3L) instanceof Long last
                && map.get(4L) instanceof Long count
                && map.get(5L) instanceof byte[] bodies) {
            return new BodiesDirectory(
                    namespace,
                    first,
                    last,
                    Math.toIntExact(count),
                    SlotBlocks.of(bodies, Math.toIntExact(count)),
                    KeyIndex.of(map.get(6L), EvidenceDirectory.KEY_ROW, EvidenceDirectory.KEY),
                    KeyIndex.of(map.get(7L), EvidenceDirectory.KEY_ROW, EvidenceDirectory.KEY));
        }
        throw new IllegalArgumentException("the directory is not one of bodies");
    }

    /** Every block of the file but the directory, in order. */
    List<Extent> extents() {
        var all = new ArrayList<>(bodies.extents());
        all.addAll(persons.extents());
        all.addAll(clients.extents());
        return all;
    }
}

package dev.clew.server.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.journal.HotIndex.ChunkHashes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HotIndexTest {
    private static final long HASHES = 5_000;

    private final HotIndex index = new HotIndex();

    /** What a chunk was added with. */
    private record Added(String namespace, ChunkHashes hashes) {}

    @Test
    void findsWhatAPlainSearchFinds() {
        var random = new Random(20261130);
        var model = new TreeMap<Long, Added>();
        for (long chunk = 1; chunk <= 3_000; chunk++) {
            var added = new Added(random.nextInt(10) == 0 ? "feedback" : "decision", hashes(random));
            model.put(chunk, added);
            index.add(added.namespace, chunk, added.hashes);
            if (chunk % 500 == 0) {
                compact(model, random.nextInt(4) == 0 ? "feedback" : "decision", chunk - random.nextInt(400));
                compare(model, random);
            }
        }
        compact(model, "feedback", 3_000);
        compact(model, "decision", 3_000);
        compare(model, random);
        assertThat(index.size()).isZero();
    }

    @Test
    void aChunkOfAnotherNamespaceKeepsNothingOfThisOneFound() {
        index.add("decision", 1, new ChunkHashes(new long[] {7}, new long[1], new long[] {8}));
        index.add("feedback", 2, new ChunkHashes(new long[] {7}, new long[] {9}, new long[1]));
        index.remove(List.of(1L));
        assertThat(index.byId(bytes(7))).containsExactly(2L << HotIndex.PLACE_BITS);
        assertThat(index.byClient(bytes(8))).isEmpty();
        assertThat(index.size()).isEqualTo(1);
    }

    @Test
    void whatWasNeverThereIsRemovedWithoutHarm() {
        index.remove(List.of(5L));
        assertThat(index.byId(bytes(1))).isEmpty();
        assertThat(index.size()).isZero();
    }

    private void compact(TreeMap<Long, Added> model, String namespace, long through) {
        var gone = new ArrayList<Long>();
        model.headMap(through, true).forEach((chunk, added) -> {
            if (added.namespace.equals(namespace)) {
                gone.add(chunk);
            }
        });
        gone.forEach(model::remove);
        index.remove(gone);
    }

    private void compare(TreeMap<Long, Added> model, Random random) {
        assertThat(index.size())
                .isEqualTo(model.values().stream()
                        .mapToLong(added -> added.hashes.ids().length)
                        .sum());
        for (int i = 0; i < 200; i++) {
            long hash = 1 + random.nextLong(HASHES);
            assertThat(index.byId(bytes(hash))).containsExactly(places(model, hash, 0));
            assertThat(index.byTarget(bytes(hash))).containsExactly(places(model, hash, 1));
            assertThat(index.byClient(bytes(hash))).containsExactly(places(model, hash, 2));
        }
    }

    private static long[] places(TreeMap<Long, Added> model, long hash, int kind) {
        var found = new ArrayList<Long>();
        model.forEach((chunk, added) -> {
            long[] hashes = List.of(added.hashes.ids(), added.hashes.targets(), added.hashes.clients())
                    .get(kind);
            for (int i = 0; i < hashes.length; i++) {
                if (hashes[i] == hash) {
                    found.add(chunk << HotIndex.PLACE_BITS | i);
                }
            }
        });
        return found.stream().mapToLong(Long::longValue).toArray();
    }

    /** Few hashes, so that many are equal; a third of the targets and half of the client keys are not there. */
    private static ChunkHashes hashes(Random random) {
        int n = 1 + random.nextInt(random.nextInt(20) == 0 ? 4_096 : 100);
        var hashes = new ChunkHashes(new long[n], new long[n], new long[n]);
        for (int i = 0; i < n; i++) {
            hashes.ids()[i] = 1 + random.nextLong(HASHES);
            hashes.targets()[i] = random.nextInt(3) == 0 ? 0 : 1 + random.nextLong(HASHES);
            hashes.clients()[i] = random.nextBoolean() ? 0 : 1 + random.nextLong(HASHES);
        }
        return hashes;
    }

    private static byte[] bytes(long hash) {
        return ByteBuffer.allocate(8).putLong(hash).array();
    }
}

package dev.clew.ledger.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.clew.ledger.tiles.MemoryLog;
import dev.clew.ledger.tiles.RightEdge;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileNodes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Laws of tree, tiles and proofs over random sizes. */
class TreeProperties {
    private static final MemoryLog LOG = new MemoryLog();
    private static final MerkleTree TREE = new MerkleTree();

    private static byte[] leaf(long index) {
        return ("leaf " + index).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static byte[] hash(long index) {
        return Hashing.leaf(leaf(index));
    }

    private static void growTo(int size) {
        while (TREE.size() < size) {
            LOG.edge.append(leaf(TREE.size()));
            TREE.append(hash(TREE.size()));
        }
    }

    @Property(tries = 8, seed = "1")
    void everyLeafIsProvableInATreeOfAnySize(@ForAll @IntRange(min = 1, max = 5_000) int size) {
        growTo(size);
        byte[] root = TREE.rootAt(size);
        for (int index = 0; index < size; index++) {
            assertThat(TREE.inclusionProof(index, size).verify(hash(index), root))
                    .isTrue();
        }
    }

    @Property(tries = 150, seed = "2")
    void tilesGiveWhatTheWholeTreeGives(
            @ForAll @IntRange(min = 1, max = 5_000) int size, @ForAll @IntRange(max = 4_999) int any)
            throws IOException {
        growTo(size);
        int index = any % size;
        int from = 1 + index;
        TileNodes nodes = new TileNodes(LOG, size);
        assertThat(nodes.root()).isEqualTo(TREE.rootAt(size));
        assertThat(nodes.inclusion(index).path())
                .containsExactlyElementsOf(TREE.inclusionProof(index, size).path());
        ConsistencyProof proof = nodes.consistency(from);
        assertThat(proof.path())
                .containsExactlyElementsOf(TREE.consistencyProof(from, size).path());
        assertThat(proof.verify(TREE.rootAt(from), TREE.rootAt(size))).isTrue();
    }

    @Property(tries = 100, seed = "9")
    void subtreesAppendedWholeGiveTheSameRange(
            @ForAll @IntRange(max = 12) int subtrees,
            @ForAll @IntRange(max = 6) int height,
            @ForAll @IntRange(max = 40) int more) {
        var range = new CompactRange();
        int width = 1 << height;
        for (int i = 0; i < subtrees; i++) {
            byte[] hashes = new byte[width * Hashing.SIZE];
            for (int j = 0; j < width; j++) {
                System.arraycopy(hash((long) i * width + j), 0, hashes, j * Hashing.SIZE, Hashing.SIZE);
            }
            byte[] root = new byte[Hashing.SIZE];
            Hashing.foldInto(hashes, width, root, 0);
            range.appendSubtree(root, 0, height);
        }
        for (int i = 0; i < more; i++) {
            range.append(hash(range.size()));
        }
        int size = subtrees * width + more;
        growTo(size);
        assertThat(range.size()).isEqualTo(size);
        assertThat(range.root()).isEqualTo(TREE.rootAt(size));
        if (size % 2 == 1) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> range.appendSubtree(new byte[Hashing.SIZE], 0, 1))
                    .withMessageContaining("cannot follow");
        }
    }

    @Property(tries = 300, seed = "3")
    void anyFlippedBitBreaksAnInclusionProof(
            @ForAll @IntRange(min = 2, max = 5_000) int size,
            @ForAll @IntRange(max = 4_999) int any,
            @ForAll Random random) {
        growTo(size);
        int index = any % size;
        InclusionProof good = TREE.inclusionProof(index, size);
        byte[] root = TREE.rootAt(size);
        int which = random.nextInt(good.path().size());
        assertThat(new InclusionProof(index, size, flipped(good.path(), which, random)).verify(hash(index), root))
                .isFalse();
        assertThat(good.verify(flipped(hash(index), random), root)).isFalse();
        assertThat(good.verify(hash(index), flipped(root, random))).isFalse();
        long otherIndex = index ^ 1L << random.nextInt(40);
        assertThat(new InclusionProof(otherIndex, size, good.path()).verify(hash(index), root))
                .isFalse();
        assertThat(new InclusionProof(
                                index, size, good.path().subList(1, good.path().size()))
                        .verify(hash(index), root))
                .isFalse();
        List<byte[]> longer = new ArrayList<>(good.path());
        longer.add(random.nextInt(longer.size() + 1), hash(size));
        assertThat(new InclusionProof(index, size, longer).verify(hash(index), root))
                .isFalse();
    }

    @Property(tries = 300, seed = "4")
    void anyFlippedBitBreaksAConsistencyProof(
            @ForAll @IntRange(min = 2, max = 5_000) int size,
            @ForAll @IntRange(max = 4_998) int any,
            @ForAll Random random) {
        growTo(size);
        int from = 1 + any % (size - 1);
        ConsistencyProof good = TREE.consistencyProof(from, size);
        byte[] older = TREE.rootAt(from);
        byte[] newer = TREE.rootAt(size);
        int which = random.nextInt(good.path().size());
        assertThat(new ConsistencyProof(from, size, flipped(good.path(), which, random)).verify(older, newer))
                .isFalse();
        assertThat(good.verify(flipped(older, random), newer)).isFalse();
        assertThat(good.verify(older, flipped(newer, random))).isFalse();
        assertThat(new ConsistencyProof(
                                from, size, good.path().subList(1, good.path().size()))
                        .verify(older, newer))
                .isFalse();
    }

    @Property(tries = 60, seed = "5")
    void appendingOneIsTheSameAsBuildingAnew(@ForAll @IntRange(max = 3_000) int size) {
        growTo(size + 1);
        CompactRange grown = new CompactRange();
        for (int i = 0; i < size; i++) {
            grown.append(hash(i));
        }
        assertThat(grown.root()).isEqualTo(TREE.rootAt(size));
        CompactRange resumed = CompactRange.of(size, grown.toByteArray());
        resumed.append(hash(size));
        grown.append(hash(size));
        assertThat(resumed.root()).isEqualTo(grown.root()).isEqualTo(TREE.rootAt(size + 1));
    }

    @Property(tries = 60, seed = "6")
    void theRightEdgeIsTheCompactRangeAndItsPartialTilesArePrefixes(@ForAll @IntRange(min = 1, max = 3_000) int size)
            throws IOException {
        MemoryLog log = new MemoryLog();
        CompactRange range = new CompactRange();
        for (int i = 0; i < size; i++) {
            log.edge.append(leaf(i));
            range.append(hash(i));
        }
        assertThat(log.edge.range().toByteArray()).isEqualTo(range.toByteArray());
        assertThat(RightEdge.resume(log.full::put, range, log).root()).isEqualTo(range.root());
        growTo(5_000);
        for (Tile tile : log.edge.partialTiles()) {
            assertThat(LOG.read(tile)).isEqualTo(log.read(tile));
            byte[] full = LOG.read(Tile.at(tile.level(), tile.index(), 5_000));
            assertThat(full).startsWith(log.read(tile));
        }
    }

    private static List<byte[]> flipped(List<byte[]> hashes, int which, Random random) {
        List<byte[]> changed = new ArrayList<>(hashes);
        changed.set(which, flipped(hashes.get(which), random));
        return changed;
    }

    private static byte[] flipped(byte[] hash, Random random) {
        byte[] changed = hash.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }
}

package dev.clew.ledger.tiles;

import static dev.clew.ledger.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.Vectors;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiles, bundles and proofs from tiles against the vectors of size 70 000. */
class TileVectorsTest {
    private static final JsonNode TREE = Vectors.section("tree");
    private static final MemoryLog LOG = new MemoryLog();

    @BeforeAll
    static void growTheLogOfTheVectors() {
        for (int i = 0; i < 70_000; i++) {
            LOG.edge.append(Vectors.leaf(i));
        }
    }

    @Test
    void writesEveryFileToTheByte() throws IOException {
        for (Map.Entry<String, JsonNode> file : TREE.get("files_at_70000").properties()) {
            byte[] bytes = LOG.read(Tile.parse(file.getKey()));
            assertThat(bytes).hasSize(file.getValue().get("bytes").asInt());
            assertThat(hex(Hashing.sha256(bytes)))
                    .isEqualTo(file.getValue().get("sha256").asText());
        }
        assertThat(LOG.edge.partialTiles())
                .extracting(Tile::path)
                .containsExactly("tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1");
        assertThat(LOG.full).hasSize(273 + 273 + 1);
    }

    @Test
    void givesRootsAndProofsFromTiles() throws IOException {
        assertThat(hex(LOG.edge.root()))
                .isEqualTo(TREE.get("roots").get("70000").asText());
        for (Map.Entry<String, JsonNode> root : TREE.get("roots").properties()) {
            assertThat(hex(new TileNodes(LOG, 70_000).rootAt(Long.parseLong(root.getKey()))))
                    .isEqualTo(root.getValue().asText());
            assertThat(hex(new TileNodes(LOG, Long.parseLong(root.getKey())).root()))
                    .isEqualTo(root.getValue().asText());
        }
        for (JsonNode vector : TREE.get("inclusion")) {
            assertThat(new TileNodes(LOG, vector.get("size").asLong())
                            .inclusion(vector.get("index").asLong())
                            .path())
                    .containsExactlyElementsOf(Vectors.hexes(vector.get("path")));
        }
        for (JsonNode vector : TREE.get("consistency")) {
            assertThat(new TileNodes(LOG, vector.get("to").asLong())
                            .consistency(vector.get("from").asLong())
                            .path())
                    .containsExactlyElementsOf(Vectors.hexes(vector.get("path")));
        }
    }

    @Test
    void readsAtMostTwoTilesALevelForAProof() throws IOException {
        int[] reads = new int[1];
        new TileNodes(
                        tile -> {
                            reads[0]++;
                            return LOG.read(tile);
                        },
                        70_000)
                .inclusion(12_345);
        assertThat(reads[0]).isLessThanOrEqualTo(5);
    }

    @Test
    void resumesFromTilesAndRefusesWrongOnes() throws IOException {
        CompactRange range = LOG.edge.range();
        RightEdge resumed = RightEdge.resume((tile, bytes) -> {}, range, LOG);
        assertThat(resumed.root()).isEqualTo(LOG.edge.root());
        assertThat(resumed.partialTiles()).isEqualTo(LOG.edge.partialTiles());
        assertThat(resumed.read(Tile.entries(273, 112))).isEqualTo(LOG.read(Tile.entries(273, 112)));

        for (Tile edgeTile : LOG.edge.partialTiles()) {
            TileReader damaged = tile -> {
                byte[] bytes = LOG.read(tile).clone();
                if (tile.equals(edgeTile)) {
                    bytes[bytes.length - 1] ^= 1;
                }
                return bytes;
            };
            assertThatThrownBy(() -> RightEdge.resume((tile, bytes) -> {}, range, damaged))
                    .as(edgeTile.path())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void servesPartialTilesOnlyUpToWhatIsThere() throws IOException {
        assertThat(LOG.read(new Tile(0, 273, 5)))
                .hasSize(160)
                .isEqualTo(java.util.Arrays.copyOf(LOG.read(new Tile(0, 273, 112)), 160));
        assertThatThrownBy(() -> LOG.read(new Tile(0, 273, 113))).isInstanceOf(FileNotFoundException.class);
        assertThatThrownBy(() -> LOG.read(new Tile(0, 274, 1))).isInstanceOf(FileNotFoundException.class);
        assertThatThrownBy(() -> LOG.read(new Tile(3, 0, 1))).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void aSnapshotStaysAsItWas() {
        MemoryLog log = new MemoryLog();
        for (int i = 0; i < 300; i++) {
            log.edge.append(Vectors.leaf(i));
        }
        RightEdge snapshot = log.edge.snapshot();
        log.edge.append(Vectors.leaf(300));
        assertThat(hex(snapshot.root())).isEqualTo(TREE.get("roots").get("300").asText());
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 300; i++) {
                        snapshot.append(new byte[1]);
                    }
                })
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void writesPathsInGroupsOfThree() {
        assertThat(new Tile(0, 1_234_067, 256).path()).isEqualTo("tile/0/x001/x234/067");
        assertThat(new Tile(3, 1_000, 7).path()).isEqualTo("tile/3/x001/000.p/7");
        assertThat(Tile.entries(999, 256).path()).isEqualTo("tile/entries/999");
        assertThat(Tile.parse("tile/0/x001/x234/067")).isEqualTo(new Tile(0, 1_234_067, 256));
        assertThat(Tile.at(1, 1, 70_000)).isEqualTo(new Tile(1, 1, 17));
        assertThatThrownBy(() -> Tile.at(0, 274, 70_000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tile.at(0, 1L << 56, 70_000)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tile/8/0/273.p/112",
                "tile/0/000.p/0",
                "tile/0/000.p/256",
                "tile/0/000.p/01",
                "tile/00/000",
                "tile/64/000",
                "tile/0/x000/001",
                "tile/0/0001",
                "tile/0/01",
                "tile/0/001/001",
                "tile/0/x001/x001",
                "tile/0/",
                "tile/0",
                "tile//000",
                "tile/entries/000/",
                "/tile/0/000",
                "tile/0/000.p/",
                "tile/-1/000",
                "tile/0/+01",
                "tile/data/000",
                "tile/0/000.p/1/2",
                "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
                "tile/0/../0/000",
                "checkpoint",
                ""
            })
    void refusesOtherPaths(String path) {
        assertThatThrownBy(() -> Tile.parse(path)).isInstanceOf(IllegalArgumentException.class);
    }
}

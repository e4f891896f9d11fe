package dev.clew.ledger.tree;

import static dev.clew.ledger.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.Vectors;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The section tree and the published probes of transparency-dev/merkle. */
class TreeVectorsTest {
    private static final JsonNode TREE = Vectors.section("tree");
    private static MerkleTree tree = new MerkleTree();

    @BeforeAll
    static void growTheTreeOfTheVectors() {
        tree = new MerkleTree();
        for (int i = 0; i < 70_000; i++) {
            tree.append(Hashing.leaf(Vectors.leaf(i)));
        }
    }

    @Test
    void hashesLeaves() {
        int i = 0;
        for (JsonNode hash : TREE.get("leaf_hashes")) {
            assertThat(hex(Hashing.leaf(Vectors.leaf(i++)))).isEqualTo(hash.asText());
        }
        assertThat(i).isEqualTo(9);
    }

    @Test
    void givesTheRootOfEverySize() {
        CompactRange range = new CompactRange();
        int seen = 0;
        for (int size = 0; size <= 70_000; size++) {
            JsonNode root = TREE.get("roots").get(String.valueOf(size));
            if (root != null) {
                assertThat(hex(tree.rootAt(size))).isEqualTo(root.asText());
                assertThat(hex(range.root())).isEqualTo(root.asText());
                assertThat(CompactRange.of(size, range.toByteArray()).root()).isEqualTo(range.root());
                seen++;
            }
            range.append(Hashing.leaf(Vectors.leaf(size)));
        }
        assertThat(seen).isEqualTo(TREE.get("roots").size());
    }

    @Test
    void givesTheInclusionPaths() {
        for (JsonNode vector : TREE.get("inclusion")) {
            long index = vector.get("index").asLong();
            long size = vector.get("size").asLong();
            InclusionProof proof = tree.inclusionProof(index, size);
            assertThat(proof.path()).containsExactlyElementsOf(Vectors.hexes(vector.get("path")));
            assertThat(proof.verify(Hashing.leaf(Vectors.leaf(index)), tree.rootAt(size)))
                    .isTrue();
        }
    }

    @Test
    void givesTheConsistencyPaths() {
        for (JsonNode vector : TREE.get("consistency")) {
            long from = vector.get("from").asLong();
            long to = vector.get("to").asLong();
            ConsistencyProof proof = tree.consistencyProof(from, to);
            assertThat(proof.path()).containsExactlyElementsOf(Vectors.hexes(vector.get("path")));
            assertThat(proof.verify(tree.rootAt(from), tree.rootAt(to))).isTrue();
        }
    }

    @Test
    void agreesWithTheCertificateTransparencyExample() {
        JsonNode example = TREE.get("rfc6962_example");
        MerkleTree small = MerkleTree.of(Vectors.hexes(example.get("leaves")));
        assertThat(hex(small.rootAt(6))).isEqualTo(example.get("root6").asText());
        assertThat(hex(small.root())).isEqualTo(example.get("root8").asText());
    }

    @ParameterizedTest
    @MethodSource("inclusionProbes")
    void judgesInclusionProbes(Path file) {
        JsonNode probe = Vectors.read(file);
        boolean good = new InclusionProof(number(probe, "leafIdx"), number(probe, "treeSize"), proof(probe))
                .verify(bytes(probe, "leafHash"), bytes(probe, "root"));
        assertThat(good).as(file.toString()).isNotEqualTo(probe.get("wantErr").asBoolean());
    }

    @ParameterizedTest
    @MethodSource("consistencyProbes")
    void judgesConsistencyProbes(Path file) {
        JsonNode probe = Vectors.read(file);
        boolean good = new ConsistencyProof(number(probe, "size1"), number(probe, "size2"), proof(probe))
                .verify(bytes(probe, "root1"), bytes(probe, "root2"));
        assertThat(good).as(file.toString()).isNotEqualTo(probe.get("wantErr").asBoolean());
    }

    @Test
    void readsAllPublishedProbes() {
        assertThat(inclusionProbes()).hasSize(98);
        assertThat(consistencyProbes()).hasSize(98);
    }

    static List<Path> inclusionProbes() {
        return Vectors.probes("inclusion").toList();
    }

    static List<Path> consistencyProbes() {
        return Vectors.probes("consistency").toList();
    }

    /** Some probes use sizes beyond 2^63 − 1: as two's complement they are negative and refused. */
    private static long number(JsonNode probe, String field) {
        return new BigInteger(probe.get(field).asText()).longValue();
    }

    private static byte[] bytes(JsonNode probe, String field) {
        return probe.get(field).isNull()
                ? new byte[0]
                : Base64.getDecoder().decode(probe.get(field).asText());
    }

    private static List<byte[]> proof(JsonNode probe) {
        List<byte[]> proof = new ArrayList<>();
        probe.get("proof").forEach(hash -> proof.add(Base64.getDecoder().decode(hash.asText())));
        return proof;
    }
}

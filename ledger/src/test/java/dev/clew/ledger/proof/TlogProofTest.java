package dev.clew.ledger.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.Vectors;
import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborWriter;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.InclusionProof;
import dev.clew.ledger.tree.MerkleTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bundles are written to the byte and read strictly. */
class TlogProofTest {
    @Test
    void writesTheBundleOfTheVectors() {
        JsonNode note = Vectors.section("note");
        MerkleTree tree = new MerkleTree();
        for (int i = 0; i < 9; i++) {
            tree.append(Hashing.leaf(Vectors.leaf(i)));
        }
        TlogProof proof = TlogProof.of(
                null,
                tree.inclusionProof(5, 9),
                SignedNote.parse(note.get("note_size_9").asText()));
        assertThat(proof).hasToString(note.get("proof_5_of_9").asText());
        assertThat(Vectors.hex(Hashing.sha256(Vectors.ascii(proof.toString()))))
                .isEqualTo(note.get("proof_5_of_9_sha256").asText());
        assertThat(TlogProof.parse(Vectors.ascii(proof.toString()))).isEqualTo(proof);
        assertThat(proof.decodeExtra()).isEmpty();
    }

    @Test
    void writesTheRecordProofOfTheVectors() {
        List<byte[]> records = new ArrayList<>();
        Vectors.section("batch").get("inner").forEach(inner -> records.add(Vectors.hex(inner.get("record"))));
        List<byte[]> leaves = new ArrayList<>();
        Vectors.section("leaves").forEach(leaf -> leaves.add(Vectors.hex(leaf.get("leaf_data"))));
        JsonNode vector = Vectors.section("record_proof");
        TlogProof published = TlogProof.parse(Vectors.ascii(vector.get("proof").asText()));
        MerkleTree tree = MerkleTree.of(leaves);
        assertThat(Vectors.hex(tree.root())).isEqualTo(vector.get("root").asText());
        InclusionProof inner = MerkleTree.of(records).inclusionProof(0, 3);
        ProofExtra extra =
                ProofExtra.ofRecord(leaves.get(2), new ProofExtra.InnerPath(0, inner.path()), records.get(0));
        TlogProof made = TlogProof.of(extra, tree.inclusionProof(2, 3), published.note());
        assertThat(made).hasToString(vector.get("proof").asText());
        assertThat(Vectors.hex(Hashing.sha256(Vectors.ascii(made.toString()))))
                .isEqualTo(vector.get("sha256").asText());
    }

    @Test
    void extraDataSurvivesEncoding() {
        ProofExtra extra = new ProofExtra(
                new byte[] {1},
                new ProofExtra.InnerPath(4_095, List.of(new byte[32])),
                new byte[] {2},
                List.of(
                        new ProofExtra.Disclosed(0, "text/plain", null, new byte[] {3}),
                        new ProofExtra.Disclosed(1, "x", new byte[32], new byte[0])),
                List.of(new byte[] {4}),
                "policy",
                new ProofExtra.OlderTree(7, new byte[32], List.of(new byte[32])));
        byte[] encoded = extra.encode();
        assertThat(ProofExtra.decode(encoded).encode()).isEqualTo(encoded);
        assertThat(ProofExtra.decode(encoded).disclosed()).isEqualTo(extra.disclosed());
    }

    @Test
    void refusesExtraDataOfAnotherShape() {
        assertThatThrownBy(
                        () -> ProofExtra.decode(map().mapHead(1).uint(7).uint(0).toByteArray()))
                .hasMessageContaining("key 7 is unknown");
        assertThatThrownBy(() -> ProofExtra.decode(
                        map().mapHead(1).uint(2).bytes(new byte[1]).toByteArray()))
                .isInstanceOf(CborException.class);
        assertThatThrownBy(() ->
                        ProofExtra.decode(map().mapHead(1).uint(3).arrayHead(0).toByteArray()))
                .isInstanceOf(CborException.class);
        assertThatThrownBy(() -> ProofExtra.decode(new byte[0])).isInstanceOf(CborException.class);
    }

    private static CborWriter map() {
        return new CborWriter(CborProfile.LEAF);
    }

    @Test
    void refusesAPathThatIsTooLong() {
        String good = Vectors.section("note").get("proof_5_of_9").asText();
        String line = CanonicalText.base64(new byte[32]) + "\n";
        String bad = good.replaceFirst("index 5\n", "index 5\n" + line.repeat(60));
        assertThatThrownBy(() -> TlogProof.parse(Vectors.ascii(bad)))
                .isInstanceOf(MalformedProofException.class)
                .hasMessageStartingWith("line 66: ");
    }
}

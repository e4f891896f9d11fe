package dev.clew.ledger.note;

import static dev.clew.ledger.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.Vectors;
import dev.clew.ledger.tree.Hashing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sections note and published. */
class NoteVectorsTest {
    private static final JsonNode NOTE = Vectors.section("note");
    private static final String ORIGIN = NOTE.get("origin").asText();
    private static final long TIME = NOTE.get("timestamp").asLong();
    private static final Ed25519Signer LOG = Ed25519Signer.of(ORIGIN, hex(NOTE.get("log_seed")));
    private static final CosignatureSigner WITNESS =
            CosignatureSigner.of(NOTE.get("witness_name").asText(), hex(NOTE.get("witness_seed")));

    private static Checkpoint checkpoint(int size) {
        return new Checkpoint(
                ORIGIN, size, hex(Vectors.section("tree").get("roots").get(String.valueOf(size))));
    }

    @Test
    void derivesKeysFromSeeds() {
        assertThat(LOG.verifierKey().toString()).isEqualTo(NOTE.get("log_vkey").asText());
        assertThat(hex(LOG.verifierKey().publicKey()))
                .isEqualTo(NOTE.get("log_public").asText());
        assertThat(WITNESS.verifierKey().toString())
                .isEqualTo(NOTE.get("witness_vkey").asText());
        assertThat(hex(Hashing.sha256(Vectors.ascii(ORIGIN))))
                .isEqualTo(NOTE.get("origin_sha256").asText());
    }

    @Test
    void signsCheckpointsToTheByte() {
        assertThat(LOG.sign(checkpoint(0), TIME))
                .hasToString(NOTE.get("signature_line_size_0").asText());
        assertThat(LOG.sign(checkpoint(70_000), TIME))
                .hasToString(NOTE.get("signature_line_size_70000").asText());
        assertThat(checkpoint(9).sign(TIME, List.of(LOG, WITNESS)))
                .hasToString(NOTE.get("note_size_9").asText());
    }

    @Test
    void verifiesTheCosignedNote() {
        SignedNote note = SignedNote.parse(NOTE.get("note_size_9").asText());
        List<SignedNote.Verified> good = note.verify(List.of(LOG.verifierKey(), WITNESS.verifierKey()));
        assertThat(good).hasSize(2);
        assertThat(good.get(0).unixSeconds()).isEmpty();
        assertThat(good.get(1).unixSeconds()).hasValue(TIME);
        assertThat(Checkpoint.parse(note.text())).isEqualTo(checkpoint(9));
    }

    @Test
    void makesAndVerifiesMlDsa44() {
        JsonNode vector = NOTE.get("mldsa44");
        MlDsa44Signer signer = MlDsa44Signer.of(ORIGIN, hex(vector.get("seed")));
        VerifierKey key = signer.verifierKey();
        assertThat(hex(key.publicKey())).isEqualTo(vector.get("public").asText());
        assertThat(hex(Hashing.sha256(key.publicKey())))
                .isEqualTo(vector.get("public_sha256").asText());
        assertThat(key.hexId()).isEqualTo(vector.get("keyid").asText());
        assertThat(key.toString()).hasSize(vector.get("vkey_length").asInt());
        assertThat(hex(Hashing.sha256(Vectors.ascii(key.toString()))))
                .isEqualTo(vector.get("vkey_sha256").asText());
        assertThat(hex(SignedMessages.subtree(ORIGIN, checkpoint(9), TIME)))
                .isEqualTo(vector.get("message").asText());

        SignatureLine published =
                SignatureLine.parse(vector.get("note_line").asText().stripTrailing());
        assertThat(published).hasToString(vector.get("note_line").asText());
        assertThat(hex(published.signature())).endsWith(vector.get("signature").asText());
        assertThat(key.verifies(checkpoint(9).text(), published.signature())).isTrue();
        assertThat(key.verifies(checkpoint(0).text(), published.signature())).isFalse();
        assertThat(key.verifies(
                        checkpoint(9).text(), signer.sign(checkpoint(9), TIME).signature()))
                .isTrue();
    }

    @Test
    void agreesWithTheGoModuleNotes() {
        JsonNode published = Vectors.section("published");
        Ed25519Signer peter =
                Ed25519Signer.parsePrivate(published.get("x_mod_private").asText());
        assertThat(peter.verifierKey()).hasToString(published.get("x_mod_vkey").asText());
        assertThat(peter.privateText()).isEqualTo(published.get("x_mod_private").asText());
        String text = published.get("x_mod_text").asText();
        assertThat(peter.sign(text)).hasToString(published.get("x_mod_line").asText());
        SignedNote note =
                SignedNote.parse(text + "\n" + published.get("x_mod_line").asText());
        assertThat(note.verify(List.of(peter.verifierKey()))).hasSize(1);
    }

    @Test
    void agreesWithTheSignedNoteExample() {
        VerifierKey key =
                VerifierKey.parse(Vectors.section("published").get("c2sp_vkey").asText());
        SignedNote note = SignedNote.parse("This is an example message.\n\n\u2014 example.com/foo "
                + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
        assertThat(note.verify(List.of(key))).hasSize(1);
    }
}

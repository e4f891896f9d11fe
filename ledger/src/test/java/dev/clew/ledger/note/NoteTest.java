package dev.clew.ledger.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.Vectors;
import dev.clew.ledger.encoding.CanonicalText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes and keys as golang.org/x/mod/sumdb/note tests them, and the attacks on checkpoints. */
class NoteTest {
    private static final String VKEY =
            Vectors.section("published").get("x_mod_vkey").asText();
    private static final VerifierKey PETER = VerifierKey.parse(VKEY);
    private static final String TEXT =
            Vectors.section("published").get("x_mod_text").asText();
    private static final String LINE =
            Vectors.section("published").get("x_mod_line").asText();
    private static final String NOTE = TEXT + "\n" + LINE;

    @Test
    void refusesEverySubstringAndEveryIncrementedByteOfAKey() {
        for (int i = 0; i < VKEY.length(); i++) {
            String prefix = VKEY.substring(0, i);
            assertThatThrownBy(() -> VerifierKey.parse(prefix)).as(prefix).isInstanceOf(NoteException.class);
            for (int j = i + 1; j <= VKEY.length(); j++) {
                String part = VKEY.substring(i, j);
                if (!part.equals(VKEY)) {
                    assertThatThrownBy(() -> VerifierKey.parse(part)).as(part).isInstanceOf(NoteException.class);
                }
            }
            byte[] bytes = VKEY.getBytes(StandardCharsets.ISO_8859_1);
            bytes[i]++;
            String bumped = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> VerifierKey.parse(bumped)).as(bumped).isInstanceOf(NoteException.class);
        }
    }

    @Test
    void refusesEveryPrefixOfAPrivateKey() {
        String key = Vectors.section("published").get("x_mod_private").asText();
        for (int i = 0; i < key.length(); i++) {
            String prefix = key.substring(0, i);
            assertThatThrownBy(() -> Ed25519Signer.parsePrivate(prefix)).isInstanceOf(NoteException.class);
        }
    }

    @Test
    void refusesKeysOfUnknownTypeOrLength() {
        byte[] unknown = new byte[33];
        unknown[0] = 2;
        assertThatThrownBy(() -> VerifierKey.parse("name+00000000+" + CanonicalText.base64(unknown)))
                .hasMessageContaining("0x02 is not known");
        assertThatThrownBy(() -> VerifierKey.of("name", SignatureType.ED25519, new byte[31]))
                .isInstanceOf(NoteException.class);
        for (String name : List.of("", "a b", "a+b", "a\tb", "a\u00a0b", "a\u3000b", "n".repeat(256))) {
            assertThatThrownBy(() -> VerifierKey.of(name, SignatureType.ED25519, new byte[32]))
                    .as(name)
                    .isInstanceOf(NoteException.class);
        }
    }

    @Test
    void anyFlippedBitOfANoteIsNoticed() {
        assertThat(SignedNote.parse(NOTE).verify(List.of(PETER))).hasSize(1);
        byte[] good = NOTE.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < good.length * 8; i++) {
            byte[] bad = good.clone();
            bad[i / 8] ^= (byte) (1 << i % 8);
            boolean isGood;
            try {
                isGood = !SignedNote.parse(bad).verify(List.of(PETER)).isEmpty();
            } catch (NoteException e) {
                isGood = false;
            }
            assertThat(isGood).as("bit %d", i).isFalse();
        }
    }

    @Test
    void passesOverUnknownKeysAndRefusesABadSignatureOfAKnownOne() {
        Ed25519Signer other = Ed25519Signer.of("EnochRoot", Vectors.hex("aa".repeat(32)));
        SignedNote both = SignedNote.parse(NOTE).with(List.of(other.sign(TEXT)));
        assertThat(both.verify(List.of(PETER))).hasSize(1);
        assertThat(both.verify(List.of(PETER, other.verifierKey()))).hasSize(2);
        SignedNote bad = SignedNote.parse(NOTE).with(List.of(other.sign(TEXT + "!\n")));
        assertThat(bad.verify(List.of(PETER))).hasSize(1);
        assertThatThrownBy(() -> bad.verify(List.of(PETER, other.verifierKey())))
                .isInstanceOf(NoteException.class);
        // A line with the right name and another id, or the right id and another name, is of an unknown key.
        SignatureLine line = SignatureLine.parse(LINE.stripTrailing());
        SignedNote renamed = new SignedNote(TEXT, List.of(new SignatureLine("Petra", line.keyId(), new byte[64])));
        assertThat(renamed.verify(List.of(PETER))).isEmpty();
        SignedNote renumbered = new SignedNote(TEXT, List.of(new SignatureLine(line.name(), 1, new byte[64])));
        assertThat(renumbered.verify(List.of(PETER))).isEmpty();
    }

    @Test
    void theLastBlankLineEndsTheText() {
        Ed25519Signer signer = Ed25519Signer.of("signer", Vectors.hex("bb".repeat(32)));
        String text = "one\n\ntwo\n\n";
        SignedNote note = new SignedNote(text, List.of(signer.sign(text)));
        assertThat(SignedNote.parse(note.toString())).isEqualTo(note);
        assertThat(note.verify(List.of(signer.verifierKey()))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "text\n",
                "text\n\n",
                "text\n\n\u2014 name\n",
                "text\n\n\u2014 name AAAA\n",
                "text\n\n\u2014  AAAAAAA=\n",
                "text\n\n\u2014 name AAAAAAA=",
                "text\n\n- name AAAAAAA=\n",
                "text\n\n\u2014 na+me AAAAAAA=\n",
                "te\u0001xt\n\n\u2014 name AAAAAAA=\n",
                "text\r\n\n\u2014 name AAAAAAA=\n",
                "text\n\n\u2014 name AAAAAAB=\n",
                "text\n\n\u2014 name AAAAAAA= \n",
                "text\n\n\u2014 name AAAAAAA\n",
                "text\n\n\u2014 name AAAAAAA=\nmore\n"
            })
    void refusesWhatIsNoNote(String text) {
        assertThatThrownBy(() -> SignedNote.parse(text)).isInstanceOf(NoteException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "origin\n",
                "origin\n1\n",
                "\n1\nROOT\n",
                "origin\n01\nROOT\n",
                "origin\n-1\nROOT\n",
                "origin\n1 \nROOT\n",
                "origin\n+1\nROOT\n",
                "origin\n9223372036854775808\nROOT\n",
                "origin\n18446744073709551616\nROOT\n",
                "origin\n1\nROOT",
                "origin\n1\nROOT\n\n",
                "origin\n1\nROOT\nextension\n",
                "origin\n1\nAAAA\n",
                "origin\n1\nROOT \n",
                "origin\n\u0661\nROOT\n",
                "origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n"
            })
    void refusesWhatIsNoCheckpoint(String pattern) {
        String text = pattern.replace("ROOT", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assertThatThrownBy(() -> Checkpoint.parse(text)).isInstanceOf(NoteException.class);
    }

    @Test
    void timesAreSignedAndMustBePositive() {
        Checkpoint checkpoint = new Checkpoint("o", 1, new byte[32]);
        MlDsa44Signer mlDsa = MlDsa44Signer.of("o", Vectors.hex("cc".repeat(32)));
        CosignatureSigner witness = CosignatureSigner.of("w", Vectors.hex("cc".repeat(32)));
        for (CheckpointSigner signer : List.of(mlDsa, witness)) {
            assertThatThrownBy(() -> signer.sign(checkpoint, 0)).isInstanceOf(IllegalArgumentException.class);
            byte[] signature = signer.sign(checkpoint, 77).signature();
            VerifierKey key = signer.verifierKey();
            assertThat(key.timeOf(signature)).hasValue(77);
            assertThat(key.verifies(checkpoint.text(), signature)).isTrue();
            for (int i = 0; i < 8; i++) {
                byte[] retimed = signature.clone();
                retimed[i] ^= (byte) 0x80;
                assertThat(key.verifies(checkpoint.text(), retimed)).isFalse();
            }
            assertThat(key.verifies(new Checkpoint("p", 1, new byte[32]).text(), signature))
                    .isFalse();
            assertThat(key.verifies(new Checkpoint("o", 2, new byte[32]).text(), signature))
                    .isFalse();
            assertThat(key.verifies(checkpoint.text(), java.util.Arrays.copyOf(signature, signature.length - 1)))
                    .isFalse();
        }
        assertThat(mlDsa.sign(checkpoint, 5)).isNotEqualTo(mlDsa.sign(checkpoint, 5));
    }

    @Test
    void oneKeyUnderTwoNamesOrTypesHasTwoIds() {
        byte[] seed = Vectors.hex("dd".repeat(32));
        assertThat(List.of(
                        Ed25519Signer.of("a", seed).verifierKey().id(),
                        Ed25519Signer.of("b", seed).verifierKey().id(),
                        CosignatureSigner.of("a", seed).verifierKey().id()))
                .doesNotHaveDuplicates();
    }
}

package dev.clew.ledger.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.SampleLog;
import dev.clew.ledger.Vectors;
import dev.clew.ledger.note.CosignatureSigner;
import dev.clew.ledger.note.VerifierKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policy files as tlog-policy describes them. */
class PolicyTest {
    private static final SampleLog KEYS = new SampleLog(1);
    private static final String LOG = "log " + KEYS.logKey.verifierKey() + "\n";

    private static Policy parse(String text) {
        return Policy.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static VerifierKey witness(int number) {
        return CosignatureSigner.of(
                        "w" + number, Vectors.hex("%02x".formatted(number).repeat(32)))
                .verifierKey();
    }

    private static final String TWO_LEVELS = LOG
            + "witness X1 " + witness(1) + "\nwitness X2 " + witness(2) + "\nwitness X3 " + witness(3)
            + " https://w3.example\n"
            + "group X-witnesses 2 X1 X2 X3\n"
            + "witness Y1 " + witness(4) + "\nwitness Y2 " + witness(5) + "\n"
            + "group Y-witnesses any Y1 Y2\n"
            + "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";

    @Test
    void decidesAQuorumOfGroups() {
        Policy policy = parse(TWO_LEVELS);
        assertThat(policy.isMetBy(Set.of("X1", "X3", "Y2"))).isTrue();
        assertThat(policy.isMetBy(Set.of("X1", "X2", "X3"))).isFalse();
        assertThat(policy.isMetBy(Set.of("X1", "Y1", "Y2"))).isFalse();
        assertThat(policy.quorumRule()).isEqualTo("2 of (2 of (X1, X2, X3), 1 of (Y1, Y2))");
        assertThat(parse(policy.text())).isEqualTo(policy);
    }

    @Test
    void readsSpacesTabsCommentsAndPinnedKeys() {
        Policy policy =
                parse("\t # a comment\n\n  log\t" + KEYS.logKey.verifierKey() + "  https://x  \n#mldsa44 nothing\n"
                        + "# mldsa44 " + KEYS.mlDsaKey.verifierKey() + "\n# submitter " + KEYS.submitter.verifierKey()
                        + "\n# mldsa44\n# mldsa44 a b c\nquorum none");
        assertThat(policy.keysOf(SampleLog.ORIGIN))
                .containsExactly(KEYS.logKey.verifierKey(), KEYS.mlDsaKey.verifierKey());
        assertThat(policy.keysOf("another")).isEmpty();
        assertThat(policy.submitterKey(
                        "svc:trainer", KEYS.submitter.verifierKey().id()))
                .isPresent();
        assertThat(policy.submitterKey("svc:other", KEYS.submitter.verifierKey().id()))
                .isEmpty();
        assertThat(policy.isMetBy(Set.of())).isTrue();
        assertThat(Policy.ofLog(KEYS.logKey.verifierKey(), KEYS.mlDsaKey.verifierKey())
                        .text())
                .isEqualTo(LOG + "# mldsa44 " + KEYS.mlDsaKey.verifierKey() + "\nquorum none\n");
    }

    @Test
    void takesNamesOfAnyOctets() {
        byte[] latin = ("witness \u00e9 " + witness(1) + "\nquorum \u00e9\n").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Policy.parse(latin).isMetBy(Set.of("\u00e9"))).isTrue();
    }

    @Test
    void holdsManyLogsWitnessesAndGroups() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 40; i++) {
            text.append("witness a").append(i).append(' ').append(witness(i)).append('\n');
            text.append("group g").append(i).append(" any a").append(i).append('\n');
        }
        assertThat(parse(text + "quorum g40\n").witnesses()).hasSize(40);
    }

    @Test
    void refusesWhatTheFormatForbids() {
        for (String bad : List.of(
                "",
                LOG,
                LOG + "quorum none\nquorum none\n",
                LOG + LOG + "quorum none\n",
                LOG + "quorum w\n",
                LOG + "quorum\n",
                LOG + "quorum none none\n",
                "log\nquorum none\n",
                "log " + witness(1) + "\nquorum none\n",
                "witness w " + KEYS.logKey.verifierKey() + "\nquorum none\n",
                "witness none " + witness(1) + "\nquorum none\n",
                "witness w " + witness(1) + "\nwitness w " + witness(2) + "\nquorum none\n",
                "witness w " + witness(1) + "\nwitness v " + witness(1) + "\nquorum none\n",
                "witness w " + witness(1) + " url more\nquorum none\n",
                "group g any w\nwitness w " + witness(1) + "\nquorum g\n",
                "witness w " + witness(1) + "\ngroup g 2 w\nquorum g\n",
                "witness w " + witness(1) + "\ngroup g 0 w\nquorum g\n",
                "witness w " + witness(1) + "\ngroup g 01 w\nquorum g\n",
                "witness w " + witness(1) + "\ngroup g some w\nquorum g\n",
                "witness w " + witness(1) + "\ngroup g any\nquorum g\n",
                "witness w " + witness(1) + "\ngroup g any w w\nquorum g\n",
                "witness w " + witness(1) + "\ngroup g any w\ngroup h any w\nquorum g\n",
                "witness w " + witness(1) + "\ngroup g any none\nquorum g\n",
                "witness w " + witness(1) + "\ngroup w any w\nquorum w\n",
                LOG + "trust me\nquorum none\n",
                LOG + "quorum none\r\n",
                LOG + "# mldsa44 rubbish\nquorum none\n",
                LOG + "# mldsa44 " + KEYS.logKey.verifierKey() + "\nquorum none\n",
                "quorum none\u0000\n",
                "quorum none\u007f\n")) {
            assertThatThrownBy(() -> parse(bad)).as(bad).isInstanceOf(PolicyException.class);
        }
        assertThatThrownBy(() -> parse("\n".repeat(5_000) + "quorum none\n")).isInstanceOf(PolicyException.class);
    }
}

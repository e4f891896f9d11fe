package dev.clew.ledger.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.Vectors;
import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.note.VerifierKey;
import dev.clew.ledger.tree.Hashing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The request to a witness and what its answers mean. */
class WitnessProtocolTest {
    private static final JsonNode NOTE = Vectors.section("note");
    private static final String REQUEST = NOTE.get("add_checkpoint_6_to_9").asText();

    @Test
    void writesTheRequestToTheByte() {
        assertThat(CanonicalText.hex(Hashing.sha256(Vectors.ascii(REQUEST))))
                .isEqualTo(NOTE.get("add_checkpoint_6_to_9_sha256").asText());
        AddCheckpointRequest request = AddCheckpointRequest.parse(Vectors.ascii(REQUEST));
        assertThat(request.oldSize()).isEqualTo(6);
        assertThat(request.path())
                .containsExactlyElementsOf(Vectors.hexes(
                        Vectors.section("tree").get("consistency").get(3).get("path")));
        assertThat(request).hasToString(REQUEST);
    }

    @Test
    void refusesMalformedRequests() {
        for (String bad : List.of(
                "",
                "old 6",
                "old 06\n\n",
                "old -1\n\n",
                REQUEST.replace("old 6", "new 6"),
                REQUEST.substring(0, 60),
                REQUEST.replaceFirst("=\n", "\n"),
                REQUEST.replaceFirst("old 6\n", "old 6\nAAAA\n"),
                REQUEST.replaceFirst("old 6\n", "old 6\n" + (CanonicalText.base64(new byte[32]) + "\n").repeat(64)))) {
            assertThatThrownBy(() -> AddCheckpointRequest.parse(Vectors.ascii(bad)))
                    .as(bad)
                    .isInstanceOfAny(IllegalArgumentException.class, dev.clew.ledger.note.NoteException.class);
        }
    }

    private static WitnessResponse answer(int status, String contentType, String body) {
        return WitnessResponse.of(status, contentType, Vectors.ascii(body));
    }

    @Test
    void appendsACosignatureThatVerifies() {
        String line = NOTE.get("note_size_9").asText().lines().toList().get(5) + "\n";
        WitnessResponse answer = answer(200, "text/plain", line);
        assertThat(answer).isInstanceOfSatisfying(WitnessResponse.Cosigned.class, cosigned -> {
            SignedNote note =
                    AddCheckpointRequest.parse(Vectors.ascii(REQUEST)).note().with(cosigned.lines());
            assertThat(note).hasToString(NOTE.get("note_size_9").asText());
            assertThat(note.verify(
                            List.of(VerifierKey.parse(NOTE.get("witness_vkey").asText()))))
                    .hasSize(1);
        });
    }

    @Test
    void tellsEveryAnswerApart() {
        assertThat(answer(409, "text/x.tlog.size", "42\n")).isEqualTo(new WitnessResponse.AtSize(42));
        assertThat(answer(409, "text/x.tlog.size; charset=utf-8", "42\n")).isEqualTo(new WitnessResponse.AtSize(42));
        assertThat(answer(409, "text/x.tlog.size", "042\n")).isInstanceOf(WitnessResponse.Malformed.class);
        assertThat(answer(409, "text/plain", "root mismatch")).isEqualTo(new WitnessResponse.Fork(409));
        assertThat(answer(422, "text/plain", "")).isEqualTo(new WitnessResponse.Fork(422));
        assertThat(answer(403, "text/plain", "")).isEqualTo(new WitnessResponse.Refused(403));
        assertThat(answer(404, "text/plain", "")).isEqualTo(new WitnessResponse.Refused(404));
        assertThat(answer(429, "text/plain", "")).isEqualTo(new WitnessResponse.Busy(429));
        assertThat(answer(503, "text/plain", "")).isEqualTo(new WitnessResponse.Busy(503));
        assertThat(answer(302, "text/plain", "")).isInstanceOf(WitnessResponse.Malformed.class);
        assertThat(answer(200, "text/plain", "")).isInstanceOf(WitnessResponse.Malformed.class);
        assertThat(answer(200, "text/plain", "hello\n")).isInstanceOf(WitnessResponse.Malformed.class);
    }

    @Test
    void knowsWhereAWitnessServesALog() {
        assertThat(WitnessResponse.checkpointPath(NOTE.get("origin").asText()))
                .isEqualTo(NOTE.get("origin_sha256").asText() + "/checkpoint");
    }
}

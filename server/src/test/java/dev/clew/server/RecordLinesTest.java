package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tree.ConsistencyProof;
import dev.clew.server.common.Json;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions and feedback one a line, plain and zipped, and what is answered when a sender waits for the checkpoint. */
class RecordLinesTest {
    private static final String DECISIONS = "/api/clew/v1/decisions";
    private static final String LINES = "application/x-ndjson";

    @TempDir
    Path root;

    private TestServer server;

    @BeforeEach
    void open() {
        server = TestServer.open(root);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static List<JsonNode> lines(String text) throws Exception {
        var lines = new ArrayList<JsonNode>();
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty()) {
                lines.add(Json.MAPPER.readTree(line));
            }
        }
        return lines;
    }

    @Test
    void linesAreAnsweredByLines() throws Exception {
        var answer = expect(200, server.send("", "POST", DECISIONS, """
                {"client_id": "l-1", "features": {"age": 1}, "outcome": "denied"}
                {"client_id": "l-1", "features": {"age": 1}, "outcome": "denied"}

                {"client_id": "l-1", "features": {"age": 2}, "outcome": "denied"}
                {"no_such": 1}
                """, LINES));
        assertThat(lines(answer.text()).stream().map(line -> line.path("status").textValue()))
                .containsExactly("created", "duplicate", "conflict", "invalid");
        var feedback = expect(200, server.send("", "POST", "/api/clew/v1/feedback", """
                {"decision": "l-1", "kind": "label", "value": "bad"}
                {"decision": "nobody", "kind": "label", "value": "bad"}
                """, LINES));
        assertThat(lines(feedback.text()).stream()
                        .map(line -> line.path("status").textValue()))
                .containsExactly("created", "invalid");
    }

    @Test
    void zippedLinesAreSummedUp() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < 1_000; i++) {
                zip.write("{\"client_id\": \"z-%d\", \"features\": {\"age\": %d}}\n"
                        .formatted(i % 990, i % 990)
                        .getBytes(StandardCharsets.UTF_8));
            }
            zip.write("{\"features\": 5}".getBytes(StandardCharsets.UTF_8));
        }
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + DECISIONS + "?ack=summary"))
                                .header("Content-Type", LINES)
                                .header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Json.MAPPER.readTree(answer.body()))
                .isEqualTo(Json.MAPPER.readTree("{\"created\": 990, \"duplicate\": 10, \"invalid\": 1}"));
    }

    @Test
    void whoWaitsForTheCheckpointGetsIt() throws Exception {
        String decision = "{\"features\": {\"age\": 1}}";
        var one = expect(201, server.post("", DECISIONS + "?ack=integrated", decision))
                .json();
        covers(one.path("checkpoint").textValue(), one);
        var many = expect(200, server.post("", DECISIONS + "?ack=integrated", "[%s, %s]".formatted(decision, decision)))
                .json();
        many.path("items").forEach(item -> covers(many.path("checkpoint").textValue(), item));
        var each = lines(
                expect(200, server.send("", "POST", DECISIONS + "?ack=integrated", decision + "\n" + decision, LINES))
                        .text());
        each.forEach(item -> covers(each.getLast().path("checkpoint").textValue(), item));
        assertThat(server.post("", DECISIONS + "?ack=witnessed", decision).field("detail"))
                .contains("durable, integrated or summary");
    }

    @Test
    void betweenTwoOfTheseCheckpointsTheLogOnlyGrew() throws Exception {
        Checkpoint before = integrated();
        integrated();
        Checkpoint after = integrated();
        assertThat(after.size()).isGreaterThan(before.size() + 1);
        String path = expect(
                        200,
                        server.get(
                                "",
                                "/api/clew/v1/ledger/consistency?from=%d&to=%d".formatted(before.size(), after.size())))
                .text();
        var proof = new ConsistencyProof(
                before.size(),
                after.size(),
                path.lines().map(Base64.getDecoder()::decode).toList());
        assertThat(proof.verify(before.root(), after.root())).isTrue();
        byte[] other = before.root();
        other[0] ^= 1;
        assertThat(proof.verify(other, after.root())).isFalse();
    }

    private Checkpoint integrated() throws Exception {
        String note = expect(201, server.post("", DECISIONS + "?ack=integrated", "{\"features\": {\"age\": 1}}"))
                .field("checkpoint");
        return Checkpoint.parse(SignedNote.parse(note).text());
    }

    private static void covers(String note, JsonNode item) {
        assertThat(item.path("seq").longValue())
                .isPositive()
                .isLessThan(Checkpoint.parse(SignedNote.parse(note).text()).size());
        assertThat(item.path("i").isInt()).isTrue();
    }
}

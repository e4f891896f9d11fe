package dev.clew.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.ledger.encoding.Submission;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Records {@code authz.denied} as an auditor gets them: the batches of the log, opened. They are written every 10 s and at the end. */
final class DenialRecords {
    private final TestServer server;
    private final String auditor;

    DenialRecords(TestServer server, String auditor) {
        this.server = server;
        this.auditor = auditor;
    }

    /** Of one principal, in the order of the log. */
    List<Submission> of(String login) throws Exception {
        return ofId(id(login));
    }

    List<Submission> ofId(String id) throws Exception {
        return ofId(id, Act.AUTHZ_DENIED);
    }

    /** Records of what somebody looked at. */
    List<Submission> looksOf(String login) throws Exception {
        return ofId(id(login), Act.ACCESS_PERSONAL);
    }

    private List<Submission> ofId(String id, Act act) throws Exception {
        var found = new ArrayList<Submission>();
        for (JsonNode entry : TestServer.expect(
                        200, server.get(auditor, "/api/clew/v1/ledger/entries?limit=1000&action=record.batch"))
                .json()
                .path("items")) {
            for (RecordsBlob.Slot slot :
                    RecordsBlob.decode(records(entry.path("seq").asLong()))) {
                Optional.ofNullable(slot.record())
                        .map(record -> InnerRecord.decode(record).decodeSubmission())
                        .filter(record ->
                                record.act().equals(act.text()) && record.who().equals(id))
                        .ifPresent(found::add);
            }
        }
        return found.reversed();
    }

    private String id(String login) throws Exception {
        for (JsonNode user : TestServer.expect(200, server.get("admin", "/api/clew/v1/users"))
                .json()
                .path("items")) {
            if (user.path("name").asText().equals(login)) {
                return user.path("id").textValue();
            }
        }
        throw new AssertionError("nobody is called " + login);
    }

    private byte[] records(long seq) throws Exception {
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        server.url() + "/api/clew/v1/ledger/entries/%d/records".formatted(seq)))
                                .header(
                                        "Authorization",
                                        "Bearer "
                                                + Objects.requireNonNull(
                                                        server.tokens().get(auditor)))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new AssertionError("records of entry %d: %d".formatted(seq, answer.statusCode()));
        }
        return answer.body();
    }
}

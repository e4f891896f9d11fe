package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;

/** The calls of an import, each of which may be made again. Thread-safe. */
final class ImportCalls {
    private static final String API = "/api/clew/v1/imports/";
    private static final int ATTEMPTS = 6;

    private final Connection server;
    private final MoveReport report;

    ImportCalls(Connection server, MoveReport report) {
        this.server = server;
        this.report = report;
    }

    /** Sends a batch; again after a pause when the server is busy or not there: everything may be sent twice. */
    JsonNode post(String path, ObjectNode body) {
        for (int attempt = 1; ; attempt++) {
            try {
                return server.post(API + path, body);
            } catch (ClewException e) {
                boolean passes = e.code() == ErrorCode.UNAVAILABLE
                        || e.code() == ErrorCode.OVERLOADED
                        || e.code() == ErrorCode.STALE;
                if (!passes || attempt == ATTEMPTS) {
                    throw e;
                }
                Backoff.pause(attempt);
            }
        }
    }

    /** Reports what the server did not take, and what it has to say. */
    void refusals(JsonNode taken) {
        taken.path("refused")
                .forEach(refusal -> report.refused(
                        refusal.path("id").asText(), refusal.path("why").asText()));
        taken.path("notes").forEach(note -> report.warn(note.asText()));
    }

    /** A part for a run that is here: it says nothing of the run itself. */
    static ObjectNode part(String run) {
        return Json.MAPPER.createObjectNode().put("run_id", run).put("experiment_id", "0");
    }

    /** Whether the server took it. */
    boolean sendPart(ObjectNode part) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putArray("runs").add(part);
        JsonNode taken = post("runs", body);
        refusals(taken);
        return taken.path("refused").isEmpty();
    }
}

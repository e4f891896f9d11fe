package dev.clew.server.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.feedback.Feedback;
import dev.clew.server.feedback.FeedbackInput;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.ports.Right;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes of feedback. */
public final class FeedbackApi {
    private final Feedback feedback;
    private final InstantSource clock;

    /** Statuses of a request's items. */
    record Statuses(List<Feedback.ItemStatus> items) {}

    public FeedbackApi(Feedback feedback, InstantSource clock) {
        this.feedback = feedback;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/api/clew/v1/decisions/{id}/feedback")
                        .permission(Permission.FEEDBACK_WRITE)
                        .summary("Add a label, outcome, override, complaint, appeal, rating or request to a decision")
                        .apply(FeedbackApi::fields)
                        .answers(201, Feedback.ItemStatus.class)
                        .handle(this::one),
                Route.post("/api/clew/v1/feedback")
                        .permission(Permission.FEEDBACK_WRITE)
                        .summary("Add feedback to many decisions: an array or NDJSON; each item is answered by itself")
                        .apply(FeedbackApi::fields)
                        .many()
                        .answers(200, Statuses.class)
                        .handle(this::many));
    }

    private static Route.Builder fields(Route.Builder route) {
        return route.required(
                        "kind",
                        "string",
                        "label, outcome, override, complaint, appeal, rating, correction_request or explanation_request")
                .optional("decision_id", "string", "id or client id of the decision")
                .optional("decision", "string", "the same")
                .optional("decision_client_id", "string", "the sender's id of the decision")
                .optional("value", "any", "of a label, outcome or rating")
                .optional("override", "object", "{from, to, reason}")
                .optional("appeal_state", "string", "opened, under_review, upheld, partly or rejected")
                .optional("observed_time", "date-time", "when it happened")
                .optional("channel", "string", "by which it came")
                .optional("evidence", "string", "SHA-256 in hexadecimal")
                .optional("confidence", "number", "0 to 1")
                .optional("supersedes", "string", "id of earlier feedback")
                .optional("text", "string", "in words; sealed")
                .optional("label_schema", "string", "what the labels mean")
                .optional("client_id", "string", "the sender's own id");
    }

    private Answer one(Exchange exchange) {
        var input = FeedbackInput.parse(exchange.json(), exchange.path("id"), now());
        requireForOverride(exchange, input);
        Feedback.ItemStatus status = feedback.record(
                        exchange.permit(), Scopes.DEFAULT_NAMESPACE, exchange.project(), List.of(input))
                .getFirst();
        return switch (status.status()) {
            case "created" -> Answer.json(201, status);
            case "duplicate" -> Answer.json(status);
            case "conflict" -> Answer.json(409, status);
            default -> throw new ClewException(ErrorCode.NOT_FOUND, "Not recorded: %s.".formatted(status.error()));
        };
    }

    private Answer many(Exchange exchange) throws IOException {
        RecordBodies.requireJson(exchange);
        List<JsonNode> nodes = nodes(exchange);
        var inputs = new ArrayList<FeedbackInput>();
        var statuses = new ArrayList<Feedback.@Nullable ItemStatus>();
        for (JsonNode node : nodes) {
            try {
                var input = FeedbackInput.parse(node, null, now());
                requireForOverride(exchange, input);
                inputs.add(input);
                statuses.add(null);
            } catch (ClewException e) {
                statuses.add(new Feedback.ItemStatus(null, null, "invalid", null, e.getMessage()));
            }
        }
        var recorded = feedback.record(exchange.permit(), Scopes.DEFAULT_NAMESPACE, exchange.project(), inputs)
                .iterator();
        var all = new ArrayList<Feedback.ItemStatus>();
        for (Feedback.ItemStatus status : statuses) {
            all.add(status == null ? recorded.next() : status);
        }
        return RecordBodies.areLines(exchange) ? RecordBodies.lines(all) : Answer.json(new Statuses(all));
    }

    private static void requireForOverride(Exchange exchange, FeedbackInput input) {
        if (input.isOverride()) {
            exchange.require(
                    Permission.DECISION_OVERRIDE,
                    Resource.in(exchange.project()).also(Set.of(Right.REPORTED)));
        }
    }

    private static List<JsonNode> nodes(Exchange exchange) throws IOException {
        var nodes = new ArrayList<JsonNode>();
        try (MappingIterator<JsonNode> documents =
                Json.MAPPER.readerFor(JsonNode.class).readValues(exchange.body())) {
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                if (document.isArray()) {
                    document.forEach(nodes::add);
                } else {
                    nodes.add(document);
                }
                if (nodes.size() > Feedback.MAX_ITEMS) {
                    throw new ClewException(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "A request takes at most %d feedback items; split it.".formatted(Feedback.MAX_ITEMS));
                }
            }
        } catch (JacksonException e) {
            throw new ClewException(ErrorCode.MALFORMED_BODY, "The body is not JSON: %s.".formatted(Json.fault(e)), e);
        }
        return nodes;
    }

    private long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }
}

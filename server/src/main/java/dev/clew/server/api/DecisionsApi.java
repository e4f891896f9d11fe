package dev.clew.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.decisions.DecisionFilter;
import dev.clew.server.decisions.DecisionView;
import dev.clew.server.decisions.Decisions;
import dev.clew.server.decisions.FeatureType;
import dev.clew.server.decisions.ItemStatus;
import dev.clew.server.decisions.RecordProofs;
import dev.clew.server.decisions.Schema;
import dev.clew.server.decisions.Sensitivity;
import dev.clew.server.explanations.ExplanationView;
import dev.clew.server.explanations.Explanations;
import dev.clew.server.feedback.Feedback;
import dev.clew.server.feedback.FeedbackView;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Justification;
import dev.clew.server.http.Page;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.ports.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes of decisions, their explanations and their schemas. */
public final class DecisionsApi {
    private static final String BASE = "/api/clew/v1/decisions";
    private static final int FEATURES = 1;
    private static final int RESULT = 2;
    private static final int EXPLANATION = 4;
    private static final int FEEDBACK = 8;
    private static final int PROTECTED = 16;

    private final Decisions decisions;
    private final Explanations explanations;
    private final Feedback feedback;
    private final PersonalReads reads;
    private final RecordProofs proofs;

    /** What the definition of a schema answers. */
    record SchemaView(String id, String version, List<FeatureView> features, List<String> classes) {}

    /** One feature of a schema. */
    record FeatureView(String name, String type, String tag) {}

    /** Statuses of a request's items. */
    record Statuses(List<ItemStatus> items, @Nullable String checkpoint) {}

    /** Counts per outcome of the decisions in memory. */
    record Counts(Map<String, Long> outcomes) {}

    public DecisionsApi(
            Decisions decisions,
            Explanations explanations,
            Feedback feedback,
            PersonalReads reads,
            RecordProofs proofs) {
        this.decisions = decisions;
        this.explanations = explanations;
        this.feedback = feedback;
        this.reads = reads;
        this.proofs = proofs;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(BASE)
                        .permission(Permission.DECISION_APPEND)
                        .summary(
                                "Record decisions: one object, an array of up to 4 096, or NDJSON; each item is answered by itself")
                        .query(
                                "ack",
                                "durable (default); integrated: waits for the signed checkpoint and adds seq, i and, once, checkpoint; summary: only how many became what")
                        .many()
                        .optional("client_id", "string", "the sender's own id; accepted wherever an id is")
                        .optional("event_time", "date-time", "when it was decided; default now")
                        .optional("deployment", "string", "id of the deployment that decided")
                        .optional("endpoint", "string", "or where it was decided")
                        .optional("model", "string", "or by which model, with version")
                        .optional("version", "any", "number, or @alias")
                        .optional(
                                "features",
                                "object",
                                "what went in: number, text, true/false, list of numbers or null by name")
                        .optional("outcome", "string", "what was decided")
                        .optional("score", "number", "of the model")
                        .optional("scores", "object", "by class")
                        .optional("label", "string", "the model's own class")
                        .optional("threshold", "number", "that the score was held against")
                        .optional("rules", "array", "ids of the rules that fired, at most 256")
                        .optional("policy", "object", "{id, version}")
                        .optional("subject", "object", "{namespace, id} of the person")
                        .optional("protected", "object", "attributes not decided on, sealed apart")
                        .optional("request_id", "string", "of the serving system")
                        .optional("row", "integer", "of a batch")
                        .optional("trace_id", "string", "W3C trace id, 32 hexadecimal digits")
                        .optional("parent", "string", "id of the decision this one is part of")
                        .optional("case", "string", "id that decisions on several persons share")
                        .optional("status", "string", "how it ended")
                        .optional("error", "string", "when it failed")
                        .optional("latency_us", "integer", "microseconds")
                        .optional("decisive", "string", "who or what decided")
                        .optional("human", "object", "{reviewer, action, reason, time}")
                        .optional("shadow", "boolean", "whether it had no effect")
                        .optional("source", "string", "how it came")
                        .optional("legal_basis", "string", "why it may be kept")
                        .optional("retention", "string", "class of retention")
                        .optional("weight", "number", "of a sampled one")
                        .answers(200, Statuses.class)
                        .handle(this::ingest),
                Route.post("/api/clew/v1/schemas")
                        .permission(Permission.DECISION_SCHEMA_WRITE)
                        .summary("Declare the features of a model version's decisions, with types and sensitivity tags")
                        .required("model", "string", "name of a registered model")
                        .required("version", "any", "number, or @alias")
                        .required("features", "array", "of {name, type, tag?}")
                        .optional("classes", "array", "names of the classes scored")
                        .answers(201, SchemaView.class)
                        .handle(this::declareSchema),
                Route.get(BASE)
                        .permission(Permission.DECISION_LIST)
                        .summary("Newest decisions first; or one by ?client_id=")
                        .query("client_id", "the client's own id")
                        .query("model", "with version")
                        .query("version", "number or alias")
                        .query("deployment", "id of a deployment")
                        .query("outcome", "only this outcome")
                        .query("from", "date-time", "event time, RFC 3339, included")
                        .query("to", "date-time", "event time, RFC 3339, not included")
                        .paged()
                        .answersPage(DecisionView.class)
                        .handle(this::list),
                Route.get("/api/clew/v1/decision-counts")
                        .permission(Permission.DECISION_LIST)
                        .summary("Newest decisions, counted by outcome")
                        .answers(200, Counts.class)
                        .handle(exchange ->
                                Answer.json(new Counts(decisions.countByOutcome(exchange.authorizedScope())))),
                Route.get(BASE + "/counts")
                        .permission(Permission.DECISION_LIST)
                        .summary(
                                "Decisions by outcome over event time; newest: true when only the newest 262 144 were counted")
                        .query("model", "name of a model; needs version")
                        .query("version", "number or alias")
                        .query("deployment", "id of a deployment")
                        .query("outcome", "only this outcome")
                        .query("from", "event time, RFC 3339, included")
                        .query("to", "event time, RFC 3339, not included")
                        .query("bucket", "length of a bucket, 1m to 400d, default 1h")
                        .answers(200, Decisions.Counts.class)
                        .handle(this::counts),
                Route.get(BASE + "/{id}")
                        .permission(Permission.DECISION_READ)
                        .on(this::resource)
                        .summary(
                                "One decision, by id or client id, as far as the caller may read it; the read is recorded")
                        .query(
                                "reveal",
                                "boolean",
                                "true: also client id and protected attributes, with permission decision.reveal")
                        .answers(200, DecisionView.class)
                        .handle(this::get),
                Route.get(BASE + "/{id}/explanation")
                        .permission(Permission.EXPLANATION_READ)
                        .on(this::resource)
                        .summary(
                                "Attributions of the model that decided, with provenance and reasons; computed now if not stored")
                        .answers(200, ExplanationView.class)
                        .handle(this::explanation),
                Route.get(BASE + "/{id}/proof")
                        .permission(Permission.AUDIT_PROOF_EXPORT)
                        .on(this::resource)
                        .summary(
                                "Proof bundle of the decision for offline verification; 202 while its batch is being signed")
                        .answersAs("text/plain")
                        .handle(this::proof),
                Route.get(BASE + "/{id}/feedback")
                        .permission(Permission.FEEDBACK_READ)
                        .on(this::resource)
                        .summary("What happened after the decision, oldest first")
                        .answersPage(FeedbackView.class)
                        .handle(this::feedback));
    }

    private Answer ingest(Exchange exchange) throws IOException {
        RecordBodies.requireJson(exchange);
        String ack = exchange.query("ack").orElse("durable");
        boolean integrated = ack.equals("integrated");
        boolean summary = ack.equals("summary");
        if (!integrated && !summary && !ack.equals("durable")) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "ack must be durable, integrated or summary, not \"%s\".".formatted(ack));
        }
        var accepted = decisions.ingest(
                exchange.permit(), Scopes.DEFAULT_NAMESPACE, exchange.workspace(), exchange.project(), exchange.body());
        List<ItemStatus> items = integrated ? proofs.integrated(accepted.items()) : accepted.items();
        String checkpoint = integrated ? proofs.checkpoint().orElse(null) : null;
        if (summary) {
            return RecordBodies.summary(items.stream().map(ItemStatus::status));
        }
        if (RecordBodies.areLines(exchange)) {
            return RecordBodies.lines(lastUnder(checkpoint, items));
        }
        if (accepted.single()) {
            ItemStatus only = lastUnder(checkpoint, items).getFirst();
            if (only.status().equals("invalid")) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT, "The decision was not recorded: %s.".formatted(only.error()));
            }
            return Answer.json(
                    only.status().equals("conflict") ? 409 : only.status().equals("created") ? 201 : 200, only);
        }
        return Answer.json(new Statuses(items, checkpoint));
    }

    /** A checkpoint covers all before it, so it stands once, with the last. */
    private static List<ItemStatus> lastUnder(@Nullable String checkpoint, List<ItemStatus> items) {
        if (checkpoint == null || items.isEmpty()) {
            return items;
        }
        var all = new ArrayList<>(items);
        all.addLast(all.removeLast().under(checkpoint));
        return all;
    }

    private Answer declareSchema(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String model = body.text("model");
        String version = body.json("version")
                .map(node -> node.isTextual() ? node.textValue() : node.toString())
                .orElseThrow(() -> new ClewException(ErrorCode.INVALID_ARGUMENT, "Name the version the schema is of."));
        List<Schema.Feature> features = body.json("features")
                .map(DecisionsApi::features)
                .orElseThrow(() -> new ClewException(ErrorCode.INVALID_ARGUMENT, "Field \"features\" is missing."));
        List<String> classes = body.texts("classes");
        body.end();
        var receipt = decisions.declareSchema(
                exchange.permit(), exchange.workspace(), exchange.project(), model, version, features, classes);
        Schema schema = receipt.answer();
        return Answer.json(
                        201,
                        new SchemaView(
                                schema.uid().dashed(),
                                schema.owner().dashed(),
                                schema.features().stream()
                                        .map(f -> new FeatureView(
                                                f.name(),
                                                f.type().text(),
                                                f.tag().text()))
                                        .toList(),
                                schema.classes()))
                .receipt(receipt);
    }

    private static List<Schema.Feature> features(JsonNode array) {
        var features = new ArrayList<Schema.Feature>();
        for (JsonNode node : array) {
            Fields one = Fields.of(node);
            String typeText = one.text("type");
            FeatureType type = FeatureType.parse(typeText);
            String tagText = one.optionalText("tag").orElse("direct");
            Sensitivity tag = Sensitivity.parse(tagText);
            if (type == null) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "type \"%s\" is unknown; use DOUBLE, BIGINT, BOOLEAN, VARCHAR, TIMESTAMP or DOUBLE[]."
                                .formatted(typeText));
            }
            if (tag == null) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "tag \"%s\" is unknown; use none, quasi, direct or special.".formatted(tagText));
            }
            features.add(new Schema.Feature(one.text("name"), type, tag));
            one.end();
        }
        return features;
    }

    private Answer list(Exchange exchange) {
        var clientId = exchange.query("client_id");
        if (clientId.isPresent()) {
            Records.Stored found = decisions
                    .find(Scopes.DEFAULT_NAMESPACE, exchange.project(), clientId.get())
                    .filter(record -> exchange.authorizedScope().contains(record.scope()))
                    .orElseThrow(() -> unknown(clientId.get()));
            return one(exchange, found);
        }
        int limit = Page.limit(exchange);
        var found = decisions.list(
                exchange.authorizedScope(),
                filter(exchange),
                exchange.query("cursor")
                        .map(text -> Fields.parseUid("cursor", text))
                        .orElse(null),
                limit);
        return Answer.json(
                new Page<>(found, found.size() < limit ? null : found.getLast().id()));
    }

    private static DecisionFilter filter(Exchange exchange) {
        return new DecisionFilter(
                exchange.workspace(),
                exchange.query("model").orElse(null),
                exchange.query("version").orElse(null),
                exchange.query("deployment")
                        .map(text -> Fields.parseUid("deployment", text))
                        .orElse(null),
                exchange.query("outcome").orElse(null),
                Queries.time(exchange, "from"),
                Queries.time(exchange, "to"));
    }

    private Answer counts(Exchange exchange) {
        return Answer.json(decisions.count(
                exchange.authorizedScope(),
                filter(exchange),
                exchange.query("bucket").map(Buckets::parse).orElse(Duration.ofHours(1))));
    }

    private Answer get(Exchange exchange) {
        return one(exchange, record(exchange));
    }

    private Answer one(Exchange exchange, Records.Stored record) {
        boolean reveal = Queries.flag(exchange, "reveal");
        boolean masked = exchange.authorizedScope().masked();
        if (reveal) {
            exchange.require(Permission.DECISION_REVEAL, Resource.in(record.scope()));
            masked = false;
        }
        if (!masked) {
            recordRead(exchange, record, FEATURES | RESULT | (reveal ? PROTECTED : 0));
        }
        return Answer.json(decisions.view(record, masked, reveal));
    }

    private Answer explanation(Exchange exchange) {
        Records.Stored record = record(exchange);
        boolean masked = exchange.authorizedScope().masked();
        if (!masked) {
            recordRead(exchange, record, EXPLANATION);
        }
        ExplanationView view = explanations.explain(exchange.permit(), record.id());
        return Answer.json(masked ? view.masked() : view);
    }

    private Answer proof(Exchange exchange) {
        return proofs.of(record(exchange).id())
                .map(bundle -> Answer.bytes(
                        "text/plain; charset=utf-8", bundle.toString().getBytes(StandardCharsets.UTF_8)))
                .orElseGet(() -> Answer.text(202, "The batch of this decision is being signed; ask again shortly.\n")
                        .header("Retry-After", "1"));
    }

    private Answer feedback(Exchange exchange) {
        Records.Stored record = record(exchange);
        List<FeedbackView> found = feedback.of(record.id());
        if (exchange.authorizedScope().masked()) {
            return Answer.json(
                    new Page<>(found.stream().map(FeedbackView::masked).toList(), null));
        }
        recordRead(exchange, record, FEEDBACK);
        return Answer.json(new Page<>(found, null));
    }

    private void recordRead(Exchange exchange, Records.Stored record, int fields) {
        reads.record(
                exchange.permit(),
                record.namespace(),
                exchange.justification()
                        .purpose()
                        .map(Justification.Purpose::text)
                        .orElse(null),
                fields,
                List.of(record.id()));
    }

    private Records.Stored record(Exchange exchange) {
        return decisions
                .find(Scopes.DEFAULT_NAMESPACE, exchange.project(), exchange.path("id"))
                .orElseThrow(() -> unknown(exchange.path("id")));
    }

    private Resource resource(Exchange exchange) {
        return Resource.in(record(exchange).scope());
    }

    private static ClewException unknown(String id) {
        return new ClewException(ErrorCode.NOT_FOUND, "There is no decision %s, or you may not see it.".formatted(id));
    }
}

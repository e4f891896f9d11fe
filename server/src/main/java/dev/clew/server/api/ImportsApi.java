package dev.clew.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.datasets.Datasets;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.registry.ImportedVersion;
import dev.clew.server.registry.Registry;
import dev.clew.server.registry.RegistryImports;
import dev.clew.server.tracking.ImportedRun;
import dev.clew.server.tracking.Imports;
import dev.clew.server.tracking.RunContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes by which importers bring what another system kept: in batches, each record under its own id, and one record of the whole import
 * at its end. The server opens nothing that a record names. Everything may be sent again.
 */
public final class ImportsApi {
    private static final String BASE = "/api/clew/v1/imports";
    private static final long MAX_BODY = 32L << 20;
    private static final int MAX_RECORDS = 1_000;
    private static final int MAX_REPORT = 60 * 1024;

    private final Imports imports;
    private final Registry registry;
    private final Datasets datasets;

    public ImportsApi(Imports imports, Registry registry, Datasets datasets) {
        this.imports = imports;
        this.registry = registry;
        this.datasets = datasets;
    }

    /** Where an experiment came to lie. */
    public record Home(String id, String experimentId, boolean created, boolean deleted) {}

    /** An answer about experiments. */
    public record Homes(List<Home> experiments) {}

    /** A record that was not taken, and why. */
    public record Refusal(String id, String why) {}

    /** What became of a batch. */
    public record Taken(long created, long extended, long unchanged, List<Refusal> refused, List<String> notes) {}

    /** What a run here holds; {@code digest} is {@link RunContent.Digest} in hexadecimal. */
    public record Content(String runId, long points, long params, long tags, long inputs, String digest) {}

    /** Those runs of the request that are here. */
    public record Contents(List<Content> runs) {}

    /** The record of an import. */
    public record Recorded(String id) {}

    public List<Route> routes() {
        return List.of(
                route("experiments", "Take over experiments; one of the same name takes in the other")
                        .required("experiments", "array", "of {id, name, deleted, created_at, updated_at, tags}")
                        .answers(200, Homes.class)
                        .handle(this::experiments),
                route("runs", "Take over runs or parts of runs; what a run has already stays as it is")
                        .required(
                                "runs",
                                "array",
                                "of {run_id, experiment_id, name, user_id, status, start_time, end_time, deleted_at, location, metrics, params, tags, inputs, models}; at most 1000 points and 1000 parameters and tags a part")
                        .answers(200, Taken.class)
                        .handle(this::runs),
                route("contents", "What these runs hold here, counted and digested, to be compared with their source")
                        .required("runs", "array", "of run ids")
                        .answers(200, Contents.class)
                        .handle(this::contents),
                route("logged-models", "Take over logged models")
                        .required(
                                "models",
                                "array",
                                "of {model_id, experiment_id, name, model_type, source_run_id, status, deleted, created_at, updated_at, location, params, tags}")
                        .answers(200, Taken.class)
                        .handle(this::loggedModels),
                route("registered-models", "Take over registered models with versions and aliases")
                        .required(
                                "models",
                                "array",
                                "of {name, description, created_at, updated_at, tags, aliases, versions: [{version, source, location, run_id, model_id, run_link, description, stage, created_at, updated_at, tags}]}")
                        .answers(200, Taken.class)
                        .handle(this::registeredModels),
                route("complete", "Record that an import is done, with what it counted: entry import.complete")
                        .required("kind", "string", "such as mlflow")
                        .required("report", "object", "source, counts of both sides, warnings; at most 60 KiB")
                        .answers(201, Recorded.class)
                        .handle(this::complete));
    }

    private static Route.Builder route(String name, String summary) {
        return Route.post(BASE + "/" + name)
                .permission(Permission.IMPORT_RUN)
                .limit(MAX_BODY)
                .summary(summary);
    }

    private Answer experiments(Exchange exchange) {
        var homes = new ArrayList<Home>();
        for (JsonNode node : records(exchange, "experiments")) {
            var experiment = ImportBodies.experiment(node);
            var home = imports.experiment(exchange.permit(), exchange.project(), experiment);
            homes.add(new Home(
                    Long.toString(experiment.id()),
                    Long.toString(home.experiment().id()),
                    home.isNew(),
                    !home.experiment().isActive()));
        }
        return Answer.json(new Homes(homes));
    }

    private Answer runs(Exchange exchange) {
        ImportBodies.Versions versions = versions(exchange);
        var runs = new ArrayList<ImportedRun>();
        var refused = new ArrayList<Refusal>();
        for (JsonNode node : records(exchange, "runs")) {
            try {
                runs.add(ImportBodies.run(node, versions));
            } catch (ClewException e) {
                refused.add(new Refusal(node.path("run_id").asText(""), String.valueOf(e.getMessage())));
            }
        }
        long[] counts = new long[Imports.Outcome.values().length];
        for (Imports.Done done : imports.runs(exchange.permit(), exchange.project(), runs)) {
            counts[done.outcome().ordinal()]++;
            if (done.outcome() == Imports.Outcome.REFUSED) {
                refused.add(new Refusal(done.run().hex(), done.why()));
            }
        }
        return taken(counts, refused, List.of());
    }

    private static Answer taken(long[] counts, List<Refusal> refused, List<String> notes) {
        return Answer.json(new Taken(
                counts[Imports.Outcome.CREATED.ordinal()],
                counts[Imports.Outcome.EXTENDED.ordinal()],
                counts[Imports.Outcome.UNCHANGED.ordinal()],
                List.copyOf(refused),
                List.copyOf(notes)));
    }

    /** Versions of data sets, remembered for the length of a request. */
    private ImportBodies.Versions versions(Exchange exchange) {
        record Named(String name, String digest) {}
        var known = new HashMap<Named, Uid>();
        return (name, digest, sourceType, source, schema, profile) ->
                known.computeIfAbsent(new Named(name, digest), named -> {
                    Permit permit = exchange.require(Permission.DATASET_VERSION_WRITE, Resource.in(exchange.project()));
                    return datasets.versionRead(
                            permit,
                            exchange.project(),
                            name,
                            new Datasets.Content(
                                    digest,
                                    sourceType,
                                    source,
                                    null,
                                    null,
                                    null,
                                    null,
                                    schema == null ? "" : schema,
                                    fits(profile) ? profile : null));
                });
    }

    private static boolean fits(@Nullable String profile) {
        return profile != null && profile.length() <= Datasets.MAX_SCHEMA;
    }

    private Answer contents(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        List<Uid> wanted =
                body.texts("runs").stream().map(id -> ImportBodies.uid(id, "")).toList();
        body.end();
        requireFew(wanted.size());
        var found = imports.contents(exchange.project(), wanted).stream()
                .map(run -> new Content(
                        run.run().hex(),
                        run.points(),
                        run.params(),
                        run.tags(),
                        run.inputs(),
                        Long.toHexString(run.digest())))
                .toList();
        return Answer.json(new Contents(found));
    }

    private Answer loggedModels(Exchange exchange) {
        long[] counts = new long[Imports.Outcome.values().length];
        var refused = new ArrayList<Refusal>();
        for (JsonNode node : records(exchange, "models")) {
            try {
                var outcome = imports.model(exchange.permit(), exchange.project(), ImportBodies.model(node));
                counts[outcome.ordinal()]++;
            } catch (ClewException e) {
                refused.add(new Refusal(
                        node.path("model_id").asText(""),
                        String.valueOf(requirePermanent(e).getMessage())));
            }
        }
        return taken(counts, refused, List.of());
    }

    private Answer registeredModels(Exchange exchange) {
        long[] counts = new long[Imports.Outcome.values().length];
        var refused = new ArrayList<Refusal>();
        var notes = new ArrayList<String>();
        JsonNode records = records(exchange, "models");
        if (records.isEmpty()) {
            return taken(counts, refused, notes);
        }
        Permit permit = importing(exchange.require(Permission.MODEL_REGISTER, Resource.in(exchange.project())));
        for (JsonNode node : records) {
            String name = node.path("name").asText("");
            try {
                var outcome = registeredModel(exchange, permit, Fields.of(node), refused, notes);
                counts[outcome.ordinal()]++;
            } catch (ClewException e) {
                refused.add(new Refusal(name, String.valueOf(requirePermanent(e).getMessage())));
            }
        }
        return taken(counts, refused, notes);
    }

    private Imports.Outcome registeredModel(
            Exchange exchange, Permit permit, Fields fields, List<Refusal> refused, List<String> notes) {
        String name = fields.text("name");
        Map<String, String> tags = ImportBodies.labels(fields, "tags");
        Map<String, String> aliases = ImportBodies.labels(fields, "aliases");
        JsonNode versions = ImportBodies.array(fields, "versions");
        var made = registry.imports()
                .model(
                        permit,
                        exchange.workspace(),
                        exchange.project(),
                        name,
                        fields.optionalText("description").orElse(""),
                        ImportBodies.time(fields, "created_at"),
                        ImportBodies.time(fields, "updated_at"),
                        tags);
        fields.end();
        boolean extended = false;
        for (JsonNode node : versions) {
            String id = name + "/" + node.path("version").asText("");
            try {
                RegistryImports.Done done =
                        registry.imports().version(permit, exchange.workspace(), name, version(Fields.of(node)));
                extended |= done.isNew();
                if (done.stageWithheld()) {
                    notes.add("%s is in no stage: policy protects the one it had; ask for an approval here."
                            .formatted(id));
                }
            } catch (ClewException e) {
                refused.add(new Refusal(id, String.valueOf(requirePermanent(e).getMessage())));
            }
        }
        extended |= setAliases(exchange, name, aliases, notes);
        return made.isNew() ? Imports.Outcome.CREATED : extended ? Imports.Outcome.EXTENDED : Imports.Outcome.UNCHANGED;
    }

    /** Aliases that the model has here stay where they are. */
    private boolean setAliases(Exchange exchange, String name, Map<String, String> aliases, List<String> notes) {
        if (aliases.isEmpty()) {
            return false;
        }
        var known = registry.view(exchange.workspace(), name)
                .map(view -> view.aliases())
                .orElse(Map.of());
        boolean moved = false;
        for (Map.Entry<String, String> alias : aliases.entrySet()) {
            Long here = known.get(alias.getKey());
            if (here != null) {
                if (!here.toString().equals(alias.getValue())) {
                    notes.add("Alias %s of %s stays at version %d, where it is here."
                            .formatted(alias.getKey(), name, here));
                }
                continue;
            }
            try {
                Permit permit =
                        importing(exchange.require(Permission.MODEL_ALIAS_SET, Resource.in(exchange.project())));
                moved |= registry.setAlias(permit, exchange.workspace(), name, alias.getKey(), alias.getValue())
                        .answer();
            } catch (ClewException e) {
                notes.add("Alias %s of %s was not set: %s"
                        .formatted(alias.getKey(), name, requirePermanent(e).getMessage()));
            }
        }
        return moved;
    }

    private static ImportedVersion version(Fields fields) {
        var version = new ImportedVersion(
                ImportBodies.count("version", fields.text("version")),
                fields.text("source"),
                fields.optionalText("location").orElse(null),
                fields.optionalText("run_id").orElse(""),
                fields.optionalText("model_id").orElse(null),
                fields.optionalText("run_link").orElse(""),
                fields.optionalText("description").orElse(""),
                fields.optionalText("stage").orElse("None"),
                ImportBodies.time(fields, "created_at"),
                ImportBodies.time(fields, "updated_at"),
                ImportBodies.labels(fields, "tags"));
        fields.end();
        return version;
    }

    private Answer complete(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String kind = ImportBodies.length("kind", body.text("kind"), 1, 40);
        JsonNode report = body.json("report")
                .filter(JsonNode::isObject)
                .orElseThrow(() -> ImportBodies.invalid("report is an object."));
        body.end();
        byte[] bytes = report.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_REPORT) {
            throw ImportBodies.invalid("report has %d bytes; at most %d are kept.".formatted(bytes.length, MAX_REPORT));
        }
        var receipt = imports.complete(exchange.permit(), exchange.project(), kind, bytes);
        return Answer.json(201, new Recorded(receipt.answer().hex())).receipt(receipt);
    }

    private static JsonNode records(Exchange exchange, String name) {
        Fields body = Fields.of(exchange.json());
        JsonNode records = ImportBodies.array(body, name);
        body.end();
        requireFew(records.size());
        return records;
    }

    private static void requireFew(int count) {
        if (count > MAX_RECORDS) {
            throw ImportBodies.invalid(
                    "A batch has at most %d records, this one has %d.".formatted(MAX_RECORDS, count));
        }
    }

    private static Permit importing(Permit permit) {
        return permit.because(Reason.of(
                Reason.Code.IMPORT,
                permit.reason() == null ? "" : permit.reason().text()));
    }

    /** What passes by itself ends the batch, so that it is sent again. */
    private static ClewException requirePermanent(ClewException e) {
        switch (e.code()) {
            case OVERLOADED, UNAVAILABLE, READ_ONLY, STALE -> throw e;
            default -> {
                return e;
            }
        }
    }
}

package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Logged and registered models of an import. Confined to one thread. */
final class ModelImport {
    private static final int VERSIONS = 200;
    private static final int MODEL_POINTS = 900;

    private static final Pattern OF_RUN = Pattern.compile(".*?([^/]+)/([0-9a-f]{32})/artifacts(/.*)?");
    private static final Pattern OF_MODEL = Pattern.compile(".*/models/(m-[0-9a-f]{32})(/.*)?");

    private final ImportCalls calls;
    private final MoveReport report;
    private final Map<String, String> homes;

    /** @param homes experiments here by their ids there */
    ModelImport(ImportCalls calls, MoveReport report, Map<String, String> homes) {
        this.calls = calls;
        this.report = report;
        this.homes = homes;
    }

    /** A logged model. */
    void logged(Source.Model model) {
        report.source(What.LOGGED_MODELS, 1);
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode node = body.putArray("models").addObject();
        node.put("model_id", model.id())
                .put("experiment_id", homes.getOrDefault(model.experiment(), ""))
                .put("name", model.name())
                .put("model_type", model.type())
                .put("status", model.status())
                .put("deleted", model.deleted())
                .put("created_at", model.createdAt())
                .put("updated_at", model.updatedAt());
        if (model.sourceRun() != null) {
            node.put("source_run_id", model.sourceRun());
        }
        if (Importer.staysThere(model.location())) {
            node.put("location", model.location());
        }
        ObjectNode params = node.putObject("params");
        model.params().forEach(params::put);
        ObjectNode tags = node.putObject("tags");
        model.tags().forEach(tags::put);
        JsonNode taken = calls.post("logged-models", body);
        calls.refusals(taken);
        report.target(What.LOGGED_MODELS, taken.path("refused").isEmpty() ? 1 : 0);
    }

    /** Points of logged models, sent as parts of the runs that logged them. */
    void points(Source source) {
        var held = new ArrayList<Source.Point>();
        String[] of = {""};
        source.modelPoints((run, point) -> {
            if (!run.equals(of[0]) || held.size() == MODEL_POINTS) {
                sendModelPoints(of[0], held);
                held.clear();
                of[0] = run;
            }
            held.add(point);
        });
        sendModelPoints(of[0], held);
    }

    private void sendModelPoints(String run, List<Source.Point> points) {
        if (points.isEmpty()) {
            return;
        }
        report.source(What.MODEL_POINTS, points.size());
        ObjectNode part = ImportCalls.part(run);
        ArrayNode metrics = part.putArray("metrics");
        points.forEach(point -> metrics.add(RunBatches.array(point)));
        if (calls.sendPart(part)) {
            report.target(What.MODEL_POINTS, points.size());
        }
    }

    /** A registered model with its versions. */
    void registered(Source.Registered model) {
        report.source(What.REGISTERED_MODELS, 1);
        report.source(What.VERSIONS, model.versions().size());
        int from = 0;
        do {
            int to = Math.min(model.versions().size(), from + VERSIONS);
            boolean isLast = to == model.versions().size();
            ObjectNode body = Json.MAPPER.createObjectNode();
            ObjectNode node = body.putArray("models").addObject();
            node.put("name", model.name())
                    .put("description", model.description())
                    .put("created_at", model.createdAt())
                    .put("updated_at", model.updatedAt());
            ObjectNode tags = node.putObject("tags");
            model.tags().forEach(tags::put);
            ArrayNode versions = node.putArray("versions");
            model.versions().subList(from, to).forEach(version -> version(versions.addObject(), version));
            if (isLast) {
                ObjectNode aliases = node.putObject("aliases");
                model.aliases().forEach(aliases::put);
            }
            JsonNode taken = calls.post("registered-models", body);
            calls.refusals(taken);
            boolean modelRefused = false;
            for (JsonNode refusal : taken.path("refused")) {
                modelRefused |= refusal.path("id").asText().equals(model.name());
            }
            report.target(What.REGISTERED_MODELS, isLast && !modelRefused ? 1 : 0);
            report.target(
                    What.VERSIONS,
                    modelRefused ? 0 : to - from - taken.path("refused").size());
            from = to;
        } while (from < model.versions().size());
    }

    private void version(ObjectNode node, Source.Version version) {
        node.put("version", Long.toString(version.number()))
                .put("source", version.source())
                .put("run_id", version.runId())
                .put("run_link", version.runLink())
                .put("description", version.description())
                .put("stage", version.stage().isEmpty() ? "None" : version.stage())
                .put("created_at", version.createdAt())
                .put("updated_at", version.updatedAt());
        String files =
                version.source().startsWith("models:/m-") || version.storage().isEmpty()
                        ? version.source()
                        : version.storage();
        Matcher ofModel = OF_MODEL.matcher(files.startsWith("models:/") ? "/" + files.replace(":", "") : files);
        Matcher ofRun = OF_RUN.matcher(files);
        if (ofModel.matches()) {
            node.put("model_id", ofModel.group(1)).put("location", "models:/" + ofModel.group(1));
        } else if (ofRun.matches() && homes.containsKey(ofRun.group(1)) && !Importer.staysThere(files)) {
            node.put(
                    "location",
                    "mlflow-artifacts:/%s/%s/artifacts%s"
                            .formatted(
                                    homes.get(ofRun.group(1)),
                                    ofRun.group(2),
                                    ofRun.group(3) == null ? "" : ofRun.group(3)));
        }
        ObjectNode tags = node.putObject("tags");
        version.tags().forEach(tags::put);
    }
}

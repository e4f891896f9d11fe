package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Logged models on their way out, with their metrics and which runs read and made them. Confined to one thread. */
final class ModelExport {
    private static final int PARAMS = 100;

    private final MlflowTarget target;
    private final MoveReport report;
    private final ExportedIds ids;

    ModelExport(MlflowTarget target, MoveReport report, ExportedIds ids) {
        this.target = target;
        this.report = report;
        this.ids = ids;
    }

    void model(Source.Model model) {
        report.source(What.LOGGED_MODELS, 1);
        String experiment = ids.experiment(model.experiment());
        if (experiment == null) {
            return;
        }
        try {
            if (ids.model(model.id()) == null) {
                ids.putModel(model.id(), create(experiment, model));
            }
            report.target(What.LOGGED_MODELS, 1);
        } catch (ClewException e) {
            report.refusedBy(model.id(), e);
        }
    }

    private String create(String experiment, Source.Model model) {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("experiment_id", experiment)
                .put("name", model.name())
                .put("model_type", model.type());
        String run = model.sourceRun() == null ? null : ids.run(model.sourceRun());
        if (run != null) {
            body.put("source_run_id", run);
        }
        ArrayNode first = body.putArray("params");
        model.params().entrySet().stream()
                .limit(PARAMS)
                .forEach(param -> first.addObject().put("key", param.getKey()).put("value", param.getValue()));
        var tags = new LinkedHashMap<>(model.tags());
        tags.put(MlflowTarget.SOURCE_MODEL, model.id());
        MlflowTarget.labels(body.putArray("tags"), tags);
        JsonNode made = target.create(
                "logged-models",
                body,
                () -> Optional.ofNullable(target.broughtModels(experiment).get(model.id()))
                        .map(ModelExport::known));
        String id = made.path("model").path("info").path("model_id").asText();
        moreParams(id, model.params());
        return id;
    }

    private static JsonNode known(String id) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.putObject("model").putObject("info").put("model_id", id);
        return node;
    }

    private void moreParams(String id, Map<String, String> params) {
        var rest = List.copyOf(params.entrySet());
        for (int from = PARAMS; from < rest.size(); from += PARAMS) {
            ObjectNode body = Json.MAPPER.createObjectNode();
            ArrayNode list = body.putArray("params");
            rest.subList(from, Math.min(rest.size(), from + PARAMS))
                    .forEach(
                            param -> list.addObject().put("key", param.getKey()).put("value", param.getValue()));
            target.post("logged-models/%s/params".formatted(id), body);
        }
    }

    /** The state is told last, when metrics and files are there. */
    void finish(Source.Model model) {
        String id = ids.model(model.id());
        if (id == null || !model.status().endsWith("_READY") && !model.status().endsWith("_FAILED")) {
            return;
        }
        try {
            target.patch(
                    "logged-models/" + id,
                    Json.MAPPER.createObjectNode().put("model_id", id).put("status", model.status()));
        } catch (ClewException e) {
            report.refusedBy(model.id(), e);
        }
    }

    /** A point of a logged model, logged by a run. */
    void point(String run, Source.Point point) {
        report.source(What.MODEL_POINTS, 1);
        String there = ids.run(run);
        String model = point.model() == null ? null : ids.model(point.model());
        if (there == null || model == null) {
            report.count("point of a logged model whose run is not part of the export", 1);
            return;
        }
        try {
            var calls = new LogCalls(target, there);
            calls.point(point, model);
            calls.flush();
            report.target(What.MODEL_POINTS, 1);
        } catch (ClewException e) {
            report.refusedBy(point.model() + " " + point.key(), e);
        }
    }

    /** Which models runs read and made, but those that are told there already: a server refuses to be told twice. */
    void uses() {
        ids.uses().forEach((run, uses) -> {
            String there = ids.run(run);
            if (there != null) {
                try {
                    uses(there, uses);
                } catch (ClewException e) {
                    report.refusedBy(run, e);
                }
            }
        });
    }

    private void uses(String run, List<Source.ModelUse> uses) {
        JsonNode known =
                target.http().get(HttpSource.V2 + "runs/get?run_id=" + run).path("run");
        var told = Set.copyOf(HttpRuns.run(known, false).models());
        ObjectNode read = Json.MAPPER.createObjectNode().put("run_id", run);
        ObjectNode made = Json.MAPPER.createObjectNode().put("run_id", run);
        ArrayNode inputs = read.putArray("models");
        ArrayNode outputs = made.putArray("models");
        for (Source.ModelUse use : uses) {
            String model = ids.model(use.model());
            if (model == null) {
                report.count("logged model that a run names and that is not there to export", 1);
            } else if (!told.contains(new Source.ModelUse(model, use.isOutput(), use.step()))) {
                if (use.isOutput()) {
                    outputs.addObject().put("model_id", model).put("step", use.step());
                } else {
                    inputs.addObject().put("model_id", model);
                }
            }
        }
        if (!inputs.isEmpty()) {
            target.post("runs/log-inputs", read);
        }
        if (!outputs.isEmpty()) {
            target.post("runs/outputs", made);
        }
    }
}

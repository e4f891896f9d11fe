package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Registered models and prompts on their way out. Numbers of versions stay: one that is missing here is made there and deleted. Confined
 * to one thread.
 */
final class RegistryExport {
    private static final Pattern RUN = Pattern.compile("runs:/([0-9a-f]{32})(/.*)?");
    private static final Pattern MODEL = Pattern.compile("models:/(m-[0-9a-f]{32})(/.*)?");
    private static final Pattern KEPT =
            Pattern.compile("(?:mlflow-artifacts:|file:|/).*?([0-9a-f]{32})/artifacts(/.*)?");
    private static final Pattern KEPT_MODEL =
            Pattern.compile("mlflow-artifacts:/+([^/]+)/models/(m-[0-9a-f]{32})/artifacts(/.*)?");
    /** Gaps in the numbers of one model that are filled. */
    private static final int MAX_GAPS = 10_000;

    private final MlflowTarget target;
    private final MoveReport report;
    private final ExportedIds ids;

    RegistryExport(MlflowTarget target, MoveReport report, ExportedIds ids) {
        this.target = target;
        this.report = report;
        this.ids = ids;
    }

    void model(Source.Registered model) {
        report.source(What.REGISTERED_MODELS, 1);
        report.source(What.VERSIONS, model.versions().size());
        try {
            create(model);
            report.target(What.REGISTERED_MODELS, 1);
        } catch (ClewException e) {
            report.refusedBy(model.name(), e);
            return;
        }
        var there = new HashMap<Long, Source.Version>();
        target.versions(model.name()).forEach(version -> there.put(version.number(), version));
        long next = there.keySet().stream().mapToLong(Long::longValue).max().orElse(0) + 1;
        for (Source.Version version : model.versions()) {
            try {
                next = version(model.name(), version, there.get(version.number()), next);
            } catch (ClewException e) {
                report.refusedBy(model.name() + "/" + version.number(), e);
                return;
            }
        }
        model.aliases().forEach((alias, number) -> alias(model.name(), alias, number));
    }

    private void create(Source.Registered model) {
        ObjectNode body =
                Json.MAPPER.createObjectNode().put("name", model.name()).put("description", model.description());
        MlflowTarget.labels(body.putArray("tags"), model.tags());
        try {
            target.post("registered-models/create", body);
        } catch (ClewException e) {
            // It is there already, or it cannot be: then this says so.
            JsonNode found =
                    target.http().get(HttpSource.V2 + "registered-models/get?name=" + MlflowHttp.encoded(model.name()));
            Map<String, String> known =
                    HttpPages.labels(found.path("registered_model").path("tags"));
            model.tags().forEach((key, value) -> {
                if (!known.containsKey(key)) {
                    target.post(
                            "registered-models/set-tag",
                            named(model.name()).put("key", key).put("value", value));
                }
            });
        }
    }

    private static ObjectNode named(String model) {
        return Json.MAPPER.createObjectNode().put("name", model);
    }

    /** @return the number that the next version there gets */
    private long version(String model, Source.Version version, Source.@Nullable Version there, long next) {
        String mark = Long.toString(version.number());
        if (there != null) {
            if (!mark.equals(there.tags().get(MlflowTarget.SOURCE_VERSION))) {
                report.refused(model + "/" + version.number(), "the number belongs to another version there");
                return next;
            }
            finish(model, version, there.stage());
            return next;
        }
        if (version.number() < next) {
            report.refused(
                    model + "/" + version.number(),
                    "the model there is at version %d already; numbers only grow".formatted(next - 1));
            return next;
        }
        if (version.number() - next > MAX_GAPS) {
            report.refused(model + "/" + version.number(), "more than %d numbers lie before it".formatted(MAX_GAPS));
            return next;
        }
        long number = next;
        while (number < version.number()) {
            number = make(model, version, "gap") + 1;
            target.delete("model-versions/delete", named(model).put("version", Long.toString(number - 1)));
        }
        long made = make(model, version, mark);
        if (made != version.number()) {
            report.refused(model + "/" + version.number(), "it became version %d there".formatted(made));
        } else {
            finish(model, version, "None");
        }
        return made + 1;
    }

    private long make(String model, Source.Version version, String mark) {
        String source = source(version.source());
        ObjectNode body = named(model).put("source", source).put("description", version.description());
        Matcher ofModel = MODEL.matcher(source);
        if (ofModel.matches()) {
            body.put("model_id", ofModel.group(1));
        }
        String run = version.runId().isEmpty() ? null : ids.run(version.runId());
        if (run != null) {
            body.put("run_id", run);
        }
        if (!version.runLink().isEmpty()) {
            body.put("run_link", version.runLink());
        }
        var tags = new LinkedHashMap<>(version.tags());
        tags.put(MlflowTarget.SOURCE_VERSION, mark);
        MlflowTarget.labels(body.putArray("tags"), tags);
        JsonNode made = target.create("model-versions/create", body, () -> brought(model, mark));
        return made.path("model_version").path("version").asLong();
    }

    private Optional<JsonNode> brought(String model, String mark) {
        List<Source.Version> versions = target.versions(model);
        return versions.stream()
                .filter(version -> mark.equals(version.tags().get(MlflowTarget.SOURCE_VERSION)))
                .findFirst()
                .map(version -> {
                    ObjectNode node = Json.MAPPER.createObjectNode();
                    node.putObject("model_version").put("version", Long.toString(version.number()));
                    return node;
                });
    }

    private void finish(String model, Source.Version version, String stageThere) {
        report.target(What.VERSIONS, 1);
        if (!version.stage().isEmpty() && !version.stage().equals(stageThere)) {
            target.post(
                    "model-versions/transition-stage",
                    named(model)
                            .put("version", Long.toString(version.number()))
                            .put("stage", version.stage())
                            .put("archive_existing_versions", false));
        }
    }

    private void alias(String model, String alias, String number) {
        try {
            target.post(
                    "registered-models/alias", named(model).put("alias", alias).put("version", number));
        } catch (ClewException e) {
            report.refusedBy("alias %s of %s".formatted(alias, model), e);
        }
    }

    /** Where the files of a version are there: the same place of the run or logged model that stands for ours. */
    private String source(String source) {
        Matcher run = RUN.matcher(source);
        if (run.matches() && ids.run(run.group(1)) != null) {
            return "runs:/" + ids.run(run.group(1)) + rest(run.group(2));
        }
        Matcher model = MODEL.matcher(source);
        if (model.matches() && ids.model(model.group(1)) != null) {
            return "models:/" + ids.model(model.group(1)) + rest(model.group(2));
        }
        Matcher ofModel = KEPT_MODEL.matcher(source);
        if (ofModel.matches() && ids.model(ofModel.group(2)) != null) {
            return "models:/" + ids.model(ofModel.group(2)) + rest(ofModel.group(3));
        }
        Matcher kept = KEPT.matcher(source);
        if (kept.matches() && ids.run(kept.group(1)) != null) {
            return "runs:/" + ids.run(kept.group(1)) + rest(kept.group(2));
        }
        return source;
    }

    private static String rest(@Nullable String path) {
        return path == null ? "" : path;
    }
}

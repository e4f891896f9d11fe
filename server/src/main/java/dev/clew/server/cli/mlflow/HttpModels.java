package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Logged and registered models of a tracking server. Servers before logged models have none. */
final class HttpModels {
    private static final String V2 = HttpSource.V2;
    private static final int MODELS = 100;
    private static final int PAGE = 1_000;

    /** Prompts are registered models that a search leaves out unless it asks for them. */
    private static final String PROMPTS = "tags.`mlflow.prompt.is_prompt` = 'true'";

    private final MlflowHttp http;
    private final HttpPages pages;

    HttpModels(MlflowHttp http) {
        this.http = http;
        this.pages = new HttpPages(http);
    }

    /** Logged models of an experiment as the server tells them. */
    void logged(String experiment, Consumer<JsonNode> sink) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("max_results", MODELS);
        body.putArray("experiment_ids").add(experiment);
        String token;
        do {
            var answered = http.call("POST", V2 + "logged-models/search", body);
            if (!answered.isDone()) {
                return; // A server before logged models, or an experiment it does not search.
            }
            answered.body().path("models").forEach(sink);
            token = answered.body().path("next_page_token").asText("");
            body.put("page_token", token);
        } while (!token.isEmpty());
    }

    static Source.Model model(JsonNode node) {
        JsonNode info = node.path("info");
        String source = info.path("source_run_id").asText("");
        return new Source.Model(
                info.path("model_id").asText(),
                info.path("experiment_id").asText(),
                info.path("name").asText(),
                info.path("model_type").asText(""),
                source.isEmpty() ? null : source,
                info.path("status").asText("LOGGED_MODEL_STATUS_UNSPECIFIED"),
                false,
                info.path("creation_timestamp_ms").asLong(),
                info.path("last_updated_timestamp_ms").asLong(),
                info.path("artifact_uri").asText(""),
                HttpPages.labels(node.path("data").path("params")),
                HttpPages.labels(info.path("tags")));
    }

    /** The latest point of each metric and data set: servers tell no more of a logged model's. */
    static void points(JsonNode model, Source.ModelPoints sink) {
        for (JsonNode metric : model.path("data").path("metrics")) {
            String run = metric.path("run_id").asText("");
            if (!run.isEmpty()) {
                sink.point(
                        run,
                        new Source.Point(
                                metric.path("key").asText(),
                                HttpPages.value(metric.path("value")),
                                metric.path("timestamp").asLong(),
                                metric.path("step").asLong(),
                                model.path("info").path("model_id").asText(),
                                text(metric, "dataset_name"),
                                text(metric, "dataset_digest")));
            }
        }
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.has(field) ? node.path(field).asText() : null;
    }

    /** Registered models, prompts too, each with all its versions in order. */
    void registered(Consumer<Source.Registered> sink) {
        var told = new HashSet<String>();
        Consumer<JsonNode> once = model -> {
            if (told.add(model.path("name").asText())) {
                sink.accept(registered(model));
            }
        };
        String search = V2 + "registered-models/search?max_results=" + PAGE;
        pages.got(search, "registered_models", once);
        String prompts = search + "&filter=" + MlflowHttp.encoded(PROMPTS);
        if (http.call("GET", prompts, null).isDone()) {
            pages.got(prompts, "registered_models", once);
        }
    }

    private Source.Registered registered(JsonNode model) {
        String name = model.path("name").asText();
        var aliases = new LinkedHashMap<String, String>();
        model.path("aliases")
                .forEach(alias -> aliases.put(
                        alias.path("alias").asText(), alias.path("version").asText()));
        return new Source.Registered(
                name,
                model.path("description").asText(""),
                model.path("creation_timestamp").asLong(),
                model.path("last_updated_timestamp").asLong(),
                HttpPages.labels(model.path("tags")),
                aliases,
                versions(name));
    }

    /** Versions of a registered model by number. */
    List<Source.Version> versions(String name) {
        var versions = new ArrayList<Source.Version>();
        pages.got(
                V2
                        + "model-versions/search?max_results=%d&filter=%s"
                                .formatted(PAGE, MlflowHttp.encoded("name = '%s'".formatted(name.replace("'", "''")))),
                "model_versions",
                version -> versions.add(version(version)));
        versions.sort(java.util.Comparator.comparingLong(Source.Version::number));
        return versions;
    }

    private static Source.Version version(JsonNode node) {
        return new Source.Version(
                node.path("version").asLong(),
                node.path("source").asText(""),
                "",
                node.path("run_id").asText(""),
                node.path("run_link").asText(""),
                node.path("description").asText(""),
                node.path("current_stage").asText("None"),
                node.path("creation_timestamp").asLong(),
                node.path("last_updated_timestamp").asLong(),
                HttpPages.labels(node.path("tags")));
    }
}

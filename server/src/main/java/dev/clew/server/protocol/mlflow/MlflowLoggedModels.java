package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.search.Vocabulary.Type;
import dev.clew.server.tracking.LoggedModel;
import dev.clew.server.tracking.LoggedModel.Status;
import dev.clew.server.tracking.LoggedModels;
import dev.clew.server.tracking.ModelQuery;
import dev.clew.server.tracking.RunView.Label;
import dev.clew.server.tracking.RunView.Metric;
import dev.clew.server.tracking.RunView.ModelView;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.TrackedFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Routes of logged models. */
public final class MlflowLoggedModels {
    private static final String BASE = "mlflow/logged-models";
    private static final String ONE = BASE + "/{model_id}";
    private static final String VERSIONS = "mlflow.modelVersions";
    private static final int DEFAULT_RESULTS = 50;
    private static final int MAX_RESULTS = 1_000;
    private static final int MAX_DATASETS = 100;
    private static final int MAX_NAME = 500;
    private static final Pattern FORBIDDEN = Pattern.compile("[/:.%\"']");

    static final Vocabulary WORDS = Vocabulary.of()
            .entity("metric", "metrics")
            .numeric("metric")
            .entity("parameter", "parameters", "param", "params")
            .entity("tag", "tags")
            .entity("attribute", "attributes", "attr")
            .attribute("name", Type.TEXT)
            .attribute("model_id", Type.TEXT)
            .attribute("model_type", Type.TEXT)
            .attribute("status", Type.TEXT)
            .attribute("source_run_id", Type.TEXT)
            .attribute("creation_timestamp", Type.NUMBER, "creation_time")
            .attribute("last_updated_timestamp", Type.NUMBER, "last_updated_time")
            .lists(
                    "attribute.name",
                    "attribute.model_id",
                    "attribute.model_type",
                    "attribute.status",
                    "attribute.source_run_id")
            .build();

    private final LoggedModels models;
    private final TrackedFiles files;
    private final MlflowArtifacts artifacts;

    public MlflowLoggedModels(LoggedModels models, TrackedFiles files, MlflowArtifacts artifacts) {
        this.models = models;
        this.files = files;
        this.artifacts = artifacts;
    }

    public List<Route> routes() {
        return new MlflowRoutes()
                .add(Method.POST, BASE, Permission.RUN_WRITE, this::create)
                .add(Method.POST, BASE + "/search", Permission.RUN_READ, this::search)
                .add(Method.GET, ONE, Permission.RUN_READ, this::get)
                .add(Method.PATCH, ONE, Permission.RUN_WRITE, this::finish)
                .add(Method.DELETE, ONE, Permission.RUN_DELETE, this::delete)
                .add(Method.PATCH, ONE + "/tags", Permission.RUN_WRITE, this::setTags)
                .add(Method.DELETE, ONE + "/tags/{key...}", Permission.RUN_WRITE, this::deleteTag)
                .add(Method.POST, ONE + "/params", Permission.RUN_WRITE, this::logParams)
                .add(Method.GET, ONE + "/artifacts/directories", Permission.ARTIFACT_READ, this::directory)
                .addAt(Method.GET, "/ajax-api/2.0/" + ONE + "/artifacts/files", Permission.ARTIFACT_READ, this::file)
                .list();
    }

    private Answer create(Call call) {
        Message message = call.message();
        long experiment = Ids.experiment(message.requiredId("experiment_id"));
        String name = message.text("name");
        String run = message.text("source_run_id");
        var receipt = models.create(
                call.permit(),
                call.project(),
                experiment,
                name.isEmpty() ? RandomNames.next() : checkedName(name),
                Checks.length("model_type", message.text("model_type"), MAX_NAME),
                run.isEmpty() ? null : Ids.run(run),
                params(message),
                tags(message));
        return answer(models.view(receipt.answer())).receipt(receipt);
    }

    private static String checkedName(String name) {
        if (FORBIDDEN.matcher(name).find()) {
            throw MlflowErrors.invalid(
                    "Invalid model name ('%s') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%%', '\"', \"'\")"
                            .formatted(name));
        }
        return Checks.length("name", name, MAX_NAME);
    }

    private static Map<String, String> params(Message message) {
        var params = new LinkedHashMap<String, String>();
        message.labels("params").forEach((key, value) -> LogChecks.param(params::put, "key", key, value));
        return params;
    }

    private static Map<String, String> tags(Message message) {
        var tags = new LinkedHashMap<String, String>();
        message.labels("tags").forEach((key, value) -> LogChecks.tag(tags::put, "key", key, value));
        return tags;
    }

    private Answer get(Call call) {
        return answer(find(call));
    }

    private Answer finish(Call call) {
        Message message = call.message();
        Status status =
                message.choice("status", MlflowLoggedModels::status).orElseThrow(() -> message.missing("status"));
        var receipt = models.finish(call.permit(), call.project(), id(call), status);
        if (status == Status.LOGGED_MODEL_READY) {
            files.recordEnvironment(call.permit(), files.of(receipt.answer()));
        }
        return answer(models.view(receipt.answer())).receipt(receipt);
    }

    private static Optional<Status> status(String text) {
        return Arrays.stream(Status.values())
                .filter(status -> status.ordinal() > 0)
                .filter(status -> status.name().equals(text)
                        || Integer.toString(status.ordinal()).equals(text))
                .findFirst();
    }

    private Answer delete(Call call) {
        var permit = call.requireOwn(Permission.RUN_DELETE, find(call).model().createdBy());
        return Out.empty().receipt(models.delete(permit, call.project(), id(call)));
    }

    private Answer setTags(Call call) {
        return Out.empty()
                .receipt(models.label(call.permit(), call.project(), id(call), Map.of(), tags(call.message())));
    }

    private Answer logParams(Call call) {
        return Out.empty()
                .receipt(models.label(call.permit(), call.project(), id(call), params(call.message()), Map.of()));
    }

    private Answer deleteTag(Call call) {
        return Out.empty().receipt(models.removeTag(call.permit(), call.project(), id(call), call.path("key")));
    }

    private Answer search(Call call) {
        Message message = call.message();
        List<String> experiments = message.ids("experiment_ids");
        if (experiments.isEmpty()) {
            throw message.missing("experiment_ids");
        }
        var query = new ModelQuery(
                call.project(),
                Ids.experiments(experiments),
                FilterParser.parse(WORDS, message.text("filter")),
                few(message, "datasets", MAX_DATASETS).stream()
                        .map(each -> new ModelQuery.Dataset(each.required("dataset_name"), digest(each)))
                        .toList(),
                few(message, "order_by", OrderParser.MAX_TERMS).stream()
                        .map(MlflowLoggedModels::term)
                        .toList(),
                Math.min(message.maxResults(DEFAULT_RESULTS, Integer.MAX_VALUE), MAX_RESULTS),
                MlflowExperiments.pageToken(message));
        var page = models.search(query);
        return Out.answer(out ->
                out.list("models", page.items(), MlflowLoggedModels::write).text("next_page_token", page.token()));
    }

    private static List<Message> few(Message message, String field, int most) {
        List<Message> all = message.messages(field);
        if (all.size() > most) {
            throw MlflowErrors.invalid(
                    "`%s` has %d items; at most %d are taken. Shorten it.".formatted(field, all.size(), most));
        }
        return all;
    }

    private static ModelQuery.Term term(Message message) {
        String field = message.required("field_name");
        String dataset = message.text("dataset_name");
        return new ModelQuery.Term(
                field.startsWith("attributes.") ? field.substring("attributes.".length()) : field,
                message.flag("ascending").orElse(true),
                dataset.isEmpty() ? null : new ModelQuery.Dataset(dataset, digest(message)));
    }

    private static @Nullable String digest(Message message) {
        return message.optional("dataset_digest")
                .filter(text -> !text.isEmpty())
                .orElse(null);
    }

    private Answer directory(Call call) {
        String path = ArtifactPath.checked(call.message().text("artifact_directory_path"));
        return artifacts.folder(files.of(find(call).model()), path);
    }

    private Answer file(Call call) throws IOException {
        String path = ArtifactPath.checked(call.message().required("artifact_file_path"));
        return ArtifactAnswer.of(call, files, files.of(find(call).model()).at(path), path);
    }

    private ModelView find(Call call) {
        String id = call.path("model_id");
        return models.find(Ids.model(id), call.project())
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownModel(id)));
    }

    private static Uid id(Call call) {
        return Ids.model(call.path("model_id"));
    }

    private static Answer answer(ModelView view) {
        return Out.answer(out -> out.object("model", model -> write(model, view)));
    }

    private static void write(Out out, ModelView view) throws IOException {
        LoggedModel model = view.model();
        Uid run = model.sourceRun();
        out.object(
                        "info",
                        info -> info.text("model_id", model.id())
                                .text("experiment_id", Long.toString(model.experiment()))
                                .text("name", model.name())
                                .integer("creation_timestamp_ms", model.createdAt())
                                .integer("last_updated_timestamp_ms", model.updatedAt())
                                .text("artifact_uri", model.location())
                                .text("status", model.status().name())
                                .text("model_type", model.modelType())
                                .text("source_run_id", run == null ? "" : run.hex())
                                .list("tags", view.tags(), RunWriter::label)
                                .list(
                                        "registrations",
                                        registrations(view),
                                        (each, version) ->
                                                each.text("name", version.name).text("version", version.version)))
                .object(
                        "data",
                        data -> data.list("params", view.params(), RunWriter::label)
                                .list("metrics", view.metrics(), (each, metric) -> metric(each, metric, model)));
    }

    private static void metric(Out out, Metric metric, LoggedModel model) throws IOException {
        RunWriter.metric(out, metric);
        Uid run = metric.run();
        out.text("model_id", model.id()).text("run_id", run == null ? null : run.hex());
    }

    private record Registration(String name, String version) {}

    /** Versions registered from the model, as its tag lists them; clients write numbers and texts. */
    private static Set<Registration> registrations(ModelView view) {
        var all = new LinkedHashSet<Registration>();
        for (Label tag : view.tags()) {
            if (tag.key().equals(VERSIONS)) {
                for (JsonNode each : list(tag.value())) {
                    all.add(new Registration(
                            each.path("name").asText(), each.path("version").asText()));
                }
            }
        }
        return all;
    }

    private static JsonNode list(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.createArrayNode();
        }
    }
}

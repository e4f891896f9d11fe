package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.search.Vocabulary.Type;
import dev.clew.server.tracking.Experiment;
import dev.clew.server.tracking.Lifecycle;
import dev.clew.server.tracking.RunQuery.View;
import dev.clew.server.tracking.RunView.ExperimentView;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Routes of experiments. */
public final class MlflowExperiments {
    private static final int MAX_NAME = 500;
    private static final int MAX_TAG_VALUE = 20_000;
    private static final int MAX_RESULTS = 50_000;
    private static final int DEFAULT_RESULTS = 1_000;

    static final Vocabulary WORDS = Vocabulary.of()
            .entity("attribute", "attributes", "attr")
            .entity("tag", "tags")
            .nullable("tag")
            .attribute("name", Type.TEXT)
            .attribute("experiment_id", Type.TEXT)
            .attribute("creation_time", Type.NUMBER)
            .attribute("last_update_time", Type.NUMBER)
            .lists("attribute.experiment_id")
            .build();

    private final Tracking tracking;

    public MlflowExperiments(Tracking tracking) {
        this.tracking = tracking;
    }

    public List<Route> routes() {
        String base = "mlflow/experiments/";
        return new MlflowRoutes()
                .add(Method.POST, base + "create", Permission.EXPERIMENT_WRITE, this::create)
                .add(Method.GET, base + "get", Permission.EXPERIMENT_READ, this::get)
                .add(Method.GET, base + "get-by-name", Permission.EXPERIMENT_READ, this::getByName)
                .add(Method.POST, base + "search", Permission.EXPERIMENT_READ, this::search)
                .add(Method.GET, base + "search", Permission.EXPERIMENT_READ, this::search)
                .add(Method.POST, base + "update", Permission.EXPERIMENT_WRITE, this::rename)
                .add(Method.POST, base + "delete", Permission.EXPERIMENT_DELETE, call -> move(call, Lifecycle.DELETED))
                .add(Method.POST, base + "restore", Permission.EXPERIMENT_DELETE, call -> move(call, Lifecycle.ACTIVE))
                .add(Method.POST, base + "set-experiment-tag", Permission.EXPERIMENT_WRITE, this::setTag)
                .add(Method.POST, base + "delete-experiment-tag", Permission.EXPERIMENT_WRITE, this::deleteTag)
                .list();
    }

    private Answer create(Call call) {
        Message message = call.message();
        String name = Checks.length("name", message.required("name"), MAX_NAME);
        String location = message.text("artifact_location");
        Map<String, String> tags = message.labels("tags");
        tags.forEach(MlflowExperiments::checkTag);
        var receipt = tracking.createExperiment(
                call.permit(),
                call.project(),
                name,
                location.isEmpty() ? null : Locations.checkedExperiment(location),
                tags);
        String id = Long.toString(receipt.answer().id());
        return Out.answer(out -> out.text("experiment_id", id)).receipt(receipt);
    }

    private Answer get(Call call) {
        long id = Ids.experiment(call.message().requiredId("experiment_id"));
        return answer(tracking.experiment(id, call.project())
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownExperiment(Long.toString(id)))));
    }

    private Answer getByName(Call call) {
        String name = call.message().required("experiment_name");
        return answer(tracking.experiment(name, call.project())
                .orElseThrow(() -> MlflowErrors.notFound("Could not find experiment with name '%s'".formatted(name))));
    }

    private Answer search(Call call) {
        Message message = call.message();
        var page = tracking.experiments(
                call.project(),
                FilterParser.parse(WORDS, message.text("filter")),
                view(message, "view_type"),
                OrderParser.parse(WORDS, message.texts("order_by")),
                limit(message),
                pageToken(message));
        return Out.answer(out ->
                out.list("experiments", page.items(), MlflowExperiments::write).text("next_page_token", page.token()));
    }

    private static int limit(Message message) {
        long wanted = message.integer("max_results").orElse((long) DEFAULT_RESULTS);
        if (wanted > MAX_RESULTS) {
            throw MlflowErrors.invalid("Invalid value %d for parameter 'max_results' supplied. It must be at most %d"
                    .formatted(wanted, MAX_RESULTS));
        }
        return message.maxResults(DEFAULT_RESULTS, MAX_RESULTS);
    }

    private Answer rename(Call call) {
        Message message = call.message();
        long id = Ids.experiment(message.requiredId("experiment_id"));
        String name = Checks.length("name", message.required("new_name"), MAX_NAME);
        return Out.empty().receipt(tracking.renameExperiment(call.permit(), call.project(), id, name));
    }

    private Answer move(Call call, Lifecycle to) {
        long id = Ids.experiment(call.message().requiredId("experiment_id"));
        Experiment found = tracking.experiment(id, call.project())
                .map(ExperimentView::experiment)
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownExperiment(Long.toString(id))));
        String owner = found.createdBy();
        var permit = call.requireOwn(Permission.EXPERIMENT_DELETE, owner == null ? Tracking.UNKNOWN_PRINCIPAL : owner);
        return Out.empty().receipt(tracking.moveExperiment(permit, call.project(), id, to));
    }

    private Answer setTag(Call call) {
        Message message = call.message();
        long id = Ids.experiment(message.requiredId("experiment_id"));
        String key = message.required("key");
        String value = message.text("value");
        checkTag(key, value);
        return Out.empty().receipt(tracking.tagExperiment(call.permit(), call.project(), id, key, value));
    }

    private Answer deleteTag(Call call) {
        Message message = call.message();
        long id = Ids.experiment(message.requiredId("experiment_id"));
        return Out.empty()
                .receipt(tracking.tagExperiment(call.permit(), call.project(), id, message.required("key"), null));
    }

    private static void checkTag(String key, String value) {
        Checks.length("key", Checks.key("key", key), Checks.MAX_KEY);
        Checks.length("value", value, MAX_TAG_VALUE);
    }

    /** {@code ViewType}: by name or number; absent is ACTIVE_ONLY. */
    static View view(Message message, String field) {
        return message.choice(
                        field,
                        text -> Optional.ofNullable(
                                switch (text) {
                                    case "ACTIVE_ONLY", "1" -> View.ACTIVE_ONLY;
                                    case "DELETED_ONLY", "2" -> View.DELETED_ONLY;
                                    case "ALL", "3" -> View.ALL;
                                    default -> null;
                                }))
                .orElse(View.ACTIVE_ONLY);
    }

    /** {@code page_token}, null for the first page. */
    static @org.jspecify.annotations.Nullable String pageToken(Message message) {
        String token = message.text("page_token");
        return token.isEmpty() ? null : token;
    }

    private static Answer answer(ExperimentView found) {
        return Out.answer(out -> out.object("experiment", experiment -> write(experiment, found)));
    }

    private static void write(Out out, ExperimentView view) throws IOException {
        Experiment experiment = view.experiment();
        out.text("experiment_id", Long.toString(experiment.id()))
                .text("name", experiment.name())
                .text("artifact_location", experiment.location())
                .text("lifecycle_stage", experiment.lifecycle().text())
                .integer("last_update_time", experiment.updatedAt())
                .integer("creation_time", experiment.createdAt())
                .list(
                        "tags",
                        view.tags(),
                        (each, tag) -> each.text("key", tag.key()).text("value", tag.value()))
                .text("workspace", "default");
    }
}

package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Page;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.search.Vocabulary.Type;
import dev.clew.server.tracking.Lifecycle;
import dev.clew.server.tracking.Run;
import dev.clew.server.tracking.RunProjection;
import dev.clew.server.tracking.RunProjection.Part;
import dev.clew.server.tracking.RunQuery;
import dev.clew.server.tracking.RunStatus;
import dev.clew.server.tracking.RunView;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.Tracking;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Routes of runs other than those that log to them. */
public final class MlflowRuns {
    static final String RUN_NAME = "mlflow.runName";

    private static final int MAX_RESULTS = 50_000;
    private static final int DEFAULT_RESULTS = 1_000;
    private static final int MAX_KEYS = 1_000;

    private static final Map<String, Set<Part>> FIELDS = new TreeMap<>(Map.of(
            "info", Set.of(),
            "metrics", Set.of(Part.METRICS),
            "params", Set.of(Part.PARAMS),
            "tags", Set.of(Part.TAGS),
            "data", Set.of(Part.METRICS, Part.PARAMS, Part.TAGS),
            "inputs", Set.of(Part.INPUTS, Part.MODELS),
            "outputs", Set.of(Part.MODELS)));

    static final Vocabulary WORDS = Vocabulary.of()
            .entity("metric", "metrics")
            .numeric("metric")
            .entity("parameter", "parameters", "param", "params")
            .nullable("parameter")
            .entity("tag", "tags")
            .nullable("tag")
            .entity("attribute", "attributes", "attr", "run")
            .entity("dataset", "datasets")
            .attribute("run_id", Type.TEXT)
            .attribute("run_name", Type.TEXT, "run name", "Run name", "Run Name")
            .attribute("user_id", Type.TEXT)
            .attribute("status", Type.TEXT)
            .attribute("artifact_uri", Type.TEXT)
            .attribute("start_time", Type.NUMBER, "created", "Created")
            .attribute("end_time", Type.NUMBER)
            .attribute("duration", Type.NUMBER)
            .lists("attribute.run_id", "dataset.*")
            .build();

    private final Tracking tracking;
    private final InstantSource clock;

    public MlflowRuns(Tracking tracking, InstantSource clock) {
        this.tracking = tracking;
        this.clock = clock;
    }

    public List<Route> routes() {
        String base = "mlflow/runs/";
        return new MlflowRoutes()
                .add(Method.POST, base + "create", Permission.RUN_WRITE, this::create)
                .add(Method.GET, base + "get", Permission.RUN_READ, this::get)
                .add(Method.POST, base + "update", Permission.RUN_WRITE, this::update)
                .add(Method.POST, base + "delete", Permission.RUN_DELETE, call -> move(call, Lifecycle.DELETED))
                .add(Method.POST, base + "restore", Permission.RUN_DELETE, call -> move(call, Lifecycle.ACTIVE))
                .add(Method.POST, base + "search", Permission.RUN_READ, this::search)
                .add(Method.POST, base + "delete-tag", Permission.RUN_WRITE, this::deleteTag)
                .list();
    }

    private Answer create(Call call) {
        Message message = call.message();
        long experiment = Ids.experiment(message.requiredId("experiment_id"));
        var receipt = tracking.createRun(
                call.permit(),
                call.project(),
                experiment,
                message.text("user_id"),
                message.integer("start_time").orElseGet(clock::millis),
                tags(message));
        RunView view = view(call, receipt.answer());
        return Out.answer(out -> out.object("run", run -> RunWriter.write(run, view)))
                .receipt(receipt);
    }

    /** The tags of a new run with its name among them: as given, as tagged, or made up. */
    private static Map<String, String> tags(Message message) {
        var tags = new LinkedHashMap<String, String>();
        message.labels("tags").forEach((key, value) -> LogChecks.tag(tags::put, "key", key, value));
        String name = message.text("run_name");
        String tagged = tags.getOrDefault(RUN_NAME, "");
        if (!name.isEmpty() && !tagged.isEmpty() && !name.equals(tagged)) {
            throw MlflowErrors.invalid(
                    "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='%s', mlflow.runName='%s')."
                            .formatted(name, tagged));
        }
        if (tagged.isEmpty()) {
            LogChecks.tag(tags::put, "key", RUN_NAME, name.isEmpty() ? RandomNames.next() : name);
        }
        return tags;
    }

    private Answer get(Call call) {
        String id = call.message().requiredRunId();
        RunView view = tracking.run(Ids.run(id), call.project())
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownRun(id)));
        return Out.answer(out -> out.object("run", run -> RunWriter.write(run, view)));
    }

    private Answer update(Call call) {
        Message message = call.message();
        String name = message.text("run_name");
        var receipt = tracking.updateRun(
                call.permit(),
                call.project(),
                Ids.run(message.requiredRunId()),
                message.choice("status", RunStatus::parse).orElse(null),
                message.integer("end_time").orElse(null),
                name.isEmpty() ? null : Checks.cut(name, LogChecks.MAX_TAG_VALUE));
        Run run = receipt.answer();
        return Out.answer(out -> out.object("run_info", info -> RunWriter.info(info, run, run.lifecycle())))
                .receipt(receipt);
    }

    private Answer move(Call call, Lifecycle to) {
        String id = call.message().requiredRunId();
        Run run = tracking.run(Ids.run(id), call.project())
                .map(RunView::run)
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownRun(id)));
        var permit = call.requireOwn(Permission.RUN_DELETE, run.createdBy());
        return Out.empty().receipt(tracking.moveRun(permit, call.project(), run.uid(), to));
    }

    private Answer search(Call call) {
        Message message = call.message();
        var query = new RunQuery(
                call.project(),
                Ids.experiments(message.ids("experiment_ids")),
                FilterParser.parse(WORDS, message.text("filter")),
                MlflowExperiments.view(message, "run_view_type"),
                OrderParser.parse(WORDS, message.texts("order_by")),
                message.maxResults(DEFAULT_RESULTS, MAX_RESULTS),
                MlflowExperiments.pageToken(message));
        boolean countOnly = message.flag("count_only").orElse(false);
        RunProjection projection = projection(message);
        var page = countOnly
                ? new Page<RunView>(List.of(), null)
                : tracking.search().find(query, projection);
        Long total = countOnly || message.flag("include_total").orElse(false)
                ? (Long) tracking.search().count(query)
                : null;
        return Out.answer(out -> out.list("runs", page.items(), RunWriter::write)
                .text("next_page_token", page.token())
                .integer("total_count", total));
    }

    /** An addition: which parts of runs are wanted, and of which keys; without it all, as MLflow has it. */
    private static RunProjection projection(Message message) {
        var parts = EnumSet.noneOf(Part.class);
        for (String field : message.texts("fields")) {
            if (!FIELDS.containsKey(field)) {
                throw MlflowErrors.invalid(
                        "Invalid field '%s' in 'fields'. Valid fields are %s".formatted(field, FIELDS.keySet()));
            }
            parts.addAll(FIELDS.get(field));
        }
        return new RunProjection(
                message.has("fields") ? parts : EnumSet.allOf(Part.class),
                keys(message, "metric_keys"),
                keys(message, "param_keys"),
                keys(message, "tag_keys"));
    }

    private static @Nullable Set<String> keys(Message message, String field) {
        if (!message.has(field)) {
            return null;
        }
        Set<String> keys = Set.copyOf(message.texts(field));
        if (keys.size() > MAX_KEYS) {
            throw MlflowErrors.invalid("'%s' names %d keys; at most %d are read at once. Ask in several calls."
                    .formatted(field, keys.size(), MAX_KEYS));
        }
        return keys;
    }

    private Answer deleteTag(Call call) {
        Message message = call.message();
        String run = message.requiredRunId();
        String key = message.required("key");
        return Out.empty().receipt(tracking.deleteTag(call.permit(), call.project(), Ids.run(run), key));
    }

    private RunView view(Call call, Run run) {
        return tracking.run(run.uid(), call.project())
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownRun(run.id())));
    }
}

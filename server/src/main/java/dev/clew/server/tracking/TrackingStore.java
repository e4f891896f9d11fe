package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.RunProjection.Part;
import dev.clew.server.tracking.RunView.Label;
import dev.clew.server.tracking.RunView.Metric;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads of tracking. Thread-safe. */
final class TrackingStore {
    private final Database database;
    private final Keys keys;

    TrackingStore(Database database, Keys keys) {
        this.database = database;
        this.keys = keys;
    }

    <T> T read(java.util.function.Function<Sql, T> work) {
        return database.read(work);
    }

    Optional<Experiment> experiment(long id) {
        return database.read(sql -> experiment(sql, id));
    }

    static Optional<Experiment> experiment(Sql sql, long id) {
        return sql.query("SELECT %s FROM experiment WHERE exp = :id".formatted(Experiment.COLUMNS))
                .bind("id", id)
                .first(Experiment.EXPERIMENTS::read);
    }

    static List<Experiment> experiments(Sql sql, Collection<Long> ids) {
        return sql.query("SELECT %s FROM experiment WHERE exp %s ORDER BY exp"
                        .formatted(Experiment.COLUMNS, sql.dialect().inIntegers("ids")))
                .integers("ids", longs(ids))
                .list(Experiment.EXPERIMENTS::read);
    }

    List<Experiment> experiments(Collection<Uid> uids) {
        return database.read(sql -> sql.query("SELECT %s FROM experiment WHERE experiment %s"
                        .formatted(Experiment.COLUMNS, sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .list(Experiment.EXPERIMENTS::read));
    }

    Optional<Experiment> experiment(int scope, String name) {
        return database.read(sql -> sql.query(
                        "SELECT %s FROM experiment WHERE scope = :scope AND name = :name".formatted(Experiment.COLUMNS))
                .bind("scope", scope)
                .bind("name", name)
                .first(Experiment.EXPERIMENTS::read));
    }

    Optional<Run> run(Uid uid) {
        return database.read(sql -> run(sql, uid));
    }

    static Optional<Run> run(Sql sql, Uid uid) {
        return sql.query("SELECT %s FROM run WHERE run = :uid".formatted(Run.COLUMNS))
                .bind("uid", uid)
                .first(Run.RUNS::read);
    }

    List<Run> runs(Collection<Uid> uids) {
        return database.read(sql -> sql.query("SELECT %s FROM run WHERE run %s"
                        .formatted(Run.COLUMNS, sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .list(Run.RUNS::read));
    }

    static Optional<LoggedModel> model(Sql sql, Uid uid) {
        return sql.query("SELECT %s FROM logged_model WHERE model = :uid".formatted(LoggedModel.COLUMNS))
                .bind("uid", uid)
                .first(LoggedModel.LOGGED_MODELS::read);
    }

    Optional<LoggedModel> model(Uid uid) {
        return database.read(sql -> model(sql, uid));
    }

    /** The newest active logged model of this name that a run made. */
    Optional<LoggedModel> modelOf(Uid run, String name) {
        return database.read(sql -> sql.query("""
                SELECT %s FROM logged_model WHERE source_run = :run AND name = :name AND lifecycle = 0
                ORDER BY created_at DESC, nid DESC LIMIT 1""".formatted(LoggedModel.COLUMNS))
                .bind("run", run)
                .bind("name", name)
                .first(LoggedModel.LOGGED_MODELS::read));
    }

    List<LoggedModel> models(Collection<Uid> uids) {
        return database.read(sql -> sql.query("SELECT %s FROM logged_model WHERE model %s"
                        .formatted(LoggedModel.COLUMNS, sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .list(LoggedModel.LOGGED_MODELS::read));
    }

    Optional<RunView> view(Uid uid, int scope) {
        return database.read(sql -> run(sql, uid)
                .filter(run -> run.scope() == scope)
                .map(run -> views(sql, List.of(run)).getFirst()));
    }

    /** Runs with everything they logged, in the order given: 8 statements whatever the number. */
    List<RunView> views(Sql sql, List<Run> runs) {
        return views(sql, runs, RunProjection.ALL);
    }

    /** Runs with what is asked for; at most 8 statements, and one a key that was not met before. */
    List<RunView> views(Sql sql, List<Run> runs, RunProjection projection) {
        if (runs.isEmpty()) {
            return List.of();
        }
        long[] owners = runs.stream().mapToLong(Run::nid).toArray();
        var active = new HashSet<Long>();
        experiments(sql, runs.stream().map(Run::experiment).distinct().toList()).stream()
                .filter(Experiment::isActive)
                .forEach(experiment -> active.add(experiment.id()));
        Map<Long, List<Metric>> metrics =
                projection.reads(Part.METRICS) ? metrics(sql, owners, known(sql, projection.metricKeys())) : Map.of();
        Map<Long, List<Label>> params = projection.reads(Part.PARAMS)
                ? labels(sql, "param", owners, known(sql, projection.paramKeys()))
                : Map.of();
        Map<Long, List<Label>> tags =
                projection.reads(Part.TAGS) ? labels(sql, "tag", owners, known(sql, projection.tagKeys())) : Map.of();
        Map<Long, List<RunView.Input>> inputs = projection.reads(Part.INPUTS) ? inputs(sql, owners) : Map.of();
        Map<Long, List<RunModel>> models = projection.reads(Part.MODELS) ? models(sql, owners) : Map.of();
        return runs.stream()
                .map(run -> new RunView(
                        run,
                        run.isActive() && active.contains(run.experiment()) ? Lifecycle.ACTIVE : Lifecycle.DELETED,
                        metrics.getOrDefault(run.nid(), List.of()),
                        params.getOrDefault(run.nid(), List.of()),
                        tags.getOrDefault(run.nid(), List.of()),
                        inputs.getOrDefault(run.nid(), List.of()),
                        models.getOrDefault(run.nid(), List.of())))
                .toList();
    }

    /** Numbers of keys; null for all of them. A key that nobody ever used has none. */
    private long @Nullable [] known(Sql sql, @Nullable Set<String> names) {
        return names == null
                ? null
                : names.stream()
                        .mapToLong(name -> keys.find(sql, name))
                        .filter(id -> id >= 0)
                        .toArray();
    }

    private static Map<Long, List<RunModel>> models(Sql sql, long[] owners) {
        var models = new HashMap<Long, List<RunModel>>();
        sql.query("SELECT %s FROM run_model WHERE owner %s ORDER BY owner, position"
                        .formatted(RunModel.COLUMNS, sql.dialect().inIntegers("owners")))
                .integers("owners", owners)
                .forEach(row -> add(models, row.integer("owner"), RunModel.RUN_MODELS.read(row)));
        return models;
    }

    private record DatasetKey(long experiment, Uid version) {}

    private static Map<Long, List<RunView.Input>> inputs(Sql sql, long[] owners) {
        List<RunInput> rows = sql.query("SELECT %s FROM run_input WHERE owner %s ORDER BY owner, position"
                        .formatted(RunInput.COLUMNS, sql.dialect().inIntegers("owners")))
                .integers("owners", owners)
                .list(RunInput.INPUTS::read);
        var inputs = new HashMap<Long, List<RunView.Input>>();
        if (rows.isEmpty()) {
            return inputs;
        }
        var datasets = new HashMap<DatasetKey, LoggedDataset>();
        sql.query("SELECT %s FROM logged_dataset WHERE exp %s AND version %s"
                        .formatted(
                                LoggedDataset.COLUMNS,
                                sql.dialect().inIntegers("exps"),
                                sql.dialect().inBlobs("versions")))
                .integers(
                        "exps",
                        rows.stream().mapToLong(RunInput::experiment).distinct().toArray())
                .blobs(
                        "versions",
                        rows.stream()
                                .map(RunInput::version)
                                .distinct()
                                .map(Uid::bytes)
                                .toList())
                .forEach(row -> {
                    LoggedDataset dataset = LoggedDataset.DATASETS.read(row);
                    datasets.put(new DatasetKey(dataset.experiment(), dataset.version()), dataset);
                });
        for (RunInput row : rows) {
            LoggedDataset dataset = datasets.get(new DatasetKey(row.experiment(), row.version()));
            add(inputs, row.owner(), new RunView.Input(row, Tracking.require(dataset)));
        }
        return inputs;
    }

    List<RunView.ModelView> modelViews(Sql sql, List<LoggedModel> models) {
        if (models.isEmpty()) {
            return List.of();
        }
        long[] owners = models.stream().mapToLong(LoggedModel::nid).toArray();
        var metrics = modelMetrics(sql, owners);
        var params = labels(sql, "param", owners);
        var tags = labels(sql, "tag", owners);
        return models.stream()
                .map(model -> new RunView.ModelView(
                        model,
                        metrics.getOrDefault(model.nid(), List.of()),
                        params.getOrDefault(model.nid(), List.of()),
                        tags.getOrDefault(model.nid(), List.of())))
                .toList();
    }

    List<RunView.ExperimentView> experimentViews(Sql sql, List<Experiment> experiments) {
        if (experiments.isEmpty()) {
            return List.of();
        }
        var tags = labels(
                sql, "tag", experiments.stream().mapToLong(Experiment::nid).toArray());
        return experiments.stream()
                .map(each -> new RunView.ExperimentView(each, tags.getOrDefault(each.nid(), List.of())))
                .toList();
    }

    List<Run> runsByNumber(Sql sql, List<Long> nids) {
        var found = new HashMap<Long, Run>();
        sql.query("SELECT %s FROM run WHERE nid %s"
                        .formatted(Run.COLUMNS, sql.dialect().inIntegers("nids")))
                .integers("nids", longs(nids))
                .forEach(row -> {
                    Run run = Run.RUNS.read(row);
                    found.put(run.nid(), run);
                });
        return nids.stream().map(found::get).filter(run -> run != null).toList();
    }

    private Map<Long, List<Metric>> metrics(Sql sql, long[] owners, long @Nullable [] ids) {
        var rows = new ArrayList<Latest>();
        ofKeys(sql, """
                        SELECT owner, key_id, exp, step, ts, value, is_nan, dataset_name, dataset_digest
                        FROM latest_metric WHERE owner %s""".formatted(sql.dialect().inIntegers("owners")), owners, ids)
                .forEach(row -> rows.add(Latest.LATEST.read(row)));
        var names = keys.names(sql, rows.stream().map(Latest::key).distinct().toList());
        var metrics = new HashMap<Long, List<Metric>>();
        for (Latest row : rows) {
            add(
                    metrics,
                    row.owner(),
                    new Metric(
                            Tracking.require(names.get(row.key())),
                            row.number(),
                            row.ts(),
                            row.step(),
                            row.datasetName(),
                            row.datasetDigest(),
                            null));
        }
        metrics.values().forEach(list -> list.sort(Comparator.comparing(Metric::key)));
        return metrics;
    }

    private Map<Long, List<Metric>> modelMetrics(Sql sql, long[] owners) {
        var rows = sql.query("SELECT %s FROM model_metric WHERE owner %s ORDER BY owner, key_id, dataset"
                        .formatted(ModelMetric.COLUMNS, sql.dialect().inIntegers("owners")))
                .integers("owners", owners)
                .list(ModelMetric.MODEL_METRICS::read);
        var names =
                keys.names(sql, rows.stream().map(ModelMetric::key).distinct().toList());
        var metrics = new HashMap<Long, List<Metric>>();
        for (ModelMetric row : rows) {
            add(
                    metrics,
                    row.owner(),
                    new Metric(
                            Tracking.require(names.get(row.key())),
                            row.number(),
                            row.ts(),
                            row.step(),
                            row.datasetName(),
                            row.datasetDigest(),
                            row.run()));
        }
        metrics.values().forEach(list -> list.sort(Comparator.comparing(Metric::key)));
        return metrics;
    }

    private static Sql.Query ofKeys(Sql sql, String text, long[] owners, long @Nullable [] ids) {
        String only = ids == null ? "" : " AND key_id " + sql.dialect().inIntegers("ids");
        Sql.Query query = sql.query(text + only).integers("owners", owners);
        return ids == null ? query : query.integers("ids", ids);
    }

    Map<Long, List<Label>> labels(Sql sql, String table, long[] owners) {
        return labels(sql, table, owners, null);
    }

    private Map<Long, List<Label>> labels(Sql sql, String table, long[] owners, long @Nullable [] ids) {
        var rows = new ArrayList<Labelled>();
        ofKeys(
                        sql,
                        "SELECT owner, key_id, exp, value, rest FROM %s WHERE owner %s"
                                .formatted(table, sql.dialect().inIntegers("owners")),
                        owners,
                        ids)
                .forEach(row -> rows.add(Labelled.PARAMS.read(row)));
        var names = keys.names(sql, rows.stream().map(Labelled::key).distinct().toList());
        var labels = new HashMap<Long, List<Label>>();
        rows.forEach(row -> add(labels, row.owner(), new Label(Tracking.require(names.get(row.key())), row.value())));
        labels.values().forEach(list -> list.sort(Comparator.comparing(Label::key)));
        return labels;
    }

    /** The tag of one owner, or null. */
    @Nullable
    String tag(Sql sql, long owner, String key) {
        return sql.query("SELECT owner, key_id, exp, value, rest FROM tag WHERE owner = :owner AND key_id = :key")
                .bind("owner", owner)
                .bind("key", keys.find(sql, key))
                .first(Labelled.TAGS::read)
                .map(Labelled::value)
                .orElse(null);
    }

    static long[] longs(Collection<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static <T> void add(Map<Long, List<T>> lists, long owner, T each) {
        lists.computeIfAbsent(owner, o -> new ArrayList<>()).add(each);
    }

    /** Labels in the order given, as the face takes them. */
    static Map<String, String> asMap(Collection<Label> labels) {
        var map = new LinkedHashMap<String, String>();
        labels.forEach(label -> map.put(label.key(), label.value()));
        return map;
    }
}

package dev.clew.server.cli.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.ForeignDatabase;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MLflow's SQL store. Columns are looked for, versions are not compared, so that stores of any age are read. Of the runs 500 are held at
 * once, of their points 20 000.
 */
final class SqlSource implements Source {
    private static final int RUNS = 500;
    private static final int POINTS = 20_000;

    /** What is counted in the report as left behind. */
    private static final List<String> LEFT_OUT = List.of(
            "trace_info",
            "spans",
            "assessments",
            "evaluation_datasets",
            "webhooks",
            "scorers",
            "entity_associations",
            "jobs");

    private final ForeignDatabase database;
    private final Sql sql;
    private final LocalFiles files;
    private final String shown;
    private final String workspace;
    private final Map<String, Set<String>> columns = new HashMap<>();
    private final Set<String> deletedExperiments = new HashSet<>();

    /** @param workspace of a store that has several */
    SqlSource(ForeignDatabase database, LocalFiles files, String shown, String workspace) {
        this.database = database;
        this.sql = database.sql();
        this.files = files;
        this.shown = shown;
        this.workspace = workspace;
        if (!has("experiments", "experiment_id") || !has("runs", "run_uuid")) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "The database is no store of MLflow: it has no tables experiments and runs. Check --from.");
        }
    }

    private boolean has(String table, String column) {
        return columns.computeIfAbsent(table, database::columns).contains(column);
    }

    private boolean has(String table) {
        return !columns.computeIfAbsent(table, database::columns).isEmpty();
    }

    /** The column, or an expression in its place where the store is older than it. */
    private String column(String table, String column, String otherwise) {
        return has(table, column) ? column : otherwise + " AS " + column;
    }

    private String mine(String table) {
        return has(table, "workspace") ? " WHERE workspace = :workspace" : "";
    }

    private Sql.Query bound(Sql.Query query, String table) {
        return has(table, "workspace") ? query.bind("workspace", workspace) : query;
    }

    @Override
    public String shown() {
        return shown;
    }

    @Override
    public String producer() {
        return has("alembic_version")
                ? "MLflow SQL store, schema "
                        + sql.query("SELECT version_num FROM alembic_version LIMIT 1")
                                .first(row -> row.text("version_num"))
                                .orElse("unknown")
                : "MLflow SQL store";
    }

    @Override
    public void experiments(Consumer<Experiment> sink) {
        Map<String, Map<String, String>> tags = has("experiment_tags")
                ? labels("SELECT CAST(experiment_id AS TEXT) AS owner, key, value FROM experiment_tags")
                : Map.of();
        bound(
                        sql.query(
                                "SELECT CAST(experiment_id AS TEXT) AS id, name, lifecycle_stage, %s, %s FROM experiments%s ORDER BY experiment_id"
                                        .formatted(
                                                column("experiments", "creation_time", "0"),
                                                column("experiments", "last_update_time", "0"),
                                                mine("experiments"))),
                        "experiments")
                .forEach(row -> {
                    String id = row.text("id");
                    boolean deleted = isDeleted(row);
                    if (deleted) {
                        deletedExperiments.add(id);
                    }
                    sink.accept(new Experiment(
                            id,
                            row.text("name"),
                            deleted,
                            time(row, "creation_time"),
                            time(row, "last_update_time"),
                            tags.getOrDefault(id, Map.of())));
                });
    }

    private static boolean isDeleted(Row row) {
        return "deleted".equals(row.textOrNull("lifecycle_stage"));
    }

    private static long time(Row row, String column) {
        Long time = row.integerOrNull(column);
        return time == null ? 0 : time;
    }

    private static String text(Row row, String column) {
        String text = row.textOrNull(column);
        return text == null ? "" : text;
    }

    /** One run as its row says, without what hangs on it. */
    private record Head(
            String id,
            String experiment,
            String name,
            String user,
            String status,
            long start,
            @Nullable Long end,
            @Nullable Long deletedAt,
            String location) {}

    private String ofMyExperiments(String column) {
        return has("experiments", "workspace")
                ? " WHERE %s IN (SELECT experiment_id FROM experiments WHERE workspace = :workspace)".formatted(column)
                : "";
    }

    @Override
    public void runs(Runs sink) {
        var heads = new ArrayList<Head>(RUNS);
        bound(
                        sql.query("""
                                SELECT run_uuid, name, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri, %s,
                                    CAST(experiment_id AS TEXT) AS experiment
                                FROM runs%s ORDER BY start_time, run_uuid""".formatted(
                                        column("runs", "deleted_time", "NULL"), ofMyExperiments("experiment_id"))),
                        "experiments")
                .forEach(row -> {
                    heads.add(head(row));
                    if (heads.size() == RUNS) {
                        flush(heads, sink);
                        heads.clear();
                    }
                });
        flush(heads, sink);
    }

    private Head head(Row row) {
        String experiment = row.text("experiment");
        // Runs of a deleted experiment come back with it, in MLflow and here.
        boolean deleted = isDeleted(row) && !deletedExperiments.contains(experiment);
        Long end = row.integerOrNull("end_time");
        long start = time(row, "start_time");
        Long deletedAt = deleted ? row.integerOrNull("deleted_time") : null;
        return new Head(
                row.text("run_uuid"),
                experiment,
                text(row, "name"),
                text(row, "user_id"),
                text(row, "status").isEmpty() ? "RUNNING" : text(row, "status"),
                start,
                end,
                deleted && deletedAt == null ? (end == null ? (Long) start : end) : deletedAt,
                text(row, "artifact_uri"));
    }

    private void flush(List<Head> heads, Runs sink) {
        if (heads.isEmpty()) {
            return;
        }
        List<String> ids = heads.stream().map(Head::id).toList();
        var params = labels("SELECT run_uuid AS owner, key, value FROM params WHERE run_uuid %s", ids);
        var tags = labels("SELECT run_uuid AS owner, key, value FROM tags WHERE run_uuid %s", ids);
        Map<String, List<Input>> inputs = inputs(ids);
        Map<String, List<ModelUse>> models = modelUses(ids);
        var counts = new HashMap<String, Long>();
        sql.query("SELECT run_uuid, COUNT(*) AS n FROM metrics WHERE run_uuid %s GROUP BY run_uuid"
                        .formatted(sql.dialect().inTexts("ids")))
                .texts("ids", ids)
                .forEach(row -> counts.put(row.text("run_uuid"), row.integer("n")));
        int from = 0;
        while (from < heads.size()) {
            int to = from;
            long points = 0;
            do {
                points += counts.getOrDefault(heads.get(to).id, 0L);
                to++;
            } while (to < heads.size() && points + counts.getOrDefault(heads.get(to).id, 0L) <= POINTS);
            List<Head> part = heads.subList(from, to);
            boolean isLarge = points > POINTS;
            Map<String, List<Point>> held = isLarge || points == 0 ? Map.of() : points(part);
            for (Head head : part) {
                sink.begin(run(head, params, tags, inputs, models));
                if (isLarge) {
                    points(List.of(head.id), (_, point) -> sink.point(point));
                } else {
                    held.getOrDefault(head.id, List.of()).forEach(sink::point);
                }
                sink.end();
            }
            from = to;
        }
    }

    private static Run run(
            Head head,
            Map<String, Map<String, String>> params,
            Map<String, Map<String, String>> tags,
            Map<String, List<Input>> inputs,
            Map<String, List<ModelUse>> models) {
        Map<String, String> ownTags = tags.getOrDefault(head.id, Map.of());
        return new Run(
                head.id,
                head.experiment,
                head.name.isEmpty() ? ownTags.getOrDefault("mlflow.runName", "") : head.name,
                head.user,
                head.status,
                head.start,
                head.end,
                head.deletedAt,
                head.location,
                params.getOrDefault(head.id, Map.of()),
                ownTags,
                inputs.getOrDefault(head.id, List.of()),
                models.getOrDefault(head.id, List.of()));
    }

    private Map<String, List<Point>> points(List<Head> part) {
        var points = new HashMap<String, List<Point>>();
        points(
                part.stream().map(Head::id).toList(),
                (run, point) ->
                        points.computeIfAbsent(run, r -> new ArrayList<>()).add(point));
        return points;
    }

    /** In the order they were logged where the engine knows it: SQLite's row ids. */
    private void points(List<String> runs, ModelPoints sink) {
        String order = ForeignDatabase.isSqlite(sql) ? "rowid" : "timestamp, step, key";
        sql.query("""
                        SELECT run_uuid, key, value, timestamp, step, CASE WHEN is_nan THEN 1 ELSE 0 END AS nan
                        FROM metrics WHERE run_uuid %s ORDER BY run_uuid, %s""".formatted(sql.dialect().inTexts("ids"), order))
                .texts("ids", runs)
                .forEach(row -> sink.point(
                        row.text("run_uuid"),
                        new Point(
                                row.text("key"),
                                row.flag("nan") ? Double.NaN : Numbers.unclamped(row.real("value")),
                                row.integer("timestamp"),
                                time(row, "step"),
                                null,
                                null,
                                null)));
    }

    private Map<String, List<Input>> inputs(List<String> runs) {
        var inputs = new HashMap<String, List<Input>>();
        if (!has("inputs") || !has("datasets")) {
            return inputs;
        }
        var tags = has("input_tags")
                ? labels(
                        "SELECT t.input_uuid AS owner, t.name AS key, t.value AS value FROM input_tags t JOIN inputs i ON i.input_uuid = t.input_uuid WHERE i.destination_id %s",
                        runs)
                : Map.<String, Map<String, String>>of();
        sql.query("""
                        SELECT i.input_uuid, i.destination_id, d.name, d.digest, d.dataset_source_type, d.dataset_source,
                            d.dataset_schema, d.dataset_profile
                        FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id
                        WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id %s
                        ORDER BY i.destination_id, i.input_uuid""".formatted(sql.dialect().inTexts("ids")))
                .texts("ids", runs)
                .forEach(row -> inputs.computeIfAbsent(row.text("destination_id"), r -> new ArrayList<>())
                        .add(new Input(
                                row.text("name"),
                                row.text("digest"),
                                text(row, "dataset_source_type"),
                                text(row, "dataset_source"),
                                row.textOrNull("dataset_schema"),
                                row.textOrNull("dataset_profile"),
                                tags.getOrDefault(row.text("input_uuid"), Map.of()))));
        return inputs;
    }

    private Map<String, List<ModelUse>> modelUses(List<String> runs) {
        var uses = new HashMap<String, List<ModelUse>>();
        if (!has("inputs") || !has("logged_models")) {
            return uses;
        }
        sql.query("""
                        SELECT source_id, destination_id, destination_type, %s FROM inputs
                        WHERE destination_type IN ('MODEL_INPUT', 'MODEL_OUTPUT') AND source_id %s
                        ORDER BY source_id, destination_id""".formatted(column("inputs", "step", "0"), sql.dialect().inTexts("ids")))
                .texts("ids", runs)
                .forEach(row -> uses.computeIfAbsent(row.text("source_id"), r -> new ArrayList<>())
                        .add(new ModelUse(
                                row.text("destination_id"),
                                row.text("destination_type").equals("MODEL_OUTPUT"),
                                time(row, "step"))));
        return uses;
    }

    @Override
    public void models(Consumer<Model> sink) {
        if (!has("logged_models")) {
            return;
        }
        bound(sql.query("""
                                SELECT model_id, CAST(experiment_id AS TEXT) AS experiment, name, model_type, source_run_id, status,
                                    lifecycle_stage, creation_timestamp_ms, last_updated_timestamp_ms, artifact_location
                                FROM logged_models%s ORDER BY creation_timestamp_ms, model_id""".formatted(ofMyExperiments("experiment_id"))), "experiments")
                .forEach(row -> {
                    List<String> id = List.of(row.text("model_id"));
                    String experiment = row.text("experiment");
                    sink.accept(new Model(
                            id.getFirst(),
                            experiment,
                            row.text("name"),
                            text(row, "model_type"),
                            row.textOrNull("source_run_id"),
                            Numbers.modelStatus(row.integer("status")),
                            isDeleted(row) && !deletedExperiments.contains(experiment),
                            time(row, "creation_timestamp_ms"),
                            time(row, "last_updated_timestamp_ms"),
                            text(row, "artifact_location"),
                            labels(
                                            "SELECT model_id AS owner, param_key AS key, param_value AS value FROM logged_model_params WHERE model_id %s",
                                            id)
                                    .getOrDefault(id.getFirst(), Map.of()),
                            labels(
                                            "SELECT model_id AS owner, tag_key AS key, tag_value AS value FROM logged_model_tags WHERE model_id %s",
                                            id)
                                    .getOrDefault(id.getFirst(), Map.of())));
                });
    }

    @Override
    public void modelPoints(ModelPoints sink) {
        if (!has("logged_model_metrics")) {
            return;
        }
        bound(sql.query("""
                                SELECT run_id, model_id, metric_name, metric_timestamp_ms, metric_step, metric_value, dataset_name, dataset_digest
                                FROM logged_model_metrics%s ORDER BY run_id, model_id, metric_timestamp_ms, metric_step""".formatted(ofMyExperiments("experiment_id"))), "experiments")
                .forEach(row -> sink.point(
                        row.text("run_id"),
                        new Point(
                                row.text("metric_name"),
                                Numbers.unclamped(
                                        row.realOrNull("metric_value") == null ? Double.NaN : row.real("metric_value")),
                                row.integer("metric_timestamp_ms"),
                                time(row, "metric_step"),
                                row.text("model_id"),
                                row.textOrNull("dataset_name"),
                                row.textOrNull("dataset_digest"))));
    }

    @Override
    public void registered(Consumer<Registered> sink) {
        if (!has("registered_models")) {
            return;
        }
        var tags = has("registered_model_tags")
                ? registryLabels("registered_model_tags", "key", "value")
                : Map.<String, Map<String, String>>of();
        var aliases = has("registered_model_aliases")
                ? registryLabels("registered_model_aliases", "alias", "CAST(version AS TEXT)")
                : Map.<String, Map<String, String>>of();
        bound(
                        sql.query(
                                "SELECT name, description, creation_time, last_updated_time FROM registered_models%s ORDER BY name"
                                        .formatted(mine("registered_models"))),
                        "registered_models")
                .forEach(row -> {
                    String name = row.text("name");
                    sink.accept(new Registered(
                            name,
                            text(row, "description"),
                            time(row, "creation_time"),
                            time(row, "last_updated_time"),
                            tags.getOrDefault(name, Map.of()),
                            aliases.getOrDefault(name, Map.of()),
                            versions(name)));
                });
    }

    private Map<String, Map<String, String>> registryLabels(String table, String key, String value) {
        return labels(bound(
                sql.query("SELECT name AS owner, %s AS key, %s AS value FROM %s%s"
                        .formatted(key, value, table, mine(table))),
                table));
    }

    private List<Version> versions(String name) {
        String mine = has("model_versions", "workspace") ? " AND workspace = :workspace" : "";
        var tags = labels(bound(
                sql.query("SELECT CAST(version AS TEXT) AS owner, key, value FROM model_version_tags WHERE name = :name"
                                + (has("model_version_tags", "workspace") ? " AND workspace = :workspace" : ""))
                        .bind("name", name),
                "model_version_tags"));
        return bound(
                        sql.query("""
                                        SELECT version, creation_time, last_updated_time, description, current_stage, source, run_id, %s, %s
                                        FROM model_versions WHERE name = :name%s ORDER BY version""".formatted(
                                                column("model_versions", "run_link", "NULL"),
                                                column("model_versions", "storage_location", "NULL"),
                                                mine))
                                .bind("name", name),
                        "model_versions")
                .list(row -> new Version(
                        row.integer("version"),
                        text(row, "source"),
                        text(row, "storage_location"),
                        text(row, "run_id"),
                        text(row, "run_link"),
                        text(row, "description"),
                        text(row, "current_stage"),
                        time(row, "creation_time"),
                        time(row, "last_updated_time"),
                        tags.getOrDefault(Long.toString(row.integer("version")), Map.of())))
                .stream()
                // A deleted version leaves an empty row, so that its number is not used again.
                .filter(version -> !version.stage().equals("Deleted_Internal"))
                .toList();
    }

    @Override
    public void owners(Consumer<Owner> sink) {
        bound(
                        sql.query("SELECT run_uuid, CAST(experiment_id AS TEXT) AS experiment, artifact_uri FROM runs%s"
                                .formatted(ofMyExperiments("experiment_id"))),
                        "experiments")
                .forEach(row -> sink.accept(
                        new Owner(row.text("run_uuid"), row.text("experiment"), false, text(row, "artifact_uri"))));
        if (has("logged_models")) {
            bound(
                            sql.query(
                                    "SELECT model_id, CAST(experiment_id AS TEXT) AS experiment, artifact_location FROM logged_models%s"
                                            .formatted(ofMyExperiments("experiment_id"))),
                            "experiments")
                    .forEach(row -> sink.accept(new Owner(
                            row.text("model_id"), row.text("experiment"), true, text(row, "artifact_location"))));
        }
    }

    @Override
    public @Nullable String files(Owner owner, FileSink sink) throws IOException {
        return files.read(owner.location(), sink);
    }

    @Override
    public Map<String, Long> leftOut() {
        var counts = new TreeMap<String, Long>();
        for (String table : LEFT_OUT) {
            if (has(table)) {
                long count = sql.query("SELECT COUNT(*) AS n FROM " + table)
                        .first(row -> row.integer("n"))
                        .orElse(0L);
                if (count > 0) {
                    counts.put(table, count);
                }
            }
        }
        return counts;
    }

    private Map<String, Map<String, String>> labels(String text, List<String> ids) {
        return labels(sql.query(text.formatted(sql.dialect().inTexts("ids"))).texts("ids", ids));
    }

    private Map<String, Map<String, String>> labels(String text) {
        return labels(sql.query(text));
    }

    private static Map<String, Map<String, String>> labels(Sql.Query query) {
        var labels = new HashMap<String, Map<String, String>>();
        query.forEach(row -> labels.computeIfAbsent(row.text("owner"), o -> new LinkedHashMap<>())
                .put(row.text("key"), text(row, "value")));
        return labels;
    }

    @Override
    public void close() {
        database.close();
    }
}

package dev.clew.server.cli.mlflow;

import dev.clew.server.storage.ForeignDatabase;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs of MLflow's SQL store: 500 are held at once, of their points 20 000. Confined to one thread. */
final class SqlRuns {
    private static final int RUNS = 500;
    private static final int POINTS = 20_000;

    private final SqlTables tables;
    private final Sql sql;

    SqlRuns(SqlTables tables) {
        this.tables = tables;
        this.sql = tables.sql();
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

    /** All runs of the workspace with what hangs on them, by the time they began. */
    void all(Source.Runs sink) {
        var heads = new ArrayList<Head>(RUNS);
        tables.bound(
                        sql.query("""
                                SELECT run_uuid, name, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri, %s,
                                    CAST(experiment_id AS TEXT) AS experiment
                                FROM runs%s ORDER BY start_time, run_uuid""".formatted(
                                        tables.column("runs", "deleted_time", "NULL"),
                                        tables.ofMyExperiments("experiment_id"))),
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
        boolean deleted = tables.isDeletedAlone(row, experiment);
        Long end = row.integerOrNull("end_time");
        long start = SqlTables.time(row, "start_time");
        Long deletedAt = deleted ? row.integerOrNull("deleted_time") : null;
        return new Head(
                row.text("run_uuid"),
                experiment,
                SqlTables.text(row, "name"),
                SqlTables.text(row, "user_id"),
                SqlTables.text(row, "status").isEmpty() ? "RUNNING" : SqlTables.text(row, "status"),
                start,
                end,
                deleted && deletedAt == null ? (end == null ? (Long) start : end) : deletedAt,
                SqlTables.text(row, "artifact_uri"));
    }

    private void flush(List<Head> heads, Source.Runs sink) {
        if (heads.isEmpty()) {
            return;
        }
        List<String> ids = heads.stream().map(Head::id).toList();
        var params = tables.labels("SELECT run_uuid AS owner, key, value FROM params WHERE run_uuid %s", ids);
        var tags = tables.labels("SELECT run_uuid AS owner, key, value FROM tags WHERE run_uuid %s", ids);
        Map<String, List<Source.Input>> inputs = inputs(ids);
        Map<String, List<Source.ModelUse>> models = modelUses(ids);
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
            Map<String, List<Source.Point>> held = isLarge || points == 0 ? Map.of() : points(part);
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

    private static Source.Run run(
            Head head,
            Map<String, Map<String, String>> params,
            Map<String, Map<String, String>> tags,
            Map<String, List<Source.Input>> inputs,
            Map<String, List<Source.ModelUse>> models) {
        Map<String, String> ownTags = tags.getOrDefault(head.id, Map.of());
        return new Source.Run(
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

    private Map<String, List<Source.Point>> points(List<Head> part) {
        var points = new HashMap<String, List<Source.Point>>();
        points(
                part.stream().map(Head::id).toList(),
                (run, point) ->
                        points.computeIfAbsent(run, r -> new ArrayList<>()).add(point));
        return points;
    }

    /** In the order they were logged where the engine knows it: SQLite's row ids. */
    private void points(List<String> runs, Source.ModelPoints sink) {
        String order = ForeignDatabase.isSqlite(sql) ? "rowid" : "timestamp, step, key";
        sql.query("""
                        SELECT run_uuid, key, value, timestamp, step, CASE WHEN is_nan THEN 1 ELSE 0 END AS nan
                        FROM metrics WHERE run_uuid %s ORDER BY run_uuid, %s""".formatted(sql.dialect().inTexts("ids"), order))
                .texts("ids", runs)
                .forEach(row -> sink.point(
                        row.text("run_uuid"),
                        new Source.Point(
                                row.text("key"),
                                row.flag("nan") ? Double.NaN : Numbers.unclamped(row.real("value")),
                                row.integer("timestamp"),
                                SqlTables.time(row, "step"),
                                null,
                                null,
                                null)));
    }

    private Map<String, List<Source.Input>> inputs(List<String> runs) {
        var inputs = new HashMap<String, List<Source.Input>>();
        if (!tables.has("inputs") || !tables.has("datasets")) {
            return inputs;
        }
        var tags = tables.has("input_tags")
                ? tables.labels(
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
                        .add(new Source.Input(
                                row.text("name"),
                                row.text("digest"),
                                SqlTables.text(row, "dataset_source_type"),
                                SqlTables.text(row, "dataset_source"),
                                row.textOrNull("dataset_schema"),
                                row.textOrNull("dataset_profile"),
                                tags.getOrDefault(row.text("input_uuid"), Map.of()))));
        return inputs;
    }

    private Map<String, List<Source.ModelUse>> modelUses(List<String> runs) {
        var uses = new HashMap<String, List<Source.ModelUse>>();
        if (!tables.has("inputs") || !tables.has("logged_models")) {
            return uses;
        }
        sql.query("""
                        SELECT source_id, destination_id, destination_type, %s FROM inputs
                        WHERE destination_type IN ('MODEL_INPUT', 'MODEL_OUTPUT') AND source_id %s
                        ORDER BY source_id, destination_id""".formatted(
                        tables.column("inputs", "step", "0"), sql.dialect().inTexts("ids")))
                .texts("ids", runs)
                .forEach(row -> uses.computeIfAbsent(row.text("source_id"), r -> new ArrayList<>())
                        .add(new Source.ModelUse(
                                row.text("destination_id"),
                                row.text("destination_type").equals("MODEL_OUTPUT"),
                                SqlTables.time(row, "step"))));
        return uses;
    }
}

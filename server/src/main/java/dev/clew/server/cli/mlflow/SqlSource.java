package dev.clew.server.cli.mlflow;

import dev.clew.server.storage.ForeignDatabase;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** MLflow's SQL store, of any age. Confined to one thread. */
final class SqlSource implements Source {
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
    private final SqlTables tables;
    private final Sql sql;
    private final SqlModels models;
    private final LocalFiles files;
    private final String shown;

    /** @param workspace of a store that has several */
    SqlSource(ForeignDatabase database, LocalFiles files, String shown, String workspace) {
        this.database = database;
        this.tables = new SqlTables(database, workspace);
        this.sql = tables.sql();
        this.models = new SqlModels(tables);
        this.files = files;
        this.shown = shown;
    }

    @Override
    public String shown() {
        return shown;
    }

    @Override
    public String producer() {
        return tables.has("alembic_version")
                ? "MLflow SQL store, schema "
                        + sql.query("SELECT version_num FROM alembic_version LIMIT 1")
                                .first(row -> row.text("version_num"))
                                .orElse("unknown")
                : "MLflow SQL store";
    }

    @Override
    public void experiments(Consumer<Experiment> sink) {
        Map<String, Map<String, String>> tags = tables.has("experiment_tags")
                ? tables.labels("SELECT CAST(experiment_id AS TEXT) AS owner, key, value FROM experiment_tags")
                : Map.of();
        tables.bound(
                        sql.query(
                                "SELECT CAST(experiment_id AS TEXT) AS id, name, lifecycle_stage, %s, %s FROM experiments%s ORDER BY experiment_id"
                                        .formatted(
                                                tables.column("experiments", "creation_time", "0"),
                                                tables.column("experiments", "last_update_time", "0"),
                                                tables.mine("experiments"))),
                        "experiments")
                .forEach(row -> {
                    String id = row.text("id");
                    boolean deleted = SqlTables.isDeleted(row);
                    if (deleted) {
                        tables.experimentIsDeleted(id);
                    }
                    sink.accept(new Experiment(
                            id,
                            row.text("name"),
                            deleted,
                            SqlTables.time(row, "creation_time"),
                            SqlTables.time(row, "last_update_time"),
                            tags.getOrDefault(id, Map.of())));
                });
    }

    @Override
    public void runs(Runs sink) {
        new SqlRuns(tables).all(sink);
    }

    @Override
    public void models(Consumer<Model> sink) {
        models.logged(sink);
    }

    @Override
    public void modelPoints(ModelPoints sink) {
        models.points(sink);
    }

    @Override
    public void registered(Consumer<Registered> sink) {
        models.registered(sink);
    }

    @Override
    public void owners(Consumer<Owner> sink) {
        tables.bound(
                        sql.query("SELECT run_uuid, CAST(experiment_id AS TEXT) AS experiment, artifact_uri FROM runs%s"
                                .formatted(tables.ofMyExperiments("experiment_id"))),
                        "experiments")
                .forEach(row -> sink.accept(new Owner(
                        row.text("run_uuid"), row.text("experiment"), false, SqlTables.text(row, "artifact_uri"))));
        if (tables.has("logged_models")) {
            tables.bound(
                            sql.query(
                                    "SELECT model_id, CAST(experiment_id AS TEXT) AS experiment, artifact_location FROM logged_models%s"
                                            .formatted(tables.ofMyExperiments("experiment_id"))),
                            "experiments")
                    .forEach(row -> sink.accept(new Owner(
                            row.text("model_id"),
                            row.text("experiment"),
                            true,
                            SqlTables.text(row, "artifact_location"))));
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
            if (tables.has(table)) {
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

    @Override
    public void close() {
        database.close();
    }
}

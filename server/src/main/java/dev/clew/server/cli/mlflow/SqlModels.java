package dev.clew.server.cli.mlflow;

import dev.clew.server.storage.Sql;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Logged and registered models of MLflow's SQL store. Confined to one thread. */
final class SqlModels {
    private final SqlTables tables;
    private final Sql sql;

    SqlModels(SqlTables tables) {
        this.tables = tables;
        this.sql = tables.sql();
    }

    /** Logged models. */
    void logged(Consumer<Source.Model> sink) {
        if (!tables.has("logged_models")) {
            return;
        }
        tables.bound(sql.query("""
                                SELECT model_id, CAST(experiment_id AS TEXT) AS experiment, name, model_type, source_run_id, status,
                                    lifecycle_stage, creation_timestamp_ms, last_updated_timestamp_ms, artifact_location
                                FROM logged_models%s ORDER BY creation_timestamp_ms, model_id""".formatted(tables.ofMyExperiments("experiment_id"))), "experiments")
                .forEach(row -> {
                    List<String> id = List.of(row.text("model_id"));
                    String experiment = row.text("experiment");
                    sink.accept(new Source.Model(
                            id.getFirst(),
                            experiment,
                            row.text("name"),
                            SqlTables.text(row, "model_type"),
                            row.textOrNull("source_run_id"),
                            Numbers.modelStatus(row.integer("status")),
                            tables.isDeletedAlone(row, experiment),
                            SqlTables.time(row, "creation_timestamp_ms"),
                            SqlTables.time(row, "last_updated_timestamp_ms"),
                            SqlTables.text(row, "artifact_location"),
                            tables.labels(
                                            "SELECT model_id AS owner, param_key AS key, param_value AS value FROM logged_model_params WHERE model_id %s",
                                            id)
                                    .getOrDefault(id.getFirst(), Map.of()),
                            tables.labels(
                                            "SELECT model_id AS owner, tag_key AS key, tag_value AS value FROM logged_model_tags WHERE model_id %s",
                                            id)
                                    .getOrDefault(id.getFirst(), Map.of())));
                });
    }

    /** Points of logged models, by run. */
    void points(Source.ModelPoints sink) {
        if (!tables.has("logged_model_metrics")) {
            return;
        }
        tables.bound(sql.query("""
                                SELECT run_id, model_id, metric_name, metric_timestamp_ms, metric_step, metric_value, dataset_name, dataset_digest
                                FROM logged_model_metrics%s ORDER BY run_id, model_id, metric_timestamp_ms, metric_step""".formatted(tables.ofMyExperiments("experiment_id"))), "experiments")
                .forEach(row -> sink.point(
                        row.text("run_id"),
                        new Source.Point(
                                row.text("metric_name"),
                                Numbers.unclamped(
                                        row.realOrNull("metric_value") == null ? Double.NaN : row.real("metric_value")),
                                row.integer("metric_timestamp_ms"),
                                SqlTables.time(row, "metric_step"),
                                row.text("model_id"),
                                row.textOrNull("dataset_name"),
                                row.textOrNull("dataset_digest"))));
    }

    /** Registered models with versions and aliases. */
    void registered(Consumer<Source.Registered> sink) {
        if (!tables.has("registered_models")) {
            return;
        }
        var tags = tables.has("registered_model_tags")
                ? registryLabels("registered_model_tags", "key", "value")
                : Map.<String, Map<String, String>>of();
        var aliases = tables.has("registered_model_aliases")
                ? registryLabels("registered_model_aliases", "alias", "CAST(version AS TEXT)")
                : Map.<String, Map<String, String>>of();
        tables.bound(
                        sql.query(
                                "SELECT name, description, creation_time, last_updated_time FROM registered_models%s ORDER BY name"
                                        .formatted(tables.mine("registered_models"))),
                        "registered_models")
                .forEach(row -> {
                    String name = row.text("name");
                    sink.accept(new Source.Registered(
                            name,
                            SqlTables.text(row, "description"),
                            SqlTables.time(row, "creation_time"),
                            SqlTables.time(row, "last_updated_time"),
                            tags.getOrDefault(name, Map.of()),
                            aliases.getOrDefault(name, Map.of()),
                            versions(name)));
                });
    }

    private Map<String, Map<String, String>> registryLabels(String table, String key, String value) {
        return SqlTables.labels(tables.bound(
                sql.query("SELECT name AS owner, %s AS key, %s AS value FROM %s%s"
                        .formatted(key, value, table, tables.mine(table))),
                table));
    }

    private List<Source.Version> versions(String name) {
        String mine = tables.has("model_versions", "workspace") ? " AND workspace = :workspace" : "";
        var tags = SqlTables.labels(tables.bound(
                sql.query("SELECT CAST(version AS TEXT) AS owner, key, value FROM model_version_tags WHERE name = :name"
                                + (tables.has("model_version_tags", "workspace") ? " AND workspace = :workspace" : ""))
                        .bind("name", name),
                "model_version_tags"));
        return tables
                .bound(
                        sql.query("""
                                        SELECT version, creation_time, last_updated_time, description, current_stage, source, run_id, %s, %s
                                        FROM model_versions WHERE name = :name%s ORDER BY version""".formatted(
                                                tables.column("model_versions", "run_link", "NULL"),
                                                tables.column("model_versions", "storage_location", "NULL"),
                                                mine))
                                .bind("name", name),
                        "model_versions")
                .list(row -> new Source.Version(
                        row.integer("version"),
                        SqlTables.text(row, "source"),
                        SqlTables.text(row, "storage_location"),
                        SqlTables.text(row, "run_id"),
                        SqlTables.text(row, "run_link"),
                        SqlTables.text(row, "description"),
                        SqlTables.text(row, "current_stage"),
                        SqlTables.time(row, "creation_time"),
                        SqlTables.time(row, "last_updated_time"),
                        tags.getOrDefault(Long.toString(row.integer("version")), Map.of())))
                .stream()
                // A deleted version leaves an empty row, so that its number is not used again.
                .filter(version -> !version.stage().equals("Deleted_Internal"))
                .toList();
    }
}

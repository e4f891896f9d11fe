package dev.clew.server.cli.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.ForeignDatabase;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the tables of an MLflow store have: columns are looked for, versions are not compared. Confined to one thread. */
final class SqlTables {
    private final ForeignDatabase database;
    private final Sql sql;
    private final String workspace;
    private final Map<String, Set<String>> columns = new HashMap<>();

    /** Runs and models of these come back with them, in MLflow and here. */
    private final Set<String> deletedExperiments = new HashSet<>();

    /** @param workspace of a store that has several */
    SqlTables(ForeignDatabase database, String workspace) {
        this.database = database;
        this.sql = database.sql();
        this.workspace = workspace;
        if (!has("experiments", "experiment_id") || !has("runs", "run_uuid")) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "The database is no store of MLflow: it has no tables experiments and runs. Check --from.");
        }
    }

    Sql sql() {
        return sql;
    }

    void experimentIsDeleted(String experiment) {
        deletedExperiments.add(experiment);
    }

    /** Whether it is deleted by itself, and not with its experiment. */
    boolean isDeletedAlone(Row row, String experiment) {
        return isDeleted(row) && !deletedExperiments.contains(experiment);
    }

    boolean has(String table, String column) {
        return columns.computeIfAbsent(table, database::columns).contains(column);
    }

    boolean has(String table) {
        return !columns.computeIfAbsent(table, database::columns).isEmpty();
    }

    /** The column, or an expression in its place where the store is older than it. */
    String column(String table, String column, String otherwise) {
        return has(table, column) ? column : otherwise + " AS " + column;
    }

    /** Narrows a statement to the workspace, where the table knows it. */
    String mine(String table) {
        return has(table, "workspace") ? " WHERE workspace = :workspace" : "";
    }

    /** The query with the workspace that {@link #mine} and {@link #ofMyExperiments} name. */
    Sql.Query bound(Sql.Query query, String table) {
        return has(table, "workspace") ? query.bind("workspace", workspace) : query;
    }

    /** Narrows a statement to experiments of the workspace. */
    String ofMyExperiments(String column) {
        return has("experiments", "workspace")
                ? " WHERE %s IN (SELECT experiment_id FROM experiments WHERE workspace = :workspace)".formatted(column)
                : "";
    }

    static boolean isDeleted(Row row) {
        return "deleted".equals(row.textOrNull("lifecycle_stage"));
    }

    static long time(Row row, String column) {
        Long time = row.integerOrNull(column);
        return time == null ? 0 : time;
    }

    static String text(Row row, String column) {
        String text = row.textOrNull(column);
        return text == null ? "" : text;
    }

    /** Keys and values by owner. */
    Map<String, Map<String, String>> labels(String text, List<String> ids) {
        return labels(sql.query(text.formatted(sql.dialect().inTexts("ids"))).texts("ids", ids));
    }

    Map<String, Map<String, String>> labels(String text) {
        return labels(sql.query(text));
    }

    static Map<String, Map<String, String>> labels(Sql.Query query) {
        var labels = new HashMap<String, Map<String, String>>();
        query.forEach(row -> labels.computeIfAbsent(row.text("owner"), o -> new LinkedHashMap<>())
                .put(row.text("key"), text(row, "value")));
        return labels;
    }
}

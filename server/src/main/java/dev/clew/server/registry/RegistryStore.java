package dev.clew.server.registry;

import static dev.clew.server.registry.RegisteredModel.MODELS;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads of the registry. Thread-safe. */
final class RegistryStore {
    private final Database database;

    RegistryStore(Database database) {
        this.database = database;
    }

    <T> T read(Function<Sql, T> work) {
        return database.read(work);
    }

    Optional<RegisteredModel> model(int workspace, String name) {
        return database.read(sql -> model(sql, workspace, name));
    }

    static Optional<RegisteredModel> model(Sql sql, int workspace, String name) {
        return sql.query("SELECT %s FROM registered_model m WHERE m.workspace = :workspace AND m.live_name = :name"
                        .formatted(RegisteredModel.COLUMNS.formatted("m")))
                .bind("workspace", workspace)
                .bind("name", name)
                .first(MODELS::read);
    }

    /** Live models of this name, one a workspace; at most 1 000. */
    List<RegisteredModel> named(String name) {
        return database.read(sql -> sql.query("SELECT %s FROM registered_model m WHERE m.live_name = :name LIMIT 1000"
                        .formatted(RegisteredModel.COLUMNS.formatted("m")))
                .bind("name", name)
                .list(MODELS::read));
    }

    /** Deleted ones too. */
    List<RegisteredModel> models(Collection<Uid> uids) {
        return database.read(sql -> models(sql, uids));
    }

    static List<RegisteredModel> models(Sql sql, Collection<Uid> uids) {
        return sql.query("SELECT %s FROM registered_model m WHERE m.model %s"
                        .formatted(
                                RegisteredModel.COLUMNS.formatted("m"),
                                sql.dialect().inBlobs("uids")))
                .blobs("uids", bytes(uids))
                .list(MODELS::read);
    }

    /** Deleted ones too. */
    Optional<ModelVersion> version(Uid model, long number) {
        return database.read(
                sql -> sql.query("SELECT %s FROM model_version v WHERE v.model = :model AND v.number = :number"
                                .formatted(ModelVersion.COLUMNS.formatted("v")))
                        .bind("model", model)
                        .bind("number", number)
                        .first(ModelVersion.VERSIONS::read));
    }

    /** Deleted ones too. */
    List<ModelVersion> versions(Collection<Uid> uids) {
        return database.read(sql -> versions(sql, uids));
    }

    static List<ModelVersion> versions(Sql sql, Collection<Uid> uids) {
        return sql.query("SELECT %s FROM model_version v WHERE v.version %s"
                        .formatted(
                                ModelVersion.COLUMNS.formatted("v"),
                                sql.dialect().inBlobs("uids")))
                .blobs("uids", bytes(uids))
                .list(ModelVersion.VERSIONS::read);
    }

    /** Versions of files of a run or logged model, deleted ones too. 1 statement. */
    List<ModelVersion> madeOf(@Nullable Uid run, @Nullable Uid loggedModel) {
        return database.read(sql -> {
            Sql.Query query = sql.query("SELECT %s FROM model_version v WHERE %s"
                    .formatted(
                            ModelVersion.COLUMNS.formatted("v"),
                            loggedModel == null ? "v.run_id = :run" : "v.logged_model = :model"));
            return (loggedModel == null
                            ? query.bind("run", Objects.requireNonNull(run).hex())
                            : query.bind("model", loggedModel))
                    .list(ModelVersion.VERSIONS::read);
        });
    }

    Optional<Uid> aliased(Uid model, String alias) {
        return database.read(
                sql -> sql.query("SELECT version FROM model_alias WHERE model = :model AND alias_id = :alias")
                        .bind("model", model)
                        .bind("alias", ModelTag.id(alias))
                        .first(row -> row.uid("version")));
    }

    /** What finding a version by name needs of its model: 3 statements. */
    Optional<KnownModels.Known> known(Uid model) {
        return database.read(sql -> models(sql, List.of(model)).stream()
                .findFirst()
                .map(found -> {
                    var aliases = new HashMap<String, Uid>();
                    sql.query("SELECT alias, version FROM model_alias WHERE model = :model")
                            .bind("model", model)
                            .forEach(row -> aliases.put(row.text("alias"), row.uid("version")));
                    long highest = sql.query(
                                    "SELECT coalesce(max(number), 0) AS highest FROM model_version WHERE model = :model")
                            .bind("model", model)
                            .first(row -> row.integer("highest"))
                            .orElse(0L);
                    Optional<Uid> newest = sql.query("""
                            SELECT version FROM model_version WHERE model = :model AND deleted_at IS NULL
                            ORDER BY number DESC LIMIT 1""").bind("model", model).first(row -> row.uid("version"));
                    return new KnownModels.Known(
                            found.uid(), found.name(), found.isLive(), Map.copyOf(aliases), highest, newest);
                }));
    }

    /** Models with everything they show, in the order given: 5 statements whatever the number. */
    List<ModelView> modelViews(Sql sql, List<RegisteredModel> models) {
        if (models.isEmpty()) {
            return List.of();
        }
        var uids = models.stream().map(RegisteredModel::uid).toList();
        var tags = tags(sql, "registered_model_tag", uids);
        var aliases = new HashMap<Uid, Map<String, Long>>();
        sql.query("""
                        SELECT a.model, a.alias, v.number FROM model_alias a JOIN model_version v ON v.version = a.version
                        WHERE a.model %s""".formatted(sql.dialect().inBlobs("models")))
                .blobs("models", bytes(uids))
                .forEach(row -> aliases.computeIfAbsent(row.uid("model"), _ -> new TreeMap<>())
                        .put(row.text("alias"), row.integer("number")));
        var latest = new HashMap<Uid, List<VersionView>>();
        versionViews(sql, latest(sql, uids), models)
                .forEach(view -> latest.computeIfAbsent(view.version().model(), _ -> new ArrayList<>())
                        .add(view));
        return models.stream()
                .map(model -> new ModelView(
                        model,
                        latest.getOrDefault(model.uid(), List.of()),
                        tags.getOrDefault(model.uid(), Map.of()),
                        aliases.getOrDefault(model.uid(), Map.of())))
                .toList();
    }

    /** The newest live version of each stage, stages in the order of their oldest versions, as MLflow has them. */
    private static List<ModelVersion> latest(Sql sql, Collection<Uid> models) {
        return sql.query("""
                        SELECT %s FROM model_version v WHERE v.model %s AND v.deleted_at IS NULL
                        AND v.number = (SELECT max(w.number) FROM model_version w
                            WHERE w.model = v.model AND w.stage = v.stage AND w.deleted_at IS NULL)
                        ORDER BY v.model, (SELECT min(w.number) FROM model_version w
                            WHERE w.model = v.model AND w.stage = v.stage AND w.deleted_at IS NULL)""".formatted(
                        ModelVersion.COLUMNS.formatted("v"), sql.dialect().inBlobs("models")))
                .blobs("models", bytes(models))
                .list(ModelVersion.VERSIONS::read);
    }

    VersionView view(RegisteredModel model, ModelVersion version) {
        return database.read(
                sql -> versionViews(sql, List.of(version), List.of(model)).getFirst());
    }

    /**
     * Versions with everything they show, in the order given: 2 statements whatever the number.
     *
     * @param models theirs
     */
    List<VersionView> versionViews(Sql sql, List<ModelVersion> versions, Collection<RegisteredModel> models) {
        if (versions.isEmpty()) {
            return List.of();
        }
        var names = new HashMap<Uid, String>();
        models.forEach(model -> names.put(model.uid(), model.name()));
        var uids = versions.stream().map(ModelVersion::uid).toList();
        var tags = tags(sql, "model_version_tag", uids);
        var aliases = new HashMap<Uid, List<String>>();
        sql.query("SELECT version, alias FROM model_alias WHERE version %s ORDER BY version, alias"
                        .formatted(sql.dialect().inBlobs("versions")))
                .blobs("versions", bytes(uids))
                .forEach(row -> aliases.computeIfAbsent(row.uid("version"), _ -> new ArrayList<>())
                        .add(row.text("alias")));
        return versions.stream()
                .map(version -> new VersionView(
                        names.getOrDefault(version.model(), ""),
                        version,
                        tags.getOrDefault(version.uid(), Map.of()),
                        aliases.getOrDefault(version.uid(), List.of())))
                .toList();
    }

    private static Map<Uid, Map<String, String>> tags(Sql sql, String table, Collection<Uid> owners) {
        var tags = new HashMap<Uid, Map<String, String>>();
        sql.query("SELECT owner, key, value FROM %s WHERE owner %s"
                        .formatted(table, sql.dialect().inBlobs("owners")))
                .blobs("owners", bytes(owners))
                .forEach(row -> tags.computeIfAbsent(row.uid("owner"), _ -> new TreeMap<>())
                        .put(row.text("key"), row.text("value")));
        return tags;
    }

    /** Whether an owner may have one more tag, or another value of one it has. */
    boolean hasRoom(String table, Uid owner, String key, String value) {
        return database.read(sql -> sql.query("""
                        SELECT count(*) AS n, coalesce(sum(length(key) + length(value)), 0) AS size FROM %s
                        WHERE owner = :owner AND key_id <> :id""".formatted(table))
                .bind("owner", owner)
                .bind("id", ModelTag.id(key))
                .first(row -> row.integer("n") < Rules.MAX_LABELS
                        && row.integer("size") + key.length() + value.length() <= Rules.MAX_TAGS_SIZE)
                .orElse(true));
    }

    /** Whether a model may have one more alias, or move one it has. */
    boolean hasRoom(Uid model, String alias) {
        return database.read(
                sql -> sql.query("SELECT count(*) AS n FROM model_alias WHERE model = :model AND alias_id <> :id")
                        .bind("model", model)
                        .bind("id", ModelTag.id(alias))
                        .first(row -> row.integer("n") < Rules.MAX_LABELS)
                        .orElse(true));
    }

    static List<byte[]> bytes(Collection<Uid> uids) {
        return uids.stream().map(Uid::bytes).toList();
    }
}

package dev.clew.server.datasets;

import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.storage.Database;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads of data sets. Thread-safe; each method is one statement. */
final class DatasetStore {
    private final Database database;

    DatasetStore(Database database) {
        this.database = database;
    }

    Optional<Dataset> dataset(int scope, String name) {
        return database.read(sql -> sql.query(
                        "SELECT %s FROM dataset WHERE scope = :scope AND name = :name".formatted(Dataset.COLUMNS))
                .bind("scope", scope)
                .bind("name", name)
                .first(Dataset.DATASETS::read));
    }

    List<Dataset> datasets(Collection<Uid> uids) {
        return database.read(sql -> sql.query("SELECT %s FROM dataset WHERE dataset %s"
                        .formatted(Dataset.COLUMNS, sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .list(Dataset.DATASETS::read));
    }

    /** By name, after {@code after}. */
    List<Dataset> page(AuthorizedScope scope, String after, int limit) {
        return database.read(sql -> sql.query(
                        "SELECT %s FROM dataset WHERE scope %s AND name > :after ORDER BY name, scope LIMIT :limit"
                                .formatted(Dataset.COLUMNS, sql.dialect().inIntegers("scopes")))
                .integers("scopes", scope.asLongs())
                .bind("after", after)
                .bind("limit", limit)
                .list(Dataset.DATASETS::read));
    }

    Optional<DatasetVersion> version(Uid dataset, String digest) {
        return database.read(
                sql -> sql.query("SELECT %s FROM dataset_version WHERE dataset = :dataset AND digest = :digest"
                                .formatted(DatasetVersion.COLUMNS))
                        .bind("dataset", dataset)
                        .bind("digest", digest)
                        .first(DatasetVersion.VERSIONS::read));
    }

    /** The newest version whose digest begins so; {@code prefix} is hexadecimal. */
    Optional<DatasetVersion> versionBeginning(Uid dataset, String prefix) {
        return database.read(sql -> sql.query("""
                        SELECT %s FROM dataset_version WHERE dataset = :dataset AND digest >= :prefix AND digest < :end
                        ORDER BY created_at DESC LIMIT 1""".formatted(DatasetVersion.COLUMNS))
                .bind("dataset", dataset)
                .bind("prefix", prefix)
                .bind("end", prefix + "g")
                .first(DatasetVersion.VERSIONS::read));
    }

    List<DatasetVersion> versions(Collection<Uid> uids) {
        return database.read(sql -> sql.query("SELECT %s FROM dataset_version WHERE version %s"
                        .formatted(DatasetVersion.COLUMNS, sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .list(DatasetVersion.VERSIONS::read));
    }

    /** Newest first, below (time, uid). */
    List<DatasetVersion> page(Uid dataset, long before, Uid beforeUid, int limit) {
        return database.read(sql -> sql.query("""
                        SELECT %s FROM dataset_version
                        WHERE dataset = :dataset AND (created_at < :before OR (created_at = :before AND version > :uid))
                        ORDER BY created_at DESC, version LIMIT :limit""".formatted(DatasetVersion.COLUMNS))
                .bind("dataset", dataset)
                .bind("before", before)
                .bind("uid", beforeUid)
                .bind("limit", limit)
                .list(DatasetVersion.VERSIONS::read));
    }

    /** The newest version of each. */
    List<DatasetVersion> latest(Collection<Uid> datasets) {
        return database.read(sql -> sql.query(
                        """
                        SELECT %1$s FROM (SELECT %1$s,
                            ROW_NUMBER() OVER (PARTITION BY dataset ORDER BY created_at DESC, version) AS place
                            FROM dataset_version WHERE dataset %2$s) ranked
                        WHERE place = 1""".formatted(DatasetVersion.COLUMNS, sql.dialect().inBlobs("uids")))
                .blobs("uids", datasets.stream().map(Uid::bytes).toList())
                .list(DatasetVersion.VERSIONS::read));
    }
}

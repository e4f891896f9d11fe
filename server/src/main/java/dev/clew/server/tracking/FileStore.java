package dev.clew.server.tracking;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.TrackedFiles.Child;
import dev.clew.server.tracking.TrackedFiles.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads of files. Paths are compared by their bytes, so what is in a folder stands together. Thread-safe; one statement a method. */
final class FileStore {
    /** Names of one folder that are listed. */
    private static final int MAX_CHILDREN = 50_000;

    private final TrackingStore store;

    FileStore(TrackingStore store) {
        this.store = store;
    }

    Optional<StoredFile> file(Place place) {
        return store.read(sql -> sql.query("SELECT %s FROM artifact_file WHERE owner = :owner AND path = :path"
                        .formatted(StoredFile.COLUMNS))
                .bind("owner", place.owner())
                .bind("path", place.path())
                .first(StoredFile.FILES::read));
    }

    boolean isFolder(Place place) {
        return store.read(
                sql -> below(sql, place, "path", " LIMIT 1").first(row -> true).orElse(false));
    }

    List<Child> children(Place place) {
        int from = place.isRoot() ? 0 : place.path().length() + 1;
        return store.read(sql -> {
            var children = new ArrayList<Child>();
            below(sql, place, "path, size", " ORDER BY path").forEach(row -> {
                String path = row.text("path");
                int slash = path.indexOf('/', from);
                String name = slash < 0 ? path.substring(from) : path.substring(from, slash);
                if (children.isEmpty() || !children.getLast().name().equals(name)) {
                    if (children.size() == MAX_CHILDREN) {
                        throw new ClewException(
                                ErrorCode.INVALID_ARGUMENT,
                                "The folder holds more than %d names; list the folders in it.".formatted(MAX_CHILDREN));
                    }
                    children.add(new Child(name, slash >= 0, slash >= 0 ? 0 : row.integer("size")));
                }
            });
            return children;
        });
    }

    /** The file itself or all below it, at most {@code limit}. */
    List<String> paths(Place place, int limit) {
        if (!place.isRoot() && file(place).isPresent()) {
            return List.of(place.path());
        }
        return store.read(sql ->
                below(sql, place, "path", " ORDER BY path LIMIT " + limit).list(row -> row.text("path")));
    }

    List<StoredFile> below(Place place, int limit) {
        return store.read(sql -> {
            var files = below(sql, place, StoredFile.COLUMNS, " ORDER BY path LIMIT " + limit)
                    .list(StoredFile.FILES::read);
            return files;
        });
    }

    private static Sql.Query below(Sql sql, Place place, String columns, String rest) {
        if (place.isRoot()) {
            return sql.query("SELECT %s FROM artifact_file WHERE owner = :owner%s".formatted(columns, rest))
                    .bind("owner", place.owner());
        }
        // '0' follows '/'.
        return sql.query("""
                SELECT %s FROM artifact_file WHERE owner = :owner AND path >= :from AND path < :to%s""".formatted(columns, rest))
                .bind("owner", place.owner())
                .bind("from", place.path() + "/")
                .bind("to", place.path() + "0");
    }
}

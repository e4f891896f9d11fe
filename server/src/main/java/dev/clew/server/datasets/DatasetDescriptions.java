package dev.clew.server.datasets;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Words for data sets ({@code dataset:NAME}) and their versions ({@code dataset-version:NAME@DIGEST}). Thread-safe. */
public final class DatasetDescriptions implements Describe {
    private final DatasetStore store;

    public DatasetDescriptions(Datasets datasets) {
        this.store = datasets.store();
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.DATASET, Kind.DATASET_VERSION);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        var all = new HashMap<Uid, Description>();
        if (kind == Kind.DATASET) {
            store.datasets(uids)
                    .forEach(row -> all.put(
                            row.uid(),
                            new Description(
                                    "dataset:" + row.name(),
                                    row.name(),
                                    "",
                                    row.createdAt(),
                                    row.scope(),
                                    Map.of("created by", row.createdBy()))));
            return all;
        }
        var versions = store.versions(uids);
        var names = store
                .datasets(versions.stream()
                        .map(DatasetVersion::dataset)
                        .distinct()
                        .toList())
                .stream()
                .collect(Collectors.toMap(Dataset::uid, Dataset::name));
        versions.forEach(row -> all.put(row.uid(), version(row, names.getOrDefault(row.dataset(), "?"))));
        return all;
    }

    @Override
    public Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope) {
        int at = id.lastIndexOf('@');
        String name = kind == Kind.DATASET_VERSION && at > 0 ? id.substring(0, at) : id;
        for (int project : scope.scopes()) {
            var dataset = store.dataset(project, name);
            if (dataset.isPresent() && kind == Kind.DATASET) {
                return dataset.map(Dataset::node);
            }
            if (dataset.isPresent() && at > 0) {
                var version = store.version(dataset.get().uid(), id.substring(at + 1));
                if (version.isPresent()) {
                    return version.map(DatasetVersion::node);
                }
            }
        }
        return byUid(kind, id, scope);
    }

    private Optional<Node> byUid(Kind kind, String id, AuthorizedScope scope) {
        try {
            var uids = List.of(Uid.parse(id));
            return kind == Kind.DATASET
                    ? store.datasets(uids).stream()
                            .filter(row -> scope.contains(row.scope()))
                            .map(Dataset::node)
                            .findFirst()
                    : store.versions(uids).stream()
                            .filter(row -> scope.contains(row.scope()))
                            .map(DatasetVersion::node)
                            .findFirst();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no id, so nothing it could name
        }
    }

    private static Description version(DatasetVersion row, String name) {
        var details = new LinkedHashMap<String, Object>();
        put(details, "digest", row.digest());
        put(details, "rows", row.rows());
        put(details, "bytes", row.bytes());
        put(details, "source", row.source());
        put(details, "license", row.license());
        put(details, "added by", row.createdBy());
        return new Description(
                "dataset-version:" + name + "@" + row.digest(),
                name + " @ "
                        + row.digest().substring(0, Math.min(12, row.digest().length())),
                "",
                row.createdAt(),
                row.scope(),
                details);
    }

    private static void put(Map<String, Object> details, String name, @Nullable Object value) {
        if (value != null && !value.equals("")) {
            details.put(name, value);
        }
    }
}

package dev.clew.server.registry;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for models and versions: {@code model:credit}, {@code model-version:credit/3} or {@code model-version:credit@champion}. */
final class ModelDescriptions implements Describe {
    private static final int SHOWN_DESCRIPTION = 500;

    private final RegistryStore store;

    ModelDescriptions(RegistryStore store) {
        this.store = store;
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.MODEL, Kind.MODEL_VERSION);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        return store.read(sql -> {
            var all = new HashMap<Uid, Description>();
            if (kind == Kind.MODEL) {
                store.modelViews(sql, RegistryStore.models(sql, uids))
                        .forEach(view -> all.put(view.model().uid(), model(view)));
            } else {
                var versions = RegistryStore.versions(sql, uids);
                var models = RegistryStore.models(
                        sql,
                        versions.stream().map(ModelVersion::model).distinct().toList());
                store.versionViews(sql, versions, models)
                        .forEach(view -> all.put(view.version().uid(), version(view)));
            }
            return all;
        });
    }

    /** By name in any workspace the caller sees, or by uid. */
    @Override
    public Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope) {
        Optional<Node> named = kind == Kind.MODEL
                ? model(id, scope).map(RegisteredModel::node)
                : version(id, scope).map(ModelVersion::node);
        return named.or(() -> byUid(kind, id, scope));
    }

    private Optional<RegisteredModel> model(String name, AuthorizedScope scope) {
        return store.named(name).stream()
                .filter(model -> scope.contains(model.scope()))
                .findFirst();
    }

    private Optional<ModelVersion> version(String id, AuthorizedScope scope) {
        int cut = Math.max(id.lastIndexOf('/'), id.lastIndexOf('@'));
        if (cut <= 0) {
            return Optional.empty();
        }
        String which = id.substring(cut + 1);
        return model(id.substring(0, cut), scope)
                .flatMap(model -> id.charAt(cut) == '@'
                        ? store.aliased(model.uid(), which)
                                .flatMap(uid ->
                                        store.versions(List.of(uid)).stream().findFirst())
                        : Rules.isNumber(which) ? store.version(model.uid(), Rules.number(which)) : Optional.empty());
    }

    private Optional<Node> byUid(Kind kind, String id, AuthorizedScope scope) {
        Uid uid;
        try {
            uid = Uid.parse(id);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        var found = kind == Kind.MODEL
                ? store.models(List.of(uid)).stream()
                        .map(RegisteredModel::scope)
                        .findFirst()
                : store.versions(List.of(uid)).stream().map(ModelVersion::scope).findFirst();
        return found.filter(scope::contains).map(_ -> Node.of(kind, uid));
    }

    private static Description model(ModelView view) {
        var model = view.model();
        var details = new LinkedHashMap<String, Object>();
        details.put("created by", model.createdBy());
        view.aliases().forEach((alias, number) -> details.put("alias " + alias, number));
        putDescription(details, model.description());
        return new Description(
                "model:" + model.name(),
                model.name(),
                model.isLive() ? model.isPrompt() ? "prompt" : "" : "deleted",
                model.createdAt() * 1_000,
                model.scope(),
                details);
    }

    private static Description version(VersionView view) {
        var version = view.version();
        var details = new LinkedHashMap<String, Object>();
        details.put("registered by", version.registrant());
        details.put("source", version.source());
        if (!version.runId().isEmpty()) {
            details.put("run", version.runId());
        }
        if (!view.aliases().isEmpty()) {
            details.put("aliases", view.aliases());
        }
        details.put("digest", HexFormat.of().formatHex(version.digest()));
        details.put("files", version.files());
        putDescription(details, version.description());
        String title = "%s/%d".formatted(view.name(), version.number());
        return new Description(
                "model-version:" + title,
                title,
                version.isLive()
                        ? version.stage() == Stage.NONE ? "" : version.stage().text()
                        : "deleted",
                version.createdAt() * 1_000,
                version.scope(),
                details);
    }

    private static void putDescription(Map<String, Object> details, String description) {
        if (!description.isEmpty()) {
            details.put(
                    "description",
                    description.length() <= SHOWN_DESCRIPTION
                            ? description
                            : description.substring(0, SHOWN_DESCRIPTION) + "…");
        }
    }
}

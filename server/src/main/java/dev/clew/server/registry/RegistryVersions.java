package dev.clew.server.registry;

import static dev.clew.server.registry.ModelVersion.VERSIONS;
import static dev.clew.server.registry.RegisteredModel.MODELS;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Versions;
import java.util.Optional;

/** Versions for other features: found from memory, verified on rows. Thread-safe. */
final class RegistryVersions implements Versions {
    private final KnownModels known;

    RegistryVersions(KnownModels known) {
        this.known = known;
    }

    /** Live versions of live models; {@code latest} is the newest one. */
    @Override
    public Optional<Version> find(int workspace, String model, String versionOrAlias) {
        return known.named(workspace, model)
                .flatMap(found -> fact(found, versionOrAlias)
                        .filter(KnownModels.Fact::isLive)
                        .map(fact -> version(found.name(), fact)));
    }

    private Optional<KnownModels.Fact> fact(KnownModels.Known model, String versionOrAlias) {
        if (Rules.isNumber(versionOrAlias)) {
            return known.version(model, Rules.number(versionOrAlias));
        }
        String alias = versionOrAlias.startsWith("@") ? versionOrAlias.substring(1) : versionOrAlias;
        Optional<Uid> uid = alias.equalsIgnoreCase("latest")
                ? model.newest()
                : Optional.ofNullable(model.aliases().get(alias));
        return uid.flatMap(known::version);
    }

    /** Deleted ones too: what they decided keeps its thread. */
    @Override
    public Optional<Version> byUid(Uid version) {
        return known.version(version)
                .flatMap(fact -> known.model(fact.model()).map(model -> version(model.name(), fact)));
    }

    @Override
    public boolean isLive(Uid version) {
        return known.version(version)
                .filter(KnownModels.Fact::isLive)
                .flatMap(fact -> known.model(fact.model()))
                .filter(KnownModels.Known::isLive)
                .isPresent();
    }

    private static Version version(String name, KnownModels.Fact fact) {
        return new Version(
                fact.uid(),
                fact.model(),
                name,
                fact.number(),
                fact.digest(),
                fact.run(),
                fact.location(),
                fact.registrant(),
                fact.scope());
    }

    /** Which model a version belongs to never changes; whoever names a version has just found it, so it is in memory. */
    @Override
    public Needs needs(Uid version) {
        Needs needs = Needs.of(VERSIONS, Key.of(version));
        return known.version(version)
                .map(fact -> needs.and(MODELS, Key.of(fact.model())))
                .orElse(needs);
    }

    /** The version, while it and its model are live. */
    @Override
    public Optional<Version> read(State state, Uid version) {
        return state.find(VERSIONS, Key.of(version))
                .filter(ModelVersion::isLive)
                .flatMap(row -> state.find(MODELS, Key.of(row.model()))
                        .filter(RegisteredModel::isLive)
                        .map(model -> new Version(
                                row.uid(),
                                row.model(),
                                model.name(),
                                row.number(),
                                row.digest(),
                                row.run(),
                                row.location(),
                                row.registrant(),
                                row.scope())));
    }
}

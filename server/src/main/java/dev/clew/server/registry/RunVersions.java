package dev.clew.server.registry;

import static dev.clew.server.registry.ModelVersion.OF_RUN_ID;
import static dev.clew.server.registry.RegisteredModel.MODELS;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Registered versions of a run, for a change of the run that rests on there being none: found before the change, read again in it. A version
 * of another project that only carries the run's id is not one of them.
 *
 * @param models of the versions that were found, deleted ones too
 */
public record RunVersions(Uid run, Set<Uid> models) {
    public RunVersions {
        models = Set.copyOf(models);
    }

    public Needs needs() {
        Needs needs = Needs.of(OF_RUN_ID, run.hex());
        for (Uid model : models) {
            needs = needs.and(MODELS, Key.of(model));
        }
        return needs;
    }

    /** Whether no version of another model was registered meanwhile. */
    public boolean isStill(State state) {
        return live(state).allMatch(version -> models.contains(version.model()));
    }

    /** One that is registered, as people call it: {@code credit/3}; empty when none is. */
    public Optional<String> read(State state) {
        return live(state)
                .flatMap(version -> state.find(MODELS, Key.of(version.model())).stream()
                        .filter(RegisteredModel::isLive)
                        .map(model -> "%s/%d".formatted(model.name(), version.number())))
                .findFirst();
    }

    private Stream<ModelVersion> live(State state) {
        return state.all(OF_RUN_ID, run.hex()).stream()
                .filter(version -> version.isLive() && run.equals(version.run()));
    }
}

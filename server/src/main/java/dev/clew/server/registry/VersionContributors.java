package dev.clew.server.registry;

import static dev.clew.server.registry.ModelVersion.VERSIONS;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Contributors;
import java.util.Set;

/** Who made a version: the persons of its run and files and its registrant, kept with it. */
final class VersionContributors implements Contributors {
    @Override
    public Needs needs(Uid version) {
        return Needs.of(VERSIONS, Key.of(version));
    }

    @Override
    public Set<String> read(State state, Uid version) {
        return state.find(VERSIONS, Key.of(version))
                .map(ModelVersion::contributors)
                .orElse(Set.of());
    }
}

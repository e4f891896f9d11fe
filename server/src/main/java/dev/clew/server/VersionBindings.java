package dev.clew.server;

import dev.clew.server.access.AuditRecords;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.deployments.Standing;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.registry.Registry;
import dev.clew.server.registry.RunVersions;
import dev.clew.server.tracking.Bindings;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which versions are made of files, from the registry; what rests on them, from deployments; who tried to change them, for the audit. */
record VersionBindings(Registry registry, Standing standing, AuditRecords audit) implements Bindings {
    @Override
    public List<Rooted> versions(@Nullable Uid run, @Nullable Uid loggedModel) {
        return registry.madeOf(run, loggedModel).stream()
                .map(made -> new Rooted(made.version(), made.name(), made.folder()))
                .toList();
    }

    @Override
    public Needs needs(Uid version) {
        return standing.needs(version);
    }

    @Override
    public Optional<String> read(State state, Uid version, long nowMicros) {
        return standing.read(state, version, nowMicros);
    }

    @Override
    public Registered registered(Uid run) {
        RunVersions found = registry.versionsOf(run);
        return new Registered() {
            @Override
            public Needs needs() {
                return found.needs();
            }

            @Override
            public boolean isStill(State state) {
                return found.isStill(state);
            }

            @Override
            public Optional<String> read(State state) {
                return found.read(state);
            }
        };
    }

    @Override
    public void refused(Permit permit, Uid of) {
        audit.denied(permit.who(), permit.permission(), ErrorCode.HELD.name(), permit.scope(), of.hex());
    }
}

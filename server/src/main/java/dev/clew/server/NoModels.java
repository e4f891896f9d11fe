package dev.clew.server;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Artifacts;
import dev.clew.server.ports.Contributors;
import dev.clew.server.ports.Versions;
import dev.clew.server.storage.Blobs;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers the ports of the model registry while there is none: no model is registered, so none is found. */
final class NoModels implements Versions, Artifacts {
    /** Nobody stands behind a version that does not exist. */
    static final Contributors NOBODY = new Contributors() {
        @Override
        public Needs needs(Uid version) {
            return Needs.none();
        }

        @Override
        public Set<String> read(State state, Uid version) {
            return Set.of();
        }
    };

    @Override
    public Optional<Version> find(int workspace, String model, String versionOrAlias) {
        return Optional.empty();
    }

    @Override
    public Optional<Version> byUid(Uid version) {
        return Optional.empty();
    }

    @Override
    public Needs needs(Uid version) {
        return Needs.none();
    }

    @Override
    public Optional<Version> read(State state, Uid version) {
        return Optional.empty();
    }

    @Override
    public Optional<Folder> folder(int project, String source) {
        return Optional.empty();
    }

    @Override
    public List<File> files(Folder folder) {
        return List.of();
    }

    @Override
    public Optional<Blobs.Opened> open(byte[] sha256) {
        return Optional.empty();
    }
}

package dev.clew.server;

import dev.clew.server.ports.Artifacts;
import dev.clew.server.storage.Blobs;
import java.util.List;
import java.util.Optional;

/** Answers the port of stored files while nothing stores any: no source has files. */
final class NoModels implements Artifacts {
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

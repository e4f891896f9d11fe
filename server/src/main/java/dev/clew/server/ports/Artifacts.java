package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Blobs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Files of runs, logged models and model versions. Implemented by tracking. */
public interface Artifacts {
    record File(String path, long size, byte[] sha256) {}

    /** Files of a model version's source (a logged model or a run's folder), by path; at most 10 000. */
    List<File> ofVersion(Uid version);

    Optional<Blobs.Opened> open(byte[] sha256) throws IOException;
}

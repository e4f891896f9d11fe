package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Blobs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files of runs and logged models. Implemented by tracking. */
public interface Artifacts {
    record File(String path, long size, byte[] sha256) {}

    /**
     * Where the files of a model lie: a folder of a run or of a logged model.
     *
     * @param run the training run, or null
     * @param loggedModel the logged model, or null
     * @param path below the owner's root; empty for all of it
     * @param location URI under which clients reach it, {@code mlflow-artifacts:/…}
     * @param persons principals who made the run and the logged model
     */
    record Folder(
            @Nullable Uid run,
            @Nullable Uid loggedModel,
            String path,
            String location,
            Set<String> persons,
            int scope) {}

    /**
     * What a source names: {@code runs:/ID/PATH}, {@code models:/m-ID}, or a location below this server's artifact root. Empty when it
     * is none of these or nothing of the project is there.
     */
    Optional<Folder> folder(int project, String source);

    /** Files of a folder, by path relative to it; at most 10 000. */
    List<File> files(Folder folder);

    Optional<Blobs.Opened> open(byte[] sha256) throws IOException;
}

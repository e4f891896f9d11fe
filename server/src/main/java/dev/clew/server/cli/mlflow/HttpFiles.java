package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.cli.mlflow.Source.Owner;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Files of runs and logged models of a tracking server: listed folder by folder, opened one by one. */
record HttpFiles(MlflowHttp http) {
    private static final String V2 = HttpSource.V2;

    /** Takes what is listed of a file. */
    @FunctionalInterface
    interface Listed {
        void file(String path, long size) throws IOException;
    }

    /** @return why they cannot be listed, or null when all were given to {@code sink} */
    @Nullable
    String list(Owner owner, Listed sink) throws IOException {
        return list(owner, "", sink);
    }

    private @Nullable String list(Owner owner, String folder, Listed sink) throws IOException {
        var answered = http.call("GET", listing(owner, folder), null);
        if (!answered.isDone()) {
            return "the server does not list them (%s)".formatted(answered.error());
        }
        for (JsonNode file : answered.body().path("files")) {
            String path = file.path("path").asText();
            if (file.path("is_dir").asBoolean()) {
                String why = path.equals(folder) ? null : list(owner, path, sink);
                if (why != null) {
                    return why;
                }
            } else {
                sink.file(path, file.path("file_size").asLong());
            }
        }
        return null;
    }

    private static String listing(Owner owner, String folder) {
        String encoded = MlflowHttp.encoded(folder);
        return owner.isModel()
                ? V2
                        + "logged-models/%s/artifacts/directories%s"
                                .formatted(owner.id(), folder.isEmpty() ? "" : "?artifact_directory_path=" + encoded)
                : V2 + "artifacts/list?run_id=%s%s".formatted(owner.id(), folder.isEmpty() ? "" : "&path=" + encoded);
    }

    /** Where the bytes of a file are. */
    static String content(Owner owner, String path) {
        return owner.isModel()
                ? "/ajax-api/2.0/mlflow/logged-models/%s/artifacts/files?artifact_file_path=%s"
                        .formatted(owner.id(), MlflowHttp.encoded(path))
                : "/get-artifact?run_id=%s&path=%s".formatted(owner.id(), MlflowHttp.encoded(path));
    }
}

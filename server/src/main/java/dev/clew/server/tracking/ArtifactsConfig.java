package dev.clew.server.tracking;

import dev.clew.server.config.Between;
import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import dev.clew.server.config.Size;
import java.time.Duration;

/** Settings {@code artifacts.*}: files of runs and models. */
public record ArtifactsConfig(
        @Default("16GiB") @Doc("Largest file a client may store")
        Size maxFile,

        @Default("256MiB") @Doc("Free disk space that files leave; with less they are refused")
        Size reserve,

        @Default("24h")
        @Between(least = "1m", most = "30d")
        @Doc("Time for sending a file in parts; what is not whole then is dropped.")
        Duration uploadTime,

        @Default("")
        @Doc(
                "Where clients send parts of files, e.g. https://clew.example/base, if a proxy stands before the server; empty for where they sent the request.")
        String partsUrl) {
    public ArtifactsConfig {
        if (!partsUrl.isEmpty() && !partsUrl.matches("https?://[^?#\\s]+")) {
            throw new IllegalArgumentException("artifacts.parts_url is an address such as https://clew.example");
        }
    }
}

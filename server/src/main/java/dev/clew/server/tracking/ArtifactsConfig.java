package dev.clew.server.tracking;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import dev.clew.server.config.Size;

/** Settings {@code artifacts.*}: files of runs and models. */
public record ArtifactsConfig(
        @Default("16GiB") @Doc("Largest file a client may store")
        Size maxFile,

        @Default("256MiB") @Doc("Free disk space that files leave; with less they are refused")
        Size reserve) {}

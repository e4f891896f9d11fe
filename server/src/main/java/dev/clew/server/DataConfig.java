package dev.clew.server;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import java.nio.file.Path;

/** Settings {@code data.*}: where everything is kept. */
public record DataConfig(
        @Default("clew-data")
        @Doc("Directory of the database, blobs, ledger tiles, decisions and keys; made when missing.")
        Path dir) {}

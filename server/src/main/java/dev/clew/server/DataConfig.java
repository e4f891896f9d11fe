package dev.clew.server;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import dev.clew.server.config.Size;
import dev.clew.server.storage.DatabaseUrl;
import java.nio.file.Path;

/** Settings {@code data.*}: where everything is kept. */
public record DataConfig(
        @Default("clew-data")
        @Doc("Directory of the database, blobs, ledger tiles, decisions and keys; made when missing.")
        Path dir,

        @Default("")
        @Doc(
                "PostgreSQL database in the place of the directory's own, such as postgresql://user:password@host:5432/clew; keys, tiles and files stay in the directory")
        String databaseUrl,

        @Default("512MiB")
        @Doc(
                "Free disk space below which the server takes no changes; reads and proofs go on, and it recovers by itself.")
        Size minFree) {
    /** Without the database's password. */
    @Override
    public String toString() {
        return "DataConfig[dir=%s, databaseUrl=%s, minFree=%s]"
                .formatted(dir, databaseUrl.isEmpty() ? "" : DatabaseUrl.parse(databaseUrl), minFree);
    }
}

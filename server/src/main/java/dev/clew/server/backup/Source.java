package dev.clew.server.backup;

import dev.clew.server.ledgers.LedgerConfig;
import dev.clew.server.storage.Database;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a backup copies from.
 *
 * @param keys writes a consistent copy of all wrapped keys into a new file
 * @param erasures the file of erasures
 * @param holds what rewrites files in place of others, held while such files are copied
 */
public record Source(
        Path directory,
        Database database,
        Consumer<Path> keys,
        Path erasures,
        List<Hold> holds,
        LedgerConfig ledger,
        String version) {
    /** Work that replaces files by others of the same name. */
    @FunctionalInterface
    public interface Hold {
        /** Waits until it rests, and lets it go on when what is returned is closed, by the same thread. */
        AutoCloseable take();
    }
}

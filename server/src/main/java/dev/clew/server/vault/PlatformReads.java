package dev.clew.server.vault;

import dev.clew.server.storage.Blocking;
import dev.clew.server.storage.KeyStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/** A store whose reads leave virtual threads: they hold a carrier while the engine works. */
final class PlatformReads implements KeyStore {
    private static final int THREADS = 2;
    private static final int QUEUED = 1_024;

    private final KeyStore store;
    private final Blocking blocking = new Blocking("vault reads", THREADS, QUEUED);

    PlatformReads(KeyStore store) {
        this.store = store;
    }

    @Override
    public <T> T read(Function<Reads, T> work) {
        return call(() -> store.read(work));
    }

    @Override
    public <T> T write(Function<Writes, T> work) {
        throw new IllegalStateException("Only the vault's writer writes");
    }

    @Override
    public void scrub() {
        store.scrub();
    }

    @Override
    public void integrity(boolean indexes, Consumer<String> problems) {
        call(() -> {
            store.integrity(indexes, problems);
            return true;
        });
    }

    @Override
    public void copyTo(Path file) {
        call(() -> {
            store.copyTo(file);
            return true;
        });
    }

    @Override
    public void close() {
        blocking.close();
        store.close();
    }

    private <T> T call(Blocking.Call<T> call) {
        try {
            return blocking.call(call);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

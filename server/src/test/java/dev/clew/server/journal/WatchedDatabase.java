package dev.clew.server.journal;

import dev.clew.server.storage.Database;
import dev.clew.server.storage.Dialect;
import dev.clew.server.storage.Snapshot;
import dev.clew.server.storage.Sql;
import dev.clew.server.storage.StorageException;
import dev.clew.server.storage.Writer;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A real database whose write session can be told to fail a commit, and tells how many statements it ran. */
final class WatchedDatabase implements Database {
    private final Database database;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicReference<Writer> session = new AtomicReference<>();
    private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));

    WatchedDatabase(Database database) {
        this.database = database;
    }

    /** The next commit is refused as if another process held the lock; nothing of it happens. */
    void failNextCommit() {
        failing.set(true);
    }

    /** Views of the store are not given before the latch is released. */
    void holdSnapshots(CountDownLatch until) {
        gate.set(until);
    }

    /** Statements of the write session since it was opened. */
    long statements() {
        return session.get().statements();
    }

    @Override
    public Dialect dialect() {
        return database.dialect();
    }

    @Override
    public <T> T read(Function<Sql, T> work) {
        return database.read(work);
    }

    @Override
    public Snapshot snapshot() {
        try {
            gate.get().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return database.snapshot();
    }

    @Override
    public void copyTo(Path file) {
        database.copyTo(file);
    }

    @Override
    public Writer openWriter() {
        Writer real = database.openWriter();
        session.set(real);
        return (Writer) Proxy.newProxyInstance(
                Writer.class.getClassLoader(), new Class<?>[] {Writer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit") && failing.getAndSet(false)) {
                        throw new StorageException(
                                StorageException.Failure.BUSY, "A commit was refused", new IOException());
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void close() {
        database.close();
    }
}

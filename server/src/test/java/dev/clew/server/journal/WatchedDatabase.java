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
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A real database whose write session can be told to fail a commit, and tells how many statements it ran. */
public final class WatchedDatabase implements Database {
    /** What happens to a commit. */
    enum Fault {
        NONE,
        /** Nothing of it happens, as if another process held the lock. */
        REFUSED_COMMIT,
        /** The disk fails before anything of it is there: the process must end. */
        CRASH_BEFORE_COMMIT,
        /** The disk fails when all of it is there and nobody was told. */
        CRASH_AFTER_COMMIT;

        static Fault draw(Random random) {
            int drawn = random.nextInt(100);
            return drawn < 88
                    ? NONE
                    : drawn < 93 ? REFUSED_COMMIT : drawn < 97 ? CRASH_BEFORE_COMMIT : CRASH_AFTER_COMMIT;
        }
    }

    private final Database database;
    private final AtomicReference<Fault> next = new AtomicReference<>(Fault.NONE);
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ofLastCommit = new AtomicLong();
    private final AtomicLong queries = new AtomicLong();
    private final AtomicReference<Writer> session = new AtomicReference<>();
    private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));

    public WatchedDatabase(Database database) {
        this.database = database;
    }

    /** The next commit is refused as if another process held the lock; nothing of it happens. */
    void failNextCommit() {
        nextCommit(Fault.REFUSED_COMMIT);
    }

    void nextCommit(Fault fault) {
        next.set(fault);
    }

    /** Statements of the last transaction that was committed, from its begin on; a batch is one. */
    public long statementsOfLastCommit() {
        return ofLastCommit.get();
    }

    /** Queries of reads since it was opened. */
    public long queries() {
        return queries.get();
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
        return database.read(sql -> work.apply(new Sql() {
            @Override
            public Query query(String text) {
                queries.incrementAndGet();
                return sql.query(text);
            }

            @Override
            public Dialect dialect() {
                return sql.dialect();
            }
        }));
    }

    @Override
    public Unhurried unhurried() {
        return database.unhurried();
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
                    Fault fault = method.getName().equals("commit") ? next.getAndSet(Fault.NONE) : Fault.NONE;
                    if (fault == Fault.REFUSED_COMMIT) {
                        throw failure(StorageException.Failure.BUSY);
                    }
                    if (fault == Fault.CRASH_BEFORE_COMMIT) {
                        throw failure(StorageException.Failure.DAMAGED);
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        if (method.getName().equals("begin")) {
                            begun.set(real.statements());
                        } else if (method.getName().equals("commit")) {
                            ofLastCommit.set(real.statements() - begun.get());
                        }
                        if (fault == Fault.CRASH_AFTER_COMMIT) {
                            throw failure(StorageException.Failure.DAMAGED);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static StorageException failure(StorageException.Failure what) {
        return new StorageException(what, "A commit failed", new IOException());
    }

    @Override
    public void close() {
        database.close();
    }
}

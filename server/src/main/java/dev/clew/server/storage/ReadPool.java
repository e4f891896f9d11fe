package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of platform threads, each with a connection of its own, behind a bounded queue. A watch stops what runs longer than
 * two seconds. Thread-safe.
 */
final class ReadPool implements AutoCloseable {
    static final int QUEUE = 256;
    static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long WATCH_MILLIS = 100;
    private static final long RESTED_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final ThreadLocal<@Nullable JdbcSql> INSIDE = new ThreadLocal<>();

    /** Opens one more connection for reading. */
    interface Connector {
        Connection open() throws SQLException;
    }

    private final Engine engine;
    private final Connector connector;
    private final BlockingQueue<Task<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final List<Reader> readers = new ArrayList<>();
    private final Thread watch;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile boolean hurried = true;

    ReadPool(Engine engine, Connector connector) {
        this.engine = engine;
        this.connector = connector;
        int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        for (int i = 0; i < threads; i++) {
            var reader = new Reader();
            readers.add(reader);
            reader.thread = Thread.ofPlatform().daemon().name("read-" + i).start(reader);
        }
        watch = Thread.ofPlatform().daemon().name("read-watch").start(this::watch);
    }

    private static final class Task<T> {
        final Function<Sql, T> work;
        final CompletableFuture<T> result = new CompletableFuture<>();

        Task(Function<Sql, T> work) {
            this.work = work;
        }

        void run(JdbcSql sql) {
            T value = work.apply(sql);
            result.complete(value);
        }
    }

    <T> T read(Function<Sql, T> work) {
        JdbcSql outer = INSIDE.get();
        if (outer != null) {
            return work.apply(outer);
        }
        var task = new Task<>(work);
        if (closing || !queue.offer(task)) {
            throw closing ? gone(null) : overloaded();
        }
        try {
            return task.result.join();
        } catch (CompletionException e) {
            throw unwrap(e);
        }
    }

    Database.Unhurried unhurried() {
        hurried = false;
        return () -> hurried = true;
    }

    private static RuntimeException unwrap(CompletionException e) {
        return switch (e.getCause()) {
            case StorageException failure -> translate(failure);
            case RuntimeException thrown -> {
                // The caller's own stack says who asked; the pool's says where it failed.
                thrown.addSuppressed(new Throwable("read asked for here"));
                yield thrown;
            }
            case null, default -> e;
        };
    }

    static ClewException translate(StorageException failure) {
        return switch (failure.failure()) {
            case BUSY -> locked(failure);
            case GONE, FULL, TAKEN -> gone(failure);
            case STOPPED ->
                new ClewException(
                        ErrorCode.TIMEOUT,
                        "The read took longer than 2 s and was stopped; ask for less at a time.",
                        failure);
            case DAMAGED ->
                new ClewException(
                        ErrorCode.ROW_DAMAGED,
                        "The store could not be read; check the disk, then restore a copy of the data directory.",
                        failure);
            case CONSTRAINT, OTHER ->
                new ClewException(ErrorCode.INTERNAL, "A read failed; see the server's log.", failure);
        };
    }

    private static ClewException overloaded() {
        return new ClewException(
                ErrorCode.OVERLOADED, "%d reads are already waiting; try again shortly.".formatted(QUEUE));
    }

    static ClewException locked(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.UNAVAILABLE,
                "Another process keeps the database locked; end it, or wait until it is done, and try again.",
                cause);
    }

    private static ClewException gone(@Nullable Throwable cause) {
        return new ClewException(ErrorCode.UNAVAILABLE, "The database does not answer; try again shortly.", cause);
    }

    private void watch() {
        while (!closing) {
            long now = System.nanoTime();
            for (Reader reader : readers) {
                reader.stopIfLate(now);
            }
            try {
                if (closed.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        closed.countDown();
        for (Reader reader : readers) {
            reader.close();
        }
        Task<?> left = queue.poll();
        while (left != null) {
            left.result.completeExceptionally(gone(null));
            left = queue.poll();
        }
    }

    /** One thread of the pool. */
    private final class Reader implements Runnable {
        private @Nullable Thread thread;
        private volatile @Nullable JdbcSql session;
        private volatile long startedNanos;
        private long endedNanos = System.nanoTime();
        private volatile boolean running;

        @Override
        public void run() {
            try {
                while (!closing) {
                    Task<?> task = queue.poll(1, TimeUnit.SECONDS);
                    if (task != null) {
                        serve(task);
                    }
                }
            } catch (InterruptedException e) {
                // Closing.
            } finally {
                disconnect();
            }
        }

        private void serve(Task<?> task) {
            startedNanos = System.nanoTime();
            running = true;
            try {
                JdbcSql sql = usableSession();
                engine.beginRead(sql.connection());
                INSIDE.set(sql);
                try {
                    task.run(sql);
                } finally {
                    INSIDE.remove();
                    running = false;
                    engine.endRead(sql.connection());
                }
            } catch (SQLException e) {
                var failure = engine.failed("A read", e);
                disconnect();
                task.result.completeExceptionally(failure);
            } catch (Throwable e) {
                if (e instanceof StorageException failure && failure.failure() != StorageException.Failure.STOPPED) {
                    disconnect();
                }
                task.result.completeExceptionally(e);
            } finally {
                running = false;
                endedNanos = System.nanoTime();
            }
        }

        private JdbcSql session() throws SQLException {
            JdbcSql open = session;
            if (open == null) {
                open = new JdbcSql(connector.open(), engine);
                session = open;
            }
            return open;
        }

        /** A session that rested may have ended with the engine's process; the reader would be the one to find out. */
        private JdbcSql usableSession() throws SQLException {
            JdbcSql rested = session;
            if (rested != null && startedNanos - endedNanos > RESTED_NANOS && !engine.isAlive(rested.connection())) {
                disconnect();
            }
            return session();
        }

        private void disconnect() {
            JdbcSql open = session;
            session = null;
            if (open != null) {
                open.close();
                try {
                    open.connection().close();
                } catch (SQLException e) {
                    // It is being thrown away.
                    return;
                }
            }
        }

        void stopIfLate(long now) {
            JdbcSql open = session;
            if (hurried && running && open != null && now - startedNanos > LIMIT_NANOS) {
                open.cancel();
            }
        }

        void close() {
            Thread mine = thread;
            if (mine != null) {
                JdbcSql open = session;
                if (open != null) {
                    open.cancel();
                }
                mine.interrupt();
                try {
                    mine.join(TimeUnit.SECONDS.toMillis(5));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}

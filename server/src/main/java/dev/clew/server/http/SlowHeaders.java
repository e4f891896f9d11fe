package dev.clew.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Ends connections on which the headers of a request drip in: the idle time alone would keep one open for ever at a byte now and then.
 * Looks at all connections twice a second; requests themselves are not touched. Thread-safe.
 */
final class SlowHeaders extends AbstractLifeCycle implements Connection.Listener {
    private static final long EVERY_MILLIS = 500;

    private static final class Watched {
        long messages = -1;
        long bytes;
        long sinceNanos;
    }

    private final long mostNanos;
    private final Scheduler scheduler;
    private final Map<Connection, Watched> open = new ConcurrentHashMap<>();

    SlowHeaders(Duration most, Scheduler scheduler) {
        this.mostNanos = most.toNanos();
        this.scheduler = scheduler;
    }

    @Override
    protected void doStart() {
        later();
    }

    @Override
    public void onOpened(Connection connection) {
        open.put(connection, new Watched());
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    private void later() {
        scheduler.schedule(this::look, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (!isStarting() && !isStarted()) {
            return;
        }
        long now = System.nanoTime();
        open.forEach((connection, watched) -> {
            if (isDripping(connection, watched, now)) {
                open.remove(connection);
                connection.getEndPoint().close(new TimeoutException("headers too slow"));
            }
        });
        later();
    }

    /** Bytes came since the last whole request was answered, but no new request has begun for too long. */
    private boolean isDripping(Connection connection, Watched watched, long now) {
        if (!(connection instanceof HttpConnection)) {
            return false;
        }
        long messages = connection.getMessagesIn();
        long answered = connection.getMessagesOut();
        long bytes = connection.getBytesIn();
        if (messages != watched.messages || answered < messages || bytes == watched.bytes) {
            watched.messages = messages;
            watched.bytes = bytes;
            watched.sinceNanos = now;
            return false;
        }
        return now - watched.sinceNanos > mostNanos;
    }
}

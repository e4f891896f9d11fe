package dev.clew.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One line per request: time, id, who, method, route, status, bytes, microseconds. Names the route's template instead of the path and no
 * query, no header, no address, so that neither secrets nor persons stand in it. Requests never wait for it: lines queue, bounded, and
 * what does not fit is counted and said. Thread-safe; one thread writes.
 */
final class AccessLog implements AutoCloseable {
    /** Which requests get a line. */
    enum Level {
        NONE,
        ERRORS,
        ALL
    }

    private static final int MAX_QUEUED = 8_192;
    private static final long MAX_FILE_BYTES = 64L << 20;
    private static final long SLOW_MICROS = 1_000_000;

    private record Line(
            long millis, String id, String who, String method, String route, int status, long bytes, long micros) {}

    private final Level level;
    private final @Nullable Path file;
    private final ArrayBlockingQueue<Line> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicLong dropped = new AtomicLong();
    private final @Nullable Thread thread;
    private volatile boolean closing;
    private @Nullable OutputStream open;
    private long written;

    AccessLog(Level level, String file) {
        this.level = level;
        this.file = file.isEmpty() ? null : Path.of(file);
        this.thread = level == Level.NONE
                ? null
                : Thread.ofPlatform().name("access-log").daemon().start(this::run);
    }

    void request(String id, String who, String method, String route, int status, long bytes, long micros) {
        if (level == Level.ALL || (level == Level.ERRORS && (status >= 500 || micros >= SLOW_MICROS))) {
            if (!queue.offer(new Line(System.currentTimeMillis(), id, who, method, route, status, bytes, micros))) {
                dropped.incrementAndGet();
            }
        }
    }

    private void run() {
        var lines = new ArrayList<Line>(256);
        var text = new StringBuilder(16_384);
        try {
            while (!closing || !queue.isEmpty()) {
                Line first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                lines.add(first);
                queue.drainTo(lines, 255);
                lines.forEach(line -> append(text, line));
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    text.append("lines_lost=").append(lost).append('\n');
                }
                write(text.toString().getBytes(StandardCharsets.UTF_8));
                lines.clear();
                text.setLength(0);
            }
            if (open != null) {
                open.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.getLogger("clew.http").log(System.Logger.Level.WARNING, "access log stopped: cannot be written", e);
        }
    }

    /** To the file, which is renamed to {@code .1} when it is full, or to standard error. */
    private void write(byte[] bytes) throws IOException {
        if (file == null) {
            System.err.write(bytes, 0, bytes.length);
            System.err.flush();
            return;
        }
        if (open != null && written + bytes.length > MAX_FILE_BYTES) {
            open.close();
            open = null;
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (open == null) {
            open = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            written = Files.size(file);
        }
        open.write(bytes);
        written += bytes.length;
    }

    private static void append(StringBuilder text, Line line) {
        text.append(Instant.ofEpochMilli(line.millis))
                .append(" id=")
                .append(line.id)
                .append(" who=")
                .append(line.who)
                .append(' ')
                .append(line.method)
                .append(' ')
                .append(line.route)
                .append(" status=")
                .append(line.status)
                .append(" bytes=")
                .append(line.bytes)
                .append(" us=")
                .append(line.micros)
                .append('\n');
    }

    @Override
    public void close() {
        closing = true;
        if (thread != null) {
            try {
                thread.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

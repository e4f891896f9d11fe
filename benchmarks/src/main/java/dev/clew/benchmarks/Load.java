package dev.clew.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A load of one kind on one server: connections kept alive, each sends its next request when the last was answered. Plain sockets, so
 * that the generator leaves the cores to the server.
 */
final class Load {
    /** Makes the body of a request. */
    @FunctionalInterface
    interface Bodies {
        /**
         * @param connection which connection asks, from 0
         * @param number how many requests this connection sent before
         */
        String body(int connection, long number);
    }

    /** Sees an answer; keep it cheap. */
    @FunctionalInterface
    interface Answers {
        void answered(int connection, long number, byte[] body);
    }

    /**
     * What came of it.
     *
     * @param nanos time of every request, ascending
     * @param cpuSeconds of this process meanwhile
     */
    record Outcome(int connections, long requests, long items, double seconds, double cpuSeconds, long[] nanos) {
        double millis(double quantile) {
            int last = nanos.length - 1;
            return last < 0 ? Double.NaN : nanos[(int) Math.round(quantile * last)] / 1e6;
        }

        double rate() {
            return items / seconds;
        }
    }

    private static final int MOST_TIMES = 4_000_000;

    private final URI server;
    private final String head;
    private final int itemsPerRequest;

    /** @param itemsPerRequest what a request counts for */
    Load(String server, String method, String path, int itemsPerRequest) {
        this.server = URI.create(server);
        this.head = "%s %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\nContent-Length: "
                .formatted(method, path, this.server.getHost(), this.server.getPort());
        this.itemsPerRequest = itemsPerRequest;
    }

    /** Loads for a while; an answer that is not 2xx ends it with an error. */
    Outcome run(int connections, Duration length, Bodies bodies, Answers answers) {
        var sent = new AtomicLong();
        var times = new ArrayList<long[]>();
        var failures = new ArrayList<Throwable>();
        long cpu = cpuNanos();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int connection = i;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    long[] nanos = one(connection, end, Long.MAX_VALUE, bodies, answers, sent);
                    synchronized (times) {
                        times.add(nanos);
                    }
                } catch (IOException | RuntimeException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double used = (cpuNanos() - cpu) / 1e9;
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a request failed under load", failures.getFirst());
        }
        long[] all = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Outcome(connections, sent.get(), sent.get() * itemsPerRequest, seconds, used, all);
    }

    private long[] one(int connection, long end, long most, Bodies bodies, Answers answers, AtomicLong sent)
            throws IOException {
        long[] nanos = new long[1_024];
        int count = 0;
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            var in = new BufferedInputStream(socket.getInputStream(), 1 << 15);
            for (long number = 0; number < most && System.nanoTime() < end; number++) {
                byte[] body = bodies.body(connection, number).getBytes(StandardCharsets.UTF_8);
                byte[] top = (head + body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
                byte[] request = Arrays.copyOf(top, top.length + body.length);
                System.arraycopy(body, 0, request, top.length, body.length);
                long begin = System.nanoTime();
                out.write(request);
                byte[] answer = read(in);
                long took = System.nanoTime() - begin;
                if (count < MOST_TIMES) {
                    if (count == nanos.length) {
                        nanos = Arrays.copyOf(nanos, count * 2);
                    }
                    nanos[count++] = took;
                }
                sent.incrementAndGet();
                answers.answered(connection, number, answer);
            }
        }
        return Arrays.copyOf(nanos, count);
    }

    /** Body of an answer with a length or in chunks. */
    private static byte[] read(InputStream in) throws IOException {
        String status = line(in);
        int length = -1;
        boolean chunked = false;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(java.util.Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:") && lower.contains("chunked")) {
                chunked = true;
            }
        }
        byte[] body = chunked ? chunks(in) : in.readNBytes(Math.max(length, 0));
        if (status.length() < 12 || status.charAt(9) != '2') {
            throw new IOException(status + "\n" + new String(body, StandardCharsets.UTF_8));
        }
        return body;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            all.write(in.readNBytes(size));
            line(in);
        }
        line(in);
        return all.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        var text = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection was closed");
            }
            if (c != '\r') {
                text.append((char) c);
            }
        }
        return text.toString();
    }

    static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Sends one request and returns its body. */
    static byte[] once(String server, String method, String path, String body) {
        byte[][] kept = new byte[1][];
        var load = new Load(server, method, path, 1);
        try {
            load.one(0, Long.MAX_VALUE, 1, (_, _) -> body, (_, _, answer) -> kept[0] = answer, new AtomicLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kept[0];
    }
}

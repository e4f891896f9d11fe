package dev.clew.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/**
 * A load of one kind on one server: connections kept alive, each sends its next request when the last was answered. One thread and a
 * selector, so that the generator leaves the cores to the server.
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
    private final String method;
    private final String head;
    private final int itemsPerRequest;

    /** @param itemsPerRequest what a request counts for */
    Load(String server, String method, String path, int itemsPerRequest) {
        this.server = URI.create(server);
        this.method = method;
        this.head = head(path);
        this.itemsPerRequest = itemsPerRequest;
    }

    private String head(String path) {
        return "%s %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\nContent-Length: "
                .formatted(method, path, server.getHost(), server.getPort());
    }

    /** Asks for each path in turn, on one connection. */
    Outcome each(List<String> paths, Answers answers) {
        return run(1, Long.MAX_VALUE, paths.size(), n -> head(paths.get((int) n)), (_, _) -> "", answers);
    }

    /** Sends a number of requests on each connection, whose answers nobody looks at. */
    Outcome run(int connections, long requests, Bodies bodies) {
        return run(connections, requests, bodies, (_, _, _) -> {});
    }

    /** Sends a number of requests on each connection. */
    Outcome run(int connections, long requests, Bodies bodies, Answers answers) {
        return run(connections, Long.MAX_VALUE, requests, _ -> head, bodies, answers);
    }

    /** Loads for a while; an answer that is not 2xx ends it with an error. */
    Outcome run(int connections, Duration length, Bodies bodies, Answers answers) {
        return run(connections, length.toNanos(), Long.MAX_VALUE, _ -> head, bodies, answers);
    }

    private Outcome run(
            int connections, long nanos, long most, LongFunction<String> heads, Bodies bodies, Answers answers) {
        long cpu = cpuNanos();
        long start = System.nanoTime();
        long end = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : start + nanos;
        var times = new Times();
        try (var selector = Selector.open()) {
            var clients = new ArrayList<Client>();
            for (int i = 0; i < connections; i++) {
                clients.add(new Client(i, new InetSocketAddress(server.getHost(), server.getPort()), selector));
            }
            for (Client client : clients) {
                client.send(heads.apply(client.number), bodies.body(client.connection, client.number));
            }
            for (int open = connections; open > 0; ) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    Client client = (Client) key.attachment();
                    if (!client.ready()) {
                        continue;
                    }
                    times.add(client.nanos());
                    byte[] answer = client.body();
                    answers.answered(client.connection, client.number - 1, answer);
                    if (client.number < most && System.nanoTime() < end) {
                        client.send(heads.apply(client.number), bodies.body(client.connection, client.number));
                    } else {
                        client.close();
                        open--;
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a request failed under load", e);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double used = (cpuNanos() - cpu) / 1e9;
        return new Outcome(connections, times.all, times.all * itemsPerRequest, seconds, used, times.sorted());
    }

    /** Times of requests, as many as are kept. */
    private static final class Times {
        private long[] nanos = new long[1_024];
        private int kept;
        private long all;

        void add(long one) {
            all++;
            if (kept < MOST_TIMES) {
                if (kept == nanos.length) {
                    nanos = Arrays.copyOf(nanos, kept * 2);
                }
                nanos[kept++] = one;
            }
        }

        long[] sorted() {
            long[] sorted = Arrays.copyOf(nanos, kept);
            Arrays.sort(sorted);
            return sorted;
        }
    }

    static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Sends one request on a connection of its own and returns its answer's body. */
    static byte[] once(String server, String method, String path, String body) {
        byte[][] kept = new byte[1][];
        new Load(server, method, path, 1).run(1, 1, (_, _) -> body, (_, _, answer) -> kept[0] = answer);
        return kept[0];
    }
}

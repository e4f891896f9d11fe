package dev.clew.server.outbound;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One POST over HTTP/1.1 to an address that a person gave. The name is resolved once, every address it has must be allowed, and the
 * connection goes to the address that was checked, so a name that answers otherwise the second time leads nowhere else. No redirects, no
 * proxy, 3 s to connect, 10 s in all, 10 KiB of the answer. Thread-safe; blocks, so not for virtual threads.
 */
public final class SafePost {
    private static final int CONNECT_MILLIS = 3_000;
    private static final Duration TOTAL = Duration.ofSeconds(10);
    private static final int MAX_HEAD = 16 * 1024;
    private static final int MAX_BODY = 10 * 1024;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final Set<String> schemes;
    private final boolean privateToo;
    private final Duration total;

    /** @param privateToo whether addresses of private networks and any port are allowed */
    public SafePost(Set<String> schemes, boolean privateToo) {
        this(schemes, privateToo, TOTAL);
    }

    SafePost(Set<String> schemes, boolean privateToo, Duration total) {
        this.schemes = Set.copyOf(schemes);
        this.privateToo = privateToo;
        this.total = total;
    }

    /** @param body as text, at most 10 KiB of it */
    public record Answer(int status, String body) {}

    /** Why an address is not called. The text says what is wrong and what to do. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** A checked target: where the connection goes, and what the other side is called. */
    private record Target(URI uri, InetAddress address, int port, boolean tls) {}

    /** Looks at an address without calling it. */
    public void check(String url) throws Refused {
        target(url);
    }

    /** @throws IOException when the other side cannot be reached, breaks off, speaks no HTTP or takes too long */
    public Answer post(String url, Map<String, String> headers, byte[] body) throws Refused, IOException {
        Target target = target(url);
        try (var plain = new Socket(Proxy.NO_PROXY);
                var deadline = new Deadline(plain, total)) {
            try {
                plain.connect(new InetSocketAddress(target.address, target.port), CONNECT_MILLIS);
                try (Socket socket = target.tls ? secured(plain, target) : plain) {
                    send(socket, target, headers, body);
                    return receive(socket.getInputStream());
                }
            } catch (IOException e) {
                throw deadline.isOver()
                        ? new IOException("The other side took longer than %d s".formatted(total.toSeconds()), e)
                        : e;
            }
        }
    }

    private static Socket secured(Socket plain, Target target) throws IOException {
        String host = target.uri.getHost();
        var socket = (SSLSocket)
                ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, target.port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!host.startsWith("[") && !Character.isDigit(host.charAt(host.length() - 1))) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private Target target(String url) throws Refused {
        URI uri = parse(url);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!schemes.contains(scheme)) {
            throw new Refused("Invalid webhook URL scheme: '%s'. Allowed schemes are: %s."
                    .formatted(scheme, String.join(", ", schemes)));
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new Refused("The webhook URL must name a host, and neither a user nor a fragment.");
        }
        boolean tls = scheme.equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS : HTTP;
        if (!privateToo && port != HTTPS && port != HTTP) {
            throw new Refused("The webhook URL names port %d; only %d and %d are called.".formatted(port, HTTP, HTTPS));
        }
        return new Target(uri, resolve(uri.getHost()), port, tls);
    }

    private static URI parse(String url) throws Refused {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new Refused("The webhook URL cannot be read; write it as https://host/path.");
        }
    }

    private InetAddress resolve(String host) throws Refused {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new Refused("The webhook URL's host cannot be resolved; check its name.");
        }
        for (InetAddress each : all) {
            if (!privateToo && !Addresses.isPublic(each)) {
                throw new Refused(
                        "The webhook URL's host has an address that is not public; hosts of private networks are not"
                                + " called.");
            }
        }
        return all[0];
    }

    private static void send(Socket socket, Target target, Map<String, String> headers, byte[] body)
            throws IOException {
        String path =
                target.uri.getRawPath() == null || target.uri.getRawPath().isEmpty() ? "/" : target.uri.getRawPath();
        String query = target.uri.getRawQuery() == null ? "" : "?" + target.uri.getRawQuery();
        var head = new StringBuilder("POST %s%s HTTP/1.1\r\nHost: %s%s\r\n"
                .formatted(
                        path, query, target.uri.getHost(), target.uri.getPort() < 0 ? "" : ":" + target.uri.getPort()));
        headers.forEach((name, value) -> {
            if ((name + value).chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
                throw new IllegalArgumentException("A header holds what no header may");
            }
            head.append(name).append(": ").append(value).append("\r\n");
        });
        head.append("Content-Length: ").append(body.length).append("\r\nConnection: close\r\n\r\n");
        var out = socket.getOutputStream();
        out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

    private static Answer receive(InputStream socket) throws IOException {
        var in = new BufferedInputStream(socket);
        String status = line(in);
        String[] parts = status.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("The other side answers no HTTP");
        }
        boolean chunked = false;
        int head = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            head += line.length();
            if (head > MAX_HEAD) {
                throw new IOException("The other side answers endless headers");
            }
            chunked |= line.toLowerCase(Locale.ROOT).matches("transfer-encoding:.*chunked.*");
        }
        byte[] body = chunked ? chunks(in) : in.readNBytes(MAX_BODY);
        return new Answer(Integer.parseInt(parts[1]), new String(body, StandardCharsets.UTF_8));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var all = new ByteArrayOutputStream();
        while (all.size() < MAX_BODY) {
            String size = line(in);
            int end = size.indexOf(';');
            int length;
            try {
                length = Integer.parseInt((end < 0 ? size : size.substring(0, end)).strip(), 16);
            } catch (NumberFormatException e) {
                throw new IOException("The other side answers no HTTP", e);
            }
            if (length <= 0) {
                break;
            }
            all.write(in.readNBytes(Math.min(length, MAX_BODY - all.size())));
            if (all.size() < MAX_BODY) {
                line(in);
            }
        }
        return all.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("The other side broke off");
            }
            if (line.size() > MAX_HEAD) {
                throw new IOException("The other side answers endless headers");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Closes a socket when the time is over, which ends a handshake, a write or a read of it at once. */
    private static final class Deadline implements AutoCloseable {
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean over;

        Deadline(Socket socket, Duration total) {
            Thread.ofVirtual().name("webhook-deadline").start(() -> {
                try {
                    if (!ended.await(total.toMillis(), TimeUnit.MILLISECONDS)) {
                        over = true;
                        socket.close();
                    }
                } catch (InterruptedException | IOException e) {
                    over = true;
                }
            });
        }

        boolean isOver() {
            return over;
        }

        @Override
        public void close() {
            ended.countDown();
        }
    }

    /** One line about a failure, for people; never more than the other side's own words. */
    public static String words(Exception failure) {
        @Nullable String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}

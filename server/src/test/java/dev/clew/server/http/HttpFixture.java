package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.config.Settings;
import dev.clew.server.config.Sources;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import dev.clew.server.ports.Principals;
import dev.clew.server.ports.Right;
import dev.clew.server.ports.ScopeTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The HTTP server alone, with routes of a test, one person who may write runs ({@code writer}) and one who may nothing. */
public final class HttpFixture implements AutoCloseable {
    record Sections(HttpConfig http) {}

    private static final ScopeTree TREE = new ScopeTree(List.of(
            new ScopeTree.Scope(0, 0, ScopeTree.Level.INSTANCE, "instance"),
            new ScopeTree.Scope(1, 0, ScopeTree.Level.ORGANISATION, "default"),
            new ScopeTree.Scope(2, 1, ScopeTree.Level.WORKSPACE, "default"),
            new ScopeTree.Scope(3, 2, ScopeTree.Level.PROJECT, "default")));

    private static final class Two implements Principals {
        @Override
        public Caller authenticate(Credentials credentials) {
            if (credentials.scheme() != Credentials.Scheme.BEARER) {
                throw new ClewException(ErrorCode.UNAUTHENTICATED, "Send a token.");
            }
            return caller("usr:" + credentials.secret());
        }

        @Override
        public Caller caller(String who) {
            int[] rights = new int[Permission.values().length];
            if (who.equals("usr:writer")) {
                rights[Permission.RUN_WRITE.ordinal()] = Right.ALLOWED.bit();
            }
            return new Caller(who, 0, 3, 2, List.of(new Caller.Held("DS", 2, rights)), TREE, null, Long.MAX_VALUE);
        }

        @Override
        public long accessEpoch() {
            return 0;
        }
    }

    private final HttpServer server;

    private HttpFixture(HttpServer server) {
        this.server = server;
    }

    public static HttpConfig config(String... settings) {
        var all = new ArrayList<>(List.of("http.port=0", "http.access_log=none"));
        all.addAll(List.of(settings));
        return Settings.read(Sections.class, new Sources().set(all), Map.of())
                .values()
                .http();
    }

    /** @param keys directory for generated certificates */
    public static HttpFixture start(Path keys, List<Route> routes, String... settings) {
        var gate = new Gate(new Two(), (who, permission, code, resource) -> {});
        return new HttpFixture(new HttpServer(config(settings), keys, gate, List.of(routes)).start());
    }

    public int port() {
        return server.port();
    }

    public String url() {
        return server.url();
    }

    HttpServer server() {
        return server;
    }

    HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    public HttpClient client() {
        return HttpClient.newHttpClient();
    }

    /** One connection, spoken to in bytes. */
    Raw raw() throws IOException {
        return new Raw(new Socket("127.0.0.1", server.port()));
    }

    @Override
    public void close() {
        server.close();
    }

    /** Reads and writes what no well-behaved client does. */
    static final class Raw implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Raw(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new java.io.BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
            socket.setSoTimeout(20_000);
        }

        Raw send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Raw send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            return this;
        }

        /** Status line, headers and, by its length, the body of the next answer. */
        Reply reply() throws IOException {
            String status = line();
            var headers = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
            int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
            return new Reply(status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }

        /** Whether the server has ended the connection; waits for it up to the socket's patience. */
        boolean isEnded() {
            try {
                return in.read() < 0;
            } catch (java.net.SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        /** All that still comes until the server ends the connection. */
        byte[] rest() throws IOException {
            return in.readAllBytes();
        }

        private String line() throws IOException {
            var bytes = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                if (b != '\r') {
                    bytes.write(b);
                }
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** An answer as it stood on the wire. */
    record Reply(String status, Map<String, String> headers, String body) {
        int code() {
            return status.length() < 12 ? -1 : Integer.parseInt(status.substring(9, 12));
        }
    }
}

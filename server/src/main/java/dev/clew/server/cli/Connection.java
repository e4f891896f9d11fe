package dev.clew.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server as commands talk to it: JSON over HTTP, with a token, a reason and a purpose. Thread-safe. */
public final class Connection {
    private static final String BEARER = "Bearer ";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private final URI server;
    private final Map<String, String> headers;

    private Connection(URI server, Map<String, String> headers) {
        this.server = server;
        this.headers = headers;
    }

    /** Talks to the server at a URL such as {@code http://127.0.0.1:7070}. */
    public static Connection to(String url) {
        URI uri;
        try {
            uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        } catch (IllegalArgumentException e) {
            throw notAUrl(url, e);
        }
        if (uri.getHost() == null || !List.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
            throw notAUrl(url, null);
        }
        return new Connection(uri, Map.of());
    }

    public Connection as(@Nullable String token) {
        return token == null ? this : with("Authorization", BEARER + token);
    }

    /** {@code [code;] text}: why a change is made or personal data is read. */
    public Connection because(@Nullable String reason) {
        return reason == null ? this : with("X-Clew-Reason", reason);
    }

    /** What personal data is read for. */
    public Connection purpose(@Nullable String purpose) {
        return purpose == null ? this : with("X-Clew-Purpose", purpose);
    }

    private Connection with(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Connection(server, Map.copyOf(more));
    }

    public String url() {
        return server.toString();
    }

    /** The token as clients of MLflow take it from their environment; empty without one. */
    public Map<String, String> credentials() {
        String authorization = headers.getOrDefault("Authorization", "");
        return authorization.startsWith(BEARER)
                ? Map.of("MLFLOW_TRACKING_TOKEN", authorization.substring(BEARER.length()))
                : Map.of();
    }

    /** One segment of a path, escaped. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The answer's JSON; a problem is thrown with the server's own words. */
    public JsonNode get(String path) {
        return json(require(send("GET", path, null, "application/json")));
    }

    public JsonNode post(String path, Object body) {
        return json(require(send("POST", path, write(body), "application/json")));
    }

    /** The answer's text, whatever its type. */
    public String text(String path) {
        return new String(require(send("GET", path, null, "application/json")).body(), StandardCharsets.UTF_8);
    }

    /** Sends and returns what came back, refusals too. */
    public HttpResponse<byte[]> send(String method, String path, byte @Nullable [] body, String contentType) {
        var request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(TIMEOUT)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        if (body != null) {
            request.header("Content-Type", contentType);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "No server answers at %s; start it with \"clew serve\", or name another with --server."
                            .formatted(server),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "Interrupted while waiting for the server.", e);
        }
    }

    /** Sends a body as it comes, however long that takes, and returns what came back. {@code more}: headers, name and value in turn. */
    public HttpResponse<byte[]> stream(String method, String path, HttpRequest.BodyPublisher body, String... more)
            throws IOException {
        var request = HttpRequest.newBuilder(URI.create(server + path)).method(method, body);
        headers.forEach(request::header);
        if (more.length > 0) {
            request.headers(more);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "Interrupted while waiting for the server.", e);
        }
    }

    /** What the server says is wrong: the detail of its problem document. */
    public static String detail(HttpResponse<byte[]> answer) {
        try {
            JsonNode problem = Json.MAPPER.readTree(answer.body());
            String text = problem.path("detail").asText(problem.path("message").asText(""));
            return text.isEmpty() ? "The server answered with status %d.".formatted(answer.statusCode()) : text;
        } catch (IOException e) {
            return "The server answered with status %d.".formatted(answer.statusCode());
        }
    }

    private static HttpResponse<byte[]> require(HttpResponse<byte[]> answer) {
        if (answer.statusCode() / 100 == 2) {
            return answer;
        }
        String code = "";
        try {
            code = Json.MAPPER.readTree(answer.body()).path("code").asText("");
        } catch (IOException e) {
            // no problem document: the status alone speaks
        }
        throw new ClewException(ErrorCode.named(code).orElse(ErrorCode.UNAVAILABLE), detail(answer));
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE, "The server's answer is no JSON; is it really Clew that answers there?", e);
        }
    }

    static byte[] write(Object body) {
        try {
            return Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ClewException notAUrl(String url, @Nullable Throwable cause) {
        String words = "--server \"%s\" is not a URL such as http://127.0.0.1:7070.".formatted(url);
        return cause == null
                ? new ClewException(ErrorCode.USAGE, words)
                : new ClewException(ErrorCode.USAGE, words, cause);
    }
}

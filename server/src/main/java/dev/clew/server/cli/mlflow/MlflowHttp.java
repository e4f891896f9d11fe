package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tracking server of MLflow as its own clients talk to it: with {@code MLFLOW_TRACKING_TOKEN}, or user and password of
 * {@code MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD} or of the address. Redirects are not followed. What passes by
 * itself is tried again. Thread-safe.
 */
final class MlflowHttp {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int ATTEMPTS = 5;
    /** A page of a hundred runs or of 25 000 points has a tenth of it. */
    private static final int MAX_ANSWER = 32 << 20;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final String base;
    private final @Nullable String authorization;

    private MlflowHttp(String base, @Nullable String authorization) {
        this.base = base;
        this.authorization = authorization;
    }

    /** @throws ClewException USAGE unless it is an address of http or https */
    static MlflowHttp of(String url, Map<String, String> environment) {
        try {
            var uri = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            if (uri.getHost() == null) {
                throw notAnAddress(null);
            }
            var plain = new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null);
            return new MlflowHttp(plain.toString(), authorization(uri.getUserInfo(), environment));
        } catch (URISyntaxException e) {
            throw notAnAddress(e);
        }
    }

    private static ClewException notAnAddress(@Nullable Exception cause) {
        return new ClewException(
                ErrorCode.USAGE, "A tracking server is given as http://host:port or https://host/prefix.", cause);
    }

    private static @Nullable String authorization(@Nullable String userInfo, Map<String, String> environment) {
        String user = environment.get("MLFLOW_TRACKING_USERNAME");
        String password = environment.get("MLFLOW_TRACKING_PASSWORD");
        String pair = userInfo != null ? userInfo : user != null && password != null ? user + ":" + password : null;
        if (pair != null) {
            return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        }
        String token = environment.get("MLFLOW_TRACKING_TOKEN");
        return token == null ? null : "Bearer " + token;
    }

    /** Without credentials. */
    String url() {
        return base;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return require(path, call("GET", path, null));
    }

    JsonNode post(String path, ObjectNode body) {
        return require(path, call("POST", path, body));
    }

    /** An answer, or its refusal. */
    record Answered(int status, JsonNode body) {
        boolean isDone() {
            return status / 100 == 2;
        }

        String error() {
            return body.path("error_code").asText("");
        }
    }

    Answered call(String method, String path, @Nullable ObjectNode body) {
        return call(method, path, body, ATTEMPTS);
    }

    /** Without a second attempt: for what would happen twice. Thrown as UNAVAILABLE when it is not known whether it happened. */
    Answered once(String method, String path, ObjectNode body) {
        return call(method, path, body, 1);
    }

    private Answered call(String method, String path, @Nullable ObjectNode body, int attempts) {
        for (int attempt = 1; ; attempt++) {
            try {
                var request = request(path)
                        .timeout(PATIENCE)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body.toString()));
                if (body != null) {
                    request.header("Content-Type", "application/json");
                }
                var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream in = answer.body()) {
                    if (answer.statusCode() < 500 && answer.statusCode() != 429 || attempt == attempts) {
                        return new Answered(answer.statusCode(), json(in));
                    }
                }
            } catch (IOException e) {
                if (attempt == attempts || e instanceof ConnectException) {
                    throw unreachable(e);
                }
            } catch (InterruptedException e) {
                throw Backoff.interrupted(e);
            }
            Backoff.pause(attempt);
        }
    }

    private JsonNode json(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_ANSWER + 1);
        if (bytes.length > MAX_ANSWER) {
            throw new ClewException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "%s answered with more than %d MiB at once; import from its database instead."
                            .formatted(base, MAX_ANSWER >> 20));
        }
        try {
            return bytes.length == 0 ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.createObjectNode(); // a page of some proxy: the status says enough
        }
    }

    JsonNode require(String path, Answered answered) {
        if (answered.isDone()) {
            return answered.body;
        }
        String what = path.indexOf('?') < 0 ? path : path.substring(0, path.indexOf('?'));
        ErrorCode code = switch (answered.status) {
            case 401 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.FORBIDDEN;
            case 404 -> ErrorCode.NOT_FOUND;
            case 400, 409, 413, 422 -> ErrorCode.INVALID_ARGUMENT;
            default -> ErrorCode.UNAVAILABLE;
        };
        throw new ClewException(
                code,
                "%s answered %d to %s: %s"
                        .formatted(
                                base,
                                answered.status,
                                what,
                                answered.body
                                        .path("message")
                                        .asText(
                                                "no reason given; credentials are taken from MLFLOW_TRACKING_TOKEN or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD")));
    }

    /** The bytes at a path, as they come; the caller closes them. */
    InputStream open(String path) throws IOException {
        try {
            var answer = client.send(
                    request(path).timeout(PATIENCE).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                answer.body().close();
                throw new IOException("status " + answer.statusCode());
            }
            return answer.body();
        } catch (InterruptedException e) {
            throw Backoff.interrupted(e);
        }
    }

    /** Sends bytes as they come. */
    Answered put(String path, HttpRequest.BodyPublisher bytes) throws IOException {
        try {
            var answer = client.send(request(path).PUT(bytes).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = answer.body()) {
                return new Answered(answer.statusCode(), json(in));
            }
        } catch (InterruptedException e) {
            throw Backoff.interrupted(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(base + path));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request;
    }

    /** What the server says its version is; empty when it does not. */
    Optional<String> version() {
        try (InputStream in = open("/version")) {
            return Optional.of(new String(in.readNBytes(40), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private ClewException unreachable(IOException e) {
        return new ClewException(
                ErrorCode.UNAVAILABLE, "%s does not answer; check the address and that it runs.".formatted(base), e);
    }
}

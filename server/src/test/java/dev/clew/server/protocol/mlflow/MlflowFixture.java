package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.Config;
import dev.clew.server.DataDirectory;
import dev.clew.server.Wiring;
import dev.clew.server.common.Json;
import dev.clew.server.config.Sources;
import dev.clew.server.storage.TestDatabase;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The wired server on a port of its own, spoken to as MLflow's clients do. */
final class MlflowFixture implements AutoCloseable {
    static final String API = "/api/2.0/mlflow/";

    private final HttpClient client = HttpClient.newHttpClient();
    private final DataDirectory data;
    private final Wiring server;

    /** @param settings {@code key=value}, beside those that give the server a port and a directory of its own */
    MlflowFixture(Path directory, String... settings) {
        var all = new ArrayList<>(List.of("http.port=0", "ledger.anchor_file=" + directory.resolve("anchor")));
        all.addAll(TestDatabase.settings(directory));
        all.addAll(List.of(settings));
        data = DataDirectory.take(directory.resolve("data"));
        server = new Wiring(Config.read(new Sources().set(all)).values(), data);
    }

    String url() {
        return server.url();
    }

    /** What a call answered. */
    record Answered(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            try {
                return Json.MAPPER.readTree(response.body());
            } catch (java.io.IOException e) {
                throw new AssertionError(text(), e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        JsonNode ok() {
            assertThat(status()).as(text()).isEqualTo(200);
            return json();
        }

        /** A written change: its receipt's headers are there. */
        JsonNode written() {
            JsonNode json = ok();
            assertThat(header("Clew-Seq")).matches("[0-9]+");
            assertThat(header("Clew-Leaf")).matches("[0-9a-f]{64}");
            return json;
        }

        void fails(int status, String code, String message) {
            assertThat(json().path("error_code").asText()).as(text()).isEqualTo(code);
            assertThat(json().path("message").asText()).isEqualTo(message);
            assertThat(status()).isEqualTo(status);
        }

        void isInvalid(String message) {
            fails(400, "INVALID_PARAMETER_VALUE", message);
        }

        void isMissing(String message) {
            fails(404, "RESOURCE_DOES_NOT_EXIST", message);
        }
    }

    Answered get(String path, String... query) throws Exception {
        return send("GET", path + query(query), null);
    }

    Answered post(String path, String json) throws Exception {
        return send("POST", path, json);
    }

    /** @param method with a JSON body, or null for none */
    Answered send(String method, String path, String json, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + (path.startsWith("/") ? path : API + path)))
                .method(
                        method,
                        json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
        if (json != null && List.of(headers).stream().noneMatch("Content-Type"::equals)) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            if (!headers[i + 1].isEmpty()) {
                request.header(headers[i], headers[i + 1]);
            }
        }
        return new Answered(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    }

    /** Any bytes with any headers. */
    Answered sendBytes(String path, byte[] bytes, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .headers(headers)
                .build();
        return new Answered(client.send(request, HttpResponse.BodyHandlers.ofByteArray()));
    }

    Answered put(String path, byte[] bytes) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build();
        return new Answered(client.send(request, HttpResponse.BodyHandlers.ofByteArray()));
    }

    private static String query(String... pairs) {
        var text = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            text.append(i == 0 ? '?' : '&')
                    .append(pairs[i])
                    .append('=')
                    .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    String experiment(String name) throws Exception {
        return post("experiments/create", object().put("name", name).toString())
                .written()
                .path("experiment_id")
                .textValue();
    }

    /** A new run; its {@code info}. */
    JsonNode run(String experiment, String name) throws Exception {
        var body =
                object().put("experiment_id", experiment).put("user_id", "ann").put("run_name", name);
        return post("runs/create", body.put("start_time", 1_000).toString())
                .written()
                .path("run")
                .path("info");
    }

    String runId(String experiment, String name) throws Exception {
        return run(experiment, name).path("run_id").textValue();
    }

    static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    @Override
    public void close() {
        server.close();
        data.close();
    }
}

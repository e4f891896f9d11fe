package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.clew.server.common.Json;
import dev.clew.server.storage.EveryEngine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MlflowWebhooksTest {
    private record Got(String id, String time, String signature, String body) {
        JsonNode json() throws Exception {
            return Json.MAPPER.readTree(body);
        }
    }

    private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer receiver;
    private MlflowFixture mlflow;
    private Path directory;

    @BeforeEach
    void open(@TempDir Path data) throws Exception {
        directory = data;
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            var headers = exchange.getRequestHeaders();
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                got.add(new Got(
                        headers.getFirst("X-MLflow-Delivery-Id"),
                        headers.getFirst("X-MLflow-Timestamp"),
                        headers.getFirst("X-MLflow-Signature"),
                        new String(body, StandardCharsets.UTF_8)));
                byte[] answer = "thanks".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        receiver.createContext("/gone", exchange -> {
            exchange.getResponseHeaders().add("Location", url("/hook"));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        receiver.start();
        mlflow = new MlflowFixture(directory, "webhooks.allowed_schemes=https,http", "webhooks.allow_private=true");
    }

    @AfterEach
    void close() {
        mlflow.close();
        receiver.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(receiver.getAddress().getPort(), path);
    }

    private String webhook(String path, String... events) throws Exception {
        var body =
                MlflowFixture.object().put("name", "wh").put("url", url(path)).put("secret", "s3cret");
        var list = body.putArray("events");
        for (String event : events) {
            String[] parts = event.split("[.]");
            list.addObject().put("entity", parts[0]).put("action", parts[1]);
        }
        return mlflow.post("webhooks", body.toString())
                .written()
                .at("/webhook/webhook_id")
                .textValue();
    }

    private Got next() throws Exception {
        Got next = got.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a delivery").isNotNull();
        return next;
    }

    private JsonNode delivery(String webhook, String state) {
        return assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (true) {
                for (JsonNode each :
                        mlflow.get("webhooks/" + webhook + "/deliveries").ok().path("deliveries")) {
                    if (each.path("state").asText().equals(state)) {
                        return each;
                    }
                }
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void makesShowsChangesAndDeletes() throws Exception {
        String id = webhook("/hook", "MODEL_VERSION.CREATED");
        JsonNode shown = mlflow.get("webhooks/" + id).ok().path("webhook");
        assertThat(shown.path("events").toString())
                .isEqualTo("[{\"entity\":\"MODEL_VERSION\",\"action\":\"CREATED\"}]");
        assertThat(shown.path("status").textValue()).isEqualTo("ACTIVE");
        assertThat(shown.has("secret")).isFalse();
        assertThat(mlflow.send("PATCH", "webhooks/" + id, "{\"description\": \"d\", \"status\": \"DISABLED\"}")
                        .written()
                        .path("webhook")
                        .path("status")
                        .textValue())
                .isEqualTo("DISABLED");
        assertThat(mlflow.get("webhooks").ok().path("webhooks")).hasSize(1);
        String second = mlflow.post("webhooks", """
            {"name": "Second.One", "url": "%s", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}], "status": "DISABLED"}\
            """.formatted(url("/hook")))
                .written()
                .at("/webhook/webhook_id")
                .textValue();
        JsonNode newest = mlflow.get("webhooks", "max_results", "1").ok();
        assertThat(newest.at("/webhooks/0/webhook_id").textValue()).isEqualTo(second);
        assertThat(mlflow.get(
                                "webhooks",
                                "max_results",
                                "1",
                                "page_token",
                                newest.path("next_page_token").textValue())
                        .ok()
                        .at("/webhooks/0/webhook_id")
                        .textValue())
                .isEqualTo(id);
        mlflow.post("webhooks", """
            {"name": "x", "url": "%s", "events": [{"entity": "MODEL_VERSION", "action": "DELETED"}]}\
            """.formatted(url("/hook")))
                .isInvalid("Invalid action 'deleted' for entity 'model_version'. Valid actions are: ['created']");
        mlflow.post("webhooks", """
            {"name": "Big Name", "url": "%s", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]}\
            """.formatted(url("/hook")))
                .isInvalid(
                        "Webhook name 'Big Name' is invalid. It must start and end with a letter or digit, be at most 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).");
        mlflow.send("DELETE", "webhooks/" + id, null).written();
        mlflow.get("webhooks/" + id).isMissing("Webhook with ID %s not found.".formatted(id));
    }

    @Test
    void tellsWhatHappensSignedAsMlflowSignsIt() throws Exception {
        webhook(
                "/hook",
                "REGISTERED_MODEL.CREATED",
                "MODEL_VERSION.CREATED",
                "MODEL_VERSION_TAG.SET",
                "MODEL_VERSION_TAG.DELETED",
                "MODEL_VERSION_ALIAS.CREATED",
                "MODEL_VERSION_ALIAS.DELETED");
        mlflow.post(
                        "registered-models/create",
                        "{\"name\": \"credit\", \"tags\": [{\"key\": \"a\", \"value\": \"b\"}]}")
                .written();
        Got first = next();
        assertThat(first.json().path("entity").textValue()).isEqualTo("registered_model");
        assertThat(first.json().path("action").textValue()).isEqualTo("created");
        assertThat(first.json().path("data").toString())
                .isEqualTo("{\"name\":\"credit\",\"tags\":{\"a\":\"b\"},\"description\":\"\"}");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(first.signature())
                .isEqualTo("v1,"
                        + Base64.getEncoder()
                                .encodeToString(mac.doFinal("%s.%s.%s"
                                        .formatted(first.id(), first.time(), first.body())
                                        .getBytes(StandardCharsets.UTF_8))));
        mlflow.post("model-versions/create", "{\"name\": \"credit\", \"source\": \"s3://bucket/model\"}")
                .written();
        assertThat(next().json().at("/data/source").textValue()).isEqualTo("s3://bucket/model");
        mlflow.post("model-versions/set-tag", """
            {"name": "credit", "version": "1", "key": "k", "value": "v"}\
            """).written();
        assertThat(next().json().path("data").toString())
                .isEqualTo("{\"name\":\"credit\",\"version\":\"1\",\"key\":\"k\",\"value\":\"v\"}");
        mlflow.send("DELETE", "model-versions/delete-tag", """
            {"name": "credit", "version": "1", "key": "k"}\
            """).written();
        assertThat(next().json().path("action").textValue()).isEqualTo("deleted");
        mlflow.post("registered-models/alias", """
            {"name": "credit", "alias": "champion", "version": "1"}\
            """).written();
        assertThat(next().json().path("data").toString())
                .isEqualTo("{\"name\":\"credit\",\"alias\":\"champion\",\"version\":\"1\"}");
        mlflow.send("DELETE", "registered-models/alias", "{\"name\": \"credit\", \"alias\": \"champion\"}")
                .written();
        assertThat(next().json().path("data").toString()).isEqualTo("{\"name\":\"credit\",\"alias\":\"champion\"}");
    }

    @Test
    void repeatsWhatTheOtherSideCouldNotTakeAndKeepsALog() throws Exception {
        refusals.set(2);
        String id = webhook("/hook", "REGISTERED_MODEL.CREATED");
        mlflow.post("registered-models/create", "{\"name\": \"late\"}").written();
        assertThat(next().json().at("/data/name").textValue()).isEqualTo("late");
        JsonNode delivered = delivery(id, "delivered");
        assertThat(delivered.path("attempts").intValue()).isEqualTo(3);
        assertThat(delivered.path("response_status").intValue()).isEqualTo(200);
    }

    @Test
    void goesOnAfterARestart() throws Exception {
        refusals.set(1_000);
        webhook("/hook", "REGISTERED_MODEL.CREATED");
        mlflow.post("registered-models/create", "{\"name\": \"kept\"}").written();
        mlflow.close();
        refusals.set(0);
        mlflow = new MlflowFixture(directory, "webhooks.allowed_schemes=https,http", "webhooks.allow_private=true");
        assertThat(next().json().at("/data/name").textValue()).isEqualTo("kept");
    }

    @Test
    void followsNoRedirectAndGivesUpOnIt() throws Exception {
        String id = webhook("/gone", "REGISTERED_MODEL.CREATED");
        mlflow.post("registered-models/create", "{\"name\": \"moved\"}").written();
        assertThat(delivery(id, "failed").path("response_status").intValue()).isEqualTo(302);
        assertThat(got).isEmpty();
    }

    @Test
    void testsAtOnce() throws Exception {
        String id = webhook("/hook", "MODEL_VERSION.CREATED");
        JsonNode result = mlflow.post("webhooks/" + id + "/test", "{}").ok().path("result");
        assertThat(result.toString())
                .isEqualTo("{\"success\":true,\"response_status\":200,\"response_body\":\"thanks\"}");
        receiver.stop(0);
        JsonNode failed = mlflow.post("webhooks/" + id + "/test", "{}").ok().path("result");
        assertThat(failed.path("success").booleanValue()).isFalse();
        assertThat(failed.path("error_message").textValue()).isNotEmpty();
    }

    @Test
    void callsPublicAddressesOnlyUnlessItIsSaid(@TempDir Path other) throws Exception {
        try (var strict = new MlflowFixture(other)) {
            String body = "{\"name\": \"x\", \"url\": \"%s\", \"events\": [{\"entity\": \"MODEL_VERSION\", \"action\":"
                    + " \"CREATED\"}]}";
            strict.post("webhooks", body.formatted("http://example.com/x"))
                    .isInvalid("Invalid webhook URL scheme: 'http'. Allowed schemes are: https.");
            for (String host : List.of(
                    "127.0.0.1",
                    "2130706433",
                    "localhost",
                    "10.0.0.1",
                    "169.254.169.254",
                    "192.168.1.1",
                    "[::1]",
                    "[::ffff:7f00:1]",
                    "[fd00::1]",
                    "[64:ff9b::7f00:1]",
                    "[64:ff9b:1:a00::8.8.8.8]",
                    "[3fff::1]",
                    "[2002:7f00:1::]",
                    "0.0.0.0")) {
                strict.post("webhooks", body.formatted("https://" + host + "/x"))
                        .isInvalid("The webhook URL's host has an address that is not public; hosts of private networks"
                                + " are not called.");
            }
            strict.post("webhooks", body.formatted("https://x@169.254.169.254/x"))
                    .isInvalid("The webhook URL must name a host, and neither a user nor a fragment.");
            strict.post("webhooks", body.formatted("https://1.1.1.1:22/x"))
                    .isInvalid("The webhook URL names port 22; only 80 and 443 are called.");
            strict.post("webhooks", body.formatted("file:///etc/passwd"))
                    .isInvalid("Invalid webhook URL scheme: 'file'. Allowed schemes are: https.");
            assertThat(strict.get("webhooks").ok().has("webhooks")).isFalse();
        }
    }
}

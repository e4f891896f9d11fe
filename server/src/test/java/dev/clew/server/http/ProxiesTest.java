package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.ports.Credentials;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose word about a sender counts: a declared proxy's, and nobody else's. */
class ProxiesTest {
    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";

    @TempDir
    Path dir;

    private HttpFixture open(String proxies) {
        return HttpFixture.start(
                dir,
                List.of(Route.post("/whence").permission(Permission.RUN_WRITE).handle(exchange -> {
                    var sent = exchange.credentialsOf(Credentials.Scheme.BEARER, null, "x");
                    return Answer.json(Map.of(
                            "address", sent.peer(),
                            "local", sent.isLocal(),
                            "tls", exchange.isTls(),
                            "origin", exchange.origin()));
                })),
                "http.trusted_proxies=" + proxies);
    }

    private static JsonNode seen(HttpFixture server, String... headers) throws Exception {
        var request = server.request("/whence", "writer").POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        var answer = server.client().send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private static String address(HttpFixture server, String... headers) throws Exception {
        return seen(server, headers).path("address").textValue();
    }

    @Test
    void whatADeclaredProxySaysCounts() throws Exception {
        try (var server = open("127.0.0.1")) {
            JsonNode seen = seen(server, FOR, "192.0.2.7", PROTO, "https");
            assertThat(seen.path("address").textValue()).isEqualTo("192.0.2.7");
            assertThat(seen.path("tls").booleanValue()).isTrue();
            assertThat(seen.path("origin").textValue()).isEqualTo(server.url().replace("http:", "https:"));
            assertThat(seen(server, FOR, "192.0.2.7", PROTO, "http").path("tls").booleanValue())
                    .isFalse();
            JsonNode bare = seen(server);
            assertThat(bare.path("address").textValue()).isEqualTo("127.0.0.1");
            assertThat(bare.path("tls").booleanValue()).isFalse();
            // Where a proxy is, nobody counts as sitting at this machine.
            assertThat(bare.path("local").booleanValue()).isFalse();
        }
    }

    @Test
    void whatTheClientWroteBeforeTheProxyDidIsNotBelieved() throws Exception {
        try (var server = open("127.0.0.1, 10.0.0.0/8")) {
            assertThat(address(server, FOR, "198.51.100.1, 192.0.2.7")).isEqualTo("192.0.2.7");
            assertThat(address(server, FOR, "198.51.100.1", FOR, "192.0.2.7")).isEqualTo("192.0.2.7");
            // Behind each other: from the last one back to the first that is none of ours.
            assertThat(address(server, FOR, "198.51.100.1, 192.0.2.7, 10.1.2.3"))
                    .isEqualTo("192.0.2.7");
            assertThat(address(server, FOR, "10.9.9.9, 10.1.2.3")).isEqualTo("10.9.9.9");
            assertThat(address(server, FOR, "127.0.0.1, 192.0.2.7")).isEqualTo("192.0.2.7");
            assertThat(seen(server, PROTO, "https, http").path("tls").booleanValue())
                    .isFalse();
            // Another header that no proxy here writes.
            assertThat(address(server, "Forwarded", "for=198.51.100.1;proto=https", "X-Real-IP", "198.51.100.1"))
                    .isEqualTo("127.0.0.1");
        }
    }

    @Test
    void addressesComeWithPortsOrAreNone() throws Exception {
        try (var server = open("127.0.0.1, 10.0.0.0/8")) {
            assertThat(address(server, FOR, "192.0.2.7:4711")).isEqualTo("192.0.2.7");
            assertThat(address(server, FOR, "[2001:db8::7]:4711")).isEqualTo("2001:db8:0:0:0:0:0:7");
            assertThat(address(server, FOR, "2001:db8::7")).isEqualTo("2001:db8:0:0:0:0:0:7");
            assertThat(address(server, FOR, "::ffff:10.1.2.3")).isEqualTo("10.1.2.3");
            for (String none :
                    List.of("unknown", "_hidden", "localhost", "", ",", "300.1.1.1", "[::1", "a:b", "%eth0")) {
                assertThat(address(server, FOR, none)).as(none).isEqualTo("127.0.0.1");
                assertThat(address(server, FOR, "192.0.2.7, " + none + ", 10.1.2.3"))
                        .as(none)
                        .isIn("10.1.2.3", "192.0.2.7");
            }
            assertThat(address(server, FOR, "192.0.2.7, unknown, 10.1.2.3")).isEqualTo("10.1.2.3");
        }
    }

    @Test
    void whatAnybodyElseSaysCountsForNothing() throws Exception {
        for (String proxies : List.of("", "10.0.0.0/8", "127.0.0.2, ::1")) {
            try (var server = open(proxies)) {
                JsonNode seen =
                        seen(server, FOR, "192.0.2.7", PROTO, "https", "Forwarded", "for=192.0.2.7;proto=https");
                assertThat(seen.path("address").textValue()).as(proxies).isEqualTo("127.0.0.1");
                assertThat(seen.path("tls").booleanValue()).as(proxies).isFalse();
                assertThat(seen.path("origin").textValue()).as(proxies).isEqualTo(server.url());
                assertThat(seen.path("local").booleanValue()).as(proxies).isFalse();
            }
        }
        try (var server = open("")) {
            assertThat(seen(server).path("local").booleanValue()).isTrue();
        }
    }
}

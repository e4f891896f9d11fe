package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.common.Permission;
import dev.clew.server.http.HttpFixture.Raw;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What slow, huge, malformed and impolite senders get, on real sockets. */
@Timeout(60)
class HostileSendersTest {
    private static final String POST = "POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer writer\r\n";
    private static final String JSON = POST + "Content-Type: application/json\r\n";

    private static final List<Route> ROUTES = List.of(
            Route.post("/echo")
                    .permission(Permission.RUN_WRITE)
                    .limit(4L << 20)
                    .handle(exchange -> Answer.json(exchange.json())),
            Route.put("/stream")
                    .permission(Permission.RUN_WRITE)
                    .limit(1L << 40)
                    .handle(exchange -> Answer.json(Map.of("bytes", drained(exchange.body())))),
            Route.get("/health").open("a probe").handle(_ -> Answer.text(200, "OK")));

    @TempDir
    Path dir;

    private HttpFixture start(String... settings) {
        return HttpFixture.start(dir, ROUTES, settings);
    }

    private static long drained(InputStream in) throws IOException {
        return in.transferTo(java.io.OutputStream.nullOutputStream());
    }

    @Test
    void cutsOffHeadersThatDripIn() throws Exception {
        try (var server = start("http.header_time=1s");
                Raw sender = server.raw()) {
            sender.send("GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
            boolean cut = false;
            var tick = new CountDownLatch(1);
            while (!cut && System.nanoTime() < until) {
                try {
                    sender.send("a");
                    cut = tick.await(100, TimeUnit.MILLISECONDS);
                } catch (IOException e) {
                    cut = true;
                }
            }
            assertThat(cut).as("the connection was ended").isTrue();
        }
    }

    @Test
    void endsAConnectionOnWhichNothingMoves() throws Exception {
        try (var server = start("http.idle=1s");
                Raw sender = server.raw()) {
            sender.send("GET /health HTTP/1.1\r\nHost: local");
            assertThat(sender.isEnded()).isTrue();
        }
    }

    @Test
    void cutsOffABodyThatDripsIn() throws Exception {
        try (var server = start("http.body_time=1s", "http.min_rate=1MiB");
                Raw sender = server.raw()) {
            sender.send(JSON + "Content-Length: 100000\r\n\r\n{");
            var dripping = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 300; i++) {
                        sender.send(" ");
                        TimeUnit.MILLISECONDS.sleep(50); // it is the sender that is slow here
                    }
                } catch (IOException | InterruptedException e) {
                    // cut off, as it should be
                }
            });
            var reply = sender.reply();
            assertThat(reply.code()).isEqualTo(408);
            assertThat(reply.body()).contains("TIMEOUT").contains("did not arrive in time");
            dripping.interrupt();
        }
    }

    @Test
    void aBodyThatStopsGetsItsAnswer() throws Exception {
        try (var server = start("http.idle=1s");
                Raw sender = server.raw()) {
            sender.send(JSON + "Content-Length: 100\r\n\r\n{");
            assertThat(sender.reply().code()).isEqualTo(408);
            assertThat(sender.isEnded()).isTrue();
        }
    }

    @Test
    void refusesTooManyHeadersByNumberAndBySize() throws Exception {
        try (var server = start("http.max_headers=64")) {
            for (int headers : new int[] {70, 10_000}) {
                try (Raw sender = server.raw()) {
                    sender.send("GET /health HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n".repeat(headers) + "\r\n");
                    assertThat(sender.reply().code()).isIn(400, 431);
                }
            }
            try (Raw sender = server.raw()) {
                sender.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(sender.reply().code()).isIn(400, 414);
            }
        }
    }

    @Test
    void aGigabyteIsRefusedBeforeItIsSent() throws Exception {
        try (var server = start();
                Raw sender = server.raw()) {
            sender.send(JSON + "Content-Length: 1073741824\r\n\r\n");
            var reply = sender.reply();
            assertThat(reply.code()).isEqualTo(413);
            assertThat(reply.body()).contains("larger than the 4194304 bytes");
        }
    }

    @Test
    void aGigabyteOfUnknownLengthIsCutOff() throws Exception {
        try (var server = start();
                Raw sender = server.raw()) {
            sender.send(JSON + "Transfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = ("10000\r\n" + " ".repeat(65_536) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            long sent = 0;
            try {
                while (sent < 1L << 30) {
                    sender.send(chunk);
                    sent += 65_536;
                }
            } catch (IOException e) {
                // the server ended it, having answered
            }
            assertThat(sent).isLessThan(64L << 20);
        }
    }

    @Test
    void aStreamIsNotHeldInMemory() throws Exception {
        try (var server = start("http.max_body_memory=1MiB")) {
            byte[] block = new byte[1 << 20];
            long most = 0;
            long before = used();
            try (Raw sender = server.raw()) {
                sender.send("PUT /stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer writer\r\n"
                        + "Content-Length: 1073741824\r\n\r\n");
                for (int i = 0; i < 1_024; i++) {
                    sender.send(block);
                    if (i % 256 == 255) {
                        most = Math.max(most, used() - before);
                    }
                }
                assertThat(sender.reply().body()).isEqualTo("{\"bytes\":1073741824}");
            }
            assertThat(most).isLessThan(64L << 20);
        }
    }

    /** Live bytes of the heap. */
    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void bodiesInHandShareBoundedMemory() throws Exception {
        try (var server = start("http.max_body_memory=1MiB")) {
            var answer = server.client()
                    .send(
                            server.request("/echo", "writer")
                                    .POST(BodyPublishers.ofString("\"" + "x".repeat(2 << 20) + "\""))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(server.client()
                            .send(
                                    server.request("/echo", "writer")
                                            .POST(BodyPublishers.ofString("\"small\""))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo("\"small\"");
        }
    }

    @Test
    void aGzipBombIsCutOff() throws Exception {
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) {
                gzip.write(zeros);
            }
        }
        try (var server = start()) {
            for (String path : List.of("/echo", "/stream")) {
                var answer = server.client()
                        .send(
                                server.request(path, "writer")
                                        .header("Content-Encoding", "gzip")
                                        .method(
                                                path.equals("/echo") ? "POST" : "PUT",
                                                BodyPublishers.ofByteArray(bomb.toByteArray()))
                                        .build(),
                                BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(path).isEqualTo(413);
            }
            var broken = server.client()
                    .send(
                            server.request("/echo", "writer")
                                    .header("Content-Encoding", "gzip")
                                    .POST(BodyPublishers.ofString("no gzip"))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(broken.statusCode()).isEqualTo(400);
            assertThat(broken.body()).contains("declared as gzip but is not");
            var other = server.client()
                    .send(
                            server.request("/echo", "writer")
                                    .header("Content-Encoding", "br")
                                    .POST(BodyPublishers.ofString("x"))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(other.statusCode()).isEqualTo(415);
        }
    }

    @Test
    void refusesJsonThatIsDeepDoubledOrNone() throws Exception {
        try (var server = start()) {
            for (String body : List.of(
                    "",
                    "{",
                    "{\"a\":1,\"a\":2}",
                    "{\"a\":{\"b\":1,\"b\":2}}",
                    "[".repeat(1_000) + "]".repeat(1_000),
                    "{\"a\":".repeat(100_000),
                    "{\"a\":NaN}",
                    "{\"a\":Infinity}",
                    "{} {}",
                    "{\"a\":" + "9".repeat(5_000) + "}",
                    "\u0000",
                    "{'a':1}")) {
                var answer = server.client()
                        .send(
                                server.request("/echo", "writer")
                                        .POST(BodyPublishers.ofString(body))
                                        .build(),
                                BodyHandlers.ofString());
                assertThat(answer.statusCode())
                        .as(body.substring(0, Math.min(40, body.length())))
                        .isEqualTo(400);
                assertThat(answer.body()).contains("MALFORMED_BODY");
            }
        }
    }

    @Test
    void refusesBodiesOfAnotherType() throws Exception {
        try (var server = start()) {
            for (String type : List.of("text/plain", "application/xml", "multipart/form-data", "application/jsonx")) {
                var answer = server.client()
                        .send(
                                java.net.http.HttpRequest.newBuilder(java.net.URI.create(server.url() + "/echo"))
                                        .header("Authorization", "Bearer writer")
                                        .header("Content-Type", type)
                                        .POST(BodyPublishers.ofString("{}"))
                                        .build(),
                                BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(type).isEqualTo(415);
                assertThat(answer.body()).contains("UNSUPPORTED_MEDIA_TYPE");
            }
        }
    }

    @Test
    void answersExpectationsBeforeTheBodyComes() throws Exception {
        try (var server = start()) {
            try (Raw sender = server.raw()) {
                sender.send(JSON + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
                assertThat(sender.reply().code()).isEqualTo(100);
                assertThat(sender.send("{}").reply().body()).isEqualTo("{}");
            }
            try (Raw sender = server.raw()) {
                sender.send(JSON + "Content-Length: 1073741824\r\nExpect: 100-continue\r\n\r\n");
                assertThat(sender.reply().code()).isEqualTo(413);
            }
            try (Raw sender = server.raw()) {
                sender.send(JSON.replace("writer", "nobody") + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
                assertThat(sender.reply().code()).isEqualTo(403);
            }
        }
    }

    @Test
    void keepsConnectionsAndAnswersPipelinedRequestsInOrder() throws Exception {
        try (var server = start();
                Raw sender = server.raw()) {
            String one = JSON + "Content-Length: 3\r\n\r\n";
            sender.send(one + "\"1\"" + one + "\"2\"" + one + "\"3\"");
            for (String expected : List.of("\"1\"", "\"2\"", "\"3\"")) {
                assertThat(sender.reply().body()).isEqualTo(expected);
            }
            assertThat(sender.send(one + "\"4\"").reply().body()).isEqualTo("\"4\"");
        }
    }

    @Test
    void refusesWhatProxiesReadDifferently() throws Exception {
        try (var server = start()) {
            for (String smuggled : List.of(
                    "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                    "Transfer-Encoding: gzip\r\n\r\n{}",
                    "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                    "Content-Length: +2\r\n\r\n{}",
                    "X: a\r\n folded\r\nContent-Length: 2\r\n\r\n{}")) {
                try (Raw sender = server.raw()) {
                    assertThat(sender.send(JSON + smuggled).reply().code())
                            .as(smuggled)
                            .isIn(400, 501);
                }
            }
        }
    }

    @Test
    void answersOnlyUnderItsOwnNames() throws Exception {
        try (var server = start("http.hosts=clew.example")) {
            for (String host : List.of("localhost", "127.0.0.1", "[::1]", "clew.example", "LOCALHOST:80")) {
                assertThat(get(server, "Host: " + host + "\r\n")).as(host).isEqualTo(200);
            }
            for (String host :
                    List.of("evil.example", "localhost.evil.example", "clew.example.evil", "127.0.0.1.nip.io")) {
                assertThat(get(server, "Host: " + host + "\r\n")).as(host).isEqualTo(403);
            }
            assertThat(get(server, "")).isEqualTo(400);
            assertThat(get(server, "Host: localhost\r\nHost: evil.example\r\n")).isEqualTo(400);
        }
    }

    private static int get(HttpFixture server, String host) throws IOException {
        try (Raw sender = server.raw()) {
            return sender.send("GET /health HTTP/1.1\r\n" + host + "\r\n")
                    .reply()
                    .code();
        }
    }

    @Test
    void everyAnswerHasTheSecurityHeaders() throws Exception {
        try (var server = start()) {
            for (String request : List.of(
                    "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n".repeat(10_000) + "\r\n",
                    "nonsense\r\n\r\n",
                    POST + "Content-Length: 1\r\n\r\n{")) {
                try (Raw sender = server.raw()) {
                    var headers = sender.send(request).reply().headers();
                    assertThat(headers)
                            .as(request.substring(0, Math.min(request.length(), 60)))
                            .containsEntry("X-Content-Type-Options", "nosniff")
                            .containsEntry("Referrer-Policy", "no-referrer")
                            .containsEntry("Cross-Origin-Opener-Policy", "same-origin")
                            .containsEntry("Cache-Control", "no-store")
                            .containsKey("Permissions-Policy")
                            .doesNotContainKeys("Server", "X-Powered-By", "Access-Control-Allow-Origin");
                    assertThat(headers.get("Content-Security-Policy")).contains("default-src 'none'");
                }
            }
        }
    }

    @Test
    void refusesMoreRequestsThanItMayHold() throws Exception {
        var entered = new CountDownLatch(2);
        var go = new CountDownLatch(1);
        var held = Route.get("/held").open("a test").handle(_ -> {
            entered.countDown();
            try {
                go.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Answer.text(200, "let go");
        });
        try (var server = HttpFixture.start(
                        dir,
                        java.util.stream.Stream.concat(ROUTES.stream(), java.util.stream.Stream.of(held))
                                .toList(),
                        "http.max_requests=2");
                Raw first = server.raw();
                Raw second = server.raw();
                Raw third = server.raw()) {
            String get = "GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n";
            first.send(get);
            second.send(get);
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            var refused = third.send(get).reply();
            assertThat(refused.code()).isEqualTo(503);
            assertThat(refused.headers()).containsEntry("Retry-After", "1");
            assertThat(get(server, "Host: localhost\r\n"))
                    .as("health answers all the same")
                    .isEqualTo(200);
            go.countDown();
            assertThat(first.reply().body()).isEqualTo("let go");
            assertThat(second.reply().body()).isEqualTo("let go");
        }
    }

    @Test
    void finishesWhatItHoldsWhenItIsStopped() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var held = Route.get("/held").open("a test").handle(_ -> {
            entered.countDown();
            try {
                go.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Answer.text(200, "finished");
        });
        var server = HttpFixture.start(dir, List.of(held), "http.drain=20s");
        try (Raw sender = server.raw()) {
            sender.send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            int port = server.port();
            var closing = Thread.ofPlatform().start(server::close);
            while (isListening(port)) {
                Thread.onSpinWait();
            }
            assertThat(closing.isAlive()).isTrue();
            go.countDown();
            assertThat(sender.reply().body()).isEqualTo("finished");
            closing.join(10_000);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    private static boolean isListening(int port) {
        try (var socket = new java.net.Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theAccessLogNamesNoPersonSecretOrAddress() throws Exception {
        Path file = dir.resolve("access.log");
        var route = Route.post("/people/{name}")
                .permission(Permission.RUN_WRITE)
                .handle(exchange -> Answer.json(exchange.json()));
        try (var server =
                HttpFixture.start(dir, List.of(route), "http.access_log=all", "http.access_log_file=" + file)) {
            for (String token : List.of("writer", "secret-token-0815")) {
                server.client()
                        .send(
                                server.request("/people/jane-doe?email=jane%40example.org", token)
                                        .header("X-Clew-Reason", "about Jane")
                                        .POST(BodyPublishers.ofString("{\"ssn\": \"078-05-1120\"}"))
                                        .build(),
                                BodyHandlers.ofString());
            }
        }
        String log = java.nio.file.Files.readString(file);
        assertThat(log).contains("POST /people/{name} status=200").contains("status=403");
        assertThat(log.lines()).hasSize(2);
        assertThat(log).doesNotContainIgnoringCase("jane").doesNotContain("078-05", "127.0.0.1", "Bearer", "email");
    }
}

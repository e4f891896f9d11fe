package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.common.Permission;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was made though its answer did not arrive is not made again; what was answered is. */
@Timeout(60)
class UndeliveredTest {
    private static final String BODY = "{\"name\": \"first\"}";

    private final Semaphore entered = new Semaphore(0);
    private final Semaphore mayAnswer = new Semaphore(0);
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final Undelivered undelivered = new Undelivered(now::get);
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path keys;

    private HttpFixture start() {
        Route things = Route.post("/things")
                .permission(Permission.RUN_WRITE)
                .creates(true)
                .handle(exchange -> {
                    exchange.json();
                    int number = made.incrementAndGet();
                    entered.release();
                    mayAnswer.acquireUninterruptibly();
                    return Answer.text(200, "thing " + number);
                });
        return HttpFixture.start(keys, undelivered.over(List.of(things)));
    }

    @Test
    void answersOnceMoreWhatDidNotArrive() throws Exception {
        try (var server = start()) {
            askAndBreakOff(server, BODY);
            mayAnswer.release(100);
            var again = awaitReplay(server);
            assertThat(again.body()).isEqualTo("thing 1");
            assertThat(again.statusCode()).isEqualTo(200);
            int before = made.get();
            // It has arrived: who asks now wants another one.
            var next = ask(server, "writer", BODY);
            assertThat(next.body()).isEqualTo("thing " + (before + 1));
            assertThat(next.headers().firstValue("Idempotent-Replay")).isEmpty();
        }
    }

    @Test
    void tellsBodiesApartAndForgetsAfterTenMinutes() throws Exception {
        try (var server = start()) {
            askAndBreakOff(server, BODY);
            mayAnswer.release();
            while (undelivered.waiting() == 0) {
                Thread.onSpinWait(); // the server has not noticed yet
            }
            mayAnswer.release(100);
            var other = ask(server, "writer", BODY.replace("first", "other"));
            assertThat(other.headers().firstValue("Idempotent-Replay")).isEmpty();
            assertThat(undelivered.waiting()).isEqualTo(1);
            now.set(now.get().plus(Undelivered.KEPT).plus(Duration.ofSeconds(1)));
            var late = ask(server, "writer", BODY);
            assertThat(late.headers().firstValue("Idempotent-Replay")).isEmpty();
            assertThat(undelivered.waiting()).isZero();
        }
    }

    @Test
    void equalRequestsThatWereAnsweredMakeOneEach() throws Exception {
        mayAnswer.release(100);
        try (var server = start()) {
            assertThat(ask(server, "writer", BODY).body()).isEqualTo("thing 1");
            assertThat(ask(server, "writer", BODY).body()).isEqualTo("thing 2");
        }
    }

    /** Sends the request, waits until it is being carried out, and resets the connection. */
    private void askAndBreakOff(HttpFixture server, String body) throws Exception {
        URI uri = URI.create(server.url());
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write("""
                POST /things HTTP/1.1\r
                Host: %s\r
                Authorization: Bearer writer\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                %s\
                """.formatted(uri.getAuthority(), body.length(), body)
                    .getBytes(StandardCharsets.UTF_8));
            assertThat(entered.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The request again, until the server has noticed that the first answer was lost. Others make things meanwhile. */
    private HttpResponse<String> awaitReplay(HttpFixture server) throws Exception {
        while (true) {
            var answer = ask(server, "writer", BODY);
            if (answer.headers().firstValue("Idempotent-Replay").isPresent()) {
                return answer;
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private HttpResponse<String> ask(HttpFixture server, String who, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/things"))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + who)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

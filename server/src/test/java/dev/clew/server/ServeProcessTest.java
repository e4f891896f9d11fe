package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew serve} as a process: how it starts, refuses to start and ends. */
@Timeout(120)
class ServeProcessTest {
    /** For a process to start and end on a machine that has much else to do. */
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    Path dir;

    /** A child process with this test's class path. */
    private final class Child implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;

        Child(String... arguments) throws IOException {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx224m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()));
            command.addAll(List.of(arguments));
            var builder =
                    new ProcessBuilder(command).redirectError(dir.resolve("err").toFile());
            builder.environment().put("XDG_STATE_HOME", dir.resolve("state").toString());
            builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
            process = builder.start();
            out = process.inputReader(StandardCharsets.UTF_8);
        }

        URI ready() throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("Clew is ready at ")) {
                    return URI.create(line.substring("Clew is ready at ".length()));
                }
            }
            throw new AssertionError("ended before it was ready: " + errors());
        }

        int exit(long seconds) throws InterruptedException {
            assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
            return process.exitValue();
        }

        String errors() throws IOException {
            return Files.readString(dir.resolve("err"));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private Child serve(String... more) throws IOException {
        return serveOn(0, more);
    }

    private Child serveOn(int port, String... more) throws IOException {
        var all = new ArrayList<>(
                List.of("serve", "--data", dir.resolve("data").toString(), "--port", Integer.toString(port)));
        all.addAll(List.of(more));
        return new Child(all.toArray(String[]::new));
    }

    @Test
    void sigtermFinishesWhatWasAcceptedAndExitsZero() throws Exception {
        String decision = "{\"features\": {\"age\": 33}, \"outcome\": \"denied\"}";
        try (var server = serve()) {
            URI url = server.ready();
            try (var socket = new Socket("127.0.0.1", url.getPort())) {
                String head = """
                        POST /api/clew/v1/decisions HTTP/1.1\r
                        Host: localhost\r
                        Content-Type: application/json\r
                        Expect: 100-continue\r
                        Content-Length: %d\r
                        \r
                        """.formatted(decision.length());
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                var in = new java.io.BufferedReader(
                        new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                assertThat(in.readLine()).as("the handler has begun to read").startsWith("HTTP/1.1 100");
                server.process.destroy(); // SIGTERM
                while (isListening(url.getPort())) {
                    Thread.onSpinWait();
                }
                socket.getOutputStream().write(decision.getBytes(StandardCharsets.US_ASCII));
                assertThat(in.readLine()).isEmpty();
                assertThat(in.readLine()).startsWith("HTTP/1.1 201");
            }
            assertThat(server.exit(5)).isZero();
        }
    }

    private static boolean isListening(int port) {
        try (var socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aSecondProcessOnTheDirectoryIsToldWhoHoldsIt() throws Exception {
        try (var server = serve()) {
            URI url = server.ready();
            try (var second = serve()) {
                assertThat(second.exit(PATIENCE_SECONDS)).isEqualTo(78);
                assertThat(second.errors())
                        .contains(Long.toString(server.process.pid()))
                        .contains(Integer.toString(url.getPort()));
            }
            assertThat(server.process.isAlive()).isTrue();
        }
    }

    @Test
    void otherMachinesAreNotServedInTheClear() throws Exception {
        try (var server = serve("--host", "0.0.0.0")) {
            assertThat(server.exit(PATIENCE_SECONDS)).isEqualTo(78);
            assertThat(server.errors()).contains("http.tls=generated").contains("http.trusted_proxies");
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"));
                var server = serveOn(taken.getLocalPort())) {
            assertThat(server.exit(PATIENCE_SECONDS)).isEqualTo(78);
            assertThat(server.errors()).contains("cannot be listened on").doesNotContain("at java.base");
        }
    }

    @Test
    void everyProblemOfTheConfigurationIsReportedAtOnce() throws Exception {
        try (var server = serve("--set", "http.prot=1", "--set", "http.idle=soon", "--set", "http.max_requests=0")) {
            assertThat(server.exit(PATIENCE_SECONDS)).isEqualTo(78);
            assertThat(server.errors())
                    .contains("3 problems")
                    .contains("did you mean http.port?")
                    .contains("http.idle=soon")
                    .contains("between 1 and 65536");
        }
    }
}

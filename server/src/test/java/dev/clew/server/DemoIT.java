package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole story, as {@code clew demo --once} tells it. */
@EveryEngine
class DemoIT {
    private static final Pattern GOES_ON = Pattern.compile("The server goes on at (http://\\S+) ");

    @TempDir
    Path root;

    @Test
    void tellsItsStoryToTheEnd() throws Exception {
        String told = play();
        assertThat(told)
                .contains("it names what was changed: a byte of a tile of the ledger")
                .contains("it names what was changed: a row of the runs, edited in the database")
                .contains("it names what was changed: a batch of decisions")
                .containsPattern("Told in \\d+ s\\.");
        assertThat(Files.exists(root.resolve("demo-damaged"))).isFalse();
        assertThat(Files.exists(root.resolve("demo/clew.db"))).isNotEqualTo(TestDatabase.isPostgres());
    }

    @Test
    void staysUpAfterItsStoryUntilItIsToldToEnd() throws Exception {
        Process process = start();
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            String url = null;
            for (String line = out.readLine(); line != null && url == null; line = out.readLine()) {
                Matcher goesOn = GOES_ON.matcher(line);
                url = goesOn.find() ? goesOn.group(1) : null;
            }
            assertThat(url).as("it goes on").isNotNull();
            try (var client = HttpClient.newHttpClient()) {
                var health = client.send(
                        HttpRequest.newBuilder(URI.create(url + "/health")).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(health.body()).isEqualTo("OK");
            }
            assertThat(process.isAlive()).isTrue();
            process.destroy(); // SIGTERM
            assertThat(process.waitFor(5, TimeUnit.SECONDS))
                    .as("ends within 5 s")
                    .isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private String play() throws Exception {
        Process process = start("--once");
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private Process start(String... more) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx224m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.clew.server.Main",
                "demo",
                "--port",
                "0",
                "--data",
                root.resolve("demo").toString()));
        command.addAll(List.of(more));
        if (TestDatabase.isPostgres()) {
            command.addAll(List.of("--database-url", "jdbc:" + TestDatabase.url(root)));
        }
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
        builder.environment()
                .put("CLEW_HOME", Path.of("..").toAbsolutePath().normalize().toString());
        builder.environment().put("XDG_STATE_HOME", root.resolve("state").toString());
        return builder.start();
    }
}

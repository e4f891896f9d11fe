package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole story, as {@code clew demo --once} tells it. */
@EveryEngine
class DemoIT {
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

    private String play() throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx224m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.clew.server.Main",
                "demo",
                "--once",
                "--port",
                "0",
                "--data",
                root.resolve("demo").toString()));
        if (TestDatabase.isPostgres()) {
            command.addAll(List.of("--database-url", "jdbc:" + TestDatabase.url(root)));
        }
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
        builder.environment()
                .put("CLEW_HOME", Path.of("..").toAbsolutePath().normalize().toString());
        builder.environment().put("XDG_STATE_HOME", root.resolve("state").toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}

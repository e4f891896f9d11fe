package dev.clew.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.e2e.PackagedCommand;
import dev.clew.e2e.PackagedServer;
import dev.clew.e2e.PythonClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Beside a server of MLflow itself: its store moved in, all of it moved out to another server of MLflow, and then the same random calls to
 * both. {@code -Ddifferential=2000} makes so many sequences of them, which takes most of an hour, and writes {@code target/differential.md}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MlflowMoveE2E {
    private static final int SEQUENCES = Integer.getInteger("differential", 25);
    private static final int MINUTES = 10;
    private static final int SEED = Integer.getInteger("differential.seed", 1);

    @TempDir
    static Path directory;

    private static PythonClient python;
    private static MlflowServer mlflow;
    private static PackagedServer clew;

    @BeforeAll
    static void start() throws Exception {
        python = MlflowServer.python();
        mlflow = MlflowServer.start(directory.resolve("mlflow"));
        clew = PackagedServer.start(directory, "webhooks.allow_private=true", "webhooks.allowed_schemes=http,https");
    }

    @AfterAll
    static void stop() throws Exception {
        mlflow.close();
        clew.close();
    }

    private static String python(String script, String... arguments) throws Exception {
        return python.run(
                MINUTES + SEQUENCES / 20,
                Path.of("mlflow").resolve(script),
                Map.of(
                        "MLFLOW_DISABLE_TELEMETRY",
                        "true",
                        "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
                        "0",
                        "HOME",
                        directory.toString()),
                arguments);
    }

    @Test
    @Order(1)
    void aStoreComesInWhole() throws Exception {
        assertThat(python("move/fill.py", mlflow.url())).contains("fill.py is done");
        assertThat(PackagedCommand.run("import", "mlflow", "--from", mlflow.store(), "--server", clew.url()))
                .contains("Every run here holds what the source holds");
        assertThat(python("move/compare.py", mlflow.url(), clew.url())).contains(" 0 differences");
    }

    @Test
    @Order(2)
    void everythingGoesOutAgain() throws Exception {
        try (var other = MlflowServer.start(directory.resolve("other"))) {
            assertThat(PackagedCommand.run("export", "mlflow", "--server", clew.url(), "--to", other.url()))
                    .contains("Every run there holds what the run here holds");
            assertThat(python("move/exported.py", clew.url(), other.url())).contains(" 0 differences");
        }
    }

    @Test
    @Order(3)
    void bothAnswerTheSameToTheSameCalls() throws Exception {
        assertThat(python(
                        "differential/differential.py",
                        mlflow.url(),
                        clew.url(),
                        "--sequences",
                        Integer.toString(SEQUENCES),
                        "--seed",
                        Integer.toString(SEED),
                        "--report",
                        Path.of("target", "differential.md").toAbsolutePath().toString()))
                .contains(" 0 unexplained differences");
    }
}

package dev.clew.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clew.e2e.PackagedServer;
import dev.clew.e2e.PythonClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * PyTorch Lightning's own logger for MLflow, unmodified, against the packaged server. Runs with {@code -Dclients=true}: PyTorch brings
 * libraries for accelerators, which take some minutes and 5.5 GB.
 */
class LightningE2E {
    @TempDir
    Path directory;

    @BeforeAll
    static void isAskedFor() {
        assumeTrue(Boolean.getBoolean("clients"), "PyTorch Lightning is run with -Dclients=true only.");
    }

    @Test
    void theLoggerOfLightningWorksAsItIs() throws Exception {
        try (var server = PackagedServer.start(directory)) {
            String said = PythonClient.of("lightning-2.6.6", Path.of("mlflow", "requirements-lightning-2.6.6.txt"))
                    .run(
                            Path.of("mlflow", "lightning.py"),
                            Map.of(
                                    "MLFLOW_TRACKING_URI",
                                    server.url(),
                                    "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
                                    "0",
                                    "MLFLOW_DISABLE_TELEMETRY",
                                    "true",
                                    "GIT_PYTHON_REFRESH",
                                    "quiet",
                                    "HOME",
                                    directory.toString()));
            assertThat(said).contains("lightning.py is done");
        }
    }
}

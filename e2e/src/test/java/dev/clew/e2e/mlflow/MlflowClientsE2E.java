package dev.clew.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.e2e.PackagedServer;
import dev.clew.e2e.PythonClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Unmodified MLflow clients against the packaged server, the everyday script of each: the newest, the last of the line before, and the newest
 * without what it brings (skinny) or for traces alone. With {@code -Dclients=true} every script, which takes some minutes.
 */
class MlflowClientsE2E {
    private static final boolean ALL = Boolean.getBoolean("clients");
    private static final String NEWEST = "3.17.2";
    private static final List<String> VERSIONS = List.of(NEWEST, "2.22.5");
    private static final List<String> SCRIPTS = ALL
            ? List.of(
                    "tracking.py",
                    "artifacts.py",
                    "autolog.py",
                    "system_metrics.py",
                    "evaluate.py",
                    "models.py",
                    "serve.py",
                    "registry.py",
                    "tracing.py",
                    "evaluation.py",
                    "webhooks.py")
            : List.of("tracking.py");

    /** Parts of MLflow that are packages of their own, with the script that such a package is enough for. */
    private static final Map<String, String> PARTS = Map.of("skinny-3.17.2", "skinny.py", "tracing-3.17.2", "spans.py");

    @TempDir
    static Path directory;

    private static PackagedServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PackagedServer.start(directory, "policy.protected_aliases=gold");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @TestFactory
    List<DynamicTest> clientsWorkAsTheyAre() {
        var tests = new ArrayList<DynamicTest>();
        for (String version : VERSIONS) {
            for (String script : SCRIPTS) {
                tests.add(DynamicTest.dynamicTest("mlflow " + version + " " + script, () -> run(version, script)));
            }
        }
        tests.add(DynamicTest.dynamicTest(
                "every route of mlflow " + NEWEST + " is served or not there", () -> run(NEWEST, "routes.py")));
        PARTS.forEach((part, script) ->
                tests.add(DynamicTest.dynamicTest("mlflow-" + part + " " + script, () -> run(part, script))));
        return tests;
    }

    private static void run(String version, String script) throws Exception {
        PythonClient client =
                PythonClient.of("mlflow-" + version, Path.of("mlflow", "requirements-" + version + ".txt"));
        String said = client.run(
                Path.of("mlflow", script),
                Map.of(
                        "MLFLOW_TRACKING_URI",
                        server.url(),
                        "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
                        "0",
                        "MLFLOW_DISABLE_TELEMETRY",
                        "true",
                        "MPLBACKEND",
                        "Agg",
                        "GIT_PYTHON_REFRESH",
                        "quiet",
                        "HOME",
                        directory.toString()),
                version);
        assertThat(said).contains(script + " is done");
    }
}

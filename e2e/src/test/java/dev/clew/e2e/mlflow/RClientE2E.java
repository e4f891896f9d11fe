package dev.clew.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.e2e.PackagedServer;
import dev.clew.e2e.Programs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * MLflow's package for R, as it is, against the packaged server, without users and with a token. Where R or the package is missing
 * ({@code R_LIBS} may name a library that has it), it says what stays untested.
 */
class RClientE2E {
    private static final Path SCRIPT = Path.of("mlflow", "tracking.R").toAbsolutePath();
    private static final int MINUTES = 5;

    @TempDir
    Path directory;

    @BeforeAll
    static void isThere() throws InterruptedException {
        assumeTrue(
                loads("mlflow"),
                "R has no package mlflow here (install.packages(\"mlflow\"), or R_LIBS): the client for R stays untested.");
    }

    private static boolean loads(String library) throws InterruptedException {
        try {
            Programs.run(List.of("Rscript", "-e", "library(" + library + ")"), Map.of(), MINUTES);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theClientForRWorksAsItIs() throws Exception {
        try (var server = PackagedServer.start(directory)) {
            assertThat(run(server, Map.of())).contains("tracking.R is done");
        }
    }

    @Test
    void theClientForRBringsItsToken() throws Exception {
        try (var server = PackagedServer.start(directory)) {
            made(server, "users", "{\"name\": \"ada\", \"role\": \"SA\"}");
            made(server, "users", "{\"name\": \"dee\", \"role\": \"DS\"}");
            String token = new ObjectMapper()
                    .readTree(made(server, "tokens", "{\"user\": \"dee\"}"))
                    .path("token")
                    .textValue();
            assertThat(run(server, Map.of("MLFLOW_TRACKING_TOKEN", token))).contains("tracking.R is done");
        }
    }

    private String made(PackagedServer server, String what, String body) throws Exception {
        String operator =
                Files.readString(directory.resolve("data/keys/admin.token")).strip();
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + "/api/clew/v1/" + what))
                                .header("Authorization", "Bearer " + operator)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.body();
    }

    /** Files go through MLflow's program for Python, which the package starts. */
    private static String run(PackagedServer server, Map<String, String> credentials) throws Exception {
        var environment = new HashMap<>(MlflowServer.ENVIRONMENT);
        environment.putAll(credentials);
        environment.put("MLFLOW_TRACKING_URI", server.url());
        environment.put("MLFLOW_PYTHON_BIN", MlflowServer.python().executable().toString());
        environment.put(
                "MLFLOW_BIN",
                MlflowServer.python().executable().resolveSibling("mlflow").toString());
        return Programs.run(List.of("Rscript", SCRIPT.toString()), environment, MINUTES);
    }
}

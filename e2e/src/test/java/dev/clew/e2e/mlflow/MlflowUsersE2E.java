package dev.clew.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.e2e.PackagedServer;
import dev.clew.e2e.PythonClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MLflow's own client of users and permissions, with user and password, against the packaged server. */
class MlflowUsersE2E {
    private static final String VERSION = "3.17.2";
    private static final String PASSWORD = "first of all administrators";

    @TempDir
    Path directory;

    @Test
    void usersAndPermissionsAreManagedByMlflowsClient() throws Exception {
        try (var server = PackagedServer.start(directory)) {
            String operator =
                    Files.readString(directory.resolve("data/keys/admin.token")).strip();
            HttpResponse<String> made = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(server.url() + "/api/clew/v1/users"))
                                    .header("Authorization", "Bearer " + operator)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"name\": \"ada\", \"role\": \"SA\", \"password\": \"%s\"}"
                                                    .formatted(PASSWORD)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            String said = PythonClient.of("mlflow-" + VERSION, Path.of("mlflow", "requirements-" + VERSION + ".txt"))
                    .run(
                            Path.of("mlflow", "users.py"),
                            Map.of(
                                    "MLFLOW_TRACKING_URI",
                                    server.url(),
                                    "ADMIN_PASSWORD",
                                    PASSWORD,
                                    "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
                                    "0",
                                    "MLFLOW_DISABLE_TELEMETRY",
                                    "true",
                                    "HOME",
                                    directory.toString()),
                            VERSION);
            assertThat(said).contains("users.py is done");
        }
    }
}

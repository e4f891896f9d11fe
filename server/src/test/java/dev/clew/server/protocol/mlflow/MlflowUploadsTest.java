package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.clew.server.storage.EveryEngine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MlflowUploadsTest {
    private static final String MPU = "/api/2.0/mlflow-artifacts/mpu/";
    private static final int PART = 1_500_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final byte[] content = bytes(2 * PART + 700_000);

    @TempDir
    Path directory;

    private MlflowFixture mlflow;
    private String folder;

    @BeforeEach
    void open() throws Exception {
        mlflow = new MlflowFixture(directory);
        String experiment = mlflow.experiment("demo");
        folder = "%s/%s/artifacts".formatted(experiment, mlflow.runId(experiment, "first"));
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private byte[] part(int number) {
        return Arrays.copyOfRange(content, (number - 1) * PART, Math.min(number * PART, content.length));
    }

    private JsonNode begin(String name, int parts) throws Exception {
        return mlflow.post(
                        MPU + "create/" + folder + "/dir",
                        "{\"path\": \"%s\", \"num_parts\": %d}".formatted(name, parts))
                .ok();
    }

    private static JsonNode credential(JsonNode begun, int number) {
        return begun.path("credentials").get(number - 1);
    }

    private HttpResponse<String> put(String url, String key, byte[] bytes) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("X-Clew-Part-Key", key)
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** As clients do it: to the URL given for the part, with the headers given, and with no credentials. */
    private String send(JsonNode begun, int number, byte[] bytes) throws Exception {
        JsonNode credential = credential(begun, number);
        assertThat(credential.path("part_number").asInt()).isEqualTo(number);
        var answer = put(
                credential.path("url").textValue(),
                credential.at("/headers/X-Clew-Part-Key").textValue(),
                bytes);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("ETag").orElseThrow();
    }

    private MlflowFixture.Answered complete(JsonNode begun, String name, String... tags) throws Exception {
        return complete(begun.path("upload_id").textValue(), name, List.of(tags));
    }

    private MlflowFixture.Answered complete(String id, String name, List<String> tags) throws Exception {
        var body = MlflowFixture.object().put("path", name).put("upload_id", id);
        ArrayNode parts = body.putArray("parts");
        for (int i = 0; i < tags.size(); i++) {
            parts.addObject().put("part_number", i + 1).put("etag", tags.get(i)).put("url", "http://x");
        }
        return mlflow.post(MPU + "complete/" + folder + "/dir", body.toString());
    }

    private byte[] stored(String name) throws Exception {
        var answer = mlflow.get("/api/2.0/mlflow-artifacts/artifacts/" + folder + "/dir/" + name);
        assertThat(answer.status()).isEqualTo(200);
        return answer.response().body();
    }

    private List<Path> left() throws IOException {
        try (var files = Files.walk(directory.resolve("data/blobs/parts"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private long entries() throws Exception {
        return mlflow.get("/api/clew/v1/ledger/entries", "limit", "1000")
                .ok()
                .path("items")
                .size();
    }

    @Test
    void putsAFileTogetherFromItsPartsAndWritesOneEntry() throws Exception {
        long before = entries();
        JsonNode begun = begin("/home/ann/big.bin", 3);
        assertThat(credential(begun, 1).path("url").textValue())
                .isEqualTo(
                        mlflow.url() + MPU + "part/" + begun.path("upload_id").textValue() + "/1");
        String third = send(begun, 3, part(3));
        String first = send(begun, 1, part(1));
        String second = send(begun, 2, part(2));
        assertThat(entries()).isEqualTo(before);
        var done = complete(begun, "/home/ann/big.bin", first, second, third);
        done.written();
        assertThat(done.text()).isEqualTo("{}");
        assertThat(stored("big.bin")).isEqualTo(content);
        assertThat(entries()).isEqualTo(before + 1);
        assertThat(left()).isEmpty();
        // A client that did not hear it asks again.
        var again = complete(begun, "/home/ann/big.bin", first, second, third);
        assertThat(again.ok().isEmpty()).isTrue();
        assertThat(again.header("Clew-Seq")).isEqualTo(done.header("Clew-Seq"));
        assertThat(entries()).isEqualTo(before + 1);
    }

    @Test
    void goesOnAfterARestartWithThePartsThatAreThere() throws Exception {
        JsonNode begun = begin("C:\\\\data\\\\big.bin", 3);
        String id = begun.path("upload_id").textValue();
        String first = send(begun, 1, part(1));
        send(begun, 2, part(1));
        String second = send(begun, 2, part(2)); // the later one counts
        mlflow.close();
        mlflow = new MlflowFixture(directory);
        JsonNode here = mlflow.post(
                        MPU + "parts/" + folder + "/dir",
                        MlflowFixture.object()
                                .put("path", "big.bin")
                                .put("upload_id", id)
                                .toString())
                .ok();
        assertThat(here.path("num_parts").asInt()).isEqualTo(3);
        assertThat(here.path("parts")).hasSize(2);
        assertThat(here.at("/parts/1/etag").textValue()).isEqualTo(second);
        assertThat(here.at("/parts/1/size").asInt()).isEqualTo(PART);
        var third = put(
                mlflow.url() + MPU + "part/" + id + "/3",
                credential(begun, 3).at("/headers/X-Clew-Part-Key").textValue(),
                part(3));
        assertThat(third.statusCode()).isEqualTo(200);
        complete(
                        id,
                        "big.bin",
                        List.of(
                                first,
                                second,
                                third.headers().firstValue("ETag").orElseThrow()))
                .written();
        assertThat(stored("big.bin")).isEqualTo(content);
    }

    @Test
    void refusesWhatIsNotWholeOrNotWhatWasSent() throws Exception {
        JsonNode begun = begin("a.bin", 2);
        String first = send(begun, 1, part(1));
        complete(begun, "a.bin", first)
                .isInvalid(
                        "The upload cannot be completed: 1 parts are named, and the upload was begun with 2. Send what is missing and name each part with its ETag, in order.");
        complete(begun, "a.bin", first, first)
                .isInvalid(
                        "The upload cannot be completed: part 2 was not sent. Send what is missing and name each part with its ETag, in order.");
        send(begun, 2, part(2));
        complete(begun, "a.bin", first, first)
                .isInvalid(
                        "The upload cannot be completed: part 2 here has another ETag than the one named. Send what is missing and name each part with its ETag, in order.");
        complete(begun, "other.bin", first, first)
                .isMissing(
                        "No upload \"%s\" of yours is open for this file; it is over, or was dropped after PT24H. Begin a new one."
                                .formatted(begun.path("upload_id").textValue()));
        assertThat(mlflow.get("/api/2.0/mlflow-artifacts/artifacts", "path", folder + "/dir")
                        .ok()
                        .isEmpty())
                .isTrue();
        mlflow.post(MPU + "create/" + folder, "{\"path\": \"a\", \"num_parts\": 10001}")
                .isInvalid("A file has 1 to 10000 parts, not 10001; send larger ones.");
        mlflow.post(MPU + "create/" + folder, "{\"path\": \"a\"}")
                .isInvalid(
                        "Missing value for required parameter 'num_parts'. See the API docs for more information about request parameters.");
        mlflow.post(MPU + "create/77/x", "{\"path\": \"a\", \"num_parts\": 1}")
                .isInvalid(
                        "No run, logged model or experiment keeps its files at this path; use the artifact URI that it was given.");
        for (String path : List.of("..", "a/..", "x/", "a\\u0001", "a%2f..%2fb")) {
            mlflow.post(MPU + "create/" + folder, "{\"path\": \"%s\", \"num_parts\": 1}".formatted(path))
                    .isInvalid("Invalid path");
        }
    }

    @Test
    void aPartNeedsItsOwnKey() throws Exception {
        JsonNode begun = begin("a.bin", 2);
        String url = credential(begun, 1).path("url").textValue();
        String key = credential(begun, 1).at("/headers/X-Clew-Part-Key").textValue();
        String base = url.substring(0, url.lastIndexOf('/') + 1);
        for (String[] wrong : List.of(
                new String[] {url, "none"},
                new String[] {
                    url, credential(begun, 2).at("/headers/X-Clew-Part-Key").textValue()
                },
                new String[] {base + "2", key},
                new String[] {base + "3", key},
                new String[] {base + "0", key},
                new String[] {url.replaceAll("[0-9a-f]{32}", "0".repeat(32)), key},
                new String[] {url.replaceAll("[0-9a-f]{32}", "nothing"), key})) {
            var answer = put(wrong[0], wrong[1], part(1));
            assertThat(answer.statusCode()).as(wrong[0]).isEqualTo(403);
            assertThat(answer.body()).contains("PERMISSION_DENIED");
        }
        assertThat(put(base + "x", key, part(1)).statusCode()).isEqualTo(400);
        assertThat(left()).hasSize(1);
    }

    @Test
    void forgetsWhatIsAborted() throws Exception {
        JsonNode begun = begin("a.bin", 1);
        send(begun, 1, part(1));
        String body = MlflowFixture.object()
                .put("path", "a.bin")
                .put("upload_id", begun.path("upload_id").textValue())
                .toString();
        for (int i = 0; i < 2; i++) {
            assertThat(mlflow.post(MPU + "abort/" + folder + "/dir", body).ok().isEmpty())
                    .isTrue();
        }
        assertThat(left()).isEmpty();
        JsonNode credential = credential(begun, 1);
        assertThat(put(
                                credential.path("url").textValue(),
                                credential.at("/headers/X-Clew-Part-Key").textValue(),
                                part(1))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void partsLieSealedAndNoFileIsLargerThanAllowed() throws Exception {
        mlflow.close();
        mlflow = new MlflowFixture(
                directory, "artifacts.max_file=64KiB", "artifacts.parts_url=https://clew.example/ml/");
        JsonNode begun = begin("a.txt", 2);
        String url = credential(begun, 1).path("url").textValue();
        assertThat(url).startsWith("https://clew.example/ml/api/2.0/mlflow-artifacts/mpu/part/");
        String local = url.replace("https://clew.example/ml", mlflow.url());
        byte[] text = "a person's income 42000 ".repeat(2_000).getBytes(StandardCharsets.UTF_8);
        var first =
                put(local, credential(begun, 1).at("/headers/X-Clew-Part-Key").textValue(), text);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        for (Path file : left()) {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("income 42000");
        }
        var second = put(
                local.replaceAll("1$", "2"),
                credential(begun, 2).at("/headers/X-Clew-Part-Key").textValue(),
                text);
        assertThat(second.statusCode()).isEqualTo(413);
        assertThat(left()).hasSize(2);
    }
}

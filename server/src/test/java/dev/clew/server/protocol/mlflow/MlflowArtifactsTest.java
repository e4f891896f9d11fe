package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.storage.EveryEngine;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MlflowArtifactsTest {
    private static final String ROOT = "/api/2.0/mlflow-artifacts/artifacts";

    @TempDir
    Path directory;

    private MlflowFixture mlflow;
    private String run;
    private String base;

    @BeforeEach
    void open() throws Exception {
        mlflow = new MlflowFixture(directory);
        String experiment = mlflow.experiment("demo");
        run = mlflow.runId(experiment, "first");
        base = ROOT + "/%s/%s/artifacts/".formatted(experiment, run);
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    private MlflowFixture.Answered put(String path, String text) throws Exception {
        var answer = mlflow.put(base + path, text.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).isEmpty();
        return answer;
    }

    private JsonNode list(String path) throws Exception {
        return mlflow.get(ROOT, "path", "1/%s/artifacts%s".formatted(run, path)).ok();
    }

    private MlflowFixture.Answered get(String path, String... headers) throws Exception {
        return mlflow.send("GET", base + path, null, headers);
    }

    @Test
    void keepsFilesAndListsThem() throws Exception {
        assertThat(put("t.txt", "txt").header("Clew-Seq")).isNotEmpty();
        put("sub%20dir/%C3%BC/e.txt", "");
        put("dir/1", "1");
        put("dir/n/2", "2");
        put("im+step+1.png", "png");
        assertThat(list("").path("files").toString())
                .isEqualTo("[{\"path\":\"dir\",\"is_dir\":true},"
                        + "{\"path\":\"im+step+1.png\",\"is_dir\":false,\"file_size\":3},"
                        + "{\"path\":\"sub dir\",\"is_dir\":true},"
                        + "{\"path\":\"t.txt\",\"is_dir\":false,\"file_size\":3}]");
        assertThat(list("/sub dir/ü").toString()).isEqualTo("{\"files\":[{\"path\":\"e.txt\",\"is_dir\":false}]}");
        assertThat(list("/t.txt").toString()).isEqualTo("{}");
        assertThat(list("/missing").toString()).isEqualTo("{}");
        assertThat(mlflow.get("artifacts/list", "run_id", run, "path", "dir")
                        .ok()
                        .toString())
                .isEqualTo("{\"root_uri\":\"mlflow-artifacts:/1/%s/artifacts\",".formatted(run)
                        + "\"files\":[{\"path\":\"dir/1\",\"is_dir\":false,\"file_size\":1},"
                        + "{\"path\":\"dir/n\",\"is_dir\":true}]}");
        assertThat(get("sub%20dir/%C3%BC/e.txt").status()).isEqualTo(200);
        assertThat(get("dir/n/2").text()).isEqualTo("2");
        put("t.txt", "other");
        assertThat(get("t.txt").text()).isEqualTo("other");
        assertThat(put("t.txt", "other").header("Clew-Seq")).isEmpty();
    }

    @Test
    void sendsFilesAsAttachments() throws Exception {
        put("page.html", "<script>alert(1)</script>");
        put("%C3%BC%20%22.svg", "<svg onload='alert(1)'/>");
        put("fig.png", "png");
        var page = get("page.html", "Accept-Encoding", "gzip");
        assertThat(page.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(page.header("Content-Disposition")).isEqualTo("attachment; filename=\"page.html\"");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Content-Encoding")).isEmpty();
        assertThat(page.header("Content-Length")).isEqualTo("25");
        assertThat(page.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(page.header("Last-Modified")).endsWith("GMT");
        assertThat(get("%C3%BC%20%22.svg").header("Content-Disposition"))
                .isEqualTo("attachment; filename*=UTF-8''%C3%BC%20%22.svg");
        assertThat(get("fig.png").header("Content-Type")).isEqualTo("image/png");
        assertThat(get("page.html", "If-None-Match", page.header("ETag")).status())
                .isEqualTo(304);
        var download = mlflow.get("/get-artifact", "run_uuid", run, "path", "page.html");
        assertThat(download.text()).isEqualTo("<script>alert(1)</script>");
        assertThat(download.header("Content-Disposition")).startsWith("attachment");
        mlflow.get("/get-artifact", "run_id", run, "path", "none").isMissing("No such artifact: 'none'");
    }

    @Test
    void sendsRanges() throws Exception {
        put("t.bin", "0123456789");
        var part = get("t.bin", "Range", "bytes=2-4");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("234");
        assertThat(part.header("Content-Range")).isEqualTo("bytes 2-4/10");
        assertThat(get("t.bin", "Range", "bytes=8-").text()).isEqualTo("89");
        assertThat(get("t.bin", "Range", "bytes=-3").text()).isEqualTo("789");
        assertThat(get("t.bin", "Range", "bytes=5-99").text()).isEqualTo("56789");
        var behind = get("t.bin", "Range", "bytes=10-");
        assertThat(behind.status()).isEqualTo(416);
        assertThat(behind.header("Content-Range")).isEqualTo("bytes */10");
        assertThat(get("t.bin", "Range", "bytes=4-2").status()).isEqualTo(200);
        assertThat(get("t.bin", "Range", "bytes=1-2", "If-Range", "\"other\"").text())
                .isEqualTo("0123456789");
    }

    @Test
    void refusesWhatIsNotThereOrMayNotBe() throws Exception {
        put("dir/a", "a");
        get("missing.txt").isMissing("No such artifact: '1/%s/artifacts/missing.txt'".formatted(run));
        assertThat(get("dir").status()).isEqualTo(400);
        mlflow.put(base + "dir/", new byte[1]).isInvalid("Invalid path");
        mlflow.put(base + "dir", new byte[1]).isInvalid("\"dir\" is a folder; store the file under another name.");
        mlflow.put(base + "dir/a/b", new byte[1]).isInvalid("\"dir/a\" is a file; store nothing below it.");
        mlflow.put(ROOT + "/77/x", new byte[1])
                .isInvalid(
                        "No run, logged model or experiment keeps its files at this path; use the artifact URI that it was given.");
        mlflow.get(ROOT + "/77/x").isMissing("No such artifact: '77/x'");
        mlflow.get("artifacts/list", "run_id", "0".repeat(32))
                .isMissing("Run with id=%1$s not found. Run '%1$s' not found".formatted("0".repeat(32)));
        assertThat(mlflow.get("/api/2.0/mlflow-artifacts/presigned/1/x").status())
                .isEqualTo(501);
    }

    @Test
    void letsNoPathOutOfItsFolder() throws Exception {
        for (String path : List.of(
                "../../../etc/passwd",
                "%2e%2e/x",
                "%252e%252e/x",
                "%25252e%25252e%25252fx",
                "a/%2e%2e%2fb",
                "a%5cb",
                "%255cb",
                "a%0ab",
                "%2fetc",
                "a//b",
                "./a",
                "C%3a/a",
                "a%23b",
                "file%3a/etc",
                "x".repeat(5_000))) {
            for (String method : List.of("GET", "PUT", "DELETE")) {
                var answer = raw(method, base + path);
                assertThat(answer.status()).as(method + " " + path).isEqualTo(400);
                assertThat(answer.json().path("message").textValue()).as(path).startsWith("Invalid path");
                assertThat(answer.json().path("error_code").textValue()).isEqualTo("INVALID_PARAMETER_VALUE");
            }
        }
        assertThat(raw("PUT", base + "a%00b").status()).isEqualTo(400); // no request at all for the server
        for (String path : List.of("../x", "/etc", "a/../b", "%2e%2e/x", "a\\b", "C:/x")) {
            mlflow.get(ROOT, "path", path).isInvalid("Invalid path");
            mlflow.get("artifacts/list", "run_id", run, "path", path).isInvalid("Invalid path");
            mlflow.get("/get-artifact", "run_id", run, "path", path).isInvalid("Invalid path");
        }
        put("100%25%20done+%C3%A4", "ok");
        assertThat(list("").at("/files/0/path").textValue()).isEqualTo("100% done+ä");
    }

    /** Without the normalisation that clients make. */
    private MlflowFixture.Answered raw(String method, String path) throws Exception {
        try (var socket =
                new java.net.Socket("127.0.0.1", URI.create(mlflow.url()).getPort())) {
            socket.getOutputStream()
                    .write("%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            .formatted(method, path)
                            .getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = Integer.parseInt(answer.substring(9, 12));
            byte[] body = answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.UTF_8);
            return new MlflowFixture.Answered(new Fixed(status, body));
        }
    }

    @Test
    void deletesFilesAndFolders() throws Exception {
        put("dir/1", "1");
        put("dir/n/2", "2");
        put("dir0", "not below dir");
        put("other", "3");
        assertThat(mlflow.send("DELETE", base + "other", null).written().toString())
                .isEqualTo("{}");
        mlflow.send("DELETE", base + "dir", null).written();
        assertThat(mlflow.send("DELETE", base + "dir", null).ok().toString()).isEqualTo("{}");
        assertThat(list("").toString())
                .isEqualTo("{\"files\":[{\"path\":\"dir0\",\"is_dir\":false,\"file_size\":13}]}");
    }

    @Test
    void keepsFilesOfExperimentsAndOfOwnLocations() throws Exception {
        mlflow.put(ROOT + "/1/notes/a.txt", "x".getBytes(StandardCharsets.UTF_8));
        assertThat(mlflow.get(ROOT, "path", "1/notes").ok().at("/files/0/path").textValue())
                .isEqualTo("a.txt");
        mlflow.post("experiments/create", "{\"name\": \"own\", \"artifact_location\": \"mlflow-artifacts:/team/x\"}")
                .written();
        String own = mlflow.runId("2", "second");
        mlflow.put(ROOT + "/team/x/" + own + "/artifacts/f", "y".getBytes(StandardCharsets.UTF_8));
        assertThat(mlflow.get("artifacts/list", "run_id", own)
                        .ok()
                        .at("/files/0/path")
                        .textValue())
                .isEqualTo("f");
        assertThat(mlflow.get(ROOT + "/1/" + own + "/artifacts/f").status()).isEqualTo(404);
    }

    @Test
    void streamsLargeFilesSealedAtRest() throws Exception {
        int size = 40 << 20;
        var client = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(URI.create(mlflow.url() + base + "large.bin"))
                .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new Pattern(size)))
                .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        var answer = client.send(
                HttpRequest.newBuilder(URI.create(mlflow.url() + base + "large.bin"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(digest(answer.body())).isEqualTo(digest(new Pattern(size)));
        var stored = new ArrayList<Path>();
        try (var files = Files.walk(directory.resolve("data/blobs/sha256"))) {
            files.filter(Files::isRegularFile).forEach(stored::add);
        }
        assertThat(stored).singleElement().satisfies(file -> {
            assertThat(file.getFileName().toString()).isEqualTo(digest(new Pattern(size)));
            try (var sealed = Files.newInputStream(file);
                    var plain = new Pattern(size)) {
                assertThat(sealed.readNBytes(4_096)).isNotEqualTo(plain.readNBytes(4_096));
            }
        });
    }

    private static String digest(InputStream in) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (in) {
            byte[] buffer = new byte[65_536];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sha256.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** Bytes from a seed, made while they are read. */
    private static final class Pattern extends InputStream {
        private final Random random = new Random(7);
        private final byte[] block = new byte[8_192];
        private int left;
        private int at = block.length;

        Pattern(int size) {
            left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            if (at == block.length) {
                random.nextBytes(block);
                at = 0;
            }
            int count = Math.min(Math.min(length, left), block.length - at);
            System.arraycopy(block, at, to, offset, count);
            at += count;
            left -= count;
            return count;
        }
    }

    /** An answer read by hand. */
    private record Fixed(int statusCode, byte[] body) implements HttpResponse<byte[]> {
        @Override
        public HttpRequest request() {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.util.Optional<HttpResponse<byte[]>> previousResponse() {
            return java.util.Optional.empty();
        }

        @Override
        public java.net.http.HttpHeaders headers() {
            return java.net.http.HttpHeaders.of(java.util.Map.of(), (_, _) -> true);
        }

        @Override
        public java.util.Optional<javax.net.ssl.SSLSession> sslSession() {
            return java.util.Optional.empty();
        }

        @Override
        public URI uri() {
            throw new UnsupportedOperationException();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}

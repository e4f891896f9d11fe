package dev.clew.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.e2e.PackagedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files at the sizes that people have: one that is larger than memory by far, and a folder of ten thousand. */
class MlflowFilesE2E {
    /** 5 GiB with every client, else 1 GiB. */
    private static final long SIZE = (Boolean.getBoolean("clients") ? 5L : 1L) << 30;

    /** Of a heap of 224 MiB, with code, threads and buffers beside it; whatever a file is, it is far less. */
    private static final long MEMORY = 512L << 20;

    private static final int FILES = 10_000;
    private static final int CONNECTIONS = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private PackagedServer server;
    private String run = "";

    @BeforeEach
    void start() throws Exception {
        server = PackagedServer.start(directory);
        var made = send(request("/api/2.0/mlflow/runs/create")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"experiment_id\": \"0\"}")));
        run = made.at("/run/info/run_id").textValue();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path));
    }

    private String at(String name) {
        return "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/%s".formatted(run, name);
    }

    private JsonNode send(HttpRequest.Builder request) throws Exception {
        var answer = client.send(request.build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode())
                .as(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private void put(String name, BodyPublisher body) throws Exception {
        send(request(at(name)).PUT(body));
    }

    @Test
    void aFileLargerThanMemoryGoesInAndOutWhole() throws Exception {
        put("large", BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Noise(SIZE)), SIZE));
        assertThat(server.memoryPeak()).isLessThan(MEMORY);
        assertThat(send(request("/api/2.0/mlflow/artifacts/list?run_id=" + run))
                        .at("/files/0/file_size")
                        .longValue())
                .isEqualTo(SIZE);
        // A download that broke off near the end, and goes on there.
        HttpResponse<InputStream> whole = client.send(request(at("large")).build(), BodyHandlers.ofInputStream());
        var sum = MessageDigest.getInstance("SHA-256");
        long broken = SIZE - (100L << 20) - 17;
        try (InputStream in = whole.body()) {
            assertThat(update(sum, in, broken)).isEqualTo(broken);
        }
        HttpResponse<InputStream> rest = client.send(
                request(at("large"))
                        .header("Range", "bytes=%d-".formatted(broken))
                        .header("If-Range", whole.headers().firstValue("ETag").orElseThrow())
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(rest.statusCode()).isEqualTo(206);
        try (InputStream in = rest.body()) {
            assertThat(update(sum, in, Long.MAX_VALUE)).isEqualTo(SIZE - broken);
        }
        var expected = MessageDigest.getInstance("SHA-256");
        update(expected, new Noise(SIZE), Long.MAX_VALUE);
        assertThat(hex(sum)).isEqualTo(hex(expected));
        assertThat(server.memoryPeak()).isLessThan(MEMORY);
    }

    @Test
    void aFolderOfTenThousandFilesIsListedReadAndDeleted() throws Exception {
        var open = new Semaphore(CONNECTIONS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new java.util.ArrayList<java.util.concurrent.Future<?>>();
            for (int i = 0; i < FILES; i++) {
                String name = "parts/part-%05d.txt".formatted(i);
                open.acquire();
                all.add(threads.submit(() -> {
                    try {
                        put(name, BodyPublishers.ofString(name));
                    } finally {
                        open.release();
                    }
                    return null;
                }));
            }
            for (var each : all) {
                each.get();
            }
        }
        JsonNode listed = send(request("/api/2.0/mlflow/artifacts/list?path=parts&run_id=" + run));
        Set<String> names = new HashSet<>();
        listed.path("files").forEach(file -> names.add(file.path("path").textValue()));
        assertThat(names).hasSize(FILES).contains("parts/part-00000.txt", "parts/part-09999.txt");
        assertThat(send(request("/api/2.0/mlflow-artifacts/artifacts?path=0/%s/artifacts/parts".formatted(run)))
                        .path("files")
                        .size())
                .isEqualTo(FILES);
        assertThat(client.send(request(at("parts/part-04711.txt")).build(), BodyHandlers.ofString())
                        .body())
                .isEqualTo("parts/part-04711.txt");
        send(request(at("parts")).DELETE());
        assertThat(send(request("/api/2.0/mlflow/artifacts/list?run_id=" + run)).has("files"))
                .isFalse();
    }

    private static long update(MessageDigest sum, InputStream in, long most) throws IOException {
        byte[] buffer = new byte[1 << 20];
        long taken = 0;
        while (taken < most) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, most - taken));
            if (count < 0) {
                break;
            }
            sum.update(buffer, 0, count);
            taken += count;
        }
        return taken;
    }

    private static String hex(MessageDigest sum) {
        return HexFormat.of().formatHex(sum.digest());
    }

    /** Bytes of which no mebibyte is like another, made while they are read. */
    private static final class Noise extends InputStream {
        private final byte[] block = new byte[1 << 20];
        private long left;
        private long number;
        private int at = block.length;

        Noise(long size) {
            new Random(7).nextBytes(block);
            left = size;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            if (at == block.length) {
                ByteBuffer.wrap(block).putLong(0, number++);
                at = 0;
            }
            int count = (int) Math.min(Math.min(length, left), block.length - at);
            System.arraycopy(block, at, to, offset, count);
            at += count;
            left -= count;
            return count;
        }
    }
}

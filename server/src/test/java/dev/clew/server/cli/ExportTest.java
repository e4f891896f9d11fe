package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.verify.Verifier;
import dev.clew.ledger.verify.VerifierReport;
import dev.clew.server.Config;
import dev.clew.server.DataDirectory;
import dev.clew.server.SampleInstance;
import dev.clew.server.Wiring;
import dev.clew.server.common.Json;
import dev.clew.server.config.Sources;
import dev.clew.server.ledgers.LogExport;
import dev.clew.server.storage.SqliteDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew export} from a directory, held or not, and from a server: every export verifies offline. */
class ExportTest {
    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void fill() throws Exception {
        data = Files.createDirectories(folder.resolve("data"));
        try (var sample = new SampleInstance(SqliteDatabase.open(data.resolve("clew.db")), data, config())) {
            sample.fill(100);
        }
    }

    @Test
    void exportsADirectoryThatVerifies() {
        assertThat(export(data, folder.resolve("out"))).isZero();
        VerifierReport report = verified(folder.resolve("out"));
        assertThat(report.counts().get("entries_verified")).isGreaterThan(300);
        assertThat(report.counts().get("records_verified")).isEqualTo(41);
        assertThat(report.counts())
                .doesNotContainKeys("change_lists_not_in_the_export", "batches_without_their_records");
    }

    @Test
    void exportsToAZip() {
        Path zip = folder.resolve("out.zip");
        assertThat(export(data, zip, "--sealed")).isZero();
        assertThat(verified(zip).counts().get("sealed_payloads_verified")).isNull();
    }

    @Test
    void exportsFromAServerWithAToken() throws Exception {
        try (var held = DataDirectory.take(data);
                var server = new Wiring(config(), held)) {
            assertThat(ClewCommand.run(
                            "export",
                            "--server",
                            server.url(),
                            folder.resolve("refused").toString()))
                    .isEqualTo(ExitCode.FAILED);
            var remote = RemoteLog.of(URI.create(server.url()), Optional.of(auditor(server)));
            remote.export(folder.resolve("remote"), new LogExport.Selection(0, remote.size(), false), done -> {});
        }
        var counts = verified(folder.resolve("remote")).counts();
        assertThat(counts).containsEntry("records_verified", 41L);
        assertThat(counts).doesNotContainKeys("change_lists_not_in_the_export", "batches_without_their_records");
    }

    /** A token that may read the audit log of the instance. */
    private String auditor(Wiring server) throws Exception {
        String admin = Files.readString(data.resolve("keys/admin.token")).strip();
        post(server, "/api/clew/v1/users", "{\"name\": \"eve\", \"role\": \"AU\", \"scope\": \"instance\"}", admin);
        return Json.MAPPER
                .readTree(post(server, "/api/clew/v1/tokens", "{\"user\": \"eve\"}", admin))
                .path("token")
                .textValue();
    }

    private static String post(Wiring server, String path, String body, String token) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            return answer.body();
        }
    }

    @Test
    void exportsARangeByNumberAndByTime() {
        assertThat(export(data, folder.resolve("some"), "--from", "256", "--to", "300"))
                .isZero();
        var some = verified(folder.resolve("some"));
        assertThat(Files.exists(folder.resolve("some/tile/entries/000"))).isFalse();
        assertThat(some.counts().get("entries_verified")).isBetween(44L, 255L);

        assertThat(export(
                        data,
                        folder.resolve("none"),
                        "--from",
                        Instant.now().plusSeconds(60).toString()))
                .isZero();
        assertThat(verified(folder.resolve("none")).counts()).doesNotContainKey("entries_verified");
    }

    @Test
    void refusesWhatItCannotDo() throws Exception {
        Path used = Files.createDirectories(folder.resolve("used"));
        Files.writeString(used.resolve("file"), "x");
        assertThat(export(data, used)).isEqualTo(ExitCode.USAGE);
        assertThat(export(data, folder.resolve("a"), "--from", "yesterday")).isEqualTo(ExitCode.USAGE);
        assertThat(export(data, folder.resolve("a"), "--from", "9", "--to", "8"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("export", data.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(export(folder.resolve("nothing"), folder.resolve("a"))).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void refusesAHistoryThatIsNotTheSignedOne() throws Exception {
        try (var database = SqliteDatabase.open(data.resolve("clew.db"));
                var writer = database.openWriter()) {
            writer.begin();
            writer.change("UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE seq = 7) WHERE seq = 8")
                    .run();
            writer.commit();
        }
        assertThat(export(data, folder.resolve("out"))).isEqualTo(ExitCode.FAILED);
        assertThat(folder.resolve("out/checkpoint")).doesNotExist();
    }

    private static int export(Path data, Path target, String... more) {
        var arguments = new java.util.ArrayList<>(List.of("export", data.toString(), target.toString()));
        arguments.addAll(List.of(more));
        return ClewCommand.run(arguments.toArray(String[]::new));
    }

    private static VerifierReport verified(Path export) {
        var report = Verifier.verifyFile(export, Optional.empty(), Optional.empty());
        assertThat(report.exitCode()).as(report.text()).isZero();
        return report;
    }

    private Config config() {
        return Config.read(new Sources()
                        .set(List.of(
                                "http.port=0", "ledger.public=all", "ledger.anchor_file=" + folder.resolve("anchor"))))
                .values();
    }
}

package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.verify.Verifier;
import dev.clew.server.TestServer.Response;
import dev.clew.server.backup.Restore;
import dev.clew.server.cli.ClewCommand;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.journal.TestFiles;
import dev.clew.server.ledgers.LedgerConfig;
import dev.clew.server.privacy.ErasureLog;
import dev.clew.server.privacy.ErasureStep;
import dev.clew.server.vault.VaultSecrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups and restores of the wired server through the commands. */
class BackupTest {
    private static final String MARKER = "Wendehals7319";
    private static final String[] REVIEW = {
        "X-Clew-Reason", "request; asked in writing", "X-Clew-Purpose", "subject-request"
    };

    @TempDir
    Path root;

    private TestServer withUsers(String... settings) throws Exception {
        return TestServer.open(root, settings)
                .withAdministrator()
                .withUser("scorer", "Ss")
                .withUser("cora", "CW")
                .withUser("otto", "PO");
    }

    private static String decide(TestServer server, String clientId, String subject) throws Exception {
        return expect(201, server.post("scorer", "/api/clew/v1/decisions", """
                {"client_id": "%s", "features": {"job": "%s"}, "outcome": "denied",
                 "subject": {"namespace": "customer", "id": "%s"}}""".formatted(clientId, MARKER, subject)))
                .field("id");
    }

    private int backup(Path target) {
        return ClewCommand.run("backup", root.resolve("data").toString(), target.toString());
    }

    /** A restore into {@code to/data}, with an anchor of its own, as on another machine. */
    private final class Restoring {
        private final Path archive;
        private final Path to;
        private @Nullable Path keys;
        private @Nullable Path rootKey = root.resolve("data/keys/root.key");
        private @Nullable Path erasures = root.resolve("anchor.erasures");
        private Path anchor;
        private boolean erasuresUnknown;
        private boolean loseEntries;

        Restoring(Path archive, Path to) {
            this.archive = archive;
            this.to = to;
            this.keys = Path.of(archive + ".keys");
            this.anchor = to.resolve("anchor");
        }

        Restoring keys(Path other) {
            keys = other;
            return this;
        }

        Restoring withoutRootKey() {
            rootKey = null;
            return this;
        }

        Restoring erasures(@Nullable Path other) {
            erasures = other;
            return this;
        }

        Restoring anchor(Path other) {
            anchor = other;
            return this;
        }

        Restoring erasuresUnknown() {
            erasures = null;
            erasuresUnknown = true;
            return this;
        }

        Restoring loseEntries() {
            loseEntries = true;
            return this;
        }

        Restore.Report run() {
            return new Restore(
                            new Restore.Order(
                                    archive, to.resolve("data"), keys, rootKey, erasures, erasuresUnknown, loseEntries),
                            new LedgerConfig("", LedgerConfig.Public.ALL, Duration.ofMillis(250), anchor.toString()),
                            "")
                    .run();
        }

        void isRefused(ErrorCode code, String words) {
            assertThatThrownBy(this::run)
                    .hasMessageContaining(words)
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(code));
            assertThat(to.resolve("data")).doesNotExist();
        }
    }

    /** The command in a process of its own, whose environment sets nothing; answers its standard output. */
    private String command(String... arguments) throws Exception {
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.clew.server.Main"));
        line.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(line).redirectError(root.resolve("stderr").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(() -> {
                    try {
                        return Files.readString(root.resolve("stderr"));
                    } catch (IOException e) {
                        return e.toString();
                    }
                })
                .isZero();
        return out;
    }

    private static JsonNode decision(TestServer server, String id) throws Exception {
        return expect(200, server.get("otto", "/api/clew/v1/decisions/" + id, REVIEW))
                .json();
    }

    private static String proof(TestServer server, String id) throws Exception {
        for (int attempt = 0; attempt < 20; attempt++) {
            Response answer = server.get("otto", "/api/clew/v1/decisions/" + id + "/proof");
            if (answer.status() == 200) {
                return answer.text();
            }
            assertThat(answer.status()).isEqualTo(202);
        }
        throw new AssertionError("not signed after 20 requests that wait a second each");
    }

    private int verify(String bundle, String policy, String id) throws IOException {
        Path file = Files.writeString(root.resolve("bundle"), bundle);
        Path trust = Files.writeString(root.resolve("trust"), policy);
        return Verifier.verifyFile(file, Optional.of(trust), Optional.of(id)).exitCode();
    }

    @Test
    void whatWasAcknowledgedBeforeABackupIsInItWhileWritersGoOn() throws Exception {
        var acknowledged = new ConcurrentLinkedQueue<String>();
        List<String> before;
        String policy;
        Map<String, String> tokens;
        Path archive = root.resolve("archive");
        try (var server = withUsers("segments.max_chunks=8")) {
            tokens = server.tokens();
            policy = server.get("", "/ledger/policy").text();
            for (int i = 0; i < 256; i++) {
                server.withToken("scorer");
            }
            var done = new AtomicBoolean();
            var writers = new ArrayList<Thread>();
            for (int w = 0; w < 4; w++) {
                int writer = w;
                writers.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; !done.get(); i++) {
                        try {
                            acknowledged.add(decide(server, "w-%d-%d".formatted(writer, i), writer + "/" + i));
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    }
                }));
            }
            while (acknowledged.size() < 100 || TestFiles.named(root, ".bod").isEmpty()) {
                Thread.onSpinWait();
            }
            before = List.copyOf(acknowledged);
            assertThat(backup(archive)).isZero();
            done.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(acknowledged.size()).isGreaterThan(before.size());
            assertThat(expect(200, server.get("admin", "/api/clew/v1/ledger/entries?action=backup.make"))
                            .json()
                            .toString())
                    .contains("backup.make");
        }
        assertThat(archive.resolve("ledger/tile/0/000")).exists();
        assertThat(archive.resolve("ledger/tile/entries/000")).exists();
        assertThat(TestFiles.named(archive, ".bod")).isNotEmpty();
        assertThat(archive.resolve("keys")).doesNotExist();
        try (var files = Files.list(root.resolve("archive.keys"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("vault.db", "manifest.json", "SHA256SUMS");
        }
        byte[] rootKey = Files.readAllBytes(root.resolve("data/keys/root.key"));
        assertThat(TestFiles.holding(archive, rootKey)).isEmpty();
        assertThat(TestFiles.holding(root.resolve("archive.keys"), rootKey)).isEmpty();

        Path other = root.resolve("other");
        Restore.Report report = new Restoring(archive, other).run();
        assertThat(report.hasKeys() && report.hasRootKey() && report.erasuresKnown())
                .isTrue();
        assertThat(report.entries()).isEqualTo(entries(archive));
        try (var server = TestServer.open(other).as(tokens)) {
            for (String id : before) {
                assertThat(decision(server, id).path("features").path("job").textValue())
                        .isEqualTo(MARKER);
            }
            for (String id : List.of(before.getFirst(), before.getLast())) {
                assertThat(verify(proof(server, id), policy, id)).isZero();
            }
            assertThat(expect(201, server.post("scorer", "/api/clew/v1/decisions", "{\"features\": {\"age\": 1}}"))
                            .field("status"))
                    .isEqualTo("created");
            assertThat(server.get("", "/ledger/policy").text()).isEqualTo(policy);
        }
    }

    @Test
    void anErasureAfterABackupIsRepeatedBeforeTheRestoredCopyServes() throws Exception {
        Map<String, String> tokens;
        String id;
        String kept;
        String bundle;
        String policy;
        try (var server = withUsers()) {
            tokens = server.tokens();
            id = decide(server, "a-1", "42");
            kept = decide(server, "b-1", "43");
            bundle = proof(server, id);
            policy = server.get("", "/ledger/policy").text();
        }
        List<byte[]> secrets = VaultSecrets.of(root.resolve("data/keys"), "default", "customer", "42");
        String erasure;
        Path archive = root.resolve("archive");
        try (var server = TestServer.open(root).as(tokens)) {
            assertThat(backup(archive)).isZero();
            erasure = erase(server);
        }
        for (boolean killed : new boolean[] {false, true}) {
            Path other = root.resolve("other-" + killed);
            if (killed) {
                // The root key comes later, and the first start dies in the middle of the erasure.
                new Restoring(archive, other).withoutRootKey().run();
                assertThatThrownBy(() -> TestServer.open(other))
                        .isInstanceOfSatisfying(
                                ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_MISSING));
                Files.copy(root.resolve("data/keys/root.key"), other.resolve("data/keys/root.key"));
                assertThatThrownBy(() -> TestServer.open(other, step -> {
                            if (step == ErasureStep.ENTERED) {
                                throw new IllegalStateException("killed");
                            }
                        }))
                        .hasMessage("killed");
                assertThat(other.resolve("data/restore.json")).exists();
            } else {
                new Restoring(archive, other).run();
                TestServer.open(other).close();
                assertNoneHold(other, secrets);
            }
            try (var server = TestServer.open(other).as(tokens)) {
                assertThat(other.resolve("data/restore.json")).doesNotExist();
                assertThat(decision(server, id).path("erased").booleanValue()).isTrue();
                assertThat(decision(server, kept).path("features").path("job").textValue())
                        .isEqualTo(MARKER);
                JsonNode state = expect(200, server.get("otto", "/api/clew/v1/erasures/" + erasure))
                        .json();
                assertThat(state.path("state").textValue()).isEqualTo("verified");
                assertThat(state.path("basis").textValue()).isEqualTo("restore");
                assertThat(state.path("records").longValue()).isEqualTo(1);
                assertThat(verify(bundle, policy, id)).isZero();
                assertThat(verify(proof(server, id), policy, id)).isZero();
                assertThat(server.post(
                                        "cora",
                                        "/api/clew/v1/subjects/lookup",
                                        "{\"namespace\": \"customer\", \"id\": \"42\"}",
                                        REVIEW)
                                .status())
                        .isEqualTo(404);
                assertNoneHold(other, secrets);
            }
            assertThat(ErasureLog.read(other.resolve("anchor.erasures")))
                    .extracting(line -> line.erasure().dashed())
                    .containsExactly(erasure);
        }
    }

    /** The other person has the marker too, sealed; the erased one's secrets must be nowhere. */
    private static void assertNoneHold(Path directory, List<byte[]> secrets) throws IOException {
        for (byte[] secret : secrets) {
            assertThat(TestFiles.holding(directory, secret)).isEmpty();
        }
        assertThat(TestFiles.holding(directory, MARKER.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    private static String erase(TestServer server) throws Exception {
        String handle = expect(
                        200,
                        server.post(
                                "cora",
                                "/api/clew/v1/subjects/lookup",
                                "{\"namespace\": \"customer\", \"id\": \"42\"}",
                                REVIEW))
                .field("handle");
        String erasure = expect(202, server.post("cora", "/api/clew/v1/subjects/" + handle + "/erase", "", REVIEW))
                .field("erasure");
        expect(200, server.post("otto", "/api/clew/v1/erasures/" + erasure + "/execute", "", REVIEW));
        return erasure;
    }

    @Test
    void anErasureThatWasOnlyAskedForBeforeTheBackupIsExecutedByTheRestore() throws Exception {
        Map<String, String> tokens;
        String id;
        String erasure;
        Path archive = root.resolve("archive");
        try (var server = withUsers()) {
            tokens = server.tokens();
            id = decide(server, "a-1", "42");
            String handle = expect(
                            200,
                            server.post(
                                    "cora",
                                    "/api/clew/v1/subjects/lookup",
                                    "{\"namespace\": \"customer\", \"id\": \"42\"}",
                                    REVIEW))
                    .field("handle");
            erasure = expect(202, server.post("cora", "/api/clew/v1/subjects/" + handle + "/erase", "", REVIEW))
                    .field("erasure");
            assertThat(backup(archive)).isZero();
            expect(200, server.post("otto", "/api/clew/v1/erasures/" + erasure + "/execute", "", REVIEW));
        }
        Path other = root.resolve("other");
        new Restoring(archive, other).run();
        try (var server = TestServer.open(other).as(tokens)) {
            JsonNode state = expect(200, server.get("otto", "/api/clew/v1/erasures/" + erasure))
                    .json();
            assertThat(state.path("state").textValue()).isEqualTo("verified");
            assertThat(state.path("basis").textValue()).isEqualTo("request");
            assertThat(state.path("records").longValue()).isEqualTo(2);
            assertThat(decision(server, id).path("erased").booleanValue()).isTrue();
        }
    }

    @Test
    void anOlderCopyUnderANewerAnchorIsNoticedAndGoesOnUnderANewNameOnly() throws Exception {
        Map<String, String> tokens;
        String id;
        String bundle;
        String policy;
        Path archive = root.resolve("archive");
        try (var server = withUsers()) {
            tokens = server.tokens();
            id = decide(server, "a-1", "42");
            bundle = proof(server, id);
            policy = server.get("", "/ledger/policy").text();
            assertThat(backup(archive)).isZero();
            proof(server, decide(server, "a-2", "42"));
        }
        Path copy = root.resolve("copy");
        new Restoring(archive, copy)
                .anchor(root.resolve("anchor"))
                .erasures(null)
                .isRefused(ErrorCode.ROLLED_BACK, "--lose-entries");

        // A copy that did not come by the command is noticed when it starts.
        new Restoring(archive, copy).run();
        Files.copy(root.resolve("anchor"), copy.resolve("anchor"));
        assertThatThrownBy(() -> TestServer.open(copy))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROLLED_BACK));

        Path next = root.resolve("next");
        assertThat(new Restoring(archive, next)
                        .anchor(root.resolve("anchor"))
                        .erasures(null)
                        .loseEntries()
                        .run()
                        .loses())
                .isTrue();
        // The configured anchor still holds what the old name ended with; it is of another log now.
        Files.copy(root.resolve("anchor"), next.resolve("anchor"));
        for (int start = 0; start < 2; start++) {
            try (var server = TestServer.open(next).as(tokens)) {
                String renamed = server.get("", "/ledger/policy").text();
                assertThat(renamed).contains(".r1+").isNotEqualTo(policy);
                assertThat(verify(bundle, policy, id)).isZero();
                assertThat(verify(proof(server, id), renamed, id)).isZero();
                assertThat(verify(proof(server, id), policy, id)).isNotZero();
                assertThat(decision(server, id).path("features").path("job").textValue())
                        .isEqualTo(MARKER);
                assertThat(server.get("otto", "/api/clew/v1/decisions/a-2", REVIEW)
                                .status())
                        .isEqualTo(404);
                String fresh = decide(server, "c-" + start, "44");
                assertThat(verify(proof(server, fresh), renamed, fresh)).isZero();
                JsonNode restores = expect(
                                200, server.get("admin", "/api/clew/v1/ledger/entries?action=backup.restore"))
                        .json();
                assertThat(restores.path("items")).hasSize(1);
                assertThat(restores.path("items").get(0).path("seq").longValue())
                        .isEqualTo(entries(archive));
            }
        }
    }

    private static long entries(Path archive) throws IOException {
        return Json.MAPPER
                .readTree(Files.readAllBytes(archive.resolve("manifest.json")))
                .path("entries")
                .longValue();
    }

    @Test
    void archivesThatWereAlteredOrDoNotFitAreRefusedAndNothingIsLeft() throws Exception {
        Path archive = root.resolve("archive");
        Path later = root.resolve("later");
        Path erasures = root.resolve("anchor.erasures");
        try (var server = withUsers()) {
            decide(server, "a-1", "42");
            assertThat(backup(archive)).isZero();
            assertThat(backup(archive)).isEqualTo(1);
            assertThat(backup(root.resolve("data/inside"))).isEqualTo(1);
            erase(server);
            assertThat(backup(later)).isZero();
        }
        Path other = root.resolve("other");
        // Not beside this anchor.
        new Restoring(archive, other)
                .erasures(null)
                .isRefused(ErrorCode.INVALID_ARGUMENT, "Nothing says who was erased after the archive was made");
        new Restoring(later, other)
                .erasures(archive.resolve("erasures"))
                .isRefused(ErrorCode.INVALID_ARGUMENT, "is older than the archive");
        new Restoring(later, other)
                .keys(Path.of(archive + ".keys"))
                .isRefused(ErrorCode.INVALID_ARGUMENT, "would look erased");
        new Restoring(later, other).keys(archive).isRefused(ErrorCode.INVALID_ARGUMENT, "no finished key archive");
        new Restoring(later.resolve("ledger"), other).isRefused(ErrorCode.INVALID_ARGUMENT, "no finished archive");
        Path foreign = Files.writeString(root.resolve("foreign"), "clew-erasures/1 clew.local/another\n");
        new Restoring(archive, other)
                .erasures(foreign)
                .isRefused(ErrorCode.INVALID_ARGUMENT, "of log clew.local/another");
        assertThatThrownBy(() -> new Restoring(archive, root).run()).hasMessageContaining("is not empty");

        byte[] database = Files.readAllBytes(archive.resolve("clew.db"));
        database[database.length - 100] ^= 1;
        Files.write(archive.resolve("clew.db"), database);
        new Restoring(archive, other).isRefused(ErrorCode.INVALID_ARGUMENT, "clew.db");

        String sums = Files.readString(later.resolve("SHA256SUMS"));
        Files.writeString(later.resolve("SHA256SUMS"), sums + "0".repeat(64) + "  ../escaped\n");
        new Restoring(later, other).isRefused(ErrorCode.INVALID_ARGUMENT, "SHA256SUMS");
    }

    @Test
    void theCommandsWorkOnAStoppedDirectoryAndGoOnWithoutKnownErasuresWhenTold() throws Exception {
        Path archive = root.resolve("archive");
        Map<String, String> tokens;
        try (var server = withUsers()) {
            tokens = server.tokens();
            decide(server, "a-1", "42");
        }
        Path other = root.resolve("other");
        command("backup", root.resolve("data").toString(), archive.toString());
        JsonNode report = Json.MAPPER.readTree(command(
                "restore",
                archive.toString(),
                other.resolve("data").toString(),
                "--keys",
                archive + ".keys",
                "--root-key",
                root.resolve("data/keys/root.key").toString(),
                "--erasures-unknown",
                "--json",
                "--set",
                "ledger.anchor_file=" + other.resolve("anchor")));
        assertThat(report.path("erasures_known").booleanValue()).isFalse();
        assertThat(report.path("entries").longValue()).isEqualTo(entries(archive));
        assertThat(other.resolve("data/restore.json")).doesNotExist();
        try (var server = TestServer.open(other).as(tokens)) {
            assertThat(decision(server, "a-1").path("features").path("job").textValue())
                    .isEqualTo(MARKER);
        }
    }

    @Test
    void onlyThePlatformAdministratorBacksUp() throws Exception {
        try (var server = withUsers()) {
            String body = "{\"target\": \"%s\", \"keys\": \"%s\"}"
                    .formatted(root.resolve("archive"), root.resolve("archive.keys"));
            assertThat(server.post("cora", "/api/clew/v1/backups", body).status())
                    .isIn(403, 404);
            assertThat(server.post("", "/api/clew/v1/backups", body).status()).isEqualTo(401);
            assertThat(server.post("admin", "/api/clew/v1/backups", "{\"target\": \"here\", \"keys\": \"there\"}")
                            .status())
                    .isEqualTo(400);
            assertThat(server.post(
                                    "admin",
                                    "/api/clew/v1/backups",
                                    "{\"target\": \"%1$s\", \"keys\": \"%1$s/keys\"}"
                                            .formatted(root.resolve("archive")))
                            .status())
                    .isEqualTo(400);
            assertThat(server.get("admin", "/api/clew/v1/backups/" + "0".repeat(32))
                            .status())
                    .isEqualTo(404);
            assertThat(root.resolve("archive")).doesNotExist();
        }
    }
}

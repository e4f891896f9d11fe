package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.cli.ClewCommand;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server does not start on what was altered or lost, and says what to do; what needs no key goes on working. */
class StartOnDamageTest {
    private static final int ENTRIES = 260;

    @TempDir
    static Path shared;

    @TempDir
    Path root;

    @BeforeAll
    static void fill() throws Exception {
        try (var server = TestServer.open(shared)) {
            String run = TestServer.expect(
                            200, server.post("", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                    .json()
                    .at("/run/info/run_id")
                    .textValue();
            for (int i = 0; i < ENTRIES; i++) {
                TestServer.expect(
                        200,
                        server.post(
                                "",
                                "/api/2.0/mlflow/runs/log-metric",
                                "{\"run_id\": \"%s\", \"key\": \"m\", \"value\": %d, \"timestamp\": %d, \"step\": %d}"
                                        .formatted(run, i, 1_000 + i, i)));
            }
        }
        assertThat(shared.resolve("data/ledger/tile/0/000")).isRegularFile();
    }

    private Path copy() throws IOException {
        try (var files = Files.walk(shared)) {
            for (Path each : files.toList()) {
                Path target = root.resolve(shared.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
        return root.resolve("data");
    }

    private void refused(ErrorCode code, String... words) {
        assertThatThrownBy(() -> TestServer.open(root).close()).isInstanceOfSatisfying(ClewException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContainingAll(words);
        });
    }

    private int run(String... command) {
        var all = new java.util.ArrayList<>(List.of(command));
        all.addAll(List.of("--set", "ledger.anchor_file=" + root.resolve("anchor")));
        return ClewCommand.run(all.toArray(String[]::new));
    }

    @Test
    void startsOnWhatNobodyTouched() throws Exception {
        copy();
        TestServer.open(root).close();
    }

    @Test
    void refusesACheckpointThatWasAltered() throws Exception {
        Path data = copy();
        try (var database = SqliteDatabase.open(data.resolve("clew.db"));
                var writer = database.openWriter()) {
            writer.begin();
            writer.change("UPDATE ledger_cp SET note = replace(note, 'clew', 'clow')")
                    .run();
            writer.commit();
        }
        refused(ErrorCode.ROW_DAMAGED, "ledger_cp", "Restore a copy of the data directory");
    }

    @Test
    void refusesATileThatWasAltered() throws Exception {
        Path tile = copy().resolve("ledger/tile/0/000");
        byte[] bytes = Files.readAllBytes(tile);
        bytes[77] ^= 4;
        Files.write(tile, bytes);
        refused(ErrorCode.LEDGER_DAMAGED, "estore a copy of the data directory");
    }

    @Test
    void refusesATileThatIsGone() throws Exception {
        Files.delete(copy().resolve("ledger/tile/0/000"));
        refused(ErrorCode.LEDGER_DAMAGED, "E-TILE", "Restore a copy of the data directory, or this file from a mirror");
    }

    @Test
    void saysWhatIsStillPossibleWithoutTheVault() throws Exception {
        Path data = copy();
        Files.delete(data.resolve("keys/vault.db"));
        refused(ErrorCode.KEY_MISSING, "no keys/vault.db", "clew verify and clew export work without");
        assertExportsAndChecks(data);
    }

    @Test
    void saysWhatIsStillPossibleWithoutTheRootKey() throws Exception {
        Path data = copy();
        Files.delete(data.resolve("keys/root.key"));
        refused(ErrorCode.KEY_MISSING, "verify");
        assertExportsAndChecks(data);
    }

    private void assertExportsAndChecks(Path data) {
        Path target = root.resolve("export");
        assertThat(run("export", data.toString(), target.toString())).isZero();
        assertThat(ClewCommand.run("verify", target.toString())).isZero();
        assertThat(run("fsck", data.toString()))
                .as("clean as far as it can be judged")
                .isEqualTo(2);
    }
}

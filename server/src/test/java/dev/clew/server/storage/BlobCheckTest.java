package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.vault.KeyVault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every stored file is opened and compared with the digest it is named by. */
class BlobCheckTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T10:00:00Z"));

    private final Blocking blocking = new Blocking("files", 2, 64);
    private final List<String> findings = new ArrayList<>();
    private KeyVault vault;
    private Path blobs;
    private BlobCheck check;

    @TempDir
    Path directory;

    @BeforeEach
    void open() throws IOException {
        vault = KeyVault.open(
                directory.resolve("root.key"), JdbcKeyStore.openSqlite(directory.resolve("vault.db")), CLOCK);
        blobs = Files.createDirectories(directory.resolve("blobs"));
        check = new BlobCheck(blobs, (file, what) -> findings.add(file + " " + what));
    }

    @AfterEach
    void close() {
        vault.close();
        blocking.close();
    }

    private Sealing sealing() {
        return vault.sealing("default", "blob");
    }

    private Path store(String text) throws IOException {
        byte[] bytes = text.repeat(50_000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        try (var store = DirectoryBlobs.open(blobs, sealing(), blocking, CLOCK, 0)) {
            store.put(new ByteArrayInputStream(bytes), Long.MAX_VALUE);
        }
        String name = HexFormat.of().formatHex(Hashing.sha256(bytes));
        return blobs.resolve("sha256").resolve(name.substring(0, 2)).resolve(name);
    }

    @Test
    void asksForNoKeyWhereThereIsNothing() throws IOException {
        check.run(() -> {
            throw new AssertionError("no key is needed");
        });
        assertThat(check.isEmpty()).isTrue();
        assertThat(findings).isEmpty();
    }

    @Test
    void findsNothingWrongInWhatWasStored() throws IOException {
        store("a");
        store("b");
        check.run(this::sealing);
        assertThat(findings).isEmpty();
        assertThat(check.checked()).isEqualTo(2);
    }

    @Test
    void findsOneOtherByteAnywhere() throws IOException {
        Path file = store("a");
        byte[] stored = Files.readAllBytes(file);
        for (int at : new int[] {0, 20, stored.length / 2, stored.length - 1}) {
            byte[] other = stored.clone();
            other[at] ^= 1;
            Files.write(file, other);
            findings.clear();
            check.run(this::sealing);
            assertThat(findings).as("byte %d", at).hasSize(1).first().asString().contains("does not open");
        }
    }

    @Test
    void findsAFileThatWasCutAndOneThatStandsUnderAnothersName() throws IOException {
        Path first = store("a");
        Path second = store("b");
        Files.write(first, Files.readAllBytes(second));
        check.run(this::sealing);
        assertThat(findings).hasSize(1).first().asString().startsWith(String.valueOf(first.getFileName()));
        findings.clear();
        byte[] whole = Files.readAllBytes(second);
        Files.write(second, java.util.Arrays.copyOf(whole, whole.length - 1));
        Files.delete(first);
        check.run(this::sealing);
        assertThat(findings).hasSize(1).first().asString().startsWith(String.valueOf(second.getFileName()));
    }

    @Test
    void findsWhatDoesNotBelongThere() throws IOException {
        Path file = store("a");
        Path shard = file.getParent();
        Files.writeString(shard.resolve("notes.txt"), "x");
        Files.move(file, blobs.resolve("sha256").resolve(file.getFileName()));
        check.run(this::sealing);
        assertThat(findings).hasSize(2).allMatch(line -> line.endsWith("does not belong among the stored files"));
        assertThat(check.checked()).isZero();
    }
}

package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.vault.KeyVault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectoryBlobsTest extends BlobsContract {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T10:00:00Z"));

    private final Blocking blocking = new Blocking("files", 4, 256);
    private KeyVault vault;

    @BeforeEach
    void openVault() {
        vault();
    }

    @AfterEach
    void closeVault() {
        vault.close();
        blocking.close();
    }

    private KeyVault vault() {
        if (vault == null) {
            vault = KeyVault.open(
                    directory.resolve("root.key"), JdbcKeyStore.openSqlite(directory.resolve("vault.db")), CLOCK);
        }
        return vault;
    }

    @Override
    protected Blobs open(Path where) throws IOException {
        return open(where, Disk.REAL);
    }

    private DirectoryBlobs open(Path where, Disk disk) throws IOException {
        return DirectoryBlobs.open(
                Files.createDirectories(where.resolve("blobs")),
                vault().sealing("default", "blob"),
                blocking,
                disk,
                CLOCK,
                0);
    }

    private Path fileOf(byte[] sha256) {
        String name = HexFormat.of().formatHex(sha256);
        return directory.resolve("blobs/sha256").resolve(name.substring(0, 2)).resolve(name);
    }

    @Test
    void plaintextIsInNoFile() throws IOException {
        byte[] content = "a person's income 42000 ".repeat(100_000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        put(content);
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("income 42000");
            }
        }
    }

    @Test
    void noticesEveryFlippedCutOrSwappedByteOfAFile() throws IOException {
        byte[] content = bytes(MIB + 500, 5);
        var stored = put(content);
        Path file = fileOf(stored.sha256());
        byte[] before = Files.readAllBytes(file);
        try (var blobs = open(directory)) {
            for (int at : new int[] {0, 1, 33, 60, 61, 62, 101, 102, 65_596, 65_597, MIB, before.length - 1}) {
                byte[] flipped = before.clone();
                flipped[at] ^= 1;
                Files.write(file, flipped);
                assertDamaged(blobs, stored.sha256());
            }
            for (int length : new int[] {0, 39, 61, 117, 65_597, MIB - 1, MIB, MIB + 10, before.length - 1}) {
                Files.write(file, java.util.Arrays.copyOf(before, length));
                assertDamaged(blobs, stored.sha256());
            }
            var other = put(bytes(MIB + 500, 6));
            Files.copy(fileOf(other.sha256()), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertDamaged(blobs, stored.sha256());
        }
    }

    private static void assertDamaged(Blobs blobs, byte[] sha256) {
        assertThatThrownBy(() -> {
                    try (var opened = blobs.open(sha256).orElseThrow()) {
                        opened.range(0, opened.size()).readAllBytes();
                    }
                })
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BLOB_DAMAGED));
    }

    @Test
    void aFullDiskRefusesPutsServesReadsAndRecovers() throws IOException {
        byte[] small = bytes(1_000, 1);
        byte[] large = bytes(3 * MIB, 2);
        var kept = put(bytes(10, 9));
        var disk = new FaultyDisk();
        try (var blobs = open(directory, disk)) {
            for (byte[] content : List.of(small, large)) {
                disk.full = true;
                assertThatThrownBy(() -> blobs.put(new ByteArrayInputStream(content), Long.MAX_VALUE))
                        .isInstanceOfSatisfying(
                                ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY));
                assertThat(blobs.exists(sha256(content))).isFalse();
                assertThat(blobs.open(kept.sha256())).isPresent();
                disk.full = false;
                assertThat(blobs.put(new ByteArrayInputStream(content), Long.MAX_VALUE)
                                .size())
                        .isEqualTo(content.length);
            }
        }
    }

    @Test
    void tellsASenderThatStopsFromADiskThatFails() throws IOException {
        var cut = new IOException("the connection was closed");
        try (var blobs = open(directory)) {
            assertThatThrownBy(() -> blobs.put(
                            new java.io.SequenceInputStream(
                                    new ByteArrayInputStream(bytes(2 * MIB, 3)), new java.io.InputStream() {
                                        @Override
                                        public int read() throws IOException {
                                            throw cut;
                                        }
                                    }),
                            Long.MAX_VALUE))
                    .isInstanceOf(IOException.class)
                    .hasMessage(cut.getMessage());
            assertThat(blobs.exists(sha256(bytes(2 * MIB, 3)))).isFalse();
        }
    }

    @Test
    void leavesTheReserveFree() throws IOException {
        try (var blobs = DirectoryBlobs.open(
                directory.resolve("blobs"), vault().sealing("default", "blob"), blocking, CLOCK, Long.MAX_VALUE)) {
            assertThatThrownBy(() -> blobs.put(new ByteArrayInputStream(new byte[1]), 1))
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY));
        }
    }

    /** Fails the n-th call that changes the disk, for every n: nothing acknowledged is missing, nothing half written is visible. */
    @Test
    void everyDiskCallMayFailOnce() throws IOException {
        byte[] content = bytes(2 * MIB + 1, 11);
        int failures = 0;
        for (int failing = 1; ; failing++) {
            var disk = new FaultyDisk();
            disk.failing = failing;
            boolean acknowledged;
            boolean poisoned;
            try (var blobs = open(directory, disk)) {
                acknowledged = succeeds(blobs, content);
                poisoned = blobs.isPoisoned();
                if (poisoned) {
                    assertThat(acknowledged).isFalse();
                    assertThatThrownBy(() -> blobs.put(new ByteArrayInputStream(new byte[1]), 1))
                            .isInstanceOfSatisfying(
                                    ClewException.class,
                                    e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
                }
            } catch (IOException e) {
                // The store could not be opened; that is an answer too.
                continue;
            }
            try (var blobs = open(directory)) {
                try (var left = Files.list(directory.resolve("blobs/new"))) {
                    assertThat(left).isEmpty();
                }
                var opened = blobs.open(sha256(content));
                if (acknowledged) {
                    assertThat(opened).isPresent();
                }
                if (opened.isPresent()) {
                    try (var blob = opened.get()) {
                        assertThat(blob.range(0, blob.size()).readAllBytes()).isEqualTo(content);
                    }
                }
                blobs.delete(sha256(content));
                Files.deleteIfExists(fileOf(sha256(content)).getParent());
            }
            if (disk.calls < failing) {
                assertThat(failures).isGreaterThan(5);
                assertThat(acknowledged).isTrue();
                return;
            }
            failures++;
        }
    }

    private static boolean succeeds(Blobs blobs, byte[] content) {
        try {
            blobs.put(new ByteArrayInputStream(content), Long.MAX_VALUE);
            return true;
        } catch (ClewException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every blob store keeps. */
public abstract class BlobsContract {
    protected static final int MIB = 1024 * 1024;

    @TempDir
    protected Path directory;

    private Blobs blobs;

    /** Opens the store in the directory; again after it was closed. */
    protected abstract Blobs open(Path where) throws IOException;

    @BeforeEach
    void openStore() throws IOException {
        blobs = open(directory);
    }

    @AfterEach
    void closeStore() {
        blobs.close();
    }

    @Test
    void givesBackWhatWasPutOfEverySizeAroundASegment() throws IOException {
        for (int size : new int[] {
            0,
            1,
            100,
            65_536 - 56,
            65_536,
            256 * 1024 - 1,
            256 * 1024,
            256 * 1024 + 1,
            MIB - 57,
            MIB - 56,
            MIB - 55,
            MIB - 16,
            MIB - 1,
            MIB,
            MIB + 1,
            2 * MIB - 72,
            2 * MIB - 71,
            3 * MIB + 5
        }) {
            byte[] content = bytes(size, size);
            var stored = put(content);
            assertThat(stored.size()).isEqualTo(size);
            assertThat(stored.sha256()).isEqualTo(sha256(content));
            try (var opened = blobs.open(stored.sha256()).orElseThrow()) {
                assertThat(opened.size()).isEqualTo(size);
                assertThat(opened.range(0, size).readAllBytes()).isEqualTo(content);
            }
        }
    }

    @Test
    void readsAnyRange() throws IOException {
        byte[] content = bytes(3 * MIB + 777, 1);
        var stored = put(content);
        var random = new Random(2);
        try (var opened = blobs.open(stored.sha256()).orElseThrow()) {
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(content.length);
                int length = random.nextInt(Math.min(100_000, content.length - from) + 1);
                assertThat(opened.range(from, length).readAllBytes())
                        .isEqualTo(Arrays.copyOfRange(content, from, from + length));
            }
            assertThat(opened.range(content.length, 0).readAllBytes()).isEmpty();
            assertThatThrownBy(() -> opened.range(content.length, 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void oneContentIsOneBlob() throws IOException {
        byte[] content = bytes(2 * MIB, 1);
        var first = put(content);
        var second = put(content);
        assertThat(second.sha256()).isEqualTo(first.sha256());
        blobs.delete(first.sha256());
        assertThat(blobs.exists(first.sha256())).isFalse();
        assertThat(blobs.open(first.sha256())).isEmpty();
        blobs.delete(first.sha256());
        assertThat(put(content).sha256()).isEqualTo(first.sha256());
        assertThat(blobs.exists(first.sha256())).isTrue();
    }

    @Test
    void refusesTheByteAfterTheLimitAndLeavesNothing() throws IOException {
        for (int size : new int[] {100, 3 * MIB}) {
            byte[] content = bytes(size, 7);
            assertThatThrownBy(() -> blobs.put(new ByteArrayInputStream(content), size - 1))
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
            assertThat(blobs.exists(sha256(content))).isFalse();
            assertThat(blobs.put(new ByteArrayInputStream(content), size).size())
                    .isEqualTo(size);
        }
    }

    @Test
    void aSenderThatBreaksOffLeavesNothing() {
        var broken = new InputStream() {
            private int left = 2 * MIB;

            @Override
            public int read() throws IOException {
                if (left-- == 0) {
                    throw new IOException("connection reset");
                }
                return 1;
            }
        };
        assertThatThrownBy(() -> blobs.put(broken, Long.MAX_VALUE)).hasMessage("connection reset");
        assertThat(blobs.exists(sha256(new byte[2 * MIB]))).isFalse();
    }

    @Test
    void survivesReopening() throws IOException {
        byte[] content = bytes(MIB + 10, 3);
        var stored = put(content);
        blobs.close();
        blobs = open(directory);
        try (var opened = blobs.open(stored.sha256()).orElseThrow()) {
            assertThat(opened.range(0, opened.size()).readAllBytes()).isEqualTo(content);
        }
    }

    @Test
    void manyMayPutAndReadAtOnceOnVirtualThreads() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = IntStream.range(0, 40)
                    .mapToObj(i -> threads.submit(() -> {
                        byte[] content = bytes(i % 4 == 0 ? MIB + 100 : 5_000, i % 10);
                        var stored = put(content);
                        try (var opened = blobs.open(stored.sha256()).orElseThrow()) {
                            return Arrays.equals(opened.range(0, opened.size()).readAllBytes(), content);
                        }
                    }))
                    .toList();
            for (var one : done) {
                assertThat(one.get()).isTrue();
            }
        }
    }

    @Test
    void anUnknownDigestIsEmpty() throws IOException {
        assertThat(blobs.open(new byte[32])).isEmpty();
        assertThat(blobs.exists(new byte[32])).isFalse();
    }

    protected final Blobs.Stored put(byte[] content) throws IOException {
        return blobs.put(new ByteArrayInputStream(content), Long.MAX_VALUE);
    }

    protected static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    protected static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.clew.server.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import dev.clew.server.common.ClewException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our files against Tink's own implementation of {@code AES256_GCM_HKDF_1MB}, both ways. */
class SegmentedSealingTest {
    private static final int MIB = 1024 * 1024;
    private static final byte[] NAME = new byte[32];
    private static final int[] SIZES = {
        0, 1, 5_000, MIB - 57, MIB - 56, MIB - 55, MIB, 2 * MIB - 72, 2 * MIB - 71, 3 * MIB
    };

    private final byte[] purposeKey = Primitives.random(32);
    private final SegmentedSealing sealing = new SegmentedSealing("default", "blob", () -> purposeKey);

    @TempDir
    Path directory;

    private StreamingAead tink() throws GeneralSecurityException {
        return new AesGcmHkdfStreaming(sealing.keyOf(NAME), "HmacSha256", 32, MIB, 0);
    }

    @Test
    void tinkOpensWhatWeSeal() throws IOException, GeneralSecurityException {
        for (int size : SIZES) {
            byte[] plain = bytes(size);
            byte[] opened = tink().newDecryptingStream(
                            new ByteArrayInputStream(seal(NAME, plain)), sealing.placeOf(NAME))
                    .readAllBytes();
            assertThat(opened).isEqualTo(plain);
        }
    }

    @Test
    void weOpenWhatTinkSeals() throws IOException, GeneralSecurityException {
        for (int size : SIZES) {
            byte[] plain = bytes(size);
            var out = new ByteArrayOutputStream();
            try (var stream = tink().newEncryptingStream(out, sealing.placeOf(NAME))) {
                stream.write(plain);
            }
            try (var opened = sealing.open(NAME, channel(out.toByteArray()))) {
                assertThat(opened.size()).isEqualTo(size);
                assertThat(opened.range(0, size).readAllBytes()).isEqualTo(plain);
            }
        }
    }

    @Test
    void tinkReadsARangeWhereWeDo() throws IOException, GeneralSecurityException {
        byte[] plain = bytes(3 * MIB);
        SeekableByteChannel theirs =
                tink().newSeekableDecryptingChannel(channel(seal(NAME, plain)), sealing.placeOf(NAME));
        theirs.position(2 * MIB - 100);
        ByteBuffer range = ByteBuffer.allocate(1_000);
        while (range.hasRemaining() && theirs.read(range) >= 0) {
            assertThat(range.position()).isPositive();
        }
        try (var ours = sealing.open(NAME, channel(seal(NAME, plain)))) {
            assertThat(ours.range(2 * MIB - 100, 1_000).readAllBytes()).isEqualTo(range.array());
        }
    }

    @Test
    void aFileOpensUnderItsOwnNameAndPurposeOnly() throws IOException {
        byte[] sealed = seal(NAME, bytes(100));
        byte[] other = NAME.clone();
        other[0] = 1;
        assertRefused(sealing, other, sealed);
        assertRefused(new SegmentedSealing("default", "segment", () -> purposeKey), NAME, sealed);
        assertRefused(new SegmentedSealing("other", "blob", () -> purposeKey), NAME, sealed);
    }

    private void assertRefused(SegmentedSealing with, byte[] name, byte[] sealed) {
        assertThatThrownBy(() -> with.open(name, channel(sealed))).isInstanceOf(ClewException.class);
    }

    private byte[] seal(byte[] name, byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var stream = sealing.seal(name, out)) {
            int half = plain.length / 2;
            stream.write(plain, 0, half);
            stream.write(plain, half, plain.length - half);
        }
        return out.toByteArray();
    }

    private SeekableByteChannel channel(byte[] bytes) throws IOException {
        Path file = Files.createTempFile(directory, "sealed", "");
        Files.write(file, bytes);
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Arrays.copyOf(bytes, size);
    }
}

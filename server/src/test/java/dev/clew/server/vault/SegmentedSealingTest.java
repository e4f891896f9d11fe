package dev.clew.server.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import dev.clew.server.common.ClewException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our files against Tink's own implementation of {@code AES256_GCM_HKDF}, both ways, and against whoever alters them. */
class SegmentedSealingTest {
    private static final int MIB = 1024 * 1024;
    private static final int SEGMENT = 64 * 1024;
    /** What stands before Tink's format: the form, and the file's key, wrapped. */
    private static final int BEFORE = 61;

    private static final byte[] NAME = new byte[32];
    private static final int[] SIZES = {
        0,
        1,
        5_000,
        SEGMENT - 57,
        SEGMENT - 56,
        SEGMENT - 55,
        SEGMENT,
        2 * SEGMENT - 72,
        2 * SEGMENT - 71,
        5 * SEGMENT,
        MIB - 56,
        2 * MIB - 72,
        3 * MIB
    };

    private final byte[] purposeKey = Primitives.random(32);
    private final SegmentedSealing sealing = new SegmentedSealing("default", "blob", () -> purposeKey);

    @TempDir
    Path directory;

    private static StreamingAead tink(byte[] key, int segment) throws GeneralSecurityException {
        return new AesGcmHkdfStreaming(key, "HmacSha256", 32, segment, 0);
    }

    /** As the format is written down: 2, then the key of the file under the key of its name. */
    private byte[] keyOf(byte[] name, byte[] file) {
        assertThat(file[0]).isEqualTo((byte) 2);
        return Primitives.open(sealing.keyOf(name), sealing.placeOf(name), Arrays.copyOfRange(file, 1, BEFORE))
                .orElseThrow();
    }

    @Test
    void tinkOpensWhatWeSeal() throws IOException, GeneralSecurityException {
        for (int size : SIZES) {
            byte[] plain = bytes(size);
            for (byte[] file : List.of(seal(NAME, plain), sealUnnamed(NAME, plain))) {
                byte[] opened = tink(keyOf(NAME, file), SEGMENT)
                        .newDecryptingStream(
                                new ByteArrayInputStream(file, BEFORE, file.length - BEFORE),
                                sealing.placeOf(new byte[0]))
                        .readAllBytes();
                assertThat(opened).isEqualTo(plain);
            }
        }
    }

    @Test
    void weOpenWhatWeSealWhetherItsNameWasKnownOrNot() throws IOException {
        for (int size : SIZES) {
            byte[] plain = bytes(size);
            for (byte[] file : List.of(seal(NAME, plain), sealUnnamed(NAME, plain))) {
                try (var opened = sealing.open(NAME, channel(file))) {
                    assertThat(opened.size()).isEqualTo(size);
                    assertThat(opened.range(0, size).readAllBytes()).isEqualTo(plain);
                }
            }
        }
    }

    @Test
    void weOpenFilesOfEarlierBuildsAsTinkMakesThem() throws IOException, GeneralSecurityException {
        for (int size : SIZES) {
            byte[] plain = bytes(size);
            try (var opened = sealing.open(NAME, channel(earlier(plain)))) {
                assertThat(opened.size()).isEqualTo(size);
                assertThat(opened.range(0, size).readAllBytes()).isEqualTo(plain);
            }
        }
    }

    private byte[] earlier(byte[] plain) throws IOException, GeneralSecurityException {
        var out = new ByteArrayOutputStream();
        try (var stream = tink(sealing.keyOf(NAME), MIB).newEncryptingStream(out, sealing.placeOf(NAME))) {
            stream.write(plain);
        }
        return out.toByteArray();
    }

    @Test
    void readsRangesOfBothForms() throws IOException, GeneralSecurityException {
        byte[] plain = bytes(3 * MIB);
        var random = new Random(5);
        for (byte[] file : List.of(sealUnnamed(NAME, plain), earlier(plain))) {
            try (var opened = sealing.open(NAME, channel(file))) {
                for (int i = 0; i < 200; i++) {
                    int segment = random.nextInt(plain.length / SEGMENT) * SEGMENT;
                    int from = Math.max(0, segment - random.nextInt(120));
                    int length = random.nextInt(Math.min(2 * SEGMENT, plain.length - from));
                    assertThat(opened.range(from, length).readAllBytes())
                            .isEqualTo(Arrays.copyOfRange(plain, from, from + length));
                }
            }
        }
    }

    @Test
    void aFileIsNotToBeOpenedBeforeItHasItsName() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var unnamed = sealing.unnamed(out)) {
            try (var stream = unnamed.stream()) {
                stream.write(bytes(100));
            }
            assertRefused(sealing, NAME, out.toByteArray());
        }
    }

    @Test
    void everyByteBeforeTheFirstSegmentIsMissed() throws IOException {
        byte[] file = seal(NAME, bytes(100));
        for (int i = 0; i < file.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] altered = file.clone();
                altered[i] ^= (byte) (1 << bit);
                assertRefused(sealing, NAME, altered);
            }
        }
    }

    @Test
    void segmentsHaveTheirPlaceInOneFileOnly() throws IOException {
        byte[] plain = bytes(4 * SEGMENT);
        byte[] file = seal(NAME, plain);
        byte[] other = seal(NAME, plain);
        byte[] swapped = file.clone();
        System.arraycopy(file, BEFORE + SEGMENT, swapped, BEFORE + 2 * SEGMENT, SEGMENT);
        System.arraycopy(file, BEFORE + 2 * SEGMENT, swapped, BEFORE + SEGMENT, SEGMENT);
        byte[] mixed = file.clone();
        System.arraycopy(other, BEFORE + SEGMENT, mixed, BEFORE + SEGMENT, SEGMENT);
        byte[] beginning = file.clone();
        System.arraycopy(other, 0, beginning, 0, BEFORE);
        for (byte[] altered : List.of(swapped, mixed, beginning)) {
            assertThatThrownBy(() -> readAll(altered)).isInstanceOf(ClewException.class);
        }
    }

    @Test
    void aFileThatWasCutDoesNotTellASize() throws IOException {
        byte[] file = sealUnnamed(NAME, bytes(3 * SEGMENT));
        for (int length : new int[] {
            0,
            1,
            BEFORE - 1,
            BEFORE,
            BEFORE + 40,
            BEFORE + SEGMENT,
            BEFORE + 2 * SEGMENT,
            BEFORE + 2 * SEGMENT + 16,
            BEFORE + 3 * SEGMENT,
            file.length - 1
        }) {
            assertRefused(sealing, NAME, Arrays.copyOf(file, length));
        }
        assertRefused(sealing, NAME, Arrays.copyOf(file, file.length + 1));
    }

    private byte[] readAll(byte[] file) throws IOException {
        try (var opened = sealing.open(NAME, channel(file))) {
            return opened.range(0, opened.size()).readAllBytes();
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

    private byte[] sealUnnamed(byte[] name, byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var unnamed = sealing.unnamed(out)) {
            try (var stream = unnamed.stream()) {
                stream.write(plain);
            }
            byte[] beginning = unnamed.beginning(name);
            byte[] file = out.toByteArray();
            System.arraycopy(beginning, 0, file, 0, beginning.length);
            return file;
        }
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

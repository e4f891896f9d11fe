package dev.clew.server.vault;

import dev.clew.server.storage.Sealing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Files in segments, each AES-256-GCM under a key that HKDF derives from one of the file's own: Tink's streaming format
 * {@code AES256_GCM_HKDF} with segments of 64 KiB, byte for byte, behind that key, which is wrapped for the file's name.
 *
 * <pre>
 * file    = 2 ‖ nonce (12) ‖ wrapped key (48) ‖ header ‖ segment 0 ‖ segment 1 ‖ …
 * wrapped = AES-256-GCM(key of the name, nonce, associated data = place of the name, key of the file)
 * header  = 40 ‖ salt (32) ‖ nonce prefix (7)
 * segment = AES-256-GCM(HKDF-SHA-256(key of the file, salt, info = place of no name, 32),
 *                       nonce prefix ‖ u32 number of the segment ‖ (last ? 1 : 0), plaintext)
 *           64 KiB with its 16-byte tag; segment 0 is shorter by the header
 * </pre>
 *
 * The key of the file is random: the bytes of a file whose name is its digest are sealed once, while they come, and the name is needed
 * for the first 61 bytes only. The key of a name is {@code HKDF(organisation's key for the purpose, salt = "", "clew/file/v1" ‖ 0 ‖
 * name)}, which needs no row.
 *
 * <p>Files of earlier builds begin with the header, have segments of 1 MiB, and take the key and place of the name; they are read.
 */
final class SegmentedSealing implements Sealing {
    private static final byte[] INFO = KeyRing.info("clew/file/v1\0");
    private static final byte[] NO_NAME = {};
    private static final int EARLIER_SEGMENT = 1024 * 1024;
    private static final byte WRAPPED = 2;
    private static final int WRAPPED_KEY = 12 + Primitives.KEY_BYTES + Segments.TAG;
    private static final int BEFORE = 1 + WRAPPED_KEY;

    private final String namespace;
    private final String purpose;
    private final Supplier<byte[]> purposeKey;

    SegmentedSealing(String namespace, String purpose, Supplier<byte[]> purposeKey) {
        this.namespace = namespace;
        this.purpose = purpose;
        this.purposeKey = purposeKey;
    }

    @Override
    public OutputStream seal(byte[] name, OutputStream to) {
        byte[] key = Primitives.random(Primitives.KEY_BYTES);
        return new SegmentWriter(wrap(key, name), key, placeOf(NO_NAME), to);
    }

    @Override
    public Unnamed unnamed(OutputStream to) {
        byte[] key = Primitives.random(Primitives.KEY_BYTES);
        var stream = new SegmentWriter(new byte[BEFORE], key, placeOf(NO_NAME), to);
        return new Unnamed() {
            @Override
            public OutputStream stream() {
                return stream;
            }

            @Override
            public byte[] beginning(byte[] name) {
                return wrap(key, name);
            }

            @Override
            public void close() {
                Arrays.fill(key, (byte) 0);
            }
        };
    }

    private byte[] wrap(byte[] key, byte[] name) {
        byte[] wrapped = Primitives.seal(keyOf(name), placeOf(name), key);
        return ByteBuffer.allocate(BEFORE).put(WRAPPED).put(wrapped).array();
    }

    @Override
    public Unsealed open(byte[] name, SeekableByteChannel from) throws IOException {
        byte[] before = new byte[BEFORE];
        SegmentReader.read(from, 0, before, (int) Math.min(BEFORE, from.size()));
        return switch (before[0]) {
            case WRAPPED -> {
                byte[] wrapped = Arrays.copyOfRange(before, 1, BEFORE);
                byte[] key = Primitives.open(keyOf(name), placeOf(name), wrapped)
                        .orElseThrow(() -> SegmentReader.damaged(null));
                yield new SegmentReader(Segments.SEGMENT, BEFORE, key, placeOf(NO_NAME), from);
            }
            case Segments.HEADER -> new SegmentReader(EARLIER_SEGMENT, 0, keyOf(name), placeOf(name), from);
            default -> throw SegmentReader.damaged(null);
        };
    }

    /** For tests: what another implementation of the format needs to open a file of an earlier build. */
    byte[] keyOf(byte[] name) {
        byte[] info = Arrays.copyOf(INFO, INFO.length + name.length);
        System.arraycopy(name, 0, info, INFO.length, name.length);
        return Primitives.hkdf(purposeKey.get(), new byte[0], info);
    }

    byte[] placeOf(byte[] name) {
        return AssociatedData.of(namespace, purpose, HexFormat.of().formatHex(name), "");
    }
}

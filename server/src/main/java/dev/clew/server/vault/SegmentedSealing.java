package dev.clew.server.vault;

import dev.clew.server.storage.Sealing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Files in segments of 1 MiB, each AES-256-GCM under a key that HKDF derives per file: Tink's streaming format
 * {@code AES256_GCM_HKDF_1MB}, byte for byte, so that any Tink opens them given the key.
 *
 * <pre>
 * file    = header ‖ segment 0 ‖ segment 1 ‖ …          every segment ends with its 16-byte tag; segment 0 is shorter by the header
 * header  = 40 ‖ salt (32) ‖ nonce prefix (7)
 * key     = HKDF-SHA-256(key of the name, salt, info = associated data, 32)
 * nonce   = nonce prefix ‖ u32 number of the segment ‖ (last ? 1 : 0)
 * </pre>
 *
 * The key of a name is {@code HKDF(organisation's key for the purpose, salt = "", "clew/file/v1" ‖ 0 ‖ name)}: no row is needed, and
 * the same content has the same key inside an organisation and another one outside.
 */
final class SegmentedSealing implements Sealing {
    private static final byte[] INFO = KeyRing.info("clew/file/v1\0");

    private final String namespace;
    private final String purpose;
    private final Supplier<byte[]> purposeKey;

    SegmentedSealing(String namespace, String purpose, Supplier<byte[]> purposeKey) {
        this.namespace = namespace;
        this.purpose = purpose;
        this.purposeKey = purposeKey;
    }

    @Override
    public OutputStream seal(byte[] name, OutputStream to) throws IOException {
        return new SegmentWriter(keyOf(name), placeOf(name), to);
    }

    @Override
    public Pending pending(OutputStream to) throws IOException {
        byte[] key = Primitives.random(Primitives.KEY_BYTES);
        byte[] place = placeOf(new byte[0]);
        var stream = new SegmentWriter(key, place, to);
        return new Pending() {
            @Override
            public OutputStream stream() {
                return stream;
            }

            @Override
            public InputStream read(SeekableByteChannel from) throws IOException {
                var reader = new SegmentReader(key, place, from);
                return reader.range(0, reader.size());
            }

            @Override
            public void close() {
                Arrays.fill(key, (byte) 0);
            }
        };
    }

    @Override
    public Unsealed open(byte[] name, SeekableByteChannel from) throws IOException {
        return new SegmentReader(keyOf(name), placeOf(name), from);
    }

    /** For tests: what another implementation of the format needs to open a file. */
    byte[] keyOf(byte[] name) {
        byte[] info = Arrays.copyOf(INFO, INFO.length + name.length);
        System.arraycopy(name, 0, info, INFO.length, name.length);
        return Primitives.hkdf(purposeKey.get(), new byte[0], info);
    }

    byte[] placeOf(byte[] name) {
        return AssociatedData.of(namespace, purpose, HexFormat.of().formatHex(name), "");
    }
}

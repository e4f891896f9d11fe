package dev.clew.server.vault;

import java.nio.ByteBuffer;

/** The first 16 bytes of a key's id, psid or lookup tag, as a map's key. */
record KeyId(long high, long low) {
    static KeyId of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new KeyId(in.getLong(), in.getLong());
    }
}

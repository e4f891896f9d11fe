package dev.clew.server.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What binds a ciphertext to its place, so that moving it elsewhere makes it unreadable. */
final class AssociatedData {
    private static final byte[] LABEL = "clew.ad.v1".getBytes(StandardCharsets.US_ASCII);
    private static final int SCHEMA = 1;

    private AssociatedData() {}

    /** {@code "clew.ad.v1" ‖ LP(organisation) ‖ LP(class) ‖ LP(object) ‖ LP(field) ‖ u32 schema}; LP = u16 length and UTF-8. */
    static byte[] of(String organisation, String kind, String object, String field) {
        byte[][] parts = {utf8(organisation), utf8(kind), utf8(object), utf8(field)};
        int size = LABEL.length + 4;
        for (byte[] part : parts) {
            size += 2 + part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(LABEL);
        for (byte[] part : parts) {
            if (part.length > 0xffff) {
                throw new IllegalArgumentException("A part of associated data has at most 65535 bytes");
            }
            out.putShort((short) part.length).put(part);
        }
        return out.putInt(SCHEMA).array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a chunk. {@code subs} and {@code bodies}: n lengths of 4 bytes, then the bytes of each. {@code keys}, before sealing, per
 * record: id 16, key id 16, length of target 1, target, 1 or 0, client key 16 if 1, content 32. Stateless.
 */
final class ChunkCodec {
    private static final int ID = 16;
    private static final int CONTENT = 32;

    private ChunkCodec() {}

    /** What {@code keys} says of one record. */
    record RecordKey(byte[] id, byte[] keyId, byte @Nullable [] target, byte @Nullable [] clientKey, byte[] content) {
        /** Of an erased record: what it names stands in its submission anyway, the rest is zeros. */
        RecordKey erased() {
            return new RecordKey(id, new byte[ID], target, null, new byte[CONTENT]);
        }
    }

    static byte[] pack(List<byte[]> parts) {
        long size = 4L * parts.size();
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size));
        for (byte[] part : parts) {
            out.putInt(part.length);
        }
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }

    static List<byte[]> unpack(byte[] packed, int count) {
        ByteBuffer in = ByteBuffer.wrap(packed);
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = in.getInt();
        }
        var parts = new ArrayList<byte[]>(count);
        for (int length : lengths) {
            byte[] part = new byte[length];
            in.get(part);
            parts.add(part);
        }
        return parts;
    }

    static byte[] packKeys(List<HotRecord> records) {
        int size = 0;
        for (HotRecord each : records) {
            Uid target = each.target();
            size += ID + ID + 1 + (target == null ? 0 : target.length()) + 1;
            size += (each.clientKey() == null ? 0 : ID) + CONTENT;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (HotRecord each : records) {
            each.id().putInto(out);
            out.put(each.keyId());
            Uid target = each.target();
            out.put((byte) (target == null ? 0 : target.length()));
            if (target != null) {
                target.putInto(out);
            }
            byte[] clientKey = each.clientKey();
            out.put((byte) (clientKey == null ? 0 : 1));
            if (clientKey != null) {
                out.put(clientKey);
            }
            out.put(each.content());
        }
        return out.array();
    }

    static byte[] packAll(List<RecordKey> keys) {
        int size = 0;
        for (RecordKey each : keys) {
            byte[] target = each.target();
            size += ID + ID + 1 + (target == null ? 0 : target.length) + 1 + ID + CONTENT;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (RecordKey each : keys) {
            out.put(each.id()).put(each.keyId());
            byte[] target = each.target();
            out.put((byte) (target == null ? 0 : target.length));
            if (target != null) {
                out.put(target);
            }
            byte[] clientKey = each.clientKey();
            out.put((byte) (clientKey == null ? 0 : 1));
            if (clientKey != null) {
                out.put(clientKey);
            }
            out.put(each.content());
        }
        byte[] packed = new byte[out.position()];
        out.flip().get(packed);
        return packed;
    }

    static List<RecordKey> unpackKeys(byte[] packed, int count) {
        ByteBuffer in = ByteBuffer.wrap(packed);
        var keys = new ArrayList<RecordKey>(count);
        for (int i = 0; i < count; i++) {
            byte[] id = take(in, ID);
            byte[] keyId = take(in, ID);
            int targetLength = in.get();
            byte[] target = targetLength == 0 ? null : take(in, targetLength);
            byte[] clientKey = in.get() == 0 ? null : take(in, ID);
            keys.add(new RecordKey(id, keyId, target, clientKey, take(in, CONTENT)));
        }
        return keys;
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}

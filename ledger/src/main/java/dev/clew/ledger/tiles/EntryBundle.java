package dev.clew.ledger.tiles;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The entries of a bundle: {@code (u16 length, leaf data)} each. A length of 0 marks an entry that was redacted. */
public final class EntryBundle {
    private static final int MAX_LENGTH = 0xffff;

    private EntryBundle() {}

    /** Bytes of a bundle. */
    public static byte[] encode(List<byte[]> leafData) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] leaf : leafData) {
            if (leaf.length > MAX_LENGTH) {
                throw new IllegalArgumentException("An entry has at most 65535 bytes, not " + leaf.length + ".");
            }
            out.write(leaf.length >>> 8);
            out.write(leaf.length);
            out.writeBytes(leaf);
        }
        return out.toByteArray();
    }

    /**
     * The first {@code width} entries of a bundle.
     *
     * @throws IllegalArgumentException if it holds fewer, or a length runs past the end
     */
    public static List<byte[]> decode(byte[] bundle, int width) {
        List<byte[]> entries = new ArrayList<>(width);
        int at = 0;
        for (int i = 0; i < width; i++) {
            int end = end(bundle, at);
            entries.add(Arrays.copyOfRange(bundle, at + 2, end));
            at = end;
        }
        return entries;
    }

    /** Bytes that the first {@code width} entries take: where to cut for a narrower bundle. */
    public static int prefixLength(byte[] bundle, int width) {
        int at = 0;
        for (int i = 0; i < width; i++) {
            at = end(bundle, at);
        }
        return at;
    }

    private static int end(byte[] bundle, int at) {
        if (bundle.length - at < 2) {
            throw new IllegalArgumentException("An entry bundle ends too early.");
        }
        int end = at + 2 + ((bundle[at] & 0xff) << 8 | (bundle[at + 1] & 0xff));
        if (end > bundle.length) {
            throw new IllegalArgumentException("An entry of a bundle runs past its end.");
        }
        return end;
    }
}

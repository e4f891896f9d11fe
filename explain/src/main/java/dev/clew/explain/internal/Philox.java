package dev.clew.explain.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Random numbers by counting: Philox4x32-10 of Salmon et al. (2011), "Parallel random numbers: as easy as 1, 2, 3". A
 * stream is named by a key and a purpose, so no two uses share numbers and none depends on what ran before. Confined to
 * one thread.
 */
public final class Philox {
    private static final long M0 = 0xD2511F53L;
    private static final long M1 = 0xCD9E8D57L;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;

    private final int key0;
    private final int key1;
    private final int purpose0;
    private final int purpose1;
    private long counter;
    private final int[] block = new int[4];
    private int used = 4;

    public Philox(long key, long purpose) {
        key0 = (int) key;
        key1 = (int) (key >>> 32);
        purpose0 = (int) purpose;
        purpose1 = (int) (purpose >>> 32);
    }

    /** The key of a row: first 8 bytes of SHA-256 over the model's digest, the row, the method and the seed. */
    public static long key(String modelDigest, double[] row, String method, long seed) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            sha.update(modelDigest.getBytes(StandardCharsets.US_ASCII));
            var buffer = ByteBuffer.allocate(8 * row.length);
            for (double value : row) {
                buffer.putDouble(value == 0 ? 0.0 : value);
            }
            sha.update(buffer.array());
            sha.update(method.getBytes(StandardCharsets.US_ASCII));
            sha.update(ByteBuffer.allocate(8).putLong(seed).array());
            return ByteBuffer.wrap(sha.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public int nextInt() {
        if (used == 4) {
            fill();
        }
        return block[used++];
    }

    private void fill() {
        int c0 = (int) counter;
        int c1 = (int) (counter >>> 32);
        int c2 = purpose0;
        int c3 = purpose1;
        int k0 = key0;
        int k1 = key1;
        for (int round = 0; round < 10; round++) {
            long first = M0 * (c0 & 0xFFFFFFFFL);
            long second = M1 * (c2 & 0xFFFFFFFFL);
            c0 = (int) (second >>> 32) ^ c1 ^ k0;
            c1 = (int) second;
            c2 = (int) (first >>> 32) ^ c3 ^ k1;
            c3 = (int) first;
            k0 += W0;
            k1 += W1;
        }
        block[0] = c0;
        block[1] = c1;
        block[2] = c2;
        block[3] = c3;
        counter++;
        used = 0;
    }

    public long nextLong() {
        return (long) nextInt() << 32 | nextInt() & 0xFFFFFFFFL;
    }

    /** Uniform in [0, 1), 53 bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** Uniform in [0, bound), without bias. */
    public int nextInt(int bound) {
        while (true) {
            long product = (nextInt() & 0xFFFFFFFFL) * bound;
            // Lemire's rejection: the lowest product values would come once too often.
            if ((product & 0xFFFFFFFFL) >= (0x100000000L % bound)) {
                return (int) (product >>> 32);
            }
        }
    }

    /** Fisher–Yates from the end. */
    public void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }
}

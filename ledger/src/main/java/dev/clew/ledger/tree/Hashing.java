package dev.clew.ledger.tree;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hashes of RFC 6962 section 2.1: {@code leaf = SHA-256(0x00 data)}, {@code node = SHA-256(0x01 left right)}, the empty
 * tree is {@code SHA-256("")}. Thread-safe: each thread reuses its own digest.
 */
public final class Hashing {
    /** Bytes of a hash. */
    public static final int SIZE = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private static final ThreadLocal<MessageDigest> SHA = ThreadLocal.withInitial(Hashing::newSha256);

    private Hashing() {}

    /** A SHA-256 of its own, for incremental use. */
    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The Java runtime has no SHA-256.", e);
        }
    }

    /** The calling thread's SHA-256: reset it before use, finish before anything else of this package is called. */
    public static MessageDigest threadSha256() {
        return SHA.get();
    }

    /** Plain SHA-256. */
    public static byte[] sha256(byte[] data) {
        MessageDigest sha = SHA.get();
        sha.reset();
        return sha.digest(data);
    }

    /** Root of the empty tree. */
    public static byte[] emptyRoot() {
        return sha256(new byte[0]);
    }

    /** Hash of a leaf. */
    public static byte[] leaf(byte[] data) {
        return leaf(data, 0, data.length);
    }

    /** Hash of a leaf whose data is a range of {@code data}. */
    public static byte[] leaf(byte[] data, int offset, int length) {
        MessageDigest sha = SHA.get();
        sha.reset();
        sha.update(LEAF);
        sha.update(data, offset, length);
        return sha.digest();
    }

    /** Writes the hash of a leaf to {@code out} at {@code at}. */
    public static void leafInto(byte[] data, int offset, int length, byte[] out, int at) {
        MessageDigest sha = SHA.get();
        sha.reset();
        sha.update(LEAF);
        sha.update(data, offset, length);
        finish(sha, out, at);
    }

    /** Hash of an inner node from its two 32-byte children. */
    public static byte[] node(byte[] left, byte[] right) {
        byte[] out = new byte[SIZE];
        nodeInto(left, 0, right, 0, out, 0);
        return out;
    }

    /** Writes the hash of an inner node to {@code out}; children and result may lie in one array. */
    public static void nodeInto(byte[] left, int leftAt, byte[] right, int rightAt, byte[] out, int at) {
        MessageDigest sha = SHA.get();
        sha.reset();
        sha.update(NODE);
        sha.update(left, leftAt, SIZE);
        sha.update(right, rightAt, SIZE);
        finish(sha, out, at);
    }

    /**
     * Writes the root over {@code count} hashes side by side, a power of two, to {@code out} at {@code at}.
     *
     * @param hashes is overwritten
     */
    public static void foldInto(byte[] hashes, int count, byte[] out, int at) {
        for (int width = count; width > 1; width /= 2) {
            for (int i = 0; i < width / 2; i++) {
                int left = 2 * i * SIZE;
                nodeInto(hashes, left, hashes, left + SIZE, hashes, i * SIZE);
            }
        }
        System.arraycopy(hashes, 0, out, at, SIZE);
    }

    private static void finish(MessageDigest sha, byte[] out, int at) {
        try {
            sha.digest(out, at, SIZE);
        } catch (DigestException e) {
            throw new IllegalStateException("A SHA-256 has 32 bytes.", e);
        }
    }
}

package dev.clew.ledger.encoding;

import dev.clew.ledger.tree.Hashing;
import java.security.MessageDigest;
import java.util.List;

/** Digests of table rows, as change lists hold them. Stateless and thread-safe but for {@link Bulk}. */
public final class RowDigest {
    /** Bytes of a salt. */
    public static final int SALT_BYTES = 16;

    private RowDigest() {}

    /**
     * Digest of one state row: {@code SHA-256("clew/row/v1" 0x00 u16 table, salt, row bytes)}.
     *
     * @param table number of the table, 0 to 65 535
     * @param salt 16 bytes drawn when the row was inserted
     * @param rowBytes what {@link RowWriter} gives
     */
    public static byte[] state(int table, byte[] salt, byte[] rowBytes) {
        MessageDigest sha = start(Hashing.threadSha256(), Domains.ROW, table, salt);
        sha.update(rowBytes);
        return sha.digest();
    }

    /** Digest of the bulk rows that one entry inserted into one table, in their order; see {@link Bulk}. */
    public static byte[] bulk(int table, byte[] salt, List<byte[]> rows) {
        MessageDigest sha = start(Hashing.threadSha256(), Domains.ROWS, table, salt);
        rows.forEach(sha::update);
        return sha.digest();
    }

    private static MessageDigest start(MessageDigest sha, byte[] domain, int table, byte[] salt) {
        if (salt.length != SALT_BYTES) {
            throw new IllegalArgumentException("A salt has 16 bytes, not " + salt.length + ".");
        }
        if (table < 0 || table > 0xffff) {
            throw new IllegalArgumentException("A table number is 0 to 65535, not " + table + ".");
        }
        sha.reset();
        sha.update(domain);
        sha.update((byte) (table >>> 8));
        sha.update((byte) table);
        sha.update(salt);
        return sha;
    }

    /** Collects the digest of bulk rows one by one: {@code SHA-256("clew/rows/v1" 0x00 u16 table, salt, row bytes …)}. */
    public static final class Bulk {
        private final MessageDigest sha;
        private long count;

        /** Starts with the entry's salt of 16 bytes. */
        public Bulk(int table, byte[] salt) {
            sha = start(Hashing.newSha256(), Domains.ROWS, table, salt);
        }

        /** Adds the row bytes at {@code [offset, offset + length)}. */
        public Bulk add(byte[] rowBytes, int offset, int length) {
            sha.update(rowBytes, offset, length);
            count++;
            return this;
        }

        /** Rows added. */
        public long count() {
            return count;
        }

        /** The digest; nothing can be added afterwards. */
        public byte[] digest() {
            return sha.digest();
        }
    }
}

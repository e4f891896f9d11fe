package dev.clew.ledger.encoding;

import dev.clew.ledger.tree.Hashing;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an entry changed: an array of {@code [table, key, digest]} in ascending byte order, each (table, key) once.
 *
 * <p>The entry commits to it by {@link #digest()}. An empty list has no entry.
 */
public final class ChangeList {
    private static final int DIGEST = 32;

    private final byte[] encoded;

    private ChangeList(byte[] encoded) {
        this.encoded = encoded;
    }

    /** Canonical bytes of the list; not a copy. */
    public byte[] bytes() {
        return encoded;
    }

    /** {@code SHA-256("clew/changes/v1" 0x00 list)}: key 9 of the submission. */
    public byte[] digest() {
        return digest(encoded);
    }

    /** Digest of the bytes of a list. */
    public static byte[] digest(byte[] list) {
        return digest(list, 0, list.length);
    }

    /** Digest of the list that takes {@code length} bytes from {@code offset}. */
    public static byte[] digest(byte[] lists, int offset, int length) {
        MessageDigest sha = Hashing.threadSha256();
        sha.reset();
        sha.update(Domains.CHANGES);
        sha.update(lists, offset, length);
        return sha.digest();
    }

    /**
     * One item of a list.
     *
     * @param table number of the table
     * @param key canonical bytes of the key: an array of key columns, or for inserted bulk rows their number
     * @param digest 32 bytes, or {@code null} where a row or bulk group was deleted
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Item(int table, byte[] key, byte @Nullable [] digest) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Item that
                    && table == that.table
                    && Arrays.equals(key, that.key)
                    && Arrays.equals(digest, that.digest);
        }

        @Override
        public int hashCode() {
            return 31 * table + Arrays.hashCode(key);
        }
    }

    /**
     * Decodes a list for a verifier.
     *
     * @throws CborException if the bytes are not a canonical list
     */
    public static List<Item> decode(byte[] list) {
        CborReader.check(CborProfile.VALUE, list);
        CborReader in = new CborReader(CborProfile.VALUE, list);
        int count = in.arrayHead();
        Shapes.require(count > 0, "a change list is not empty");
        List<Item> items = new ArrayList<>(count);
        int previousStart = 0;
        int previousKeyEnd = 0;
        int previousEnd = 0;
        for (int i = 0; i < count; i++) {
            int start = in.position();
            in.arrayHead(3);
            long table = in.uint();
            Shapes.require(table <= 0xffff, "a table number is at most 65535");
            int keyStart = in.position();
            CborReader.Kind kind = in.peek();
            Shapes.require(
                    kind == CborReader.Kind.ARRAY || kind == CborReader.Kind.UNSIGNED, "a key is an array or a count");
            in.skip();
            int keyEnd = in.position();
            byte[] digest = in.bytesOrNull(DIGEST);
            int end = in.position();
            if (i > 0) {
                boolean ascending = Arrays.compareUnsigned(list, previousStart, previousEnd, list, start, end) < 0;
                boolean repeated = Arrays.equals(list, previousStart, previousKeyEnd, list, start, keyEnd);
                Shapes.require(ascending && !repeated, "items ascend and no (table, key) occurs twice");
            }
            previousStart = start;
            previousKeyEnd = keyEnd;
            previousEnd = end;
            items.add(new Item((int) table, Arrays.copyOfRange(list, keyStart, keyEnd), digest));
        }
        in.finish();
        return items;
    }

    /** Canonical bytes of a state row's key: an array of its key column values. */
    public static byte[] key(List<?> keyColumns) {
        return new CborWriter(CborProfile.VALUE, 64).value(keyColumns).toByteArray();
    }

    /** Collects items in any order; confined to one thread. */
    public static final class Builder {
        private final CborWriter out = new CborWriter(CborProfile.VALUE);
        private final List<Span> spans = new ArrayList<>();

        /** Bytes of one item in the buffer, and where its key ends. */
        private record Span(int start, int keyEnd, int end) {}

        /** An empty list to add to. */
        public Builder() {}

        /** A state row inserted or replaced; the digest is that of the row after the entry. */
        public Builder put(int table, List<?> keyColumns, byte[] digest) {
            return item(table, () -> out.value(keyColumns), digest);
        }

        /** As {@link #put(int, List, byte[])} with the key already encoded by {@link ChangeList#key}. */
        public Builder put(int table, byte[] encodedKey, byte[] digest) {
            return item(table, () -> out.raw(encodedKey), digest);
        }

        /** A state row deleted. */
        public Builder delete(int table, List<?> keyColumns) {
            return item(table, () -> out.value(keyColumns), null);
        }

        /** As {@link #delete(int, List)} with the key already encoded by {@link ChangeList#key}. */
        public Builder delete(int table, byte[] encodedKey) {
            return item(table, () -> out.raw(encodedKey), null);
        }

        /** Bulk rows inserted into one table, with the digest over all of them. */
        public Builder bulk(int table, long count, byte[] digest) {
            return item(table, () -> out.uint(count), digest);
        }

        /** The whole bulk group that entry {@code originSeq} inserted into one table, deleted. */
        public Builder bulkDeleted(int table, long originSeq) {
            return item(table, () -> out.arrayHead(1).uint(originSeq), null);
        }

        /** True while nothing changed. */
        public boolean isEmpty() {
            return spans.isEmpty();
        }

        private Builder item(int table, Runnable key, byte @Nullable [] digest) {
            if (table < 0 || table > 0xffff) {
                throw new IllegalArgumentException("A table number is 0 to 65535, not " + table + ".");
            }
            if (digest != null && digest.length != DIGEST) {
                throw new IllegalArgumentException("A digest has 32 bytes, not " + digest.length + ".");
            }
            int start = out.size();
            out.arrayHead(3).uint(table);
            key.run();
            int keyEnd = out.size();
            out.bytesOrNil(digest);
            spans.add(new Span(start, keyEnd, out.size()));
            return this;
        }

        /**
         * The sorted list.
         *
         * @throws IllegalStateException if nothing was added or a (table, key) was added twice
         */
        public ChangeList build() {
            if (spans.isEmpty()) {
                throw new IllegalStateException("A command that changes no row has no change list.");
            }
            byte[] items = out.array();
            spans.sort((a, b) -> Arrays.compareUnsigned(items, a.start, a.end, items, b.start, b.end));
            CborWriter list = new CborWriter(CborProfile.VALUE, out.size() + 9).arrayHead(spans.size());
            Span previous = null;
            for (Span span : spans) {
                if (previous != null
                        && Arrays.equals(items, previous.start, previous.keyEnd, items, span.start, span.keyEnd)) {
                    throw new IllegalStateException(
                            "A row was added twice to one change list; merge its changes first.");
                }
                list.raw(items, span.start, span.end - span.start);
                previous = span;
            }
            return new ChangeList(list.toByteArray());
        }
    }
}

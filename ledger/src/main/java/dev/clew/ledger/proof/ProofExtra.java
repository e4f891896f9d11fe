package dev.clew.ledger.proof;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import dev.clew.ledger.encoding.CborWriter;
import dev.clew.ledger.tree.ConsistencyProof;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The extra data of our bundles: a map of the leaf profile with keys 0 to 6.
 *
 * @param leafData key 0: the entry itself
 * @param inner key 1: the way from one record to the batch's root
 * @param record key 2: the inner record's data
 * @param disclosed key 3: payloads laid open
 * @param tokens key 4: RFC 3161 time-stamp tokens over the note; carried, not checked by this version
 * @param policyName key 5: name of the policy the issuer had in mind; a hint, never trusted
 * @param older key 6: an older tree and the path that shows it is a prefix of the checkpoint's
 */
public record ProofExtra(
        byte @Nullable [] leafData,
        @Nullable InnerPath inner,
        byte @Nullable [] record,
        List<Disclosed> disclosed,
        List<byte[]> tokens,
        @Nullable String policyName,
        @Nullable OlderTree older) {
    private static final int HASH = 32;
    private static final int MAX_INNER_PATH = 12;
    private static final int MAX_PATH = 126;

    /** Copies the lists. */
    public ProofExtra(
            byte @Nullable [] leafData,
            @Nullable InnerPath inner,
            byte @Nullable [] record,
            List<Disclosed> disclosed,
            List<byte[]> tokens,
            @Nullable String policyName,
            @Nullable OlderTree older) {
        if ((inner == null) != (record == null)) {
            throw new CborException("not of the required shape: keys 1 and 2 come together");
        }
        this.leafData = leafData;
        this.inner = inner;
        this.record = record;
        this.disclosed = List.copyOf(disclosed);
        this.tokens = List.copyOf(tokens);
        this.policyName = policyName;
        this.older = older;
    }

    /** Extra data of a plain entry. */
    public static ProofExtra ofLeaf(byte[] leafData) {
        return new ProofExtra(leafData, null, null, List.of(), List.of(), null, null);
    }

    /** Extra data of one record of a batch. */
    public static ProofExtra ofRecord(byte[] leafData, InnerPath inner, byte[] record) {
        return new ProofExtra(leafData, inner, record, List.of(), List.of(), null, null);
    }

    /** The same with payloads laid open. */
    public ProofExtra disclosing(List<Disclosed> payloads) {
        return new ProofExtra(leafData, inner, record, payloads, tokens, policyName, older);
    }

    /** The same with a proof that an older tree is a prefix. */
    public ProofExtra withOlder(OlderTree tree) {
        return new ProofExtra(leafData, inner, record, disclosed, tokens, policyName, tree);
    }

    /**
     * Path of one record in its batch's inner tree.
     *
     * @param index position of the record
     * @param path hashes from its sibling upwards
     */
    public record InnerPath(int index, List<byte[]> path) {
        /** Copies the list. */
        public InnerPath {
            path = List.copyOf(path);
        }
    }

    /**
     * One payload laid open.
     *
     * @param slot 0 the leaf's body, 1 the inner record's
     * @param mediaType media type as the entry says it
     * @param secret 32 bytes that open the commitment; {@code null} in form 0
     * @param body the payload
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Disclosed(int slot, String mediaType, byte @Nullable [] secret, byte[] body) {
        /** Slot of the leaf's body. */
        public static final int LEAF = 0;
        /** Slot of the inner record's body. */
        public static final int RECORD = 1;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Disclosed that
                    && slot == that.slot
                    && mediaType.equals(that.mediaType)
                    && Arrays.equals(secret, that.secret)
                    && Arrays.equals(body, that.body);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(body);
        }
    }

    /**
     * An older tree of the same log.
     *
     * @param size its size
     * @param root its root, 32 bytes
     * @param path consistency path from it to the checkpoint
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record OlderTree(long size, byte[] root, List<byte[]> path) {
        /** Copies the list. */
        public OlderTree {
            path = List.copyOf(path);
        }

        /** The proof to a newer size. */
        public ConsistencyProof proofTo(long newer) {
            return new ConsistencyProof(size, newer, path);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof OlderTree that && size == that.size && Arrays.equals(root, that.root);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(root);
        }
    }

    /** Canonical bytes. */
    public byte[] encode() {
        CborWriter out = new CborWriter(CborProfile.LEAF);
        out.mapHead(count());
        if (leafData != null) {
            out.uint(0).bytes(leafData);
        }
        if (inner != null && record != null) {
            out.uint(1).arrayHead(2).uint(inner.index());
            hashes(out, inner.path());
            out.uint(2).bytes(record);
        }
        if (!disclosed.isEmpty()) {
            out.uint(3).arrayHead(disclosed.size());
            for (Disclosed payload : disclosed) {
                out.arrayHead(4).uint(payload.slot()).text(payload.mediaType());
                out.bytesOrNil(payload.secret()).bytes(payload.body());
            }
        }
        if (!tokens.isEmpty()) {
            out.uint(4);
            hashes(out, tokens);
        }
        if (policyName != null) {
            out.uint(5).text(policyName);
        }
        if (older != null) {
            out.uint(6).arrayHead(3).uint(older.size()).bytes(older.root());
            hashes(out, older.path());
        }
        return out.toByteArray();
    }

    private int count() {
        return (leafData == null ? 0 : 1)
                + (inner == null ? 0 : 2)
                + (disclosed.isEmpty() ? 0 : 1)
                + (tokens.isEmpty() ? 0 : 1)
                + (policyName == null ? 0 : 1)
                + (older == null ? 0 : 1);
    }

    private static void hashes(CborWriter out, List<byte[]> hashes) {
        out.arrayHead(hashes.size());
        hashes.forEach(out::bytes);
    }

    /**
     * Decodes extra data.
     *
     * @throws CborException if it is not canonical, holds an unknown key or breaks a size
     */
    public static ProofExtra decode(byte[] encoded) {
        CborReader in = new CborReader(CborProfile.LEAF, encoded);
        Parts parts = new Parts();
        long key = -1;
        for (int left = in.mapHead(); left > 0; left--) {
            key = in.key(key);
            parts.read((int) Math.min(key, Integer.MAX_VALUE), in);
        }
        in.finish();
        return parts.toExtra();
    }

    /** What has been decoded so far. */
    private static final class Parts {
        private byte @Nullable [] leafData;
        private @Nullable InnerPath inner;
        private byte @Nullable [] record;
        private List<Disclosed> disclosed = List.of();
        private List<byte[]> tokens = List.of();
        private @Nullable String policyName;
        private @Nullable OlderTree older;

        void read(int key, CborReader in) {
            switch (key) {
                case 0 -> leafData = in.bytes();
                case 1 -> {
                    in.arrayHead(2);
                    long index = in.uint();
                    require(index < BatchRef.MAX_COUNT, "an inner index is below 4096");
                    inner = new InnerPath((int) index, list(in, MAX_INNER_PATH, reader -> reader.bytes(HASH)));
                }
                case 2 -> record = in.bytes();
                case 3 -> disclosed = notEmpty(list(in, 2, Parts::disclosed));
                case 4 -> tokens = notEmpty(list(in, 16, CborReader::bytes));
                case 5 -> policyName = in.text();
                case 6 -> {
                    in.arrayHead(3);
                    older = new OlderTree(in.uint(), in.bytes(HASH), list(in, MAX_PATH, reader -> reader.bytes(HASH)));
                }
                default -> throw new CborException("not of the required shape: extra key " + key + " is unknown");
            }
        }

        private static Disclosed disclosed(CborReader in) {
            in.arrayHead(4);
            long slot = in.uint();
            require(slot <= Disclosed.RECORD, "a slot is 0 or 1");
            return new Disclosed((int) slot, in.text(), in.bytesOrNull(HASH), in.bytes());
        }

        private static <T> List<T> list(CborReader in, int most, Function<CborReader, T> item) {
            int count = in.arrayHead();
            require(count <= most, "a list of extra data has at most " + most + " items");
            List<T> items = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                items.add(item.apply(in));
            }
            return items;
        }

        private static <T> List<T> notEmpty(List<T> items) {
            require(!items.isEmpty(), "an empty list is left out");
            return items;
        }

        private static void require(boolean holds, String rule) {
            if (!holds) {
                throw new CborException("not of the required shape: " + rule);
            }
        }

        ProofExtra toExtra() {
            return new ProofExtra(leafData, inner, record, disclosed, tokens, policyName, older);
        }
    }
}

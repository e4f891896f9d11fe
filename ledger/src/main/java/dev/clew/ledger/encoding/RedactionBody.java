package dev.clew.ledger.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Body of a {@code ledger.redact} entry, form 0: authorises one earlier entry to be served as an empty slot.
 *
 * <p>Value-profile map: 1 index of the entry, 2 its leaf hash, 3 code of the legal basis.
 *
 * @param index the redacted entry
 * @param leafHash its 32-byte leaf hash, which stays in the tree
 * @param basis code of the legal basis
 */
@SuppressWarnings("ArrayRecordComponent")
public record RedactionBody(long index, byte[] leafHash, String basis) {
    /** Media type by which an entry names this body. */
    public static final String MEDIA_TYPE = "ledger-redact/1";

    /** Canonical bytes. */
    public byte[] encode() {
        return new CborWriter(CborProfile.VALUE)
                .mapHead(3)
                .uint(1)
                .uint(index)
                .uint(2)
                .bytes(leafHash)
                .uint(3)
                .text(basis)
                .toByteArray();
    }

    /**
     * Decodes a body.
     *
     * @throws CborException if it is not canonical or has other keys
     */
    public static RedactionBody decode(byte[] body) {
        CborReader in = new CborReader(CborProfile.VALUE, body);
        Shapes.require(in.mapHead() == 3 && in.key(-1) == 1, "a redaction has keys 1 to 3");
        long index = in.uint();
        Shapes.require(in.key(1) == 2, "a redaction has keys 1 to 3");
        byte[] leafHash = in.bytes(32);
        Shapes.require(in.key(2) == 3, "a redaction has keys 1 to 3");
        RedactionBody redaction = new RedactionBody(index, leafHash, in.text());
        in.finish();
        return redaction;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RedactionBody that && index == that.index && Arrays.equals(leafHash, that.leafHash);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(index);
    }
}

package dev.clew.ledger.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A link from the thing of an entry to a cause of it (an item of key 12).
 *
 * @param rel name of the relation, such as {@code of} or {@code by}
 * @param kind name of the target's kind
 * @param uid the target, 16 to 32 bytes
 * @param digest 32 bytes that pin the target's content, or {@code null}
 */
@SuppressWarnings("ArrayRecordComponent")
public record EntryRef(String rel, String kind, byte[] uid, byte @Nullable [] digest) {
    private static final int DIGEST = 32;

    /** Checks the lengths of uid and digest. */
    public EntryRef(String rel, String kind, byte[] uid, byte @Nullable [] digest) {
        Shapes.require(
                uid.length >= ResourceRef.MIN_UID && uid.length <= ResourceRef.MAX_UID, "a uid has 16 to 32 bytes");
        Shapes.require(digest == null || digest.length == DIGEST, "a ref's digest has 32 bytes");
        this.rel = rel;
        this.kind = kind;
        this.uid = uid;
        this.digest = digest;
    }

    void encodeTo(CborWriter out) {
        out.arrayHead(4).text(rel).text(kind).bytes(uid).bytesOrNil(digest);
    }

    static EntryRef decode(CborReader in) {
        in.arrayHead(4);
        return new EntryRef(in.text(), in.text(), in.bytes(), in.bytesOrNull(DIGEST));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EntryRef that
                && rel.equals(that.rel)
                && kind.equals(that.kind)
                && Arrays.equals(uid, that.uid)
                && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return 31 * rel.hashCode() + Arrays.hashCode(uid);
    }
}

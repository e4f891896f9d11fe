package dev.clew.ledger.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The thing an entry changes (key 5).
 *
 * @param kind name of the kind, such as {@code run} or {@code model-version}
 * @param uid 16 to 32 bytes: a random UUIDv7, or the natural digest where content is the identity
 */
@SuppressWarnings("ArrayRecordComponent")
public record ResourceRef(String kind, byte[] uid) {
    static final int MIN_UID = 16;
    static final int MAX_UID = 32;

    /** Checks the length of the uid. */
    public ResourceRef {
        Shapes.require(uid.length >= MIN_UID && uid.length <= MAX_UID, "a uid has 16 to 32 bytes");
    }

    void encodeTo(CborWriter out) {
        out.arrayHead(2).text(kind).bytes(uid);
    }

    static ResourceRef decode(CborReader in) {
        in.arrayHead(2);
        return new ResourceRef(in.text(), in.bytes());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResourceRef that && kind.equals(that.kind) && Arrays.equals(uid, that.uid);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + Arrays.hashCode(uid);
    }
}

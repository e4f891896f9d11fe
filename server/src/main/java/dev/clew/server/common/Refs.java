package dev.clew.server.common;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.EntryRef;
import org.jspecify.annotations.Nullable;

/** Makes what leaves and records say of bodies and links, from this server's words. */
public final class Refs {
    private Refs() {}

    /** A link without a digest of its target. */
    public static EntryRef to(Rel rel, Node node) {
        return to(rel, node, null);
    }

    // The checker does not see the nullable arrays of a compiled record.
    @SuppressWarnings("NullAway")
    public static EntryRef to(Rel rel, Node node, byte @Nullable [] digest) {
        return new EntryRef(rel.text(), node.kind().text(), node.uid().bytes(), digest);
    }

    @SuppressWarnings("NullAway")
    public static BodyRef body(
            String mediaType,
            int form,
            byte[] commit,
            long size,
            byte @Nullable [] ciphertextDigest,
            byte @Nullable [] n) {
        return new BodyRef(mediaType, form, commit, size, ciphertextDigest, n);
    }
}

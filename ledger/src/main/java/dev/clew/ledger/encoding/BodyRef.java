package dev.clew.ledger.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a submission says of its detached payload (key 10).
 *
 * @param mediaType what the payload is, such as {@code text/plain} or {@code decision/1}
 * @param form 0 plain, 1 salted, 2 sealed
 * @param commit 32 bytes: SHA-256 of the payload (form 0) or its {@link Commitment} (forms 1 and 2)
 * @param size bytes of the plaintext, without salt or authentication tag
 * @param ciphertextDigest 32 bytes in form 2, else {@code null}
 * @param n the 32 fresh random bytes of form 2, else {@code null}
 */
@SuppressWarnings("ArrayRecordComponent")
public record BodyRef(
        String mediaType, int form, byte[] commit, long size, byte @Nullable [] ciphertextDigest, byte @Nullable [] n) {
    /** Form of a payload without personal data. */
    public static final int PLAIN = 0;
    /** Form of free text and of low-entropy data about nobody. */
    public static final int SALTED = 1;
    /** Form of personal data. */
    public static final int SEALED = 2;

    private static final int DIGEST = 32;

    /** Checks lengths and that digest and {@code n} are there in form 2 and only there. */
    public BodyRef(
            String mediaType,
            int form,
            byte[] commit,
            long size,
            byte @Nullable [] ciphertextDigest,
            byte @Nullable [] n) {
        Shapes.require(form >= PLAIN && form <= SEALED, "body form is 0, 1 or 2");
        Shapes.require(commit.length == DIGEST, "body commitment has 32 bytes");
        Shapes.require(size >= 0, "body size is not negative");
        boolean sealed = form == SEALED;
        Shapes.require(
                sealed == (ciphertextDigest != null) && sealed == (n != null),
                "ciphertext digest and n belong to form 2 alone");
        Shapes.require(ciphertextDigest == null || ciphertextDigest.length == DIGEST, "ciphertext digest has 32 bytes");
        Shapes.require(n == null || n.length == DIGEST, "n has 32 bytes");
        this.mediaType = mediaType;
        this.form = form;
        this.commit = commit;
        this.size = size;
        this.ciphertextDigest = ciphertextDigest;
        this.n = n;
    }

    void encodeTo(CborWriter out) {
        out.arrayHead(6)
                .text(mediaType)
                .uint(form)
                .bytes(commit)
                .uint(size)
                .bytesOrNil(ciphertextDigest)
                .bytesOrNil(n);
    }

    static BodyRef decode(CborReader in) {
        in.arrayHead(6);
        String mediaType = in.text();
        long form = in.uint();
        byte[] commit = in.bytes(DIGEST);
        long size = in.uint();
        byte[] digest = in.bytesOrNull(DIGEST);
        byte[] n = in.bytesOrNull(DIGEST);
        Shapes.require(form <= SEALED, "body form is 0, 1 or 2");
        return new BodyRef(mediaType, (int) form, commit, size, digest, n);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BodyRef that
                && mediaType.equals(that.mediaType)
                && form == that.form
                && size == that.size
                && Arrays.equals(commit, that.commit)
                && Arrays.equals(ciphertextDigest, that.ciphertextDigest)
                && Arrays.equals(n, that.n);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(commit);
    }
}

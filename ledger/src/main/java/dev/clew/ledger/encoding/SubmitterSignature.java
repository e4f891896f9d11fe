package dev.clew.ledger.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A submitter's own signature over {@code "clew/sub/v1" 0x00} and the submission without this key (key 14).
 *
 * @param algorithm name of the algorithm; this version knows {@code ed25519}
 * @param keyId which key of the submitter
 * @param signature the signature's bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public record SubmitterSignature(String algorithm, byte[] keyId, byte[] signature) {
    void encodeTo(CborWriter out) {
        out.arrayHead(3).text(algorithm).bytes(keyId).bytes(signature);
    }

    static SubmitterSignature decode(CborReader in) {
        in.arrayHead(3);
        return new SubmitterSignature(in.text(), in.bytes(), in.bytes());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SubmitterSignature that
                && algorithm.equals(that.algorithm)
                && Arrays.equals(keyId, that.keyId)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }
}

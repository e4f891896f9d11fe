package dev.clew.ledger.note;

import java.security.KeyPair;
import java.security.PrivateKey;

/**
 * Timestamped ML-DSA-44 signatures over checkpoints (type 0x06, FIPS 204 pure mode, empty context): a log's second
 * signature, or a witness's. Signing is randomised: two signatures over one checkpoint differ.
 */
public final class MlDsa44Signer implements CheckpointSigner {
    private static final String ALGORITHM = "ML-DSA-44";

    private final VerifierKey verifierKey;
    private final PrivateKey key;

    private MlDsa44Signer(String name, byte[] seed) {
        KeyPair pair = SeededKeys.of(ALGORITHM, seed);
        this.key = pair.getPrivate();
        this.verifierKey =
                VerifierKey.of(name, SignatureType.ML_DSA_44, SeededKeys.rawPublic(pair, SignatureType.ML_DSA_44));
    }

    /** A signer from its 32-byte seed (the ξ of FIPS 204 algorithm 1). */
    public static MlDsa44Signer of(String name, byte[] seed) {
        return new MlDsa44Signer(name, seed);
    }

    @Override
    public VerifierKey verifierKey() {
        return verifierKey;
    }

    @Override
    public SignatureLine sign(Checkpoint checkpoint, long unixSeconds) {
        SeededKeys.requireTime(unixSeconds);
        byte[] message = SignedMessages.subtree(verifierKey.name(), checkpoint, unixSeconds);
        byte[] signature = SeededKeys.timed(unixSeconds, SeededKeys.sign(ALGORITHM, key, message));
        return new SignatureLine(verifierKey.name(), verifierKey.id(), signature);
    }
}

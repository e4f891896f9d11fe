package dev.clew.ledger.note;

import java.security.KeyPair;
import java.security.PrivateKey;

/** Timestamped Ed25519 cosignatures over checkpoints (type 0x04): a witness's. */
public final class CosignatureSigner implements CheckpointSigner {
    private static final String ALGORITHM = "Ed25519";

    private final VerifierKey verifierKey;
    private final PrivateKey key;

    private CosignatureSigner(String name, byte[] seed) {
        KeyPair pair = SeededKeys.of(ALGORITHM, seed);
        this.key = pair.getPrivate();
        this.verifierKey =
                VerifierKey.of(name, SignatureType.COSIGNATURE, SeededKeys.rawPublic(pair, SignatureType.COSIGNATURE));
    }

    /** A signer from its 32-byte seed. */
    public static CosignatureSigner of(String name, byte[] seed) {
        return new CosignatureSigner(name, seed);
    }

    @Override
    public VerifierKey verifierKey() {
        return verifierKey;
    }

    @Override
    public SignatureLine sign(Checkpoint checkpoint, long unixSeconds) {
        SeededKeys.requireTime(unixSeconds);
        byte[] message = SignedMessages.cosignature(checkpoint.text(), unixSeconds);
        byte[] signature = SeededKeys.timed(unixSeconds, SeededKeys.sign(ALGORITHM, key, message));
        return new SignatureLine(verifierKey.name(), verifierKey.id(), signature);
    }
}

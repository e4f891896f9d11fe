package dev.clew.ledger.note;

/** Signs checkpoints with one key. Thread-safe. */
public sealed interface CheckpointSigner permits Ed25519Signer, CosignatureSigner, MlDsa44Signer {
    /** The key that verifies what this signs. */
    VerifierKey verifierKey();

    /**
     * Signs a checkpoint.
     *
     * @param unixSeconds seconds since the Unix epoch, above 0; ignored by a type without time
     */
    SignatureLine sign(Checkpoint checkpoint, long unixSeconds);
}

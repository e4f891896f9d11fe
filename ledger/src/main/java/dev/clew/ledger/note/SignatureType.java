package dev.clew.ledger.note;

/** The signature types of the C2SP signed-note registry that this library makes and checks. */
public enum SignatureType {
    /** Ed25519 over the note text. */
    ED25519(0x01, 32, 64),
    /** Ed25519 with a time, by a witness over a checkpoint. */
    COSIGNATURE(0x04, 32, 8 + 64),
    /** ML-DSA-44 with a time, by a log or a witness over a checkpoint. */
    ML_DSA_44(0x06, 1312, 8 + 2420);

    private final int code;
    private final int publicKeyBytes;
    private final int signatureBytes;

    SignatureType(int code, int publicKeyBytes, int signatureBytes) {
        this.code = code;
        this.publicKeyBytes = publicKeyBytes;
        this.signatureBytes = signatureBytes;
    }

    /** The type's byte in a verifier key. */
    public int code() {
        return code;
    }

    /** Bytes of a public key. */
    public int publicKeyBytes() {
        return publicKeyBytes;
    }

    /** Bytes of a signature, with its time where it has one, without the key id. */
    public int signatureBytes() {
        return signatureBytes;
    }

    /** True if a signature begins with its time. */
    public boolean isTimestamped() {
        return this != ED25519;
    }

    static SignatureType of(int code) {
        for (SignatureType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new NoteException("signature type 0x%02x is not known".formatted(code));
    }
}

package dev.clew.ledger.note;

import dev.clew.ledger.encoding.CanonicalText;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Arrays;

/** Ed25519 signatures over a note text (type 0x01): the log's own. */
public final class Ed25519Signer implements CheckpointSigner {
    private static final String ALGORITHM = "Ed25519";
    private static final String PREFIX = "PRIVATE+KEY+";

    private final VerifierKey verifierKey;
    private final PrivateKey key;
    private final byte[] seed;

    private Ed25519Signer(String name, byte[] seed) {
        KeyPair pair = SeededKeys.of(ALGORITHM, seed);
        this.key = pair.getPrivate();
        this.seed = seed.clone();
        this.verifierKey =
                VerifierKey.of(name, SignatureType.ED25519, SeededKeys.rawPublic(pair, SignatureType.ED25519));
    }

    /**
     * A signer from its seed.
     *
     * @param name name of the key; of a log its origin
     * @param seed 32 secret bytes
     */
    public static Ed25519Signer of(String name, byte[] seed) {
        return new Ed25519Signer(name, seed);
    }

    /**
     * Parses {@code PRIVATE+KEY+name+hex(id)+base64(0x01, seed)}, the form of golang.org/x/mod.
     *
     * @throws NoteException if it is malformed or its id is not that of its key
     */
    public static Ed25519Signer parsePrivate(String text) {
        String[] parts =
                text.startsWith(PREFIX) ? text.substring(PREFIX.length()).split("\\+", 3) : new String[0];
        if (parts.length != 3) {
            throw new NoteException("a private key is PRIVATE+KEY+name+id+base64");
        }
        byte[] typed;
        try {
            typed = CanonicalText.parseBase64(parts[2]);
        } catch (IllegalArgumentException e) {
            throw new NoteException("a private key's last part is not canonical base64", e);
        }
        if (typed.length != 1 + SeededKeys.SEED_BYTES || typed[0] != SignatureType.ED25519.code()) {
            throw new NoteException("a private key's last part is not a type 0x01 seed");
        }
        Ed25519Signer signer = of(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!signer.verifierKey.hexId().equals(parts[1])) {
            throw new NoteException("a private key's id does not match its key");
        }
        return signer;
    }

    /** The private key's text form; secret. */
    public String privateText() {
        byte[] typed = new byte[1 + seed.length];
        typed[0] = (byte) SignatureType.ED25519.code();
        System.arraycopy(seed, 0, typed, 1, seed.length);
        return PREFIX + verifierKey.name() + "+" + verifierKey.hexId() + "+" + CanonicalText.base64(typed);
    }

    @Override
    public VerifierKey verifierKey() {
        return verifierKey;
    }

    /** Signs any note text. */
    public SignatureLine sign(String text) {
        byte[] signature = signBytes(text.getBytes(StandardCharsets.UTF_8));
        return new SignatureLine(verifierKey.name(), verifierKey.id(), signature);
    }

    /** Signs bytes: 64 bytes of Ed25519. */
    public byte[] signBytes(byte[] message) {
        return SeededKeys.sign(ALGORITHM, key, message);
    }

    @Override
    public SignatureLine sign(Checkpoint checkpoint, long unixSeconds) {
        return sign(checkpoint.text());
    }
}

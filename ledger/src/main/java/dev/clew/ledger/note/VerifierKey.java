package dev.clew.ledger.note;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.tree.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A public key with the name and id by which notes refer to it; text form {@code name+hex(id)+base64(type, key)}.
 *
 * <p>The id is {@code SHA-256(name LF type key)[0..4)}. Immutable and thread-safe; equal by text form.
 */
public final class VerifierKey {
    private static final byte[] ED25519_SPKI = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] ML_DSA_44_SPKI =
            HexFormat.of().parseHex("30820532300b06096086480165030403110382052100");

    private final String name;
    private final int id;
    private final SignatureType type;
    private final byte[] publicKey;

    private VerifierKey(String name, SignatureType type, byte[] publicKey) {
        this.name = KeyNames.require(name);
        this.type = type;
        this.publicKey = publicKey;
        this.id = idOf(name, type, publicKey);
    }

    /**
     * A key from its raw public bytes.
     *
     * @throws NoteException if the name or the number of bytes is wrong
     */
    public static VerifierKey of(String name, SignatureType type, byte[] publicKey) {
        if (publicKey.length != type.publicKeyBytes()) {
            throw new NoteException("a key of type 0x%02x has %d bytes, not %d"
                    .formatted(type.code(), type.publicKeyBytes(), publicKey.length));
        }
        return new VerifierKey(name, type, publicKey.clone());
    }

    /**
     * Parses the text form.
     *
     * @throws NoteException if it is malformed, of an unknown type, or its id is not that of its key
     */
    public static VerifierKey parse(String text) {
        int first = text.indexOf('+');
        int second = text.indexOf('+', first + 1);
        if (first < 0 || second < 0) {
            throw new NoteException("a verifier key has three parts joined by +");
        }
        byte[] typed;
        try {
            typed = CanonicalText.parseBase64(text.substring(second + 1));
        } catch (IllegalArgumentException e) {
            throw new NoteException("a verifier key's third part is not canonical base64", e);
        }
        if (typed.length == 0) {
            throw new NoteException("a verifier key's third part is empty");
        }
        SignatureType type = SignatureType.of(typed[0] & 0xff);
        VerifierKey key = of(text.substring(0, first), type, Arrays.copyOfRange(typed, 1, typed.length));
        if (!text.substring(first + 1, second).equals(key.hexId())) {
            throw new NoteException("a verifier key's id does not match its key");
        }
        return key;
    }

    private static int idOf(String name, SignatureType type, byte[] publicKey) {
        MessageDigest sha = Hashing.newSha256();
        sha.update(name.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) '\n');
        sha.update((byte) type.code());
        return ByteBuffer.wrap(sha.digest(publicKey)).getInt();
    }

    /** Name of the signer; of a log its origin. */
    public String name() {
        return name;
    }

    /** The four bytes of the key id, as one number. */
    public int id() {
        return id;
    }

    /** The key id as 8 hexadecimal digits. */
    public String hexId() {
        return HexFormat.of().toHexDigits(id);
    }

    /** Signature type. */
    public SignatureType type() {
        return type;
    }

    /** A copy of the raw public key. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** True if this key made the line, going by name and id alone. */
    public boolean isNamedBy(SignatureLine line) {
        return id == line.keyId() && name.equals(line.name());
    }

    /**
     * Checks a signature over a note text.
     *
     * @param text the note's text; for the timestamped types a checkpoint of three lines
     * @return true if the signature is good
     */
    public boolean verifies(String text, byte[] signature) {
        if (signature.length != type.signatureBytes()) {
            return false;
        }
        return switch (type) {
            case ED25519 -> check("Ed25519", text.getBytes(StandardCharsets.UTF_8), signature);
            case COSIGNATURE -> {
                long time = time(signature);
                yield time >= 0 && check("Ed25519", SignedMessages.cosignature(text, time), afterTime(signature));
            }
            case ML_DSA_44 -> {
                long time = time(signature);
                byte[] message = time <= 0 ? null : SignedMessages.subtree(name, text, time);
                yield message != null && check("ML-DSA-44", message, afterTime(signature));
            }
        };
    }

    /** Checks a plain Ed25519 signature over bytes; false for any other type. */
    public boolean verifiesBytes(byte[] message, byte[] signature) {
        return type == SignatureType.ED25519
                && signature.length == type.signatureBytes()
                && check("Ed25519", message, signature);
    }

    /** The time a signature of a timestamped type carries, in seconds since the Unix epoch; meaningful once verified. */
    public OptionalLong timeOf(byte[] signature) {
        return type.isTimestamped() && signature.length >= Long.BYTES
                ? OptionalLong.of(time(signature))
                : OptionalLong.empty();
    }

    private static long time(byte[] signature) {
        return ByteBuffer.wrap(signature).getLong();
    }

    private static byte[] afterTime(byte[] signature) {
        return Arrays.copyOfRange(signature, Long.BYTES, signature.length);
    }

    private boolean check(String algorithm, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(javaKey(algorithm));
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private PublicKey javaKey(String algorithm) throws GeneralSecurityException {
        byte[] prefix = type == SignatureType.ML_DSA_44 ? ML_DSA_44_SPKI : ED25519_SPKI;
        byte[] encoded = Arrays.copyOf(prefix, prefix.length + publicKey.length);
        System.arraycopy(publicKey, 0, encoded, prefix.length, publicKey.length);
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** The text form. */
    @Override
    public String toString() {
        byte[] typed = new byte[1 + publicKey.length];
        typed[0] = (byte) type.code();
        System.arraycopy(publicKey, 0, typed, 1, publicKey.length);
        return name + "+" + hexId() + "+" + CanonicalText.base64(typed);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerifierKey that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(publicKey, that.publicKey);
    }

    @Override
    public int hashCode() {
        return id;
    }
}

package dev.clew.ledger.note;

import dev.clew.ledger.encoding.CanonicalText;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One signature of a note: {@code "— " name SP base64(key id, signature) LF}.
 *
 * @param name who claims to have signed
 * @param keyId the four bytes of the key id, as one number
 * @param signature the bytes after the key id; with the time first in timestamped types
 */
@SuppressWarnings("ArrayRecordComponent")
public record SignatureLine(String name, int keyId, byte[] signature) {
    private static final String DASH = "\u2014 ";

    /**
     * Parses a line without its newline.
     *
     * @throws NoteException if it is not a signature line
     */
    public static SignatureLine parse(String line) {
        int space = line.indexOf(' ', DASH.length());
        if (!line.startsWith(DASH) || space < 0) {
            throw new NoteException("a signature line is malformed");
        }
        String name = KeyNames.require(line.substring(DASH.length(), space));
        byte[] bytes;
        try {
            bytes = CanonicalText.parseBase64(line.substring(space + 1));
        } catch (IllegalArgumentException e) {
            throw new NoteException("a signature line's second part is not canonical base64", e);
        }
        if (bytes.length <= Integer.BYTES) {
            throw new NoteException("a signature is shorter than its key id");
        }
        return new SignatureLine(
                name, ByteBuffer.wrap(bytes).getInt(), Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
    }

    /** The line with its newline. */
    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES + signature.length)
                .putInt(keyId)
                .put(signature)
                .array();
        return DASH + name + " " + CanonicalText.base64(bytes) + "\n";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SignatureLine that
                && name.equals(that.name)
                && keyId == that.keyId
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return keyId;
    }
}

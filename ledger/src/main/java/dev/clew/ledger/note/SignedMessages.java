package dev.clew.ledger.note;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The bytes that timestamped signatures sign (C2SP tlog-cosignature). */
final class SignedMessages {
    private static final byte[] SUBTREE = "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII);

    private SignedMessages() {}

    /** Message of an Ed25519 cosignature: two header lines and the checkpoint's text. */
    static byte[] cosignature(String text, long unixSeconds) {
        return ("cosignature/v1\ntime " + unixSeconds + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }

    /** Message of an ML-DSA-44 signature over a checkpoint's tree; {@code null} if the text is no checkpoint. */
    static byte @Nullable [] subtree(String signer, String text, long unixSeconds) {
        try {
            return subtree(signer, Checkpoint.parse(text), unixSeconds);
        } catch (NoteException e) {
            return null;
        }
    }

    static byte[] subtree(String signer, Checkpoint checkpoint, long unixSeconds) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160);
        out.writeBytes(SUBTREE);
        name(out, signer);
        number(out, unixSeconds);
        name(out, checkpoint.origin());
        number(out, 0);
        number(out, checkpoint.size());
        out.writeBytes(checkpoint.root());
        return out.toByteArray();
    }

    private static void name(ByteArrayOutputStream out, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 255) {
            throw new NoteException("a name has more than 255 bytes");
        }
        out.write(utf8.length);
        out.writeBytes(utf8);
    }

    private static void number(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }
}

package dev.clew.ledger.note;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.tree.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a log signs: its name, its size and the root at that size (C2SP tlog-checkpoint), exactly three lines.
 *
 * @param origin name of the log, also the name of its keys
 * @param size number of entries
 * @param root 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public record Checkpoint(String origin, long size, byte[] root) {
    /** Checks that the origin is one line, the size not negative and the root of 32 bytes. */
    public Checkpoint {
        if (origin.isEmpty() || origin.indexOf('\n') >= 0) {
            throw new NoteException("a checkpoint's origin is one line that is not empty");
        }
        if (size < 0) {
            throw new NoteException("a checkpoint's size is not negative");
        }
        if (root.length != Hashing.SIZE) {
            throw new NoteException("a checkpoint's root has 32 bytes, not " + root.length);
        }
    }

    /**
     * Parses the text of a checkpoint note.
     *
     * @throws NoteException unless it is exactly origin, size and root, in canonical form
     */
    public static Checkpoint parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 4 || !lines[3].isEmpty()) {
            throw new NoteException("a checkpoint has exactly three lines");
        }
        try {
            return new Checkpoint(lines[0], CanonicalText.parseDecimal(lines[1]), CanonicalText.parseBase64(lines[2]));
        } catch (IllegalArgumentException e) {
            throw new NoteException("a checkpoint's size or root is " + e.getMessage(), e);
        }
    }

    /** The three lines that are signed. */
    public String text() {
        return origin + "\n" + size + "\n" + CanonicalText.base64(root) + "\n";
    }

    /**
     * Signs with every signer, in their order.
     *
     * @param unixSeconds time for the timestamped types, above 0
     */
    public SignedNote sign(long unixSeconds, List<? extends CheckpointSigner> signers) {
        List<SignatureLine> lines = new ArrayList<>();
        for (CheckpointSigner signer : signers) {
            lines.add(signer.sign(this, unixSeconds));
        }
        return new SignedNote(text(), lines);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Checkpoint that
                && origin.equals(that.origin)
                && size == that.size
                && Arrays.equals(root, that.root);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(root);
    }
}

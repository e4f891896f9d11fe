package dev.clew.ledger.note;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * A text with signature lines (C2SP signed-note).
 *
 * @param text the signed text, ending in a newline
 * @param signatures the lines in their order, known and unknown keys alike
 */
public record SignedNote(String text, List<SignatureLine> signatures) {
    /** Most bytes of a note. */
    public static final int MAX_BYTES = 1 << 20;
    /** Most signatures of a note. */
    public static final int MAX_SIGNATURES = 64;

    /** Checks the text and the number of signatures. */
    public SignedNote {
        if (!text.endsWith("\n")) {
            throw new NoteException("a note's text does not end in a newline");
        }
        requirePlain(text);
        if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
            throw new NoteException("a note has " + signatures.size() + " signatures, not 1 to " + MAX_SIGNATURES);
        }
        signatures = List.copyOf(signatures);
    }

    /** A signature that was checked and is good. */
    public record Verified(VerifierKey key, OptionalLong unixSeconds) {}

    /**
     * Parses the bytes of a note.
     *
     * @throws NoteException if they are not well-formed UTF-8 or no note
     */
    public static SignedNote parse(byte[] note) {
        if (note.length > MAX_BYTES) {
            throw new NoteException("a note is longer than " + MAX_BYTES + " bytes");
        }
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(note))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new NoteException("a note is not well-formed UTF-8", e);
        }
    }

    /**
     * Parses a note.
     *
     * @throws NoteException if it is not one
     */
    public static SignedNote parse(String note) {
        if (note.length() > MAX_BYTES) {
            throw new NoteException("a note is longer than " + MAX_BYTES + " bytes");
        }
        requirePlain(note);
        int blank = note.lastIndexOf("\n\n");
        if (blank < 0 || !note.endsWith("\n")) {
            throw new NoteException("a note has no blank line before its signatures, or does not end in a newline");
        }
        List<SignatureLine> lines = new ArrayList<>();
        for (int at = blank + 2; at < note.length(); ) {
            int end = note.indexOf('\n', at);
            if (lines.size() == MAX_SIGNATURES) {
                throw new NoteException("a note has more than " + MAX_SIGNATURES + " signatures");
            }
            lines.add(SignatureLine.parse(note.substring(at, end)));
            at = end + 1;
        }
        return new SignedNote(note.substring(0, blank + 1), lines);
    }

    private static void requirePlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 && c != '\n') {
                throw new NoteException("a note holds a control character");
            }
        }
    }

    /**
     * Checks every signature of a known key; signatures of unknown keys are passed over.
     *
     * @param keys keys the caller trusts
     * @return the good signatures, in the order of the note; empty if no known key signed
     * @throws NoteException if a known key's signature is bad: then nothing of the note can be believed
     */
    public List<Verified> verify(Collection<VerifierKey> keys) {
        List<Verified> good = new ArrayList<>();
        for (SignatureLine line : signatures) {
            for (VerifierKey key : keys) {
                if (key.isNamedBy(line)) {
                    if (!key.verifies(text, line.signature())) {
                        throw new NoteException("the signature of " + key.name() + " (key " + key.hexId() + ") is bad");
                    }
                    good.add(new Verified(key, key.timeOf(line.signature())));
                }
            }
        }
        return good;
    }

    /** This note with more signature lines at its end. */
    public SignedNote with(List<SignatureLine> more) {
        List<SignatureLine> lines = new ArrayList<>(signatures);
        lines.addAll(more);
        return new SignedNote(text, lines);
    }

    /** The note's text form. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(text).append('\n');
        signatures.forEach(out::append);
        return out.toString();
    }
}

package dev.clew.ledger.witness;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tree.Hashing;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log sends a witness ({@code POST <prefix>/add-checkpoint}, C2SP tlog-witness).
 *
 * @param oldSize size the witness last cosigned, 0 if none
 * @param path consistency path from that size to the note's; empty from 0 and between equal sizes
 * @param note the checkpoint with the log's signatures
 */
public record AddCheckpointRequest(long oldSize, List<byte[]> path, SignedNote note) {
    /** Most hashes of a request. */
    public static final int MAX_PATH = 63;

    /** Copies the list and checks its length. */
    public AddCheckpointRequest {
        path = List.copyOf(path);
        if (oldSize < 0 || path.size() > MAX_PATH) {
            throw new IllegalArgumentException("A request has an old size of at least 0 and at most 63 hashes.");
        }
    }

    /**
     * Parses a request body.
     *
     * @throws IllegalArgumentException if it is malformed; a note's own faults as
     *     {@link dev.clew.ledger.note.NoteException}
     */
    public static AddCheckpointRequest parse(byte[] body) {
        String text = WitnessResponse.utf8(body);
        int end = text.indexOf('\n');
        if (end < 0 || !text.startsWith("old ")) {
            throw new IllegalArgumentException("a request begins with the old size");
        }
        long old = CanonicalText.parseDecimal(text.substring(4, end));
        List<byte[]> path = new ArrayList<>();
        for (int at = end + 1; ; at = end + 1) {
            end = text.indexOf('\n', at);
            if (end < 0) {
                throw new IllegalArgumentException("a request has no empty line before the note");
            }
            if (end == at) {
                return new AddCheckpointRequest(old, path, SignedNote.parse(text.substring(end + 1)));
            }
            byte[] hash = CanonicalText.parseBase64(text.substring(at, end));
            if (hash.length != Hashing.SIZE || path.size() == MAX_PATH) {
                throw new IllegalArgumentException("a request has at most 63 hashes of 32 bytes");
            }
            path.add(hash);
        }
    }

    /** The request body. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("old ").append(oldSize).append('\n');
        path.forEach(hash -> out.append(CanonicalText.base64(hash)).append('\n'));
        return out.append('\n').append(note).toString();
    }
}

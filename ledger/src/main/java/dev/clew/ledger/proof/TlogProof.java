package dev.clew.ledger.proof;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.InclusionProof;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .tlog-proof} bundle: extra data, the entry's index, its path, and the checkpoint note.
 *
 * <p>Any C2SP tool verifies index, path and note; {@link ProofExtra} adds the entry itself, the way to one record of a batch
 * and disclosed payloads. Nothing in {@code extra} is believed but through the hashes.
 *
 * @param extra unauthenticated extra data, or {@code null}
 * @param index index of the entry
 * @param path hashes from the leaf's sibling upwards
 * @param note the checkpoint with its signatures
 */
@SuppressWarnings("ArrayRecordComponent")
public record TlogProof(byte @Nullable [] extra, long index, List<byte[]> path, SignedNote note) {
    /** First line of a bundle. */
    public static final String HEADER = "c2sp.org/tlog-proof@v1";
    /** Most bytes of a bundle. */
    public static final int MAX_BYTES = 2 << 20;
    /** Most bytes of one line that other readers take. */
    public static final int MAX_PORTABLE_LINE = 64 * 1024 - 1;
    /** Most hashes of a path. */
    public static final int MAX_PATH = 63;

    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";

    /** Copies the path's list, not its hashes. */
    public TlogProof(byte @Nullable [] extra, long index, List<byte[]> path, SignedNote note) {
        if (index < 0 || path.size() > MAX_PATH) {
            throw new IllegalArgumentException("A proof has an index of at least 0 and at most 63 hashes.");
        }
        this.extra = extra;
        this.index = index;
        this.path = List.copyOf(path);
        this.note = note;
    }

    /** A bundle of an inclusion proof and the note of the same size. */
    public static TlogProof of(@Nullable ProofExtra extra, InclusionProof proof, SignedNote note) {
        return new TlogProof(extra == null ? null : extra.encode(), proof.index(), proof.path(), note);
    }

    /** What the note signs. */
    public Checkpoint checkpoint() {
        return Checkpoint.parse(note.text());
    }

    /** The path as a proof in the tree of the checkpoint. */
    public InclusionProof inclusion() {
        return new InclusionProof(index, checkpoint().size(), path);
    }

    /**
     * The extra data as our bundles write it; empty if there is none.
     *
     * @throws dev.clew.ledger.encoding.CborException if it is not of that form
     */
    public Optional<ProofExtra> decodeExtra() {
        return extra == null ? Optional.empty() : Optional.of(ProofExtra.decode(extra));
    }

    /**
     * Parses a bundle.
     *
     * @throws MalformedProofException if it is not one, with the line
     */
    public static TlogProof parse(byte[] bundle) {
        if (bundle.length > MAX_BYTES) {
            throw new MalformedProofException(1, "the bundle is longer than " + MAX_BYTES + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bundle))
                    .toString();
            return new Parser(text).parse();
        } catch (CharacterCodingException e) {
            throw new MalformedProofException(1, "the bundle is not well-formed UTF-8");
        }
    }

    /** The bundle's text. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(HEADER).append('\n');
        if (extra != null) {
            out.append(EXTRA).append(CanonicalText.base64(extra)).append('\n');
        }
        out.append(INDEX).append(index).append('\n');
        path.forEach(hash -> out.append(CanonicalText.base64(hash)).append('\n'));
        return out.append('\n').append(note).toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TlogProof that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Reads line after line. */
    private static final class Parser {
        private final String text;
        private int at;
        private int line;

        Parser(String text) {
            this.text = text;
        }

        TlogProof parse() {
            if (!next().equals(HEADER)) {
                throw wrong("the first line is not " + HEADER);
            }
            String current = next();
            byte[] extra = null;
            if (current.startsWith(EXTRA)) {
                extra = base64(current.substring(EXTRA.length()));
                current = next();
            }
            if (!current.startsWith(INDEX)) {
                throw wrong("the index line is missing");
            }
            long index = decimal(current.substring(INDEX.length()));
            List<byte[]> path = new ArrayList<>();
            for (current = next(); !current.isEmpty(); current = next()) {
                byte[] hash = base64(current);
                if (hash.length != Hashing.SIZE || path.size() == MAX_PATH) {
                    throw wrong("a path has at most 63 hashes of 32 bytes");
                }
                path.add(hash);
            }
            return new TlogProof(extra, index, path, note());
        }

        private SignedNote note() {
            line++;
            try {
                SignedNote note = SignedNote.parse(text.substring(at));
                Checkpoint.parse(note.text());
                return note;
            } catch (NoteException e) {
                throw new MalformedProofException(line, e);
            }
        }

        private String next() {
            line++;
            int end = text.indexOf('\n', at);
            if (end < 0) {
                throw wrong("the bundle ends too early");
            }
            String found = text.substring(at, end);
            at = end + 1;
            return found;
        }

        private byte[] base64(String encoded) {
            try {
                return CanonicalText.parseBase64(encoded);
            } catch (IllegalArgumentException e) {
                throw new MalformedProofException(line, e);
            }
        }

        private long decimal(String digits) {
            try {
                return CanonicalText.parseDecimal(digits);
            } catch (IllegalArgumentException e) {
                throw new MalformedProofException(line, e);
            }
        }

        private MalformedProofException wrong(String message) {
            return new MalformedProofException(line, message);
        }
    }
}

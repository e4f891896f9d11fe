package dev.clew.server.ledgers;

import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.note.VerifierKey;
import dev.clew.ledger.tree.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The last signed checkpoint, kept outside the data directory: how an older copy of the directory is noticed without a witness.
 * Confined to the integrator, but for the check at start.
 */
final class Anchor {
    private static final long FORCE_EVERY_NANOS = 5_000_000_000L;

    private final Path file;
    private long forcedAt = System.nanoTime() - FORCE_EVERY_NANOS;

    Anchor(Path file) {
        this.file = file;
    }

    /** The configured file, else one named by the log in {@code $XDG_STATE_HOME/clew} or {@code ~/.local/state/clew}. */
    static Anchor of(String configured, String origin) {
        if (!configured.isEmpty()) {
            return new Anchor(Path.of(configured));
        }
        String state = System.getenv("XDG_STATE_HOME");
        Path base = state == null || state.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(state);
        String name = HexFormat.of().formatHex(Hashing.sha256(origin.getBytes(StandardCharsets.UTF_8)));
        return new Anchor(base.resolve("clew").resolve(name));
    }

    Path file() {
        return file;
    }

    /** What it holds, if its signature is ours; an unreadable anchor says nothing. */
    Optional<Checkpoint> read(VerifierKey key) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            SignedNote note = SignedNote.parse(Files.readAllBytes(file));
            return note.verify(List.of(key)).isEmpty() ? Optional.empty() : Optional.of(Checkpoint.parse(note.text()));
        } catch (NoteException e) {
            return Optional.empty();
        }
    }

    /** Replaces it by rename; forced at most every 5 s, and when {@code atOnce}. */
    void write(String note, boolean atOnce) throws IOException {
        boolean forced = atOnce || System.nanoTime() - forcedAt >= FORCE_EVERY_NANOS;
        TileFiles.replace(file, note.getBytes(StandardCharsets.UTF_8), forced);
        if (forced) {
            forcedAt = System.nanoTime();
        }
    }
}

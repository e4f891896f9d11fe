package dev.clew.server.fsck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * When everything was last found right, state included: one line in a file beside the anchor, outside the data directory, so that whoever
 * writes to the one need not be able to write to the other. Only tells since when something can be wrong; nothing rests on it.
 */
public record CleanMark(Path anchor) {
    private Path file() {
        return anchor.resolveSibling(anchor.getFileName() + ".clean");
    }

    public Optional<Instant> read() {
        try {
            return Files.isRegularFile(file())
                    ? Optional.of(Instant.parse(Files.readString(file()).strip()))
                    : Optional.empty();
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Does nothing where it may not write: it is a courtesy of the next check. */
    public void write(Instant at) {
        try {
            Path fresh = anchor.resolveSibling(anchor.getFileName() + ".clean.tmp");
            Files.writeString(fresh, at + "\n");
            Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            return;
        }
    }
}

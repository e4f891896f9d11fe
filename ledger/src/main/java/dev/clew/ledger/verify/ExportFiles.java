package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tree.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The files of an export below one directory (or the root of an opened zip). Reads whole files up to a bound and nothing
 * outside the names of the format.
 */
final class ExportFiles {
    private static final int MAX_FILE_BYTES = 256 << 20;

    private final Path root;

    ExportFiles(Path root) {
        this.root = root;
    }

    /** A file's bytes; empty if it is not there. */
    Optional<byte[]> read(String name) throws CheckFailed {
        Path file = root.resolve(name);
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw CheckFailed.missing(Check.E01, name + " is larger than this verifier reads (256 MiB)");
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw CheckFailed.missing(Check.E01, name + " cannot be read");
        }
    }

    boolean hasDirectory(String name) {
        return Files.isDirectory(root.resolve(name));
    }

    /** A hash tile of exactly its width; a fuller file serves, as a partial tile is its prefix. */
    byte[] hashTile(Tile tile) throws CheckFailed {
        int wanted = tile.width() * Hashing.SIZE;
        Optional<byte[]> exact = read(tile.path());
        if (exact.isPresent()) {
            return requireLength(tile, exact.get(), wanted);
        }
        Optional<byte[]> fuller =
                tile.isFull() ? exact : read(tile.withWidth(Tile.FULL).path());
        if (fuller.isEmpty()) {
            throw CheckFailed.missing(Check.E15, tile.path() + " is not in the export");
        }
        return Arrays.copyOf(requireLength(tile, fuller.get(), Tile.FULL_BYTES), wanted);
    }

    private static byte[] requireLength(Tile tile, byte[] bytes, int length) throws CheckFailed {
        if (bytes.length != length) {
            throw mismatch(tile, "it has " + bytes.length + " bytes, not " + length);
        }
        return bytes;
    }

    static CheckFailed mismatch(Tile tile, String why) {
        return CheckFailed.failure(Check.E15, "tile " + tile.path() + " does not hash to its parent: " + why);
    }

    /**
     * A file in groups of 256 entries.
     *
     * @param bytes its content
     * @param isFuller true if it is the full group where a partial one was asked for: then more follows than was asked for
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Group(byte[] bytes, boolean isFuller) {}

    /** The file of {@code directory} for the entries of {@code tile}; a fuller one serves. */
    Optional<Group> group(String directory, Tile tile) throws CheckFailed {
        Optional<byte[]> exact = read(directory + tile.position());
        if (exact.isPresent() || tile.isFull()) {
            return exact.map(bytes -> new Group(bytes, false));
        }
        return read(directory + tile.withWidth(Tile.FULL).position()).map(bytes -> new Group(bytes, true));
    }

    /** Stored payload of a commitment: the payload itself (form 0), or its secret and the payload. */
    static String bodyName(byte[] commit) {
        String hex = CanonicalText.hex(commit);
        return "bodies/" + hex.substring(0, 2) + "/" + hex;
    }
}

package dev.clew.server.ledgers;

import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.ledger.tiles.TileSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Full tiles and bundles as files of the C2SP layout. They are written by temporary file and rename without force; {@link #force} makes
 * all that were written durable, files before directories. Written by the integrator alone, read by anyone.
 */
final class TileFiles implements TileReader, TileSink {
    private final Path root;
    private final List<Path> unforced = new ArrayList<>();
    private volatile BooleanSupplier stopping = () -> false;

    TileFiles(Path root) {
        this.root = root;
    }

    /** Until then a full disk is waited for. */
    void waitUntil(BooleanSupplier stops) {
        this.stopping = stops;
    }

    @Override
    public void accept(Tile tile, byte[] bytes) {
        Path file = file(tile);
        try {
            Room.await(file, stopping, () -> {
                Files.createDirectories(directory(file));
                Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
                Files.write(temporary, bytes);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            });
            unforced.add(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] read(Tile tile) throws IOException {
        return Files.readAllBytes(file(tile.withWidth(Tile.FULL)));
    }

    boolean hasUnforced() {
        return !unforced.isEmpty();
    }

    /** A failed force is never retried: the kernel reports it once and forgets. The caller stops signing. */
    void force() throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        for (Path file : unforced) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            for (Path at = file.getParent(); at != null && at.startsWith(root); at = at.getParent()) {
                directories.add(at);
            }
        }
        directories.add(directory(root));
        for (Path directory : directories) {
            force(directory);
        }
        unforced.clear();
    }

    private Path file(Tile tile) {
        return root.resolveSibling(tile.path());
    }

    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Replaces a small file so that after a kill it holds the old or the new bytes. */
    static void replace(Path file, byte[] bytes, boolean forced) throws IOException {
        Path directory = directory(file);
        Files.createDirectories(directory);
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (forced) {
                channel.force(true);
            }
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (forced) {
            force(directory);
        }
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
    }
}

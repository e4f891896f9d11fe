package dev.clew.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/**
 * When blobs were put last, which is what the times of their files say. Between the look at a blob's time and its removal nobody puts it.
 * Thread-safe; blocks, so not for virtual threads.
 */
final class BlobAges {
    private static final int DIGITS = 64;

    private final Disk disk;
    private final InstantSource clock;
    private final Object[] locks = new Object[64];

    BlobAges(Disk disk, InstantSource clock) {
        this.disk = disk;
        this.clock = clock;
        Arrays.setAll(locks, _ -> new Object());
    }

    /** Whether the blob is there; it counts as just put then. */
    boolean refresh(Path blob) throws IOException {
        synchronized (lockOf(blob)) {
            try {
                Files.setLastModifiedTime(blob, FileTime.from(clock.instant()));
                return true;
            } catch (NoSuchFileException e) {
                return false;
            }
        }
    }

    /** Gives a new file the blob's name. */
    void moveInto(Path file, Path blob) throws IOException {
        synchronized (lockOf(blob)) {
            disk.rename(file, blob);
        }
    }

    /** Those of a directory, in the order of their digests; none if it is not there. */
    List<Path> blobs(Path shard) throws IOException {
        if (!Files.isDirectory(shard)) {
            return List.of();
        }
        try (var listed = Files.list(shard)) {
            return listed.filter(file -> file.getFileName().toString().length() == DIGITS)
                    .sorted()
                    .toList();
        }
    }

    boolean isIdle(Path blob, Instant since) throws IOException {
        return Files.getLastModifiedTime(blob).toInstant().isBefore(since);
    }

    /** Removes a blob that nobody put since; says whether it did. */
    boolean deleteIdle(Path blob, Instant since) throws IOException {
        synchronized (lockOf(blob)) {
            if (!Files.exists(blob) || !isIdle(blob, since)) {
                return false;
            }
            disk.delete(blob); // not forced: a file that comes back after a power cut is found idle again
            return true;
        }
    }

    private Object lockOf(Path blob) {
        return locks[Math.floorMod(blob.hashCode(), locks.length)];
    }
}

package dev.clew.server.storage;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as sealed files, {@code sha256/<2 hex>/<64 hex>} under one directory, of one organisation. Thread-safe; may be called on virtual
 * threads: every file call leaves them.
 *
 * <p>A put writes a temporary file, forces it, renames it to its digest and forces the directory. What is small waits in memory for its
 * digest, so that what is there already is not written; more is sealed while it comes, and named at its end. A failed force is never repeated: the kernel reports it once and then
 * calls the lost pages clean, so the store takes nothing more until it is opened again.
 */
public final class DirectoryBlobs implements Blobs {
    /** What waits in memory. */
    private static final int SMALL = 1024 * 1024;

    /** Puts of more than that at a time; each holds as much once more. */
    private static final int MAX_LARGE_PUTS = 16;

    /** After so much of a large file what came is forced while more comes. */
    private static final long FORCED = 64L << 20;

    private static final int WAIT_SECONDS = 30;
    private static final HexFormat HEX = HexFormat.of();

    private final Path files;
    private final Path temporary;
    private final Sealing sealing;
    private final Blocking blocking;
    private final Disk disk;
    private final BlobAges ages;
    private final long reserveBytes;
    private final Semaphore largePuts = new Semaphore(MAX_LARGE_PUTS);
    private volatile boolean poisoned;

    private DirectoryBlobs(
            Path directory, Sealing sealing, Blocking blocking, Disk disk, InstantSource clock, long reserveBytes) {
        this.files = directory.resolve("sha256");
        this.temporary = directory.resolve("new");
        this.sealing = sealing;
        this.blocking = blocking;
        this.disk = disk;
        this.reserveBytes = reserveBytes;
        this.ages = new BlobAges(disk, clock);
    }

    /**
     * Opens the directory, making it if need be, and drops what an unclean stop left half written.
     *
     * @param blocking threads for file calls; closed by its owner
     * @param reserveBytes space that puts leave free; with less they are refused with READ_ONLY
     */
    public static DirectoryBlobs open(
            Path directory, Sealing sealing, Blocking blocking, InstantSource clock, long reserveBytes)
            throws IOException {
        return open(directory, sealing, blocking, Disk.REAL, clock, reserveBytes);
    }

    static DirectoryBlobs open(
            Path directory, Sealing sealing, Blocking blocking, Disk disk, InstantSource clock, long reserveBytes)
            throws IOException {
        var blobs = new DirectoryBlobs(directory, sealing, blocking, disk, clock, reserveBytes);
        Files.createDirectories(blobs.files);
        Files.createDirectories(blobs.temporary);
        try (var left = Files.list(blobs.temporary)) {
            for (Path file : left.toList()) {
                disk.delete(file);
            }
        }
        disk.forceDirectory(directory);
        return blobs;
    }

    @Override
    public Stored put(InputStream content, long maxBytes) throws IOException {
        requireWritable();
        var limited = new Limited(content, maxBytes);
        byte[] head = limited.readNBytes(SMALL);
        try {
            return head.length < SMALL
                    ? putSmall(head)
                    : putLarge(new SequenceInputStream(new ByteArrayInputStream(head), limited));
        } catch (Limited.Cut e) {
            throw e;
        } catch (IOException e) {
            throw DiskFailures.failed(e);
        }
    }

    private Stored putSmall(byte[] content) throws IOException {
        byte[] sha256 = Hashing.newSha256().digest(content);
        if (!isThere(sha256)) {
            keep(channel -> {
                try (var out = sealing.seal(sha256, channel.output())) {
                    out.write(content);
                }
                return sha256;
            });
        }
        return new Stored(sha256, content.length);
    }

    private Stored putLarge(InputStream content) throws IOException {
        acquire();
        try {
            var stored = new AtomicReference<Stored>();
            keep(channel -> {
                var file = new EarlyForce(channel.output(), FORCED, () -> forced(channel.file()), blocking);
                try (var unnamed = sealing.unnamed(file)) {
                    try (var stream = unnamed.stream()) {
                        stored.set(Intake.take(content, stream, blocking));
                    }
                    byte[] sha256 = stored.get().sha256();
                    if (isThere(sha256)) {
                        return null;
                    }
                    channel.position(0).write(ByteBuffer.wrap(unnamed.beginning(sha256)));
                    return sha256;
                }
            });
            return stored.get();
        } finally {
            largePuts.release();
        }
    }

    /** Writes a sealed file. */
    @FunctionalInterface
    private interface Content {
        /** The name that the file is to get, or null if it is not wanted any more. */
        byte @Nullable [] writeTo(OffloadedChannel channel) throws IOException;
    }

    private void keep(Content content) throws IOException {
        Path file = fresh();
        boolean moved = false;
        try {
            byte[] sha256;
            try (var channel = new OffloadedChannel(blocking, blocking.call(() -> disk.create(file)), disk)) {
                sha256 = content.writeTo(channel);
                if (sha256 != null) {
                    blocking.call(() -> forced(channel.file()));
                }
            }
            if (sha256 != null) {
                moveInto(file, pathOf(sha256));
                moved = true;
            }
        } finally {
            if (!moved) {
                blocking.call(() -> {
                    disk.delete(file);
                    return true;
                });
            }
        }
    }

    /** If so, a sweep of what nothing refers to leaves it a while. */
    private boolean isThere(byte[] sha256) throws IOException {
        return blocking.call(() -> ages.refresh(pathOf(sha256)));
    }

    private void moveInto(Path file, Path target) throws IOException {
        blocking.call(() -> {
            Path shard = parent(target);
            if (!Files.isDirectory(shard)) {
                Files.createDirectories(shard);
                forceDirectory(files);
            }
            ages.moveInto(file, target);
            forceDirectory(shard);
            return true;
        });
    }

    private boolean forced(FileChannel file) throws IOException {
        try {
            disk.force(file);
            return true;
        } catch (IOException e) {
            poisoned = true;
            throw e;
        }
    }

    private void forceDirectory(Path directory) throws IOException {
        try {
            disk.forceDirectory(directory);
        } catch (IOException e) {
            poisoned = true;
            throw e;
        }
    }

    @Override
    public Optional<Opened> open(byte[] sha256) throws IOException {
        Path file = pathOf(sha256);
        try {
            var unsealed = blocking.call(() -> {
                var channel = new OffloadedChannel(blocking, disk.open(file), disk);
                try {
                    return sealing.open(sha256, channel);
                } catch (IOException | RuntimeException e) {
                    channel.close();
                    throw e;
                }
            });
            return Optional.of(new OpenedFile(unsealed, blocking));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean exists(byte[] sha256) {
        try {
            return blocking.call(() -> Files.exists(pathOf(sha256)));
        } catch (IOException e) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "The blob store did not answer; try again.", e);
        }
    }

    @Override
    public void delete(byte[] sha256) throws IOException {
        Path file = pathOf(sha256);
        blocking.call(() -> {
            if (Files.exists(file)) {
                disk.delete(file);
                forceDirectory(parent(file));
            }
            return true;
        });
    }

    @Override
    public void idle(int firstByte, Instant since, Consumer<Idle> sink) throws IOException {
        Path shard = files.resolve(HEX.toHexDigits((byte) firstByte));
        for (Path file : blocking.call(() -> ages.blobs(shard))) {
            var idle = blocking.call(() -> ages.isIdle(file, since)
                    ? Optional.of(new Idle(HEX.parseHex(file.getFileName().toString()), Files.size(file)))
                    : Optional.<Idle>empty());
            idle.ifPresent(sink);
        }
    }

    @Override
    public boolean deleteIdle(byte[] sha256, Instant since) throws IOException {
        return blocking.call(() -> ages.deleteIdle(pathOf(sha256), since));
    }

    /** Whether a force failed since the store was opened: what it acknowledged before is safe, nothing more is taken. */
    public boolean isPoisoned() {
        return poisoned;
    }

    @Override
    public void close() {
        // Files are opened and closed by each call; the threads belong to whoever gave them.
    }

    private Path pathOf(byte[] sha256) {
        String name = HEX.formatHex(sha256);
        return files.resolve(name.substring(0, 2)).resolve(name);
    }

    private Path fresh() {
        return temporary.resolve(UUID.randomUUID().toString());
    }

    private void acquire() {
        try {
            if (!largePuts.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new ClewException(
                        ErrorCode.OVERLOADED,
                        "The file was sent while %d large ones are being stored; try again.".formatted(MAX_LARGE_PUTS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "The request was stopped while it waited; try again.", e);
        }
    }

    private void requireWritable() throws IOException {
        if (poisoned) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "The file was sent after the disk failed to keep an earlier one; nothing more is taken. Check the disk and restart the server.");
        }
        if (blocking.call(() -> disk.usableBytes(temporary)) < reserveBytes) {
            throw DiskFailures.full(null);
        }
    }

    private record OpenedFile(Sealing.Unsealed unsealed, Blocking blocking) implements Opened {
        @Override
        public long size() {
            return unsealed.size();
        }

        @Override
        public InputStream range(long from, long length) throws IOException {
            InputStream range = unsealed.range(from, length);
            return length < ReadAhead.CHUNK ? range : new ReadAhead(range, blocking);
        }

        @Override
        public void close() throws IOException {
            unsealed.close();
        }
    }

    private static Path parent(Path file) {
        return java.util.Objects.requireNonNull(file.getParent(), "a blob lies in a directory");
    }
}

package dev.clew.server.storage;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as sealed files, {@code sha256/<2 hex>/<64 hex>} under one directory, of one organisation. Thread-safe; may be called on virtual
 * threads: every file call leaves them.
 *
 * <p>A put writes a temporary file, forces it, renames it to its digest and forces the directory. The file's key derives from the
 * digest, which is known only at the end: what fits one segment waits in memory; more is first sealed under a key of that put alone and
 * then sealed again, so that no plaintext ever reaches the disk. A failed force is never repeated: the kernel reports it once and then
 * calls the lost pages clean, so the store takes nothing more until it is opened again.
 */
public final class DirectoryBlobs implements Blobs {
    /** Puts of more than one segment at a time; each holds up to three segments in memory. */
    private static final int MAX_LARGE_PUTS = 16;

    private static final int WAIT_SECONDS = 30;
    private static final int COPY_BYTES = 64 * 1024;
    private static final HexFormat HEX = HexFormat.of();

    private final Path files;
    private final Path temporary;
    private final Sealing sealing;
    private final Blocking blocking;
    private final Disk disk;
    private final InstantSource clock;
    private final long reserveBytes;
    private final Semaphore largePuts = new Semaphore(MAX_LARGE_PUTS);
    private final Object[] locks = new Object[64];
    private volatile boolean poisoned;

    private DirectoryBlobs(
            Path directory, Sealing sealing, Blocking blocking, Disk disk, InstantSource clock, long reserveBytes) {
        this.files = directory.resolve("sha256");
        this.temporary = directory.resolve("new");
        this.sealing = sealing;
        this.blocking = blocking;
        this.disk = disk;
        this.clock = clock;
        this.reserveBytes = reserveBytes;
        Arrays.setAll(locks, _ -> new Object());
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
        MessageDigest digest = sha256();
        var limited = new DigestInputStream(new Limited(content, maxBytes), digest);
        byte[] head = limited.readNBytes(Sealing.SEGMENT);
        try {
            if (head.length < Sealing.SEGMENT) {
                return store(digest.digest(), head.length, out -> out.write(head));
            }
            return putLarge(head, limited, digest);
        } catch (Cut e) {
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Stored putLarge(byte[] head, InputStream rest, MessageDigest digest) throws IOException {
        acquire();
        Path file = fresh();
        try (var channel = new OffloadedChannel(blocking, blocking.call(() -> disk.create(file)), disk);
                var pending = sealing.pending(channel.output())) {
            long size = head.length;
            try (var stream = pending.stream()) {
                stream.write(head);
                size += copy(rest, stream);
            }
            byte[] sha256 = digest.digest();
            return store(sha256, size, out -> copy(pending.read(channel), out));
        } finally {
            largePuts.release();
            blocking.call(() -> {
                disk.delete(file);
                return true;
            });
        }
    }

    @Override
    public Stored put(Repeatable content) throws IOException {
        requireWritable();
        acquire();
        try {
            MessageDigest digest = sha256();
            long size = 0;
            try (InputStream first = new DigestInputStream(content.open(), digest)) {
                size = copy(first, OutputStream.nullOutputStream());
            }
            byte[] expected = digest.digest();
            return store(expected, size, out -> {
                MessageDigest second = sha256();
                try (InputStream again = new DigestInputStream(content.open(), second)) {
                    copy(again, out);
                }
                if (!Arrays.equals(second.digest(), expected)) {
                    throw new IOException("the content changed while it was read");
                }
            });
        } catch (IOException e) {
            throw failed(e);
        } finally {
            largePuts.release();
        }
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private Stored store(byte[] sha256, long size, Content content) throws IOException {
        Path target = pathOf(sha256);
        if (refresh(target)) {
            return new Stored(sha256, size);
        }
        Path file = fresh();
        boolean moved = false;
        try {
            try (var channel = new OffloadedChannel(blocking, blocking.call(() -> disk.create(file)), disk)) {
                try (var out = sealing.seal(sha256, channel.output())) {
                    content.writeTo(out);
                }
                force(channel.file());
            }
            moveInto(file, target);
            moved = true;
            return new Stored(sha256, size);
        } finally {
            if (!moved) {
                blocking.call(() -> {
                    disk.delete(file);
                    return true;
                });
            }
        }
    }

    /** Whether the blob is there already; marks it as just used, so that a sweep of what nothing refers to leaves it a while. */
    private boolean refresh(Path target) throws IOException {
        return blocking.call(() -> {
            synchronized (lockOf(target)) {
                try {
                    Files.setLastModifiedTime(target, FileTime.from(clock.instant()));
                    return true;
                } catch (NoSuchFileException e) {
                    return false;
                }
            }
        });
    }

    private void moveInto(Path file, Path target) throws IOException {
        blocking.call(() -> {
            Path shard = parent(target);
            if (!Files.isDirectory(shard)) {
                Files.createDirectories(shard);
                forceDirectory(files);
            }
            synchronized (lockOf(target)) {
                disk.rename(file, target);
            }
            forceDirectory(shard);
            return true;
        });
    }

    private void force(FileChannel file) throws IOException {
        blocking.call(() -> {
            try {
                disk.force(file);
            } catch (IOException e) {
                poisoned = true;
                throw e;
            }
            return true;
        });
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
            var channel = new OffloadedChannel(blocking, blocking.call(() -> disk.open(file)), disk);
            try {
                return Optional.of(new OpenedFile(sealing.open(sha256, channel)));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
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
        List<Path> found = blocking.call(() -> {
            if (!Files.isDirectory(shard)) {
                return List.<Path>of();
            }
            try (var listed = Files.list(shard)) {
                return listed.filter(file -> file.getFileName().toString().length() == 64)
                        .sorted()
                        .toList();
            }
        });
        for (Path file : found) {
            var idle = blocking.call(() -> isIdle(file, since)
                    ? Optional.of(new Idle(HEX.parseHex(file.getFileName().toString()), Files.size(file)))
                    : Optional.<Idle>empty());
            idle.ifPresent(sink);
        }
    }

    private static boolean isIdle(Path file, Instant since) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().isBefore(since);
    }

    @Override
    public boolean deleteIdle(byte[] sha256, Instant since) throws IOException {
        Path file = pathOf(sha256);
        return blocking.call(() -> {
            synchronized (lockOf(file)) {
                if (!Files.exists(file) || !isIdle(file, since)) {
                    return false;
                }
                disk.delete(file); // not forced: a file that comes back after a power cut is found idle again
                return true;
            }
        });
    }

    /** Of a blob's file: between the look at it and its removal nobody puts it. */
    private Object lockOf(Path file) {
        return locks[Math.floorMod(file.hashCode(), locks.length)];
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
            throw full(null);
        }
    }

    /** What is to be said of a call of the disk that failed while a file was stored. */
    static ClewException failed(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded")
                ? full(e)
                : new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "The file was sent, and the disk did not keep it; it was not stored. Try again, and check the disk if that fails too.",
                        e);
    }

    /** Whoever sent the content stopped: no fault of the disk. */
    static final class Cut extends IOException {
        private static final long serialVersionUID = 1L;

        Cut(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    static ClewException full(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.READ_ONLY,
                "The file was sent while the disk is full; it was not stored. Free some space; the server goes on by itself.",
                cause);
    }

    private static long copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[COPY_BYTES];
        long copied = 0;
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            copied += read;
        }
        Arrays.fill(buffer, (byte) 0);
        return copied;
    }

    private static MessageDigest sha256() {
        return Hashing.newSha256();
    }

    private record OpenedFile(Sealing.Unsealed unsealed) implements Opened {
        @Override
        public long size() {
            return unsealed.size();
        }

        @Override
        public InputStream range(long from, long length) throws IOException {
            return unsealed.range(from, length);
        }

        @Override
        public void close() throws IOException {
            unsealed.close();
        }
    }

    /** Refuses the byte after the last allowed one. */
    static final class Limited extends FilterInputStream {
        private final long max;
        private long taken;

        Limited(InputStream in, long max) {
            super(in);
            this.max = max;
        }

        @Override
        public int read() throws IOException {
            int read;
            try {
                read = super.read();
            } catch (IOException e) {
                throw new Cut(e);
            }
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read;
            try {
                read = super.read(into, offset, length);
            } catch (IOException e) {
                throw new Cut(e);
            }
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) {
            taken += read;
            if (taken > max) {
                throw new ClewException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "The file is longer than the %d bytes that are taken here; nothing was stored.".formatted(max));
            }
        }
    }

    private static Path parent(Path file) {
        return java.util.Objects.requireNonNull(file.getParent(), "a blob lies in a directory");
    }
}

package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Parts of files that arrive in pieces, until they are whole: sealed files {@code <upload>/<number>-<64 hex>-<bytes>} under one directory.
 * No row refers to them and no backup holds them, so they are not forced to the disk: who sent a part that a crash took sends it again.
 * Thread-safe; may be called on virtual threads: every file call leaves them.
 */
public final class PartFiles {
    /** Parts written at a time; each holds a MiB in memory. */
    private static final int MAX_PUTS = 16;

    private static final int WAIT_SECONDS = 60;
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern UPLOAD = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern PART = Pattern.compile("([0-9]{1,6})-([0-9a-f]{64})-([0-9]{1,18})");

    private final Path directory;
    private final Sealing sealing;
    private final Blocking blocking;
    private final Disk disk;
    private final long reserveBytes;
    private final Semaphore puts = new Semaphore(MAX_PUTS);

    private PartFiles(Path directory, Sealing sealing, Blocking blocking, Disk disk, long reserveBytes) {
        this.directory = directory;
        this.sealing = sealing;
        this.blocking = blocking;
        this.disk = disk;
        this.reserveBytes = reserveBytes;
    }

    /** A part as it lies here. */
    public record Part(int number, byte[] sha256, long size) {
        private String fileName() {
            return "%d-%s-%d".formatted(number, HEX.formatHex(sha256), size);
        }
    }

    /**
     * Opens the directory, making it if need be.
     *
     * @param reserveBytes space that parts leave free; with less they are refused with READ_ONLY
     */
    public static PartFiles open(Path directory, Sealing sealing, Blocking blocking, long reserveBytes)
            throws IOException {
        return open(directory, sealing, blocking, Disk.REAL, reserveBytes);
    }

    static PartFiles open(Path directory, Sealing sealing, Blocking blocking, Disk disk, long reserveBytes)
            throws IOException {
        Files.createDirectories(directory);
        return new PartFiles(directory, sealing, blocking, disk, reserveBytes);
    }

    /** Uploads of which there is anything, by their ids. */
    public List<String> uploads() throws IOException {
        return blocking.call(() -> names(directory, UPLOAD));
    }

    /**
     * Stores or replaces a part, in bounded memory.
     *
     * @param upload 32 hexadecimal digits
     * @param maxBytes more is refused with PAYLOAD_TOO_LARGE; nothing is left behind, and what was there stays
     */
    public Part put(String upload, int number, InputStream content, long maxBytes) throws IOException {
        acquire();
        Path file = folder(upload).resolve(UUID.randomUUID() + ".new");
        boolean kept = false;
        try {
            createRoomFor(upload);
            Part part = write(upload, number, file, content, maxBytes);
            moveInto(upload, file, part);
            kept = true;
            return part;
        } finally {
            puts.release();
            if (!kept) {
                blocking.call(() -> {
                    disk.delete(file);
                    return true;
                });
            }
        }
    }

    private void createRoomFor(String upload) throws IOException {
        boolean room = blocking.call(() -> {
            Files.createDirectories(folder(upload));
            return disk.usableBytes(directory) >= reserveBytes;
        });
        if (!room) {
            throw DiskFailures.full(null);
        }
    }

    private Part write(String upload, int number, Path file, InputStream content, long maxBytes) throws IOException {
        try (var channel = new OffloadedChannel(blocking, blocking.call(() -> disk.create(file)), disk);
                var out = sealing.seal(sealName(upload, number), channel.output())) {
            var taken = Intake.take(new Limited(content, maxBytes), out, blocking);
            return new Part(number, taken.sha256(), taken.size());
        } catch (Limited.Cut e) {
            throw e;
        } catch (IOException e) {
            throw DiskFailures.failed(e);
        }
    }

    private void moveInto(String upload, Path file, Part part) throws IOException {
        blocking.call(() -> {
            Path target = folder(upload).resolve(part.fileName());
            disk.rename(file, target);
            for (String name : names(folder(upload), PART)) {
                if (name.startsWith(part.number() + "-") && !name.equals(part.fileName())) {
                    disk.delete(folder(upload).resolve(name));
                }
            }
            return true;
        });
    }

    /** The parts of an upload by number; none when there is no such upload. */
    public List<Part> parts(String upload) throws IOException {
        Map<Integer, Part> parts = new TreeMap<>();
        for (String name : blocking.call(() -> names(folder(upload), PART))) {
            var matcher = PART.matcher(name);
            if (matcher.matches()) {
                int number = Integer.parseInt(matcher.group(1));
                parts.put(number, new Part(number, HEX.parseHex(matcher.group(2)), Long.parseLong(matcher.group(3))));
            }
        }
        return List.copyOf(parts.values());
    }

    /**
     * The bytes of these parts one after the other; one part is open at a time.
     *
     * @throws ClewException WRONG_STATE, while reading, when a part is not what was sent any more
     */
    public InputStream read(String upload, List<Part> parts) {
        Iterator<Part> rest = parts.iterator();
        return new SequenceInputStream(new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return rest.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return open(upload, rest.next());
            }
        });
    }

    private InputStream open(String upload, Part part) {
        Path file = folder(upload).resolve(part.fileName());
        try {
            return blocking.call(() -> {
                var channel = new OffloadedChannel(blocking, disk.open(file), disk);
                try {
                    return new PartStream(sealing.open(sealName(upload, part.number()), channel), part, blocking);
                } catch (IOException | RuntimeException e) {
                    channel.close();
                    throw e;
                }
            });
        } catch (IOException e) {
            throw lost(part, e);
        } catch (ClewException e) {
            throw e.code() == ErrorCode.BLOB_DAMAGED ? lost(part, e) : e;
        }
    }

    /** Deletes an upload with all its parts, if it is there. */
    public void delete(String upload) throws IOException {
        blocking.call(() -> {
            Path folder = folder(upload);
            for (String name : names(folder, Pattern.compile(".+"))) {
                disk.delete(folder.resolve(name));
            }
            disk.delete(folder);
            return true;
        });
    }

    private static ClewException lost(Part part, Exception cause) {
        return new ClewException(
                ErrorCode.WRONG_STATE,
                "Part %d was sent, and is not here whole any more; send it again.".formatted(part.number()),
                cause);
    }

    private Path folder(String upload) {
        if (!UPLOAD.matcher(upload).matches()) {
            throw new IllegalArgumentException("An upload's id is 32 hexadecimal digits");
        }
        return directory.resolve(upload);
    }

    private static List<String> names(Path folder, Pattern pattern) throws IOException {
        var names = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (pattern.matcher(name).matches()) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return names;
    }

    private static byte[] sealName(String upload, int number) {
        return (upload + "/" + number).getBytes(StandardCharsets.US_ASCII);
    }

    private void acquire() {
        try {
            if (!puts.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new ClewException(
                        ErrorCode.OVERLOADED,
                        "The part was sent while %d others are being stored; try again.".formatted(MAX_PUTS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "The request was stopped while it waited; try again.", e);
        }
    }

    /** The bytes of one part; what is damaged is a part to be sent again. */
    private static final class PartStream extends FilterInputStream {
        private final Sealing.Unsealed unsealed;
        private final Part part;

        PartStream(Sealing.Unsealed unsealed, Part part, Blocking blocking) throws IOException {
            super(new ReadAhead(unsealed.range(0, unsealed.size()), blocking));
            this.unsealed = unsealed;
            this.part = part;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return super.read(into, offset, length);
            } catch (IOException e) {
                throw lost(part, e);
            } catch (ClewException e) {
                throw e.code() == ErrorCode.BLOB_DAMAGED ? lost(part, e) : e;
            }
        }

        @Override
        public void close() throws IOException {
            super.close();
            unsealed.close();
        }
    }
}

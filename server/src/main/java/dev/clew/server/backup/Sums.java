package dev.clew.server.backup;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Copies files into an archive and writes down their digests as {@code sha256sum} does, so that its owner can check the archive without
 * Clew: {@code sha256sum -c SHA256SUMS}. Every file is forced to disk. Confined to one thread.
 */
final class Sums implements AutoCloseable {
    static final String FILE = "SHA256SUMS";

    private static final int BUFFER = 256 * 1024;

    private final Path archive;
    private final BufferedWriter list;
    private final MessageDigest listDigest = sha256();
    private final Set<Path> directories = new LinkedHashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private long files;
    private long bytes;

    Sums(Path archive) throws IOException {
        this.archive = archive;
        this.list = Files.newBufferedWriter(
                archive.resolve(FILE), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    long files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    /** Copies a file to a place of the archive, such as {@code ledger/tile/0/000}. */
    void copy(Path from, String to) throws IOException {
        Path target = archive.resolve(to);
        Files.createDirectories(parent(target));
        var digest = sha256();
        try (var in = FileChannel.open(from, StandardOpenOption.READ);
                var out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (in.read(buffer.clear()) >= 0) {
                buffer.flip();
                digest.update(buffer.duplicate());
                bytes += buffer.remaining();
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        }
        note(target, to, digest);
    }

    /** Takes in a file that lies in its place already. */
    void add(String path) throws IOException {
        Path file = archive.resolve(path);
        var digest = sha256();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                bytes += buffer.remaining();
                digest.update(buffer);
            }
            channel.force(true);
        }
        note(file, path, digest);
    }

    private void note(Path file, String path, MessageDigest digest) throws IOException {
        files++;
        for (Path at = parent(file); at.startsWith(archive); at = parent(at)) {
            directories.add(at);
        }
        String line = "%s  %s\n".formatted(HexFormat.of().formatHex(digest.digest()), path);
        listDigest.update(line.getBytes(StandardCharsets.UTF_8));
        list.write(line);
    }

    /** Ends the list and forces it with all directories; answers its SHA-256 in hexadecimal. */
    String finish() throws IOException {
        list.close();
        try (var channel = FileChannel.open(archive.resolve(FILE), StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        for (Path directory : directories) {
            force(directory);
        }
        return HexFormat.of().formatHex(listDigest.digest());
    }

    @Override
    public void close() throws IOException {
        list.close();
    }

    /** Writes a small file durably: temporary file, force, rename, force of the directory. */
    static void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (var channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        force(parent(file));
    }

    private static void force(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
    }

    static MessageDigest sha256() {
        return Hashing.newSha256();
    }

    /** Told of every file of an archive. */
    @FunctionalInterface
    interface Listed {
        void file(String path, byte[] sha256) throws IOException;
    }

    /**
     * Reads the list of an archive, whose digest the manifest says.
     *
     * @throws ClewException INVALID_ARGUMENT when it is not the list that was written, or names a place outside the archive
     */
    static void read(Path archive, String sums, Listed listed) throws IOException {
        var digest = sha256();
        try (InputStream in = Files.newInputStream(archive.resolve(FILE))) {
            byte[] chunk = new byte[BUFFER];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(sums)) {
            throw damaged(archive, FILE);
        }
        try (var lines = Files.newBufferedReader(archive.resolve(FILE), StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.length() < 67 || !line.startsWith("  ", 64)) {
                    throw damaged(archive, FILE);
                }
                String path = line.substring(66);
                if (!archive.resolve(path).normalize().startsWith(archive.normalize()) || path.startsWith("/")) {
                    throw damaged(archive, FILE);
                }
                listed.file(path, HexFormat.of().parseHex(line, 0, 64));
            }
        }
    }

    static ClewException damaged(Path archive, String file) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "%s of \"%s\" is not what was written; use another archive.".formatted(file, archive));
    }
}

package dev.clew.server;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The data directory in the hands of this process: one at a time, by a lock of the operating system on {@code clew.lock}, which goes
 * with the process however it ends. The file also says who holds it and where it answers.
 */
public final class DataDirectory implements AutoCloseable {
    /** Who holds a directory. {@code url} is empty until the holder answers. */
    public record Holder(long pid, Optional<String> url) {}

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the directory, making it if it is missing, readable by its owner alone.
     *
     * @throws ClewException CONFIGURATION saying which process holds it, or why it cannot be used
     */
    public static DataDirectory take(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
                restrict(path, "rwx------");
            }
            var channel = FileChannel.open(
                    path.resolve("clew.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            var lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw held(path);
            }
            var directory = new DataDirectory(path, channel, lock);
            directory.say("");
            return directory;
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The data directory \"%s\" cannot be used (%s). Give --data a directory this user may write."
                            .formatted(path, e.getMessage()),
                    e);
        }
    }

    /** Who holds the directory now; empty when nobody does. */
    public static Optional<Holder> holder(Path path) {
        Path file = path.resolve("clew.lock");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (var lock = tryLock(channel)) {
                if (lock != null) {
                    return Optional.empty();
                }
            }
            return Optional.of(read(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public Path path() {
        return path;
    }

    /** Writes down where this process answers, for commands that find it by the directory. */
    public void answersAt(String url) {
        try {
            say(url);
        } catch (IOException e) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "The lock file of the data directory cannot be written.", e);
        }
    }

    @Override
    public void close() {
        try (channel) {
            say("");
            lock.release();
        } catch (IOException e) {
            // The lock goes with the process in any case.
            System.getLogger("clew").log(System.Logger.Level.DEBUG, "lock file not cleared", e);
        }
    }

    private void say(String url) throws IOException {
        String text =
                "pid=%d%n%s".formatted(ProcessHandle.current().pid(), url.isEmpty() ? "" : "url=%s%n".formatted(url));
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static ClewException held(Path path) throws IOException {
        Holder holder = read(path.resolve("clew.lock"));
        return new ClewException(
                ErrorCode.CONFIGURATION,
                "The data directory \"%s\" is held by process %d%s; only one server may use it. Stop that process, or give --data another directory."
                        .formatted(
                                path,
                                holder.pid(),
                                holder.url()
                                        .map(url -> ", which answers at " + url)
                                        .orElse("")));
    }

    private static Holder read(Path file) throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return new Holder(
                Long.parseLong(properties.getProperty("pid", "0").strip()),
                Optional.ofNullable(properties.getProperty("url")));
    }

    private static void restrict(Path path, String permissions) throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}

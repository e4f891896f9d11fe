package dev.clew.server.storage;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads every blob of a directory and compares its content with the digest it is named by. Needs the key that seals them. Memory: one
 * segment. Confined to one thread; blocks.
 */
public final class BlobCheck {
    private static final int READ = 1 << 16;
    private static final int DIGITS = 2 * Hashing.SIZE;

    private final Path files;
    private final BiConsumer<String, String> findings;
    private long checked;

    /**
     * Checks a directory of blobs.
     *
     * @param directory the one that {@link DirectoryBlobs} was opened with
     * @param findings told the name of a file and what is wrong with it
     */
    public BlobCheck(Path directory, BiConsumer<String, String> findings) {
        this.files = directory.resolve("sha256");
        this.findings = findings;
    }

    /** Whether there is anything to check. */
    public boolean isEmpty() throws IOException {
        if (!Files.isDirectory(files)) {
            return true;
        }
        try (Stream<Path> all = Files.walk(files)) {
            return all.noneMatch(Files::isRegularFile);
        }
    }

    /** @param sealing asked for once, when there is a file */
    public void run(Supplier<Sealing> sealing) throws IOException {
        if (isEmpty()) {
            return;
        }
        Sealing opening = sealing.get();
        try (Stream<Path> all = Files.walk(files)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile).sorted()::iterator) {
                check(file, opening);
            }
        }
    }

    /** Whether there is a file of this digest, whatever it holds: {@link #run} looks at that. */
    public boolean holds(byte[] sha256) {
        String name = HexFormat.of().formatHex(sha256);
        return sha256.length == Hashing.SIZE
                && Files.isRegularFile(files.resolve(name.substring(0, 2)).resolve(name));
    }

    /** Files read. */
    public long checked() {
        return checked;
    }

    private void check(Path file, Sealing sealing) {
        String name = String.valueOf(file.getFileName());
        byte[] digest = digestOf(file, name);
        if (digest == null) {
            findings.accept(name, "does not belong among the stored files");
            return;
        }
        checked++;
        try (var channel = FileChannel.open(file);
                var opened = sealing.open(digest, channel);
                InputStream content = opened.range(0, opened.size())) {
            MessageDigest sha = Hashing.newSha256();
            byte[] buffer = new byte[READ];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                sha.update(buffer, 0, read);
            }
            if (!MessageDigest.isEqual(sha.digest(), digest)) {
                findings.accept(name, "does not hold the bytes it is named by");
            }
        } catch (ClewException | IOException e) {
            findings.accept(name, "does not open: it is not what was stored");
        }
    }

    private static byte @Nullable [] digestOf(Path file, String name) {
        Path shard = file.getParent();
        boolean fits = name.length() == DIGITS
                && name.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
                && shard != null
                && name.startsWith(String.valueOf(shard.getFileName()))
                && String.valueOf(shard.getFileName()).length() == 2;
        return fits ? HexFormat.of().parseHex(name) : null;
    }
}

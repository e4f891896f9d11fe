package dev.clew.server.vault;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** The file of the root key: 32 random bytes, mode 0600, made at the first start. Everything sealed hangs on it; it is in no backup. */
final class RootKey {
    /** What still works without the right root key; part of every message about it. */
    static final String STILL_POSSIBLE =
            "Without it sealed payloads, subjects, tokens and signing are lost, and this server does not start; what is still possible:"
                    + " verify every entry, checkpoint and proof (clew verify), read plain bodies.";

    private RootKey() {}

    /**
     * Reads the key.
     *
     * @param mayCreate whether a missing file may be made, i.e. nothing was sealed yet
     * @throws ClewException KEY_MISSING when there is none and none may be made, or it is not 32 bytes
     */
    static byte[] load(Path file, boolean mayCreate) {
        try {
            if (!Files.exists(file)) {
                if (!mayCreate) {
                    throw new ClewException(
                            ErrorCode.KEY_MISSING,
                            "The vault holds keys, but its root key is missing. Put the saved copy of root.key back. "
                                    + STILL_POSSIBLE);
                }
                create(file);
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != Primitives.KEY_BYTES) {
                throw new ClewException(
                        ErrorCode.KEY_MISSING,
                        "The root key has %d bytes instead of %d. Put the saved copy of root.key back. "
                                        .formatted(key.length, Primitives.KEY_BYTES)
                                + STILL_POSSIBLE);
            }
            return key;
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.KEY_MISSING,
                    "The root key cannot be read; let the server's user read it. " + STILL_POSSIBLE,
                    e);
        }
    }

    private static void create(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a key has a directory");
        Files.createDirectories(directory);
        Path fresh = directory.resolve("root.key.new");
        Files.deleteIfExists(fresh);
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel held = FileChannel.open(directory, StandardOpenOption.READ)) {
            try (FileChannel out = FileChannel.open(fresh, options, owner)) {
                out.write(ByteBuffer.wrap(Primitives.random(Primitives.KEY_BYTES)));
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            held.force(true);
        }
    }
}

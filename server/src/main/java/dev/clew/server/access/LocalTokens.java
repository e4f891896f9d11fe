package dev.clew.server.access;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The two tokens that are files readable by the server's user alone: {@code admin.token}, by which local commands act as the operator,
 * and {@code bootstrap.token}, by which the first user is made, for 24 h and once.
 */
final class LocalTokens {
    private static final Duration BOOTSTRAP_VALIDITY = Duration.ofHours(24);

    private final Path keys;
    private final String admin;
    private final InstantSource clock;
    private final boolean fresh;
    private volatile @Nullable String bootstrap;

    private LocalTokens(Path keys, String admin, @Nullable String bootstrap, boolean fresh, InstantSource clock) {
        this.keys = keys;
        this.admin = admin;
        this.bootstrap = bootstrap;
        this.fresh = fresh;
        this.clock = clock;
    }

    static LocalTokens open(Path keys, boolean hasUsers, SecureRandom random, InstantSource clock) {
        try {
            Files.createDirectories(keys);
            Path adminFile = keys.resolve("admin.token");
            if (!Files.exists(adminFile)) {
                write(adminFile, TokenText.next(TokenText.ADMIN, random));
            }
            String admin = Files.readString(adminFile).strip();
            Path bootstrapFile = keys.resolve("bootstrap.token");
            boolean fresh = false;
            String bootstrap = null;
            if (hasUsers) {
                Files.deleteIfExists(bootstrapFile);
            } else {
                if (!Files.exists(bootstrapFile) || isOver(bootstrapFile, clock)) {
                    Files.deleteIfExists(bootstrapFile);
                    write(bootstrapFile, TokenText.next(TokenText.BOOTSTRAP, random));
                    fresh = true;
                }
                bootstrap = Files.readString(bootstrapFile).strip();
            }
            return new LocalTokens(keys, admin, bootstrap, fresh, clock);
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The directory of keys cannot be written; let the server's user write it.",
                    e);
        }
    }

    Optional<String> freshBootstrap() {
        return fresh ? Optional.ofNullable(bootstrap) : Optional.empty();
    }

    boolean isAdmin(String text) {
        return equal(admin, text);
    }

    boolean isBootstrap(String text) {
        String now = bootstrap;
        return now != null && equal(now, text) && !isOver(keys.resolve("bootstrap.token"), clock);
    }

    /** It was used. */
    void endBootstrap() {
        bootstrap = null;
        try {
            Files.deleteIfExists(keys.resolve("bootstrap.token"));
        } catch (IOException e) {
            throw new ClewException(ErrorCode.INTERNAL, "The used bootstrap token cannot be deleted.", e);
        }
    }

    private static boolean isOver(Path file, InstantSource clock) {
        try {
            return Files.getLastModifiedTime(file)
                    .toInstant()
                    .plus(BOOTSTRAP_VALIDITY)
                    .isBefore(clock.instant());
        } catch (IOException e) {
            return true;
        }
    }

    private static void write(Path file, String token) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, token + "\n");
    }

    private static boolean equal(String left, String right) {
        return MessageDigest.isEqual(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.clew.server.access;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * argon2id (RFC 9106) with m = 19 456 KiB, t = 2, p = 1, in PHC form, on a bounded pool of its own: a hash costs a quarter of a second,
 * so it never runs on a request's thread and at most 32 wait.
 */
final class Passwords implements AutoCloseable {
    static final int MIN_LENGTH = 15;
    static final int MAX_LENGTH = 128;

    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int SALT = 16;
    private static final int TAG = 32;
    private static final String PREFIX = "$argon2id$v=19$m=%d,t=%d,p=1$".formatted(MEMORY_KIB, PASSES);

    private final SecureRandom random = new SecureRandom();
    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            0,
            Math.min(4, Math.max(1, Runtime.getRuntime().availableProcessors())),
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(32),
            task -> Thread.ofPlatform().name("passwords").daemon().unstarted(task));
    private final String dummy;

    Passwords() {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        dummy = PREFIX + base64(salt) + "$" + base64(new byte[TAG]);
    }

    /** @throws ClewException INVALID_ARGUMENT unless 15 to 128 characters */
    String hash(String password) {
        if (password.length() < MIN_LENGTH || password.length() > MAX_LENGTH) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A password has %d to %d characters.".formatted(MIN_LENGTH, MAX_LENGTH));
        }
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        return PREFIX + base64(salt) + "$" + base64(run(password, salt));
    }

    /** Takes as long for a user who does not exist (null) as for one who does. */
    boolean verify(String password, @Nullable String phc) {
        String[] parts = (phc == null ? dummy : phc).split("\\$", -1);
        byte[] salt = Base64.getDecoder().decode(parts[4]);
        byte[] tag = Base64.getDecoder().decode(parts[5]);
        return MessageDigest.isEqual(tag, run(password, salt)) && phc != null;
    }

    private byte[] run(String password, byte[] salt) {
        var done = new CompletableFuture<byte[]>();
        try {
            pool.execute(() -> done.complete(argon2(password, salt)));
        } catch (RejectedExecutionException e) {
            throw new ClewException(
                    ErrorCode.OVERLOADED, "Too many passwords are being checked; try again shortly.", e);
        }
        return done.join();
    }

    private static byte[] argon2(String password, byte[] salt) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(MEMORY_KIB)
                .withIterations(PASSES)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] tag = new byte[TAG];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), tag);
        return tag;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}

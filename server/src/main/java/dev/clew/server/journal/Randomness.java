package dev.clew.server.journal;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;

/** Salts and request ids, cut from larger draws because a draw costs more than its bytes. Confined to the writer. */
final class Randomness {
    private static final int DRAW = 4_096;

    private final Consumer<byte[]> source;
    private final byte[] pool = new byte[DRAW];
    private int used = DRAW;

    /** @param source fills an array with unpredictable bytes; a seeded one in simulations */
    Randomness(Consumer<byte[]> source) {
        this.source = source;
    }

    static Randomness secure() {
        return new Randomness(new SecureRandom()::nextBytes);
    }

    byte[] salt() {
        if (used + 16 > DRAW) {
            source.accept(pool);
            used = 0;
        }
        byte[] salt = Arrays.copyOfRange(pool, used, used + 16);
        Arrays.fill(pool, used, used + 16, (byte) 0);
        used += 16;
        return salt;
    }

    /** A UUIDv7 of this time. */
    byte[] request(long micros) {
        byte[] id = salt();
        long millis = micros / 1_000;
        for (int i = 0; i < 6; i++) {
            id[i] = (byte) (millis >>> (40 - 8 * i));
        }
        id[6] = (byte) ((id[6] & 0x0f) | 0x70);
        id[8] = (byte) ((id[8] & 0x3f) | 0x80);
        return id;
    }
}

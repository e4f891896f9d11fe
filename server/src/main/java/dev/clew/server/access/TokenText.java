package dev.clew.server.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * The text of tokens: 40 characters, a prefix of 5, 29 random ones of base 62 (172 bits), and a CRC-32 of the rest in 6, by which typos
 * and leaks are recognised without a server.
 */
final class TokenText {
    static final int LENGTH = 40;
    static final String PERSONAL = "clwp_";
    static final String SERVICE = "clws_";
    static final String BOOTSTRAP = "clwb_";
    /** The local operator's, in {@code keys/admin.token}. */
    static final String ADMIN = "clwa_";

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM = 29;
    private static final int CRC = 6;

    private TokenText() {}

    static String next(String prefix, SecureRandom random) {
        var text = new StringBuilder(LENGTH).append(prefix);
        for (int i = 0; i < RANDOM; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.append(crc(text.toString())).toString();
    }

    /** Whether it can be one of ours at all. */
    static boolean isWellFormed(String text) {
        return text.length() == LENGTH && text.startsWith("clw") && text.endsWith(crc(text.substring(0, LENGTH - CRC)));
    }

    private static String crc(String text) {
        var crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        long value = crc.getValue();
        char[] digits = new char[CRC];
        for (int i = CRC - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (value % ALPHABET.length()));
            value /= ALPHABET.length();
        }
        return new String(digits);
    }
}

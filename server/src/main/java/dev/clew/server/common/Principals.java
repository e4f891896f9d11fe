package dev.clew.server.common;

import dev.clew.ledger.tree.Hashing;
import java.nio.charset.StandardCharsets;

/** Principal ids ({@code usr:…}, {@code svc:…}, {@code tea:…} with 26 base32 letters; built-in {@code usr:local}, {@code sys:…}) and their uids. */
public final class Principals {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private Principals() {}

    /** The node of a principal: its 16 random bytes; of a built-in one, which no entry creates, the digest H("clew/principal/" ‖ id). */
    public static Node node(String id) {
        String name = id.substring(id.indexOf(':') + 1);
        return Node.of(Kind.PRINCIPAL, name.length() == 26 ? decode(name) : builtIn(id));
    }

    public static boolean isService(String id) {
        return id.startsWith("svc:");
    }

    /** {@code prefix} with the 26-letter form of 16 bytes (RFC 4648 base32, lower case, no padding). */
    public static String id(String prefix, Uid uid) {
        byte[] bytes = uid.bytes();
        var text = new StringBuilder(prefix).append(':');
        int buffer = 0;
        int bits = 0;
        for (byte b : bytes) {
            buffer = buffer << 8 | (b & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(ALPHABET.charAt(buffer >>> bits & 31));
            }
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) {
            text.append(ALPHABET.charAt(buffer << (5 - bits) & 31));
        }
        return text.toString();
    }

    private static Uid decode(String name) {
        byte[] bytes = new byte[16];
        int buffer = 0;
        int bits = 0;
        int at = 0;
        for (int i = 0; i < name.length() && at < bytes.length; i++) {
            int value = ALPHABET.indexOf(name.charAt(i));
            if (value < 0) {
                throw new ClewException(ErrorCode.INVALID_ARGUMENT, "\"%s\" is not a principal id".formatted(name));
            }
            buffer = buffer << 5 | value;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = (byte) (buffer >>> bits);
                buffer &= (1 << bits) - 1;
            }
        }
        return Uid.of(bytes);
    }

    private static Uid builtIn(String id) {
        byte[] digest = Hashing.sha256(("clew/principal/" + id).getBytes(StandardCharsets.UTF_8));
        return Uid.of(digest);
    }
}

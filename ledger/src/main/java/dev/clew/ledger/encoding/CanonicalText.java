package dev.clew.ledger.encoding;

import java.util.Base64;
import java.util.HexFormat;

/** The one text form of bytes and numbers in notes, proofs and policies; every other spelling is refused. */
public final class CanonicalText {
    private static final HexFormat HEX = HexFormat.of();

    private CanonicalText() {}

    /** Base64, RFC 4648 section 4, with padding. */
    public static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * Decodes base64 in the form {@link #base64(byte[])} writes: padded, no line breaks, unused bits zero.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static byte[] parseBase64(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not base64", e);
        }
        if (!base64(bytes).equals(text)) {
            throw new IllegalArgumentException("base64 that is not canonical");
        }
        return bytes;
    }

    /**
     * A decimal number from 0 to 2^63 − 1 without sign and leading zeros.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static long parseDecimal(String text) {
        if (text.isEmpty() || text.length() > 19 || (text.length() > 1 && text.charAt(0) == '0')) {
            throw new IllegalArgumentException("not a decimal number without leading zeros");
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("not a decimal number without leading zeros");
            }
            value = value * 10 + digit;
        }
        if (value < 0) {
            throw new IllegalArgumentException("a number beyond 2^63 - 1");
        }
        return value;
    }

    /** Lower-case hexadecimal. */
    public static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }
}

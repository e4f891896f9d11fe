package dev.clew.ledger.note;

/** What a key name may be. */
final class KeyNames {
    private static final int MAX_UTF8_BYTES = 255;

    private KeyNames() {}

    static String require(String name) {
        if (name.isEmpty()) {
            throw new NoteException("a key name is empty");
        }
        name.codePoints().forEach(c -> {
            if (c == '+' || isUnicodeSpace(c) || c < 0x20) {
                throw new NoteException("a key name holds a space, a plus or a control character");
            }
        });
        if (name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_UTF8_BYTES) {
            throw new NoteException("a key name has more than 255 bytes");
        }
        return name;
    }

    /** The Unicode property White_Space; {@link Character#isWhitespace} leaves out the no-break spaces. */
    private static boolean isUnicodeSpace(int c) {
        return (c >= 0x09 && c <= 0x0d)
                || c == 0x20
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }
}

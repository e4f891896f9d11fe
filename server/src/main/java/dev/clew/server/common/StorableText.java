package dev.clew.server.common;

import org.jspecify.annotations.Nullable;

/** What every store and every encoding of ours takes: texts without U+0000 and without halves of surrogate pairs. */
public final class StorableText {
    private StorableText() {}

    /** What keeps a text from being stored, in words; null when nothing does. */
    public static @Nullable String fault(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "the character U+0000";
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return "half a surrogate pair";
                }
                i++;
            }
        }
        return null;
    }
}

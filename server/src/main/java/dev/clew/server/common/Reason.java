package dev.clew.server.common;

import java.util.Locale;
import java.util.Optional;

/** Why a change was made or personal data read: a code of a closed list, which may stand in a leaf, and free text, which never does. */
public record Reason(Code code, String text) {
    /** The closed list of codes that leaves may carry. */
    public enum Code {
        PROMOTION,
        ROLLBACK,
        FIX,
        REQUEST,
        SCHEDULE,
        POLICY,
        INCIDENT,
        RETENTION,
        IMPORT,
        OTHER;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Code> parse(String text) {
            for (Code code : values()) {
                if (code.text().equals(text)) {
                    return Optional.of(code);
                }
            }
            return Optional.empty();
        }
    }

    /** What stands for the reason of whoever works alone on this machine and gave none: a code, and no text that says anything. */
    public static final Reason LOCAL = new Reason(Code.OTHER, "local");

    /** Longest accepted text, in characters. */
    public static final int MAX_TEXT = 8_192;

    /** Whether somebody said something that is to be kept. */
    public boolean hasText() {
        return !text.isBlank() && !equals(LOCAL);
    }

    /** Parses {@code [code;] text}, the form of the header {@code X-Clew-Reason} and of {@code --reason}. */
    public static Reason parse(String value) {
        int semicolon = value.indexOf(';');
        if (semicolon > 0) {
            var code = Code.parse(value.substring(0, semicolon).strip());
            if (code.isPresent()) {
                return of(code.get(), value.substring(semicolon + 1).strip());
            }
        }
        return of(Code.OTHER, value.strip());
    }

    public static Reason of(Code code, String text) {
        if (text.length() > MAX_TEXT) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The reason has %d characters; at most %d are kept. Shorten it."
                            .formatted(text.length(), MAX_TEXT));
        }
        return new Reason(code, text);
    }
}

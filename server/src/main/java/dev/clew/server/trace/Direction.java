package dev.clew.server.trace;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.Locale;

/** Which way a walk goes. Links go from effect to cause, so causes are upstream. */
public enum Direction {
    /** Towards causes: what this rests on. */
    UP,
    /** Towards effects: what this touches. */
    DOWN,
    /** The causes of the start and, apart from them, its effects; never the effects of a cause. */
    BOTH;

    public static Direction parse(String text) {
        try {
            return valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "direction must be up, down or both, not \"%s\".".formatted(text), e);
        }
    }
}

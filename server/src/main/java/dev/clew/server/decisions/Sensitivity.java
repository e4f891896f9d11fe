package dev.clew.server.decisions;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How personal a feature is. Only {@code NONE} and {@code QUASI} ever reach analytics; what nobody tagged is {@code DIRECT}. */
public enum Sensitivity {
    NONE,
    QUASI,
    DIRECT,
    SPECIAL;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Sensitivity parse(String text) {
        for (Sensitivity sensitivity : values()) {
            if (sensitivity.text().equals(text)) {
                return sensitivity;
            }
        }
        return null;
    }

    boolean mayBeAnalysed() {
        return this == NONE || this == QUASI;
    }
}

package dev.clew.server.feedback;

import java.util.Locale;
import java.util.Optional;

/** Kinds of feedback, in the order of their numbers in a body. */
public enum FeedbackKind {
    LABEL,
    OUTCOME,
    OVERRIDE,
    COMPLAINT,
    APPEAL,
    RATING,
    CORRECTION_REQUEST,
    EXPLANATION_REQUEST;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<FeedbackKind> parse(String text) {
        for (FeedbackKind kind : values()) {
            if (kind.text().equals(text)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}

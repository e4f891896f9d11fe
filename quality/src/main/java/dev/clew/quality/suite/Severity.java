package dev.clew.quality.suite;

import java.util.Locale;
import java.util.Optional;

/** How bad a failed expectation is, the worst last. */
public enum Severity {
    /** Worth knowing. */
    INFO,
    /** Worth a look before relying on the data. */
    WARNING,
    /** The data must not be used. What an expectation has that says nothing. */
    CRITICAL;

    /** As suites spell it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By its spelling. */
    public static Optional<Severity> of(String id) {
        for (Severity severity : values()) {
            if (severity.id().equals(id)) {
                return Optional.of(severity);
            }
        }
        return Optional.empty();
    }
}

package dev.clew.server;

import java.util.Objects;
import java.util.Optional;

/** Which Clew this is. */
public final class Version {
    /** From the jar's manifest; {@code development} when run from classes. */
    public static final String TEXT = Objects.requireNonNull(
            Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                    .orElse("development"));

    private Version() {}
}

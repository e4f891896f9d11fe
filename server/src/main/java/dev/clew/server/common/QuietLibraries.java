package dev.clew.server.common;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Libraries speak when something is wrong, and are silent about what they do. */
public final class QuietLibraries {
    /** Held here, because loggers that nobody holds are collected with their levels. */
    private static final List<Logger> LOGGERS = Stream.of("org.flywaydb", "org.eclipse.jetty", "com.zaxxer.hikari")
            .map(Logger::getLogger)
            .toList();

    /** Repeats what a request asked for when it cannot be read: the sender is answered, and paths are none of the log's business. */
    private static final Logger REPEATING = Logger.getLogger("org.eclipse.jetty.util.HostPort");

    private QuietLibraries() {}

    public static void hush() {
        LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
        REPEATING.setLevel(Level.OFF);
    }
}

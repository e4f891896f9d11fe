package dev.clew.server;

import dev.clew.server.cli.ClewCommand;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Where the process starts. */
public final class Main {
    private Main() {}

    /** Libraries speak when something is wrong; held here, because loggers that nobody holds are collected with their levels. */
    private static final List<Logger> QUIET = Stream.of("org.flywaydb", "org.eclipse.jetty", "com.zaxxer.hikari")
            .map(Logger::getLogger)
            .toList();

    public static void main(String[] arguments) {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        System.exit(ClewCommand.run(arguments));
    }
}

package dev.clew.server;

import dev.clew.server.cli.ClewCommand;
import dev.clew.server.common.QuietLibraries;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        QuietLibraries.hush();
        System.exit(ClewCommand.run(arguments));
    }
}

package dev.clew.server;

import dev.clew.server.cli.ClewCommand;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(ClewCommand.run(arguments));
    }
}

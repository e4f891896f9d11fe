package dev.clew.server;

import dev.clew.server.cli.ClewCommand;
import dev.clew.server.common.QuietLibraries;
import java.util.Locale;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        QuietLibraries.hush();
        // Answers are English, whoever asks: one form of numbers, also in what other programs read.
        Locale.setDefault(Locale.ROOT);
        System.exit(ClewCommand.run(arguments));
    }
}

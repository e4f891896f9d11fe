package dev.clew.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code clew rehearse}: many commands in one process, for the launcher, which makes of it the cache of classes and profiles that the commands
 * about files start with. Their exit codes mean nothing here.
 */
@Command(
        name = "rehearse",
        description = "Run the commands of a file, one a line, tabs between arguments.",
        mixinStandardHelpOptions = true,
        hidden = true)
final class RehearseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Commands.")
    Path file = Path.of("");

    @Override
    public Integer call() {
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.startsWith("rehearse")) {
                    ClewCommand.run(line.split("\t"));
                }
            }
            return ExitCode.OK;
        } catch (IOException e) {
            Console.warn("clew: '%s' cannot be read; name a file of commands.".formatted(file.getFileName()));
            return ExitCode.USAGE;
        }
    }
}

package dev.clew.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What commands about files write: never over what they read, nor two results into one file. Stateless. */
final class Outputs {
    /** Options that name a file to be written, whatever the command. */
    private static final Set<String> WRITTEN = Set.of(
            "--html",
            "--parquet",
            "--records",
            "--evidently",
            "--prometheus",
            "--openlineage",
            "--quarantine",
            "--save-slices");

    private Outputs() {}

    /**
     * Looks before anything is read or written.
     *
     * @throws ParameterException if a file to be written is one that another argument names, by whatever path
     */
    static void requireApart(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        for (OptionSpec option : last.matchedOptions()) {
            if (!WRITTEN.contains(option.longestName())) {
                continue;
            }
            for (Path file : files(option)) {
                for (ArgSpec other : last.matchedArgs()) {
                    if (other != option && files(other).stream().anyMatch(each -> isSame(each, file))) {
                        throw new ParameterException(
                                last.commandSpec().commandLine(),
                                "%s would overwrite '%s', which %s names too; name another file."
                                        .formatted(
                                                option.longestName(),
                                                file.getFileName(),
                                                other instanceof OptionSpec named
                                                        ? named.longestName()
                                                        : other.paramLabel()));
                    }
                }
            }
        }
    }

    /** What the values may mean as files, those of {@code NAME=FILE} too. */
    private static List<Path> files(ArgSpec argument) {
        var files = new ArrayList<Path>();
        for (String value : argument.originalStringValues()) {
            for (String text : List.of(value, value.substring(value.indexOf('=') + 1))) {
                try {
                    files.add(Path.of(text).toAbsolutePath().normalize());
                } catch (InvalidPathException e) {
                    // No file has this name.
                }
            }
        }
        return files;
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return one.equals(other) || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
        } catch (IOException e) {
            return false;
        }
    }
}

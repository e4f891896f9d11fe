package dev.clew.server.cli;

import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags by which commands read tables: CSV, TSV, JSON lines or Parquet of any size. */
final class TableInput {
    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    @Option(names = "--encoding", paramLabel = "NAME", description = "Encoding of CSV and TSV; utf-8 unless said.")
    String encoding = "utf-8";

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            description = "Memory for rows before they go to disk; 512 unless said.")
    int memoryMib = 512;

    /** Opens a file with dates as they are written, telling on a terminal how far it has come. */
    Table open(Path file) {
        return open(file, false);
    }

    /** Opens a file; with dates, what looks like one in every row of a CSV is one. */
    Table open(Path file, boolean dates) {
        Charset charset;
        try {
            charset = Charset.forName(encoding);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw usage("Encoding '%s' is not known; utf-8, latin-1 and utf-16 are.".formatted(encoding));
        }
        if (memoryMib < 128) {
            throw usage("--memory %d is too little; give at least 128.".formatted(memoryMib));
        }
        return Table.open(
                file,
                TableOptions.DEFAULTS
                        .withDates(dates)
                        .withEncoding(charset)
                        .withMemoryBytes((long) memoryMib << 20)
                        .withProgress(TerminalProgress.onTerminal()));
    }

    private RuntimeException usage(String message) {
        return command == null
                ? new IllegalStateException(message)
                : new ParameterException(command.commandLine(), message);
    }
}

package dev.clew.server.cli;

import dev.clew.quality.QualityException;
import dev.clew.quality.profile.Inference;
import dev.clew.quality.table.Table;
import dev.clew.quality.translate.Dbt;
import dev.clew.quality.translate.Deequ;
import dev.clew.quality.translate.Pandera;
import dev.clew.quality.translate.Soda;
import dev.clew.quality.translate.Tfdv;
import dev.clew.quality.translate.Translation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew quality}: suites of expectations, inferred and run. */
@Command(
        name = "quality",
        description = "Infer a suite of expectations from tables, make one of foreign checks, or run one.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {QualityCommand.Infer.class, QualityRunCommand.class, QualityCommand.Translate.class})
final class QualityCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Console.warn("clew quality: name a command, infer, run or translate; try \"clew quality --help\".");
        return ExitCode.USAGE;
    }

    /** {@code clew quality infer}. */
    @Command(
            name = "infer",
            description = "Print a suite that these tables pass, for Great Expectations and for \"clew quality run\".",
            mixinStandardHelpOptions = true)
    static final class Infer implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", arity = "1..*", description = "Good versions of one table.")
        List<Path> files = new ArrayList<>();

        @Option(names = "--name", paramLabel = "NAME", description = "Name of the suite.")
        String name = "inferred";

        @Mixin
        TableInput input = new TableInput();

        @Override
        public Integer call() {
            return Qualities.told(() -> {
                List<Table> tables = new ArrayList<>();
                try {
                    files.forEach(file -> tables.add(input.open(file)));
                    Console.say(Inference.infer(name, tables, TerminalProgress.onTerminal())
                            .text()
                            .stripTrailing());
                } finally {
                    tables.forEach(Table::close);
                }
                return ExitCode.OK;
            });
        }
    }

    /** {@code clew quality translate}. */
    @Command(
            name = "translate",
            description =
                    "Print a suite made of the checks of another tool; what has no counterpart is named on standard error.",
            footer =
                    "Exit codes: 0 all checks have a counterpart, 1 some have none, 2 the document is not of the tool, 3 usage.",
            mixinStandardHelpOptions = true)
    static final class Translate implements Callable<Integer> {
        private static final int LARGEST = 8 << 20;

        @Parameters(index = "0", paramLabel = "TOOL", description = "soda, dbt, deequ, pandera or tfdv.")
        String tool = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "Its checks.")
        Path file = Path.of("");

        @Option(
                names = "--of",
                paramLabel = "NAME",
                description = "Dataset of a Soda file, model of a dbt file. Default: the first.")
        String of = "";

        @Override
        public Integer call() {
            return Qualities.told(() -> {
                String text = text();
                Translation translation = switch (tool) {
                    case "soda" -> Soda.read(text, of);
                    case "dbt" -> Dbt.read(text, of);
                    case "deequ" -> Deequ.read(text);
                    case "pandera" -> Pandera.read(text);
                    case "tfdv" -> Tfdv.read(text);
                    default ->
                        throw new QualityException(
                                QualityException.Code.BAD_REQUEST,
                                "Checks of '%s' are not known; the tools are soda, dbt, deequ, pandera and tfdv."
                                        .formatted(tool));
                };
                translation.untranslated().forEach(each -> Console.warn("Not translated: " + each));
                translation.remarks().forEach(each -> Console.warn("Note: " + each));
                translation
                        .monitors()
                        .forEach(each -> Console.warn(
                                "Note: %s of %s compares two tables: clew drift REFERENCE CURRENT --method %s=%s --threshold %s=%s"
                                        .formatted(
                                                each.from(),
                                                each.column(),
                                                each.column(),
                                                each.method(),
                                                each.column(),
                                                each.threshold())));
                Console.say(translation.suite().text().stripTrailing());
                return translation.untranslated().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
            });
        }

        private String text() throws IOException {
            if (!Files.isRegularFile(file)) {
                throw new QualityException(
                        QualityException.Code.MISSING_FILE,
                        "There is no file '%s'; name the tool's file of checks.".formatted(file.getFileName()));
            }
            if (Files.size(file) > LARGEST) {
                throw new QualityException(
                        QualityException.Code.BAD_DOCUMENT,
                        "'%s' is larger than 8 MiB; split it.".formatted(file.getFileName()));
            }
            return Files.readString(file);
        }
    }
}

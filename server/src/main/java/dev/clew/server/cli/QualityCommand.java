package dev.clew.server.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.docs.DataDocs;
import dev.clew.quality.docs.ValidationPage;
import dev.clew.quality.exchange.OpenLineageFacets;
import dev.clew.quality.exchange.PrometheusSeries;
import dev.clew.quality.profile.Inference;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import dev.clew.quality.translate.Dbt;
import dev.clew.quality.translate.Deequ;
import dev.clew.quality.translate.Pandera;
import dev.clew.quality.translate.Soda;
import dev.clew.quality.translate.Tfdv;
import dev.clew.quality.translate.Translation;
import dev.clew.quality.validation.ExpectationResult;
import dev.clew.quality.validation.ResultFormat;
import dev.clew.quality.validation.Validation;
import dev.clew.quality.validation.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
        subcommands = {QualityCommand.Infer.class, QualityCommand.Run.class, QualityCommand.Translate.class})
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

    /** {@code clew quality run}. */
    @Command(
            name = "run",
            description = "Run a suite of Great Expectations (0.18 or 1.x) on a table.",
            footer =
                    "Exit codes: 0 all hold, 1 some do not, 2 some could not be judged or the table not be read, 3 usage.",
            mixinStandardHelpOptions = true)
    static final class Run implements Callable<Integer> {
        private static final String PRODUCER = "https://clew.dev/quality";
        /** How far windows of expectations may look back. */
        private static final int MOST_RUNS = 1_000;

        @Parameters(
                index = "0",
                paramLabel = "SUITE",
                description = "JSON of a suite, or YAML with one line an expectation.")
        Path suite = Path.of("");

        @Parameters(index = "1", paramLabel = "FILE", description = "CSV, TSV, JSON lines or Parquet.")
        Path file = Path.of("");

        @Option(names = "--json", description = "Print Great Expectations' result document.")
        boolean json;

        @Option(names = "--html", paramLabel = "FILE", description = "Write one page.")
        @Nullable
        Path html;

        @Option(
                names = "--docs",
                paramLabel = "DIR",
                description =
                        "Add the result to data docs in this directory; windows of expectations look back on those in it.")
        @Nullable
        Path docs;

        @Option(
                names = "--openlineage",
                paramLabel = "FILE",
                description = "Write the result as facets of an OpenLineage dataset.")
        @Nullable
        Path openLineage;

        @Option(names = "--prometheus", paramLabel = "FILE", description = "Write gauges in Prometheus' text format.")
        @Nullable
        Path prometheus;

        @Option(
                names = "--result-format",
                paramLabel = "LEVEL",
                description = "BOOLEAN_ONLY, BASIC, SUMMARY or COMPLETE.")
        String level = "SUMMARY";

        @Option(names = "--beside", paramLabel = "NAME=FILE", description = "Another table that expectations name.")
        Map<String, Path> beside = new LinkedHashMap<>();

        @Option(names = "--param", paramLabel = "NAME=VALUE", description = "A suite parameter; numbers are numbers.")
        Map<String, String> parameters = new LinkedHashMap<>();

        @Mixin
        TableInput input = new TableInput();

        @Override
        public Integer call() {
            return Qualities.told(() -> {
                Suite read = Suite.read(suite);
                List<Table> opened = new ArrayList<>();
                try (Table table = input.open(file)) {
                    var validation = Validation.of(table)
                            .format(ResultFormat.of(JsonNodeFactory.instance.textNode(level)))
                            .progress(TerminalProgress.onTerminal())
                            .parameters(values());
                    boolean looksBack = read.expectations().stream().anyMatch(each -> each.windows() != null);
                    if (docs != null && looksBack) {
                        validation.history(DataDocs.in(docs).results(read.name(), MOST_RUNS));
                    }
                    beside.forEach((name, path) -> {
                        Table other = input.open(path);
                        opened.add(other);
                        validation.beside(name, other);
                    });
                    return tell(validation.run(read));
                } finally {
                    opened.forEach(Table::close);
                }
            });
        }

        private ObjectNode values() {
            ObjectNode values = JsonNodeFactory.instance.objectNode();
            parameters.forEach((name, value) -> {
                if (value.matches("-?\\d{1,18}")) {
                    values.put(name, Long.parseLong(value));
                } else if (value.matches("-?\\d+\\.\\d+([eE][+-]?\\d+)?")) {
                    values.put(name, Double.parseDouble(value));
                } else {
                    values.put(name, value);
                }
            });
            return values;
        }

        private int tell(ValidationResult result) {
            if (html != null) {
                Qualities.write(html, ValidationPage.html(result));
            }
            if (docs != null) {
                DataDocs.in(docs).add(result);
            }
            if (openLineage != null) {
                Qualities.write(
                        openLineage, OpenLineageFacets.of(result, PRODUCER).toPrettyString() + "\n");
            }
            if (prometheus != null) {
                Qualities.write(prometheus, PrometheusSeries.of(result));
            }
            if (json) {
                Console.say(result.json().toPrettyString());
            } else {
                say(result);
            }
            if (result.results().isEmpty()) {
                Console.warn(
                        "clew: Suite '%s' has no expectations, so nothing was judged; add some, or have them inferred by \"clew quality infer\"."
                                .formatted(result.suite().name()));
                return ExitCode.UNDECIDED;
            }
            boolean failed = result.results().stream().anyMatch(each -> each.isJudged() && !each.success());
            return failed ? ExitCode.FAILED : result.isJudged() ? ExitCode.OK : ExitCode.UNDECIDED;
        }

        private static void say(ValidationResult result) {
            for (ExpectationResult each : result.results()) {
                if (each.success()) {
                    continue;
                }
                String column = each.expectation().kwargs().path("column").asText("");
                String why = each.exception() != null
                        ? "not judged: " + each.exception()
                        : each.result().has("unexpected_count")
                                ? "%s of %s unexpected"
                                        .formatted(
                                                each.result().get("unexpected_count"),
                                                each.result()
                                                        .path("element_count")
                                                        .asText("?"))
                                : "observed " + each.result().path("observed_value");
                Console.say("%-8s %s%s  %s"
                        .formatted(
                                each.expectation().severity().id(),
                                each.expectation().type(),
                                column.isEmpty() ? "" : " (" + column + ")",
                                why));
            }
            Console.say("%d of %d expectations hold on %s (%,d rows)"
                    .formatted(result.successful(), result.results().size(), result.table(), result.rowCount()));
        }
    }
}

package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.docs.DataDocs;
import dev.clew.quality.docs.ValidationPage;
import dev.clew.quality.exchange.OpenLineageFacets;
import dev.clew.quality.exchange.PrometheusSeries;
import dev.clew.quality.profile.PersonalColumns;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import dev.clew.quality.validation.ExpectationResult;
import dev.clew.quality.validation.Masking;
import dev.clew.quality.validation.Quarantine;
import dev.clew.quality.validation.ResultFormat;
import dev.clew.quality.validation.Validation;
import dev.clew.quality.validation.ValidationResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clew quality run}. */
@Command(
        name = "run",
        description = "Run a suite of Great Expectations (0.18 or 1.x) on a table.",
        footer = "Exit codes: 0 all hold, 1 some do not, 2 some could not be judged or the table not be read, 3 usage.",
        mixinStandardHelpOptions = true)
final class QualityRunCommand implements Callable<Integer> {
    private static final String PRODUCER = "https://clew.dev/quality";
    /** How far windows of expectations may look back. */
    private static final int MOST_RUNS = 1_000;

    @Parameters(
            index = "0",
            paramLabel = "SUITE",
            description = "JSON of a suite, checkpoint or validation definition, or YAML with one line an expectation.")
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
            description = "BOOLEAN_ONLY, BASIC, SUMMARY or COMPLETE. Default: a checkpoint's own, else SUMMARY.")
    @Nullable
    String level;

    @Option(
            names = "--beside",
            paramLabel = "NAME=FILE",
            description = "Another table that expectations or queries name.")
    Map<String, Path> beside = new LinkedHashMap<>();

    @Option(
            names = "--nan-is-value",
            description = "NaN is a value and not a missing one; what pandas takes for missing unless told so.")
    boolean nanIsValue;

    @Option(names = "--param", paramLabel = "NAME=VALUE", description = "A suite parameter; numbers are numbers.")
    Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = "--mask",
            paramLabel = "auto|none|COLUMN",
            split = ",",
            description =
                    "Whose values results hide: of columns that look like personal data (auto), of none, or of these and, with auto among them, those too. Default: auto.")
    List<String> mask = List.of("auto");

    @Option(
            names = "--quarantine",
            paramLabel = "FILE",
            description = "Write the rows that make an expectation fail as Parquet: position and expectations.")
    @Nullable
    Path quarantine;

    @Option(
            names = "--quarantine-columns",
            paramLabel = "COLUMN|all",
            split = ",",
            description = "Columns that go with them, unmasked, or all.")
    List<String> quarantineColumns = List.of();

    @Spec
    @Nullable
    CommandSpec command;

    @Mixin
    TableInput input = new TableInput();

    @Override
    public Integer call() {
        if (quarantine == null && !quarantineColumns.isEmpty()) {
            throw usage("--quarantine-columns were named but no --quarantine; name the file they go to.");
        }
        if (mask.contains("none") && mask.size() > 1) {
            throw usage("--mask none hides nothing, yet columns stand beside it; give one or the other.");
        }
        return Qualities.told(() -> {
            Suite read = Suite.read(suite);
            List<Table> opened = new ArrayList<>();
            try (Table table = input.open(file)) {
                var validation = Validation.of(table)
                        .format(format(read))
                        .progress(TerminalProgress.onTerminal())
                        .mask(masking())
                        .nanIsNull(!nanIsValue)
                        .parameters(values());
                if (quarantine != null) {
                    validation.quarantine(
                            quarantineColumns.equals(List.of("all"))
                                    ? Quarantine.in(quarantine).withAll()
                                    : Quarantine.in(quarantine).with(quarantineColumns));
                }
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

    private ResultFormat format(Suite read) {
        JsonNode own = read.meta().path("clew").path("result_format");
        return level != null
                ? ResultFormat.of(JsonNodeFactory.instance.textNode(level))
                : own.isMissingNode() ? ResultFormat.SUMMARY : ResultFormat.of(own);
    }

    private Masking masking() {
        if (mask.equals(List.of("none"))) {
            return Masking.NONE;
        }
        List<String> named = mask.stream().filter(name -> !name.equals("auto")).toList();
        return mask.contains("auto") ? PersonalColumns.masking().and(named) : Masking.of(named);
    }

    private RuntimeException usage(String message) {
        return command == null
                ? new IllegalStateException(message)
                : new ParameterException(command.commandLine(), message);
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
            Qualities.write(openLineage, OpenLineageFacets.of(result, PRODUCER).toPrettyString() + "\n");
        }
        if (prometheus != null) {
            Qualities.write(prometheus, PrometheusSeries.of(result));
        }
        if (json) {
            Console.say(result.json().toPrettyString());
        } else {
            say(result);
        }
        if (!result.masked().isEmpty()) {
            Console.warn(
                    "Values of %s are masked; --mask none shows them.".formatted(String.join(", ", result.masked())));
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
                                            each.result().path("element_count").asText("?"))
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
        var rows = result.quarantine();
        if (rows != null) {
            Console.say("%,d rows that fail are in %s".formatted(rows.rows(), rows.file()));
        }
    }
}

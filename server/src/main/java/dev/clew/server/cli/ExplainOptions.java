package dev.clew.server.cli;

import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.model.Grouping;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.TreeEnsemble;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands around a model and its data have in common. */
final class ExplainOptions {
    /** A century, which nanoseconds can count. */
    private static final long MOST_SECONDS = 3_000_000_000L;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file, http(s)://…, or exec:COMMAND.")
    String model = "";

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Option(
            names = "--not-feature",
            paramLabel = "COLUMN",
            split = ",",
            description = "Columns that are no features (ids, labels), for black boxes and --by-position.")
    List<String> noFeatures = List.of();

    @Option(
            names = "--by-position",
            description = "Where the model file names no features: take the columns of the data in their order.")
    boolean byPosition;

    @Option(
            names = "--unknown-categories",
            description = "Let categories that the model never saw count as unknown instead of refusing their rows.")
    boolean unknown;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "For one answer of a black box; default 30.")
    int timeoutSeconds = 30;

    @Option(names = "--seed", paramLabel = "N", description = "Of methods that sample; default 0.")
    long seed;

    @Option(
            names = "--max-evaluations",
            paramLabel = "N",
            description = "Per row, of methods that ask the model; default 5000000.")
    long maxEvaluations = Budget.DEFAULT.maxEvaluations();

    @Option(
            names = "--max-seconds",
            paramLabel = "N",
            description = "Per row, of methods that ask the model; default 300.")
    long maxSeconds = Budget.DEFAULT.maxTime().toSeconds();

    @Option(
            names = "--base-margin",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "Columns, one per output, that stand in the place of a tree model's base (XGBoost's base_margin).")
    List<String> baseMargin = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Only the first N rounds of boosting of a tree model, or best: up to the round that early stopping"
                            + " found best.")
    String rounds = "";

    /** Texts that look like dates stay texts: a model knows them as categories. */
    static Table open(Path file) {
        return Table.open(file, TableOptions.DEFAULTS.withDates(false).withMemoryBytes(128L << 20));
    }

    ModelSource model(Table data) {
        List<String> except =
                Stream.concat(noFeatures.stream(), baseMargin.stream()).toList();
        var source = taking(ModelSource.open(model, data, except, timeout()));
        if (byPosition) {
            return source.with(ModelRows.byPosition(source.model(), data, except));
        }
        ModelRows.requireNames(source.model(), data);
        return source;
    }

    /** The source with as many rounds of its model as are asked for. */
    private ModelSource taking(ModelSource source) {
        if (rounds.isEmpty()) {
            return source;
        }
        if (!(source.model() instanceof TreeEnsemble trees)) {
            throw new ClewException(ErrorCode.USAGE, "--rounds belongs to trees; this model has none.");
        }
        if (!rounds.equals("best")) {
            return source.with(trees.firstRounds(wholeNumber(rounds)));
        }
        if (trees.bestRound() == 0) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "The model file names no best round (it was not trained with early stopping); write --rounds with a number up to %d."
                            .formatted(trees.rounds()));
        }
        return source.with(trees.firstRounds(trees.bestRound()));
    }

    private static int wholeNumber(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new ClewException(ErrorCode.USAGE, "--rounds is a whole number or best, not \"%s\".".formatted(text));
        }
        return Integer.parseInt(text);
    }

    Duration timeout() {
        return Duration.ofSeconds(atLeastOne("--timeout", timeoutSeconds));
    }

    private static long atLeastOne(String option, long value) {
        if (value < 1) {
            throw new ClewException(ErrorCode.USAGE, "%s is at least 1, not %d.".formatted(option, value));
        }
        return value;
    }

    /**
     * For work that has no place for bases of the rows' own; ignoring them would answer for another model.
     *
     * @throws ClewException USAGE if there are any
     */
    void refuseBaseMargins(String what) {
        if (!baseMargin.isEmpty()) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "--base-margin belongs to predict, and to explain by method tree without background or groups; %s."
                            .formatted(what));
        }
    }

    /** @throws ClewException USAGE unless the model has this output */
    static void requireOutput(Model opened, int output) {
        if (output < 0 || output >= opened.outputs()) {
            throw new ClewException(ErrorCode.USAGE, "The model has outputs 0 to %d.".formatted(opened.outputs() - 1));
        }
    }

    /** Groups as options name them: {@code NAME=A,B}. */
    static Grouping grouping(Model opened, Map<String, String> groups) {
        Map<String, List<String>> named = new LinkedHashMap<>();
        groups.forEach((name, members) -> named.put(
                name, Stream.of(members.split(",")).filter(m -> !m.isEmpty()).toList()));
        return Grouping.of(opened.schema(), named);
    }

    Budget budget() {
        return new Budget(
                atLeastOne("--max-evaluations", maxEvaluations),
                Duration.ofSeconds(Math.min(MOST_SECONDS, atLeastOne("--max-seconds", maxSeconds))));
    }

    static Optional<Method> method(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "auto" -> Optional.empty();
            case "tree" -> Optional.of(Method.TREE);
            case "linear" -> Optional.of(Method.LINEAR);
            case "exact" -> Optional.of(Method.EXACT);
            case "kernel" -> Optional.of(Method.KERNEL);
            case "permutation" -> Optional.of(Method.PERMUTATION);
            case "sampling" -> Optional.of(Method.SAMPLING);
            case "partition" -> Optional.of(Method.PARTITION);
            case "lime" -> Optional.of(Method.LIME_TABULAR);
            default ->
                throw new ClewException(
                        ErrorCode.USAGE,
                        "There is no method \"%s\"; use auto, tree, linear, exact, kernel, permutation, sampling, partition, lime or anchors."
                                .formatted(name));
        };
    }

    static OutputSpace space(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "margin" -> OutputSpace.MARGIN;
            case "probability" -> OutputSpace.PROBABILITY;
            default ->
                throw new ClewException(
                        ErrorCode.USAGE, "There is no space \"%s\"; use margin or probability.".formatted(name));
        };
    }
}

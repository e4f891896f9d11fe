package dev.clew.server.cli;

import dev.clew.explain.ExplainException;
import dev.clew.explain.counterfactual.Counterfactual;
import dev.clew.explain.counterfactual.CounterfactualSearch;
import dev.clew.explain.counterfactual.CounterfactualSearch.Target;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew counterfactual}: what would have to change for another decision. */
@Command(
        name = "counterfactual",
        description = "Find the smallest changes of a row that bring the model's answer across a threshold.",
        mixinStandardHelpOptions = true)
final class CounterfactualCommand implements Callable<Integer> {
    private static final int MAX_BACKGROUND = 10_000;

    @Parameters(
            index = "1",
            paramLabel = "ROW",
            description = "A file whose first row is meant, or a number of a row of the background.")
    String row = "";

    @Option(
            names = "--background",
            paramLabel = "FILE",
            required = true,
            description = "Rows that say what is usual; they scale the cost of changes.")
    Path background = Path.of("");

    @Option(names = "--k", paramLabel = "N", description = "Most results; default 5.")
    int k = 5;

    @Option(names = "--threshold", paramLabel = "VALUE", description = "Of what the model reports; default 0.5.")
    double threshold = 0.5;

    @Option(
            names = "--want",
            paramLabel = "SIDE",
            description = "above or below; default: the side where the row is not.")
    @Nullable
    String want;

    @Option(names = "--safety", paramLabel = "VALUE", description = "Distance to keep from the threshold; default 0.")
    double safety;

    @Option(names = "--output", paramLabel = "N", description = "Output that decides; default 0.")
    int output;

    @Mixin
    ChangeOptions changes = new ChangeOptions();

    @Mixin
    ExplainOptions options = new ExplainOptions();

    @Override
    public Integer call() throws Exception {
        return ModelSource.answering(() -> {
            options.refuseBaseMargins("changes are searched with the model's own base");
            try (var usual = ExplainOptions.open(background);
                    var source = options.model(usual)) {
                Model opened = source.model();
                ExplainOptions.requireOutput(opened, output);
                if (k < 1) {
                    throw new ClewException(ErrorCode.USAGE, "--k is at least 1, not %d.".formatted(k));
                }
                requireFinite();
                var constraints = changes.constraints(opened.schema());
                var consequences = changes.consequences(opened.schema());
                var rows = new ModelRows(opened.schema(), usual, true);
                double[] asked = asked(opened, rows, usual.rowCount());
                var kept = rows.kept(MAX_BACKGROUND).answeredBy(opened);
                kept.warn("of the background ");
                Rows scale = kept.rows();
                double present = opened.predict(asked).values()[output];
                var target = new Target(output, threshold, side(present), safety);
                var found = new CounterfactualSearch(opened, scale, constraints, consequences)
                        .find(asked, target, k, options.budget());
                answer(opened, asked, present, target, found);
                return found.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
            }
        });
    }

    private void requireFinite() {
        if (!(safety >= 0) || Double.isInfinite(safety)) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "--safety is a distance of 0 or more, not %s; --want says the side.".formatted(safety));
        }
        if (!Double.isFinite(threshold)) {
            throw new ClewException(ErrorCode.USAGE, "--threshold is a finite number, not %s.".formatted(threshold));
        }
    }

    private double[] asked(Model opened, ModelRows usual, long count) throws Exception {
        double[][] found = new double[1][];
        if (row.matches("\\d{1,15}") && !Files.isRegularFile(Path.of(row))) {
            long number = Long.parseLong(row);
            usual.each(number, number, 1, part -> {
                ExplainException failure = part.getFirst().failure();
                if (failure != null) {
                    throw failure;
                }
                found[0] = Objects.requireNonNull(part.getFirst().values());
            });
        } else {
            try (var table = ExplainOptions.open(Path.of(row))) {
                found[0] = new ModelRows(opened.schema(), table, options.unknown)
                        .first(1)
                        .row(0);
            }
        }
        if (found[0] == null) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND, "There is no row %s; the background has rows 1 to %d.".formatted(row, count));
        }
        return found[0];
    }

    private boolean side(double present) {
        String wanted = want;
        if (wanted == null) {
            return present < threshold;
        }
        return switch (wanted.toLowerCase(Locale.ROOT)) {
            case "above" -> true;
            case "below" -> false;
            default ->
                throw new ClewException(ErrorCode.USAGE, "--want is above or below, not \"%s\".".formatted(wanted));
        };
    }

    private void answer(Model opened, double[] asked, double present, Target target, List<Counterfactual> found) {
        List<Map<String, Object>> results = new ArrayList<>();
        for (Counterfactual one : found) {
            Map<String, Object> moved = new LinkedHashMap<>();
            for (int j : one.changed()) {
                String from = opened.schema().display(j, asked[j]);
                String to = opened.schema().display(j, one.row()[j]);
                moved.put(opened.schema().names().get(j), ShapRows.ordered("from", from, "to", to));
            }
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("prediction", one.value());
            result.put("changes", moved);
            result.put("cost", one.cost());
            result.put("distance", Double.isNaN(one.distance()) ? null : one.distance());
            result.put("minimal", one.minimal());
            results.add(result);
        }
        if (options.json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("model", ModelText.of(opened));
            answer.put("prediction", present);
            answer.put("threshold", threshold);
            answer.put("want", target.above() ? "above" : "below");
            answer.put("counterfactuals", results);
            Console.json(answer);
            return;
        }
        Console.say("now %.4f; wanted %s %s".formatted(present, target.above() ? "at least" : "below", threshold));
        if (results.isEmpty()) {
            Console.say("No allowed change was found.");
        }
        for (Counterfactual one : found) {
            Console.say("%.4f%s".formatted(one.value(), one.minimal() ? "  (provably the smallest change)" : ""));
            for (int j : one.changed()) {
                Console.say("  %s: %s → %s"
                        .formatted(
                                opened.schema().names().get(j),
                                opened.schema().display(j, asked[j]),
                                opened.schema().display(j, one.row()[j])));
            }
        }
    }
}

package dev.clew.server.cli;

import dev.clew.explain.Explainers;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.global.FeatureEffect;
import dev.clew.explain.global.PermutationImportance;
import dev.clew.explain.global.ShapImportance;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import dev.clew.quality.table.Table;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew importance}: what matters to a model over many rows. */
@Command(
        name = "importance",
        description = "Say which features matter to a model over many rows, or how its answers move with them.",
        mixinStandardHelpOptions = true)
final class ImportanceCommand implements Callable<Integer> {
    private static final int MAX_ROWS = 100_000;
    private static final int BACKGROUND = 100;

    @Parameters(
            index = "1",
            paramLabel = "DATA",
            description = "CSV, TSV, JSON lines or Parquet; up to 100000 rows are used.")
    Path data = Path.of("");

    @Option(names = "--kind", paramLabel = "KIND", description = "shap (default), permutation, pdp, ice or ale.")
    String kind = "shap";

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description = "Truth, for permutation: numbers, or texts as --positive.")
    @Nullable
    String label;

    @Option(names = "--positive", paramLabel = "TEXT", description = "Label that counts as 1; every other one as 0.")
    @Nullable
    String positive;

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            description = "For permutation: squared_error (default), log_loss, error_rate.")
    String loss = "squared_error";

    @Option(names = "--output", paramLabel = "N", description = "Output to look at; default 0.")
    int output;

    @Option(names = "--features", paramLabel = "NAME", split = ",", description = "For pdp, ice and ale: only these.")
    List<String> features = List.of();

    @Option(names = "--centred", description = "For pdp and ice: curves from 0 at the least value on.")
    boolean centred;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "For pdp, ice and ale: write a page with charts instead.")
    @Nullable
    Path html;

    @Mixin
    ExplainOptions options = new ExplainOptions();

    @Override
    public Integer call() throws Exception {
        return ModelSource.answering(() -> {
            try (var table = ExplainOptions.open(data);
                    var source = options.model(table)) {
                Model opened = source.model();
                ExplainOptions.requireOutput(opened, output);
                if ((html != null || centred)
                        && (kind.equalsIgnoreCase("shap") || kind.equalsIgnoreCase("permutation"))) {
                    throw new ClewException(
                            ErrorCode.USAGE,
                            "--html and --centred belong to curves: --kind pdp, ice or ale. Contributions have a page of their"
                                    + " own: clew explain --html.");
                }
                Rows rows = new ModelRows(opened.schema(), table, true).first(MAX_ROWS);
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("model", ModelText.of(opened));
                answer.put("kind", kind);
                answer.put("rows", rows.count());
                answer.put(
                        "features",
                        switch (kind.toLowerCase(Locale.ROOT)) {
                            case "shap" -> shap(opened, rows);
                            case "permutation" -> permutation(opened, rows, table);
                            case "pdp" -> effects(opened, rows, EffectRows.Kind.PDP);
                            case "ice" -> effects(opened, rows, EffectRows.Kind.ICE);
                            case "ale" -> effects(opened, rows, EffectRows.Kind.ALE);
                            default ->
                                throw new ClewException(
                                        ErrorCode.USAGE,
                                        "There is no kind \"%s\"; use shap, permutation, pdp, ice or ale."
                                                .formatted(kind));
                        });
                if (options.json && html == null) {
                    Console.json(answer);
                }
                return ExitCode.OK;
            }
        });
    }

    private List<Map<String, Object>> shap(Model opened, Rows rows) {
        boolean alone = opened instanceof TreeEnsemble trees && trees.hasCovers();
        Rows background = rows.slice(0, Math.min(BACKGROUND, rows.count()));
        var explainer = Explainers.of(
                opened,
                Optional.<Method>empty(),
                alone ? Optional.empty() : Optional.of(background),
                OutputSpace.MARGIN,
                options.budget(),
                options.seed);
        var explanation = explainer.explain(rows, Runtime.getRuntime().availableProcessors());
        List<Map<String, Object>> found = new ArrayList<>();
        for (ShapImportance one : ShapImportance.of(explanation, output, options.seed)) {
            String name = opened.schema().names().get(one.feature());
            say("%10.5f  [%.5f, %.5f]  %s".formatted(one.meanAbs(), one.low(), one.high(), name));
            found.add(ordered(
                    "name", name, "mean_abs", one.meanAbs(), "mean", one.mean(), "low", one.low(), "high", one.high()));
        }
        return found;
    }

    private List<Map<String, Object>> permutation(Model opened, Rows rows, Table table) {
        double[] labels = new LabelColumn(table, label, positive).first(rows.count());
        if (labels.length != rows.count()) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Some rows cannot be used, so labels and rows do not match; repair them first.");
        }
        PermutationImportance.Loss chosen = java.util.Arrays.stream(PermutationImportance.Loss.values())
                .filter(l -> l.name().equalsIgnoreCase(loss))
                .findFirst()
                .orElseThrow(() ->
                        new ClewException(ErrorCode.USAGE, "The losses are squared_error, log_loss and error_rate."));
        List<Map<String, Object>> found = new ArrayList<>();
        for (PermutationImportance one :
                PermutationImportance.of(opened, rows, labels, chosen, PermutationImportance.REPEATS, options.seed)) {
            String name = opened.schema().names().get(one.feature());
            say("%10.5f ± %.5f  %s".formatted(one.mean(), one.deviation(), name));
            found.add(ordered("name", name, "mean", one.mean(), "deviation", one.deviation()));
        }
        return found;
    }

    private List<Map<String, Object>> effects(Model opened, Rows rows, EffectRows.Kind curves) throws IOException {
        var effects = new EffectRows(opened, rows, curves, centred, output);
        List<FeatureEffect> found = effects.of(features);
        Path page = html;
        if (page != null) {
            effects.page(found, page);
        } else {
            found.forEach(effect -> effects.say(effect, this::say));
        }
        return found.stream().map(effects::json).toList();
    }

    private void say(String line) {
        if (!options.json) {
            Console.say(line);
        }
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}

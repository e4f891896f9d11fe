package dev.clew.server.cli;

import dev.clew.explain.global.FeatureEffect;
import dev.clew.explain.global.PermutationImportance;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.quality.table.Table;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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

    @Parameters(
            index = "1",
            paramLabel = "DATA",
            description = "CSV, TSV, JSON lines or Parquet; up to 100000 rows are used.")
    Path data = Path.of("");

    @Option(names = "--kind", paramLabel = "KIND", description = "shap (default), permutation, pdp, ice, ale or drift.")
    String kind = "shap";

    @Option(
            names = "--segment",
            paramLabel = "COLUMN",
            description = "For shap: say it for each value of this column, of which there are at most 50.")
    @Nullable
    String segment;

    @Option(
            names = "--reference",
            paramLabel = "FILE",
            description = "For drift: rows of an earlier time, whose contributions those of DATA are compared with.")
    @Nullable
    Path reference;

    @Option(
            names = "--group",
            paramLabel = "NAME=A,B",
            description = "For shap and drift: features that count as one; may be repeated.")
    Map<String, String> groups = new LinkedHashMap<>();

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

    /** What is computed. */
    private enum Kind {
        SHAP,
        PERMUTATION,
        PDP,
        ICE,
        ALE,
        DRIFT
    }

    private boolean failed;

    @Override
    public Integer call() throws Exception {
        return ModelSource.answering(() -> {
            Kind asked = asked();
            options.refuseBaseMargins("importance is of the model's own base");
            refuseWhatDoesNotGoTogether(asked);
            try (var table = ExplainOptions.open(data);
                    var source = options.model(table)) {
                Model opened = source.model();
                ExplainOptions.requireOutput(opened, output);
                ModelRows.requireRows(table, new long[] {1, 1});
                var kept = kept(opened, table);
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("model", ModelText.of(opened));
                answer.put("kind", asked.name().toLowerCase(Locale.ROOT));
                answer.put("rows", kept.rows().count());
                if (kept.refused() > 0) {
                    answer.put("rows_left_out", kept.refused());
                }
                switch (asked) {
                    case SHAP -> shap(opened, kept, table, answer);
                    case DRIFT -> drift(opened, kept, answer);
                    case PERMUTATION -> answer.put("features", permutation(opened, kept, table));
                    case PDP -> answer.put("features", effects(opened, kept.rows(), EffectRows.Kind.PDP));
                    case ICE -> answer.put("features", effects(opened, kept.rows(), EffectRows.Kind.ICE));
                    case ALE -> answer.put("features", effects(opened, kept.rows(), EffectRows.Kind.ALE));
                }
                if (options.json && html == null) {
                    Console.json(answer);
                }
                return failed ? ExitCode.FAILED : ExitCode.OK;
            }
        });
    }

    private Kind asked() {
        return Arrays.stream(Kind.values())
                .filter(each -> each.name().equalsIgnoreCase(kind))
                .findFirst()
                .orElseThrow(() -> new ClewException(
                        ErrorCode.USAGE,
                        "There is no kind \"%s\"; use shap, permutation, pdp, ice, ale or drift.".formatted(kind)));
    }

    private void refuseWhatDoesNotGoTogether(Kind asked) {
        boolean curves = asked == Kind.PDP || asked == Kind.ICE || asked == Kind.ALE;
        boolean contributions = asked == Kind.SHAP || asked == Kind.DRIFT;
        String refused = "";
        if ((html != null || centred) && !curves) {
            refused =
                    "--html and --centred belong to curves: --kind pdp, ice or ale. Contributions have a page of their"
                            + " own: clew explain --html";
        } else if (!features.isEmpty() && !curves) {
            refused = "--features chooses curves: --kind pdp, ice or ale";
        } else if (segment != null && asked != Kind.SHAP) {
            refused = "--segment belongs to --kind shap";
        } else if ((reference != null) != (asked == Kind.DRIFT)) {
            refused = "--kind drift compares two windows: DATA, and the earlier one that --reference names";
        } else if (!groups.isEmpty() && !contributions) {
            refused = "--group belongs to contributions: --kind shap or drift";
        }
        if (!refused.isEmpty()) {
            throw new ClewException(ErrorCode.USAGE, refused + ".");
        }
    }

    private ModelRows.Kept kept(Model opened, Table table) throws IOException {
        var kept = new ModelRows(opened.schema(), table, true).kept(MAX_ROWS).answeredBy(opened);
        kept.warn();
        failed |= kept.refused() > 0;
        return kept;
    }

    private void shap(Model opened, ModelRows.Kept kept, Table table, Map<String, Object> answer) {
        var shap = new ShapRows(opened, ExplainOptions.grouping(opened, groups), kept.rows(), output, options);
        String column = segment;
        if (column == null) {
            answer.put("features", shap.over(kept.rows(), this::say));
        } else {
            answer.put("segment", column);
            answer.put(
                    "segments", shap.bySegment(kept.rows(), RowCells.texts(table, column, kept.numbers()), this::say));
        }
        failed |= shap.hasFailed();
    }

    private void drift(Model opened, ModelRows.Kept current, Map<String, Object> answer) throws IOException {
        try (var earlier = ExplainOptions.open(Objects.requireNonNull(reference))) {
            var kept = kept(opened, earlier);
            var shap = new ShapRows(opened, ExplainOptions.grouping(opened, groups), kept.rows(), output, options);
            answer.putAll(shap.drift(kept.rows(), current.rows(), this::say));
            failed |= shap.hasFailed();
        }
    }

    private List<Map<String, Object>> permutation(Model opened, ModelRows.Kept kept, Table table) {
        double[] labels = new LabelColumn(table, label, positive).of(kept.numbers());
        int[] known = IntStream.range(0, labels.length)
                .filter(i -> !Double.isNaN(labels[i]))
                .toArray();
        if (known.length < labels.length) {
            failed = true;
            Console.warn("%d rows have no label and are left out.".formatted(labels.length - known.length));
        }
        Rows rows = Rows.of(Arrays.stream(known).mapToObj(kept.rows()::row).toList());
        double[] truth = Arrays.stream(known).mapToDouble(i -> labels[i]).toArray();
        PermutationImportance.Loss chosen = Arrays.stream(PermutationImportance.Loss.values())
                .filter(l -> l.name().equalsIgnoreCase(loss))
                .findFirst()
                .orElseThrow(() ->
                        new ClewException(ErrorCode.USAGE, "The losses are squared_error, log_loss and error_rate."));
        requireAffordable(opened, rows, PermutationImportance.REPEATS);
        return PermutationImportance.of(opened, rows, truth, chosen, PermutationImportance.REPEATS, options.seed)
                .stream()
                .map(one -> {
                    String name = opened.schema().names().get(one.feature());
                    say("%10.5f ± %.5f  %s".formatted(one.mean(), one.deviation(), name));
                    return ShapRows.ordered("name", name, "mean", one.mean(), "deviation", one.deviation());
                })
                .toList();
    }

    /** A black box may be slow or dear; files answer at once. */
    private void requireAffordable(Model opened, Rows rows, int times) {
        int asked = features.isEmpty() ? opened.schema().size() : features.size();
        long evaluations = (long) rows.count() * times * asked;
        if (opened instanceof BlackBoxModel && evaluations > options.maxEvaluations) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s asks the black box up to %d times (%d rows × %d features × %d); --max-evaluations allows %d. Allow more, or give fewer rows or --features."
                            .formatted(kind, evaluations, rows.count(), asked, times, options.maxEvaluations));
        }
    }

    private List<Map<String, Object>> effects(Model opened, Rows rows, EffectRows.Kind curves) throws IOException {
        requireAffordable(opened, rows, curves == EffectRows.Kind.ALE ? 2 : FeatureEffect.GRID);
        var effects = new EffectRows(opened, rows, curves, centred, output);
        List<FeatureEffect> found = effects.of(features);
        failed |= effects.hasFailed();
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
}

package dev.clew.server.cli;

import dev.clew.explain.Explainer;
import dev.clew.explain.Explainers;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.lime.LimeExplainer;
import dev.clew.explain.lime.Stability;
import dev.clew.explain.model.Grouping;
import dev.clew.explain.model.LinearModel;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import dev.clew.quality.table.Table;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew explain}: what each feature did to each prediction. */
@Command(
        name = "explain",
        description = {
            "Explain the predictions of a model, in the order of the rows.",
            "Without a background trees are explained along their paths, everything else against the first rows of"
                    + " DATA."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    private static final int OWN_BACKGROUND = 100;
    private static final int MAX_BACKGROUND = 10_000;
    private static final String ANCHORS = "anchors";
    private static final String MARGIN = "margin";
    private static final double DEFAULT_THRESHOLD = 0.5;

    @Parameters(index = "1", paramLabel = "DATA", description = "CSV, TSV, JSON lines or Parquet with a header.")
    Path data = Path.of("");

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description =
                    "auto (default), tree, linear, exact, kernel, permutation, sampling, partition, lime or anchors.")
    String method = "auto";

    @Option(
            names = "--background",
            paramLabel = "FILE",
            description = "Rows that stand for absent features; for lime and anchors the training data.")
    @Nullable
    Path background;

    @Option(names = "--space", paramLabel = "NAME", description = "margin (default) or probability.")
    String space = MARGIN;

    @Option(names = "--interactions", description = "Of pairs of features too; of trees, in margin space.")
    boolean interactions;

    @Option(
            names = "--group",
            paramLabel = "NAME=A,B",
            description = "Features explained as one, such as the columns of a one-hot code; may be repeated.")
    Map<String, String> groups = new LinkedHashMap<>();

    @Option(names = "--rows", paramLabel = "FROM-TO", description = "Only these, counted from 1.")
    String rows = "";

    @Option(
            names = "--threshold",
            paramLabel = "VALUE",
            description = "For anchors of a model with one output: the decision turns here; default 0.5.")
    double threshold = DEFAULT_THRESHOLD;

    @Option(
            names = "--shap",
            paramLabel = "FILE",
            description =
                    "Take the contributions that shap saved (npz, JSON, a folder of mlflow.shap), compared with the model, instead of"
                            + " computing them; --method, --space and --background say how shap did it.")
    @Nullable
    Path shap;

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description = "Explain a black box that takes texts, word by word, by partition (default) or lime.")
    @Nullable
    String text;

    @Option(
            names = "--mask",
            paramLabel = "TEXT",
            description = "For --text: what stands in the place of an absent word; by default nothing.")
    String mask = "";

    @Option(names = "--output", paramLabel = "N", description = "For --text: output of the black box; default 0.")
    int output;

    @Option(names = "--parquet", paramLabel = "FILE", description = "Write attributions as Parquet instead.")
    @Nullable
    Path parquet;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with charts instead; up to 2000 rows.")
    @Nullable
    Path html;

    @Option(
            names = "--records",
            paramLabel = "FILE",
            description =
                    "Write records of the explanations instead, as audits keep them, to be compared later by --replay.")
    @Nullable
    Path records;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description =
                    "Explain again and say row by row whether it is what --records wrote: identical, equivalent or different.")
    @Nullable
    Path replay;

    @Mixin
    LimeChoices lime = new LimeChoices();

    @Mixin
    ExplainOptions options = new ExplainOptions();

    @Override
    public Integer call() throws Exception {
        return ModelSource.answering(() -> {
            long[] range = ModelRows.range(rows);
            refuseWhatBelongsElsewhere();
            String column = text;
            if (column != null) {
                return texts(column, range);
            }
            try (var table = ExplainOptions.open(data);
                    var source = options.model(table)) {
                ModelRows.requireRows(table, range);
                Model opened = source.model();
                Grouping grouping = ExplainOptions.grouping(opened, groups);
                refuseWhatDoesNotGoTogether(grouping);
                var input = ModelRows.of(opened, table, options);
                if (method.equalsIgnoreCase(ANCHORS)) {
                    Rows training = background(opened, table, MAX_BACKGROUND);
                    return new AnchorRows(opened, training, threshold, options).write(input, range);
                }
                Path saved = shap;
                if (saved != null) {
                    var imported = new ImportedRows(
                            opened,
                            saved,
                            ExplainOptions.method(method),
                            background != null,
                            ExplainOptions.space(space));
                    return answer(
                            opened,
                            grouping,
                            null,
                            Map.of("from", "shap"),
                            taker -> imported.each(input, table.rowCount(), taker));
                }
                Explainer explainer = explainer(opened, table, grouping);
                if (interactions) {
                    ExplainedRows.requireInteractions(explainer);
                }
                var explained = new ExplainedRows(
                        explainer, opened.schema().size(), opened.outputs(), interactions && html == null);
                int most = ReportRows.most(opened);
                long last = html == null ? range[1] : Math.min(range[1], range[0] + most - 1);
                if (Math.min(range[1], table.rowCount()) > last) {
                    Console.warn("A page holds %d rows; the rows from %d on are not on it. Ask for others with --rows."
                            .formatted(most, last + 1));
                }
                var about = interactions
                        ? explainer.provenance().withInteractions(Interactions.INDEX)
                        : explainer.provenance();
                return answer(
                        opened,
                        grouping,
                        explainer,
                        ModelText.of(about),
                        taker -> explained.each(input, range[0], last, taker));
            }
        });
    }

    /** Hands explained rows to a taker. */
    @FunctionalInterface
    private interface Rowwise {
        void each(ExplainedRows.Taker taker) throws IOException;
    }

    /** @param explainer null if the explanations were computed elsewhere */
    private int answer(
            Model opened, Grouping grouping, @Nullable Explainer explainer, Map<String, Object> about, Rowwise rowwise)
            throws IOException {
        Path page = html;
        if (page != null) {
            var out = new ReportRows(opened, explainer, interactions);
            rowwise.each(out);
            return out.write(page);
        }
        Path kept = replay;
        if (kept != null && explainer != null) {
            var out = new RecordRows.Compared(kept, explainer, options.json);
            rowwise.each(out);
            return out.outcome();
        }
        Path written = records;
        if (written != null && explainer != null) {
            try (var out = new RecordRows.Written(written, explainer)) {
                rowwise.each(out);
                return out.hasFailed() ? ExitCode.FAILED : ExitCode.OK;
            }
        }
        Path file = parquet;
        if (file != null) {
            try (var out = new AttributionParquet(file, opened, grouping.names())) {
                rowwise.each(out);
                return out.hasFailed() ? ExitCode.FAILED : ExitCode.OK;
            }
        }
        try (var out = new RowWriter(opened, options.json, grouping.names())) {
            out.about(about);
            if (explainer instanceof LimeExplainer surrogates) {
                out.surrogates(surrogates, lime.stability);
            }
            rowwise.each(out);
            return out.hasFailed() ? ExitCode.FAILED : ExitCode.OK;
        }
    }

    private int texts(String column, long[] range) {
        if (background != null
                || shap != null
                || records != null
                || replay != null
                || interactions
                || !groups.isEmpty()
                || html != null
                || parquet != null
                || output < 0) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "Texts are explained word by word, as lines or --json: without --background, --interactions, --group,"
                            + " --html and --parquet, and for an output from 0.");
        }
        return ModelSource.texts(options.model, options.timeout(), scorer -> {
            try (var table = ExplainOptions.open(data);
                    var out = new TextRows(scorer, column, output, method, mask, options)) {
                ModelRows.requireRows(table, range);
                return out.write(table, range);
            }
        });
    }

    /** An option that is passed over would be taken for one that was followed. */
    private void refuseWhatBelongsElsewhere() {
        boolean anchors = method.equalsIgnoreCase(ANCHORS);
        boolean surrogate = method.equalsIgnoreCase("lime");
        if (anchors || shap != null || text != null) {
            options.refuseBaseMargins("anchors, texts and files of shap are of the model's own base");
        }
        String refused = "";
        if (lime.areChosen() && (!surrogate || text != null)) {
            refused = "Options that begin with --lime belong to --method lime, of rows and not of texts";
        } else if (threshold != DEFAULT_THRESHOLD && !anchors) {
            refused = "--threshold belongs to --method anchors";
        } else if ((!mask.isEmpty() || output != 0) && text == null) {
            refused = "--mask and --output belong to --text; rows are explained for every output";
        } else if (text != null && (!options.rounds.isEmpty() || options.byPosition || !space.equals(MARGIN))) {
            refused = "--text explains what a black box answers, without --rounds, --by-position and --space";
        }
        if (!refused.isEmpty()) {
            throw new ClewException(ErrorCode.USAGE, refused + ".");
        }
    }

    private void refuseWhatDoesNotGoTogether(Grouping grouping) {
        String refused = "";
        if (shap != null
                && (interactions || !grouping.isTrivial() || !rows.isEmpty() || method.equalsIgnoreCase(ANCHORS))) {
            refused =
                    "A file of shap holds contributions of single features, one row for each row of the data; leave out"
                            + " --rows, --group and --interactions, and name a method of contributions";
        } else if (Stream.of(html, parquet, records, replay)
                        .filter(Objects::nonNull)
                        .count()
                > 1) {
            refused = "--html, --parquet, --records and --replay are different answers; ask for one";
        } else if ((records != null || replay != null)
                && (interactions || shap != null || method.equalsIgnoreCase(ANCHORS))) {
            refused = "Records are of contributions that are computed here, without interactions";
        } else if (interactions && !grouping.isTrivial()) {
            refused = "Interactions are computed of single features; leave out --group";
        } else if (interactions && parquet != null) {
            refused = "Interactions are answered with --json or --html, not as Parquet";
        } else if (lime.stability && (html != null || parquet != null)) {
            refused = "Stability is answered as text or --json";
        } else if (html != null && !grouping.isTrivial()) {
            refused = "A page shows values of single features; leave out --group, or ask for --json";
        } else if (method.equalsIgnoreCase(ANCHORS)
                && (html != null || parquet != null || interactions || !grouping.isTrivial())) {
            refused = "Anchors are rules, not attributions: they are answered as text or --json, without --interactions"
                    + " and --group";
        }
        if (!refused.isEmpty()) {
            throw new ClewException(ErrorCode.USAGE, refused + ".");
        }
    }

    private Explainer explainer(Model opened, Table table, Grouping grouping) throws IOException {
        Optional<Method> chosen = ExplainOptions.method(method);
        OutputSpace wanted = ExplainOptions.space(space);
        boolean alone = background == null
                && opened instanceof TreeEnsemble trees
                && trees.hasCovers()
                && (trees.isSumOfLeaves() || chosen.isPresent())
                && chosen.orElse(Method.TREE) == Method.TREE
                && wanted == OutputSpace.MARGIN;
        if (chosen.isEmpty() && opened instanceof TreeEnsemble trees && trees.hasLinearLeaves()) {
            Console.warn("The leaves of this model are linear, so it is explained by asking it, against a background.");
        }
        int own = chosen.filter(m -> m == Method.LIME_TABULAR).isPresent() ? MAX_BACKGROUND : OWN_BACKGROUND;
        Optional<Rows> reference = alone ? Optional.empty() : Optional.of(background(opened, table, own));
        if (reference.isPresent()
                && opened instanceof LinearModel
                && chosen.isEmpty()
                && wanted == OutputSpace.MARGIN) {
            chosen = Optional.of(Method.LINEAR);
        }
        if (chosen.equals(Optional.of(Method.LIME_TABULAR)) && reference.isPresent() && grouping.isTrivial()) {
            int repeats = 1 + (lime.stability ? Stability.REPEATS * opened.outputs() : 0);
            if ((long) lime.samples * repeats > options.maxEvaluations) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "LIME asks the model %d times a row; --max-evaluations allows %d. Allow more, or lower --lime-samples."
                                .formatted((long) lime.samples * repeats, options.maxEvaluations));
            }
            return LimeExplainer.of(opened, reference.get(), lime.options(), options.seed);
        }
        return Explainers.of(opened, chosen, reference, wanted, options.budget(), options.seed, grouping);
    }

    /** The rows of --background, or the first of DATA. */
    private Rows background(Model opened, Table table, int own) throws IOException {
        Path file = background;
        if (file == null) {
            return new ModelRows(opened.schema(), table, true)
                    .kept(own)
                    .answeredBy(opened)
                    .rows();
        }
        try (var other = ExplainOptions.open(file)) {
            var kept = new ModelRows(opened.schema(), other, true)
                    .kept(MAX_BACKGROUND)
                    .answeredBy(opened);
            kept.warn("of the background ");
            return kept.rows();
        }
    }
}

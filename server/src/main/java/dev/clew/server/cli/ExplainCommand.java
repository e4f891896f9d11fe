package dev.clew.server.cli;

import dev.clew.explain.ExplainException;
import dev.clew.explain.Explainer;
import dev.clew.explain.Explainers;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.model.LinearModel;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import dev.clew.explain.report.HtmlReport;
import dev.clew.explain.tree.Interactions;
import dev.clew.explain.tree.TreeExplainer;
import dev.clew.quality.table.Table;
import dev.clew.server.cli.ModelRows.Encoded;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
            "Without a background trees are explained along their paths, everything else against the first rows of DATA."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    private static final int PART = 2_048;
    private static final int OWN_BACKGROUND = 100;
    private static final int MAX_BACKGROUND = 10_000;
    private static final int MAX_REPORT = 2_000;

    @Parameters(index = "1", paramLabel = "DATA", description = "CSV, TSV, JSON lines or Parquet with a header.")
    Path data = Path.of("");

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "auto (default), tree, linear, exact, kernel, permutation, sampling, partition or lime.")
    String method = "auto";

    @Option(names = "--background", paramLabel = "FILE", description = "Rows that stand for absent features.")
    @Nullable
    Path background;

    @Option(names = "--space", paramLabel = "NAME", description = "margin (default) or probability.")
    String space = "margin";

    @Option(names = "--interactions", description = "Of pairs of features too; trees without a background.")
    boolean interactions;

    @Option(names = "--rows", paramLabel = "FROM-TO", description = "Only these, counted from 1.")
    String rows = "";

    @Option(names = "--parquet", paramLabel = "FILE", description = "Write attributions as Parquet instead.")
    @Nullable
    Path parquet;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with charts instead; up to 2000 rows.")
    @Nullable
    Path html;

    @Mixin
    ExplainOptions options = new ExplainOptions();

    @Override
    public Integer call() throws Exception {
        return ModelSource.answering(() -> {
            long[] range = ModelRows.range(rows);
            try (var table = ExplainOptions.open(data);
                    var source = options.model(table)) {
                Model opened = source.model();
                var input = new ModelRows(opened.schema(), table, options.unknown);
                Explainer explainer = explainer(opened, table);
                Path page = html;
                if (page != null) {
                    return report(opened, explainer, input, range, page);
                }
                Path file = parquet;
                if (file != null) {
                    return columns(opened, explainer, input, range, file);
                }
                try (var out = new RowWriter(opened, options.json)) {
                    input.each(range[0], range[1], PART, part -> write(opened, explainer, part, out));
                    return out.hasFailed() ? ExitCode.FAILED : ExitCode.OK;
                }
            }
        });
    }

    private Explainer explainer(Model opened, Table table) throws IOException {
        Optional<Method> chosen = ExplainOptions.method(method);
        var wanted = ExplainOptions.space(space);
        boolean alone = opened instanceof TreeEnsemble trees
                && trees.hasCovers()
                && chosen.map(m -> m == Method.TREE).orElse(true)
                && wanted == dev.clew.explain.attribution.OutputSpace.MARGIN;
        Optional<Rows> reference = alone ? Optional.empty() : Optional.of(ownBackground(opened, table));
        Path file = background;
        if (file != null) {
            if (interactions) {
                throw new ClewException(
                        ErrorCode.USAGE, "Interactions are computed along the paths of trees; leave out --background.");
            }
            try (var other = ExplainOptions.open(file)) {
                reference = Optional.of(new ModelRows(opened.schema(), other, true).first(MAX_BACKGROUND));
            }
        }
        if (reference.isPresent() && opened instanceof LinearModel && chosen.isEmpty()) {
            return Explainers.of(opened, Optional.of(Method.LINEAR), reference, wanted, options.budget(), options.seed);
        }
        return Explainers.of(opened, chosen, reference, wanted, options.budget(), options.seed);
    }

    private Rows ownBackground(Model opened, Table table) throws IOException {
        return new ModelRows(opened.schema(), table, true).first(OWN_BACKGROUND);
    }

    private void write(Model opened, Explainer explainer, List<Encoded> part, RowWriter out) throws IOException {
        Rows batch = ModelRows.usable(part, opened.schema().size());
        try {
            Explanation explanation =
                    explainer.explain(batch, Runtime.getRuntime().availableProcessors());
            Interactions pairs = interactions ? interactions(explainer, batch) : null;
            int at = 0;
            for (Encoded row : part) {
                if (row.values() == null) {
                    out.failure(row);
                } else {
                    out.attribution(row, explanation.row(at), matrices(pairs, at));
                    at++;
                }
            }
        } catch (ExplainException e) {
            // One row that cannot be explained leaves the others their answers.
            if (part.size() == 1) {
                out.failure(part.getFirst().failing(e));
                return;
            }
            for (Encoded row : part) {
                write(opened, explainer, List.of(row), out);
            }
        }
    }

    private static List<double[]> matrices(@Nullable Interactions pairs, int row) {
        List<double[]> matrices = new ArrayList<>();
        for (int o = 0; pairs != null && o < pairs.outputs(); o++) {
            int size = pairs.features() * pairs.features();
            int from = (row * pairs.outputs() + o) * size;
            matrices.add(Arrays.copyOfRange(pairs.values(), from, from + size));
        }
        return matrices;
    }

    private static Interactions interactions(Explainer explainer, Rows batch) {
        if (explainer instanceof TreeExplainer trees) {
            return trees.interactions(batch, Runtime.getRuntime().availableProcessors());
        }
        throw new ClewException(
                ErrorCode.USAGE,
                "Interactions are computed for trees along their paths, by method tree in margin space.");
    }

    private int columns(Model opened, Explainer explainer, ModelRows input, long[] range, Path file)
            throws IOException {
        boolean[] failed = new boolean[1];
        try (var out = new AttributionParquet(file, opened)) {
            input.each(range[0], range[1], PART, part -> {
                Rows batch = ModelRows.usable(part, opened.schema().size());
                Explanation explanation =
                        explainer.explain(batch, Runtime.getRuntime().availableProcessors());
                int at = 0;
                for (Encoded row : part) {
                    if (row.values() == null) {
                        failed[0] = true;
                        Console.warn("row %d: %s"
                                .formatted(
                                        row.number(),
                                        row.failure() == null
                                                ? ""
                                                : row.failure().getMessage()));
                    } else {
                        out.add(row.number(), explanation.row(at++));
                    }
                }
            });
        }
        return failed[0] ? ExitCode.FAILED : ExitCode.OK;
    }

    private int report(Model opened, Explainer explainer, ModelRows input, long[] range, Path page) throws IOException {
        List<double[]> kept = new ArrayList<>();
        long[] left = new long[1];
        input.each(range[0], Math.min(range[1], range[0] + MAX_REPORT - 1), PART, part -> {
            for (Encoded row : part) {
                if (row.values() == null) {
                    left[0]++;
                } else {
                    kept.add(row.values());
                }
            }
        });
        if (kept.isEmpty()) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "No row can be used; there is nothing to show.");
        }
        Rows batch = Rows.of(kept);
        Explanation explanation = explainer.explain(batch, Runtime.getRuntime().availableProcessors());
        Optional<Interactions> pairs =
                explainer instanceof TreeExplainer trees && opened.schema().size() <= 60
                        ? Optional.of(trees.interactions(
                                batch.slice(0, Math.min(200, batch.count())),
                                Runtime.getRuntime().availableProcessors()))
                        : Optional.empty();
        Files.writeString(
                page, HtmlReport.of(opened, batch, explanation, pairs, range[0]).html(), StandardCharsets.UTF_8);
        if (left[0] > 0) {
            Console.warn("%d rows could not be used and are not on the page.".formatted(left[0]));
        }
        return left[0] > 0 ? ExitCode.FAILED : ExitCode.OK;
    }
}

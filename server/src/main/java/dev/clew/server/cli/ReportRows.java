package dev.clew.server.cli;

import dev.clew.explain.Explainer;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.report.HtmlReport;
import dev.clew.explain.tree.TreeExplainer;
import dev.clew.server.cli.ModelRows.Encoded;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The page of {@code clew explain --html}: the rows that can be explained, up to 2 000. */
final class ReportRows implements ExplainedRows.Taker {
    private static final int MOST = 2_000;

    /** Outputs × features of all rows of a page. */
    private static final long MOST_VALUES = 2_000_000;

    private static final int PAIRED_ROWS = 200;
    private static final int PAIRED_FEATURES = 60;

    private final Model model;
    private final @Nullable Explainer explainer;
    private final boolean interactions;
    private final List<Encoded> kept = new ArrayList<>();
    private final List<Explanation> parts = new ArrayList<>();
    private int left;

    /**
     * @param explainer null if the explanations were computed elsewhere
     * @param interactions whether they are drawn where they cost more than along the paths of trees
     */
    ReportRows(Model model, @Nullable Explainer explainer, boolean interactions) {
        this.model = model;
        this.explainer = explainer;
        this.interactions = interactions;
    }

    /** Most rows of a page about a model: 2 000, and fewer where the model has many features and outputs. */
    static int most(Model model) {
        long each = Math.max(1, (long) model.outputs() * model.schema().size());
        return Math.clamp(MOST_VALUES / each, 1, MOST);
    }

    int write(Path page) {
        if (kept.isEmpty()) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "No row can be used; there is nothing to show.");
        }
        Rows rows = ModelRows.usable(kept, model.schema().size());
        long[] numbers = kept.stream().mapToLong(Encoded::number).toArray();
        Explanation whole =
                Explanation.joined(parts).only(IntStream.range(0, kept.size()).toArray());
        Qualities.write(
                page, HtmlReport.of(model, rows, whole, pairs(rows), numbers).html());
        if (left > 0) {
            Console.warn("%d rows could not be used and are not on the page.".formatted(left));
        }
        int bad = whole.rows() - whole.trustworthy().length;
        if (bad > 0) {
            Console.warn(
                    "The contributions of %d rows do not add up to the prediction; the page names them and does not draw them."
                            .formatted(bad));
        }
        return left + bad > 0 ? ExitCode.FAILED : ExitCode.OK;
    }

    private Optional<Interactions> pairs(Rows rows) {
        if (model.schema().size() > PAIRED_FEATURES
                || explainer == null
                || !(interactions || explainer instanceof TreeExplainer)
                || !explainer.hasInteractions()) {
            return Optional.empty();
        }
        Rows few = rows.slice(0, Math.min(PAIRED_ROWS, rows.count()));
        return Optional.of(explainer.interactions(few, Runtime.getRuntime().availableProcessors()));
    }

    @Override
    public void take(Encoded row, Explanation explanation, int at, @Nullable Interactions pairs) {
        if (kept.size() == most(model)) {
            return;
        }
        kept.add(row);
        if (at == 0) {
            parts.add(explanation);
        }
    }

    @Override
    public void failed(Encoded row) {
        left++;
    }
}

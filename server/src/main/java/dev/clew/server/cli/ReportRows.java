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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The page of {@code clew explain --html}: the rows that can be explained, up to 2 000. */
final class ReportRows implements ExplainedRows.Taker {
    private static final int MOST = 2_000;
    private static final int PAIRED_ROWS = 200;
    private static final int PAIRED_FEATURES = 60;

    private final Model model;
    private final Explainer explainer;
    private final boolean interactions;
    private final List<Encoded> kept = new ArrayList<>();
    private final List<Explanation> parts = new ArrayList<>();
    private int left;

    /** @param interactions whether they are drawn where they cost more than along the paths of trees */
    ReportRows(Model model, Explainer explainer, boolean interactions) {
        this.model = model;
        this.explainer = explainer;
        this.interactions = interactions;
    }

    int write(ExplainedRows explained, ModelRows input, long[] range, Path page) throws IOException {
        explained.each(input, range[0], Math.min(range[1], range[0] + MOST - 1), this);
        if (kept.isEmpty()) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "No row can be used; there is nothing to show.");
        }
        Rows rows = ModelRows.usable(kept, model.schema().size());
        long[] numbers = kept.stream().mapToLong(Encoded::number).toArray();
        Qualities.write(
                page,
                HtmlReport.of(model, rows, Explanation.joined(parts), pairs(rows), numbers)
                        .html());
        if (left > 0) {
            Console.warn("%d rows could not be used and are not on the page.".formatted(left));
        }
        return left > 0 ? ExitCode.FAILED : ExitCode.OK;
    }

    private Optional<Interactions> pairs(Rows rows) {
        if (model.schema().size() > PAIRED_FEATURES
                || !(interactions || explainer instanceof TreeExplainer)
                || !explainer.hasInteractions()) {
            return Optional.empty();
        }
        Rows few = rows.slice(0, Math.min(PAIRED_ROWS, rows.count()));
        return Optional.of(explainer.interactions(few, Runtime.getRuntime().availableProcessors()));
    }

    @Override
    public void take(Encoded row, Explanation explanation, int at, @Nullable Interactions pairs) {
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

package dev.clew.server.cli;

import dev.clew.explain.ExplainException;
import dev.clew.explain.Explainer;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.TreeExplainer;
import dev.clew.server.cli.ModelRows.Encoded;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Explains the rows of a table part by part, in order; a row that cannot be explained leaves the others their answers. */
final class ExplainedRows {
    /** Rows explained at a time; with interactions fewer. */
    private static final int PART = 2_048;

    private static final int PART_OF_PAIRS = 128;

    /** Values of a part: outputs × features of each row, with interactions outputs × features². */
    private static final long PART_VALUES = 4_000_000;

    private final Explainer explainer;
    private final int width;
    private final int part;
    private final boolean interactions;

    /** @param width features of the model, and {@code outputs} of it */
    ExplainedRows(Explainer explainer, int width, int outputs, boolean interactions) {
        this.explainer = explainer;
        this.width = width;
        this.interactions = interactions;
        long each = Math.max(1, (long) outputs * width * (interactions ? width : 1));
        part = Math.clamp(PART_VALUES / each, 1, interactions ? PART_OF_PAIRS : PART);
    }

    /** @throws ClewException USAGE if the explainer has no interactions */
    static void requireInteractions(Explainer explainer) {
        if (!explainer.hasInteractions()) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "Interactions are computed for trees by method tree in margin space, up to 48 levels along paths and 1000 rows"
                            + " of a background whose tables do not fit into memory.");
        }
    }

    /** Takes answers in the order of the rows. */
    interface Taker {
        /** Called before the rows of a part of which at least one is explained. */
        default void begin(Explanation explanation) throws IOException {}

        /** Row {@code at} of the explanation; the pairs are null where not asked for. */
        void take(Encoded row, Explanation explanation, int at, @Nullable Interactions pairs) throws IOException;

        /** A row without an answer, which says why. */
        void failed(Encoded row) throws IOException;
    }

    void each(ModelRows input, long from, long to, Taker taker) throws IOException {
        input.each(from, to, part, rows -> explain(rows, taker));
    }

    private void explain(List<Encoded> part, Taker taker) throws IOException {
        Rows batch = ModelRows.usable(part, width);
        Explanation explanation;
        Interactions pairs;
        try {
            int threads = Runtime.getRuntime().availableProcessors();
            double[] bases = ModelRows.baseMargins(part);
            explanation = bases.length > 0 && batch.count() > 0
                    ? trees().explain(batch, bases, threads)
                    : explainer.explain(batch, threads);
            pairs = interactions ? explainer.interactions(batch, threads) : null;
        } catch (ExplainException e) {
            if (part.size() == 1) {
                taker.failed(part.getFirst().failing(e));
                return;
            }
            for (Encoded row : part) {
                explain(List.of(row), taker);
            }
            return;
        }
        if (batch.count() > 0) {
            taker.begin(explanation);
        }
        int at = 0;
        for (Encoded row : part) {
            if (row.values() == null) {
                taker.failed(row);
            } else {
                taker.take(row, explanation, at++, pairs);
            }
        }
    }

    private TreeExplainer trees() {
        if (explainer instanceof TreeExplainer trees) {
            return trees;
        }
        throw new ClewException(
                ErrorCode.USAGE,
                "Base margins go with trees along their paths: method tree in margin space, without background or"
                        + " groups.");
    }
}

package dev.clew.server.cli;

import dev.clew.explain.ExplainException;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.anchor.Anchor;
import dev.clew.explain.anchor.AnchorSearch;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Prediction;
import dev.clew.explain.model.Rows;
import dev.clew.server.cli.ModelRows.Encoded;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** {@code clew explain --method anchors}: per row the rule that fixes the model's decision. */
final class AnchorRows {
    private static final int PART = 16;
    private static final int MAX_SAMPLES = 200_000;

    private final Model model;
    private final AnchorSearch search;
    private final ExplainOptions options;
    private final double threshold;

    AnchorRows(Model model, Rows training, double threshold, ExplainOptions options) {
        this.model = model;
        this.threshold = threshold;
        this.options = options;
        ToIntFunction<double[]> decision =
                values -> values.length == 1 ? values[0] >= threshold ? 1 : 0 : AnchorSearch.likeliest(values);
        Budget budget = options.budget();
        search = new AnchorSearch(
                model,
                training,
                decision,
                new Budget(Math.min(MAX_SAMPLES, budget.maxEvaluations()), budget.maxTime()),
                options.seed);
    }

    int write(ModelRows input, long[] range) throws IOException {
        try (var out = new RowWriter(model, options.json, model.schema().names())) {
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("method", "ANCHOR");
            about.put("precision", AnchorSearch.PRECISION);
            about.put("confidence", 1 - AnchorSearch.DELTA);
            about.put("seed", options.seed);
            out.about(about);
            input.each(range[0], range[1], PART, part -> {
                for (Encoded row : part) {
                    write(row, out);
                }
            });
            return out.hasFailed() ? ExitCode.FAILED : ExitCode.OK;
        }
    }

    private void write(Encoded row, RowWriter out) throws IOException {
        double[] values = row.values();
        if (values == null) {
            out.failed(row);
            return;
        }
        try {
            Prediction prediction = model.predict(values);
            Anchor anchor = search.anchor(values);
            out.anchor(row, prediction, json(anchor), text(anchor));
        } catch (ExplainException e) {
            out.failed(row.failing(e));
        }
    }

    private Map<String, Object> json(Anchor anchor) {
        List<String> names = model.schema().names();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("rule", anchor.text());
        shown.put("features", anchor.features().stream().map(names::get).toList());
        shown.put("conditions", anchor.conditions());
        shown.put("decision", anchor.label());
        shown.put("precision", anchor.precision());
        shown.put("precision_low", anchor.low());
        shown.put("precision_high", anchor.high());
        shown.put("coverage", anchor.coverage());
        shown.put("samples", anchor.samples());
        shown.put("reached", anchor.reached());
        return shown;
    }

    private String text(Anchor anchor) {
        String decision = model.outputs() > 1
                ? "output " + anchor.label()
                : (anchor.label() == 1 ? "at least " : "below ") + threshold;
        return "  %s: %s%n  precision %.3f [%.3f, %.3f], holds for %.1f %% of the training rows, %d samples%s"
                .formatted(
                        anchor.text(),
                        decision,
                        anchor.precision(),
                        anchor.low(),
                        anchor.high(),
                        100 * anchor.coverage(),
                        anchor.samples(),
                        anchor.reached() ? "" : "; the precision wanted was not reached");
    }
}

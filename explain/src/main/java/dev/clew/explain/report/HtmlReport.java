package dev.clew.explain.report;

import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A page about a batch of explanations: what matters over all rows (beeswarm), how contributions move with values
 * (dependence), which features act together (interactions), and single rows as waterfall and forces. No script, no network,
 * light and dark. Several outputs follow one another, at most eight of them. Every chart has a title and a description for those who
 * do not see it, and stands beside the same numbers as a table. Rows whose attributions do not add up are named and drawn nowhere.
 * Confined to one thread.
 */
public final class HtmlReport {
    private static final int SINGLE_ROWS = 10;
    private static final int SINGLE_ROWS_EACH = 4;
    private static final int DEPENDENCES = 6;
    private static final int MOST_OUTPUTS = 8;
    private static final int NAMED = 20;

    private final Model model;
    private final Rows rows;
    private final Explanation explanation;
    private final Optional<Interactions> interactions;
    private final long[] numbers;
    private final int[] trustworthy;

    private HtmlReport(
            Model model, Rows rows, Explanation explanation, Optional<Interactions> interactions, long[] numbers) {
        this.model = model;
        this.rows = rows;
        this.explanation = explanation;
        this.interactions = interactions;
        this.numbers = numbers.clone();
        trustworthy = explanation.trustworthy();
    }

    /**
     * Prepares a page.
     *
     * @param rows what was explained, at least one; raw values, NaN for missing
     * @param explanation of those rows, in their order; single features, not groups
     * @param interactions of the first of those rows, where there are any
     * @param numbers shown for the rows, one each
     */
    public static HtmlReport of(
            Model model, Rows rows, Explanation explanation, Optional<Interactions> interactions, long[] numbers) {
        return new HtmlReport(model, rows, explanation, interactions, numbers);
    }

    /** The page; nothing in it comes from elsewhere. */
    public String html() {
        var page = new StringBuilder(contents());
        int shown = Math.min(MOST_OUTPUTS, explanation.outputs());
        leftOut(page);
        for (int output = 0; output < shown; output++) {
            if (shown > 1) {
                page.append("<h1 id=\"output%d\">Output %d</h1>".formatted(output, output));
            }
            if (trustworthy.length > 0) {
                all(page, output);
            }
            for (int i = 0; i < Math.min(shown > 1 ? SINGLE_ROWS_EACH : SINGLE_ROWS, rows.count()); i++) {
                row(page, i, output);
            }
        }
        return Page.of("What moved the predictions", about(), page.toString());
    }

    /** Which rows are in no chart, because their contributions must not be relied on. */
    private void leftOut(StringBuilder page) {
        int bad = rows.count() - trustworthy.length;
        if (bad == 0) {
            return;
        }
        var good = Arrays.stream(trustworthy).boxed().collect(Collectors.toSet());
        String named = IntStream.range(0, rows.count())
                .filter(i -> !good.contains(i))
                .limit(NAMED)
                .mapToObj(i -> Long.toString(numbers[i]))
                .collect(Collectors.joining(", "));
        page.append(
                "<p role=\"alert\"><b>The contributions of %d of %d rows do not add up to the prediction. They are in no chart: row %s%s.</b></p>"
                        .formatted(bad, rows.count(), named, bad > NAMED ? " and others" : ""));
    }

    /** Links to the outputs, where there are several. */
    private String contents() {
        int outputs = explanation.outputs();
        if (outputs == 1) {
            return "";
        }
        var links = new StringBuilder("<nav aria-label=\"Outputs\"><p>");
        for (int output = 0; output < Math.min(MOST_OUTPUTS, outputs); output++) {
            links.append("<a href=\"#output%d\">Output %d</a> ".formatted(output, output));
        }
        if (outputs > MOST_OUTPUTS) {
            links.append("and %d more that are not shown".formatted(outputs - MOST_OUTPUTS));
        }
        return links.append("</p></nav>").toString();
    }

    private void all(StringBuilder page, int output) {
        var charts = new BatchCharts(
                model.schema(),
                Rows.of(Arrays.stream(trustworthy).mapToObj(rows::row).toList()),
                explanation.only(trustworthy),
                output);
        section(page, "What matters over all rows", charts.beeswarm(), charts.table());
        page.append("<section><h2>How contributions move with values</h2><div class=\"grid\">");
        charts.order().stream()
                .limit(DEPENDENCES)
                .filter(one -> one.meanAbs() > 0)
                .forEach(one -> page.append("<div>")
                        .append(charts.dependence(one.feature()))
                        .append("</div>"));
        page.append("</div></section>");
        interactions.ifPresent(pairs -> {
            var together = charts.pairs(pairs);
            section(page, "Which features act together", together.chart(), together.table());
        });
    }

    private String about() {
        var description = model.description();
        return "%d rows; model %s, %s…; method %s, %s, in %s space. Contributions say what moved the model, not what causes the outcome."
                .formatted(
                        rows.count(),
                        description.format(),
                        description.digest().substring(0, 12),
                        explanation.method().name().toLowerCase(java.util.Locale.ROOT),
                        explanation
                                .semantics()
                                .name()
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace('_', '-'),
                        explanation.space().name().toLowerCase(java.util.Locale.ROOT));
    }

    private void row(StringBuilder page, int i, int output) {
        var attribution = explanation.row(i);
        page.append("<section><h2>Row ").append(numbers[i]).append(": ");
        page.append(Svg.number(attribution.prediction()[output], false)).append("</h2>");
        if (!attribution.isTrustworthy()) {
            page.append(
                    "<p><b>The contributions of this row do not add up to the prediction (they miss it by %s), so they are not shown.</b></p></section>"
                            .formatted(Svg.number(attribution.additivityError(), false)));
            return;
        }
        remarks(page, i, output);
        var charts = new RowCharts(model.schema(), rows.row(i), attribution, output, "output" + output + "row" + i);
        page.append(charts.waterfall()).append(charts.force());
        page.append("<details><summary>The same as a table</summary>")
                .append(charts.table())
                .append("</details></section>");
    }

    /** What a reader must know before looking at the charts of a row. */
    private void remarks(StringBuilder page, int i, int output) {
        var remarks = new ArrayList<String>();
        Explanation.Fidelity fidelity = explanation.fidelity();
        if (fidelity != null) {
            int at = i * explanation.outputs() + output;
            remarks.add("A surrogate of the model: it answers %s for this row, with R² %s."
                    .formatted(Svg.number(fidelity.local()[at], false), Svg.number(fidelity.score()[at], false)));
        } else if (explanation.method() == Method.SAMPLING) {
            remarks.add("Sampled one by one, contributions come near the prediction without adding up to it.");
        }
        explanation.row(i).flags().stream().sorted().map(HtmlReport::words).forEach(remarks::add);
        if (!remarks.isEmpty()) {
            page.append("<p>").append(Svg.escape(String.join(" ", remarks))).append("</p>");
        }
    }

    private static String words(Flag flag) {
        return switch (flag) {
            case ADDITIVITY_FAILED -> "The contributions do not add up to the prediction.";
            case LOW_FIDELITY -> "The surrogate describes the model badly here; do not rest a decision on it.";
            case TRUNCATED -> "Small contributions were cut to 0.";
            case SINGULAR -> "The equations had no unique solution; another one is as good.";
            case BUDGET_ENDED -> "The budget ended before the wanted precision.";
            case NON_DETERMINISTIC -> "The black box answers the same row differently from time to time.";
        };
    }

    private static void section(StringBuilder page, String title, String chart, String table) {
        page.append("<section><h2>").append(title).append("</h2>").append(chart);
        page.append("<details><summary>The same as a table</summary>")
                .append(table)
                .append("</details></section>");
    }
}

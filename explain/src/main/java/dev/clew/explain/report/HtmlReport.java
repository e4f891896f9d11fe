package dev.clew.explain.report;

import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.Optional;

/**
 * A page about a batch of explanations: what matters over all rows (beeswarm), how contributions move with values
 * (dependence), which features act together (interactions), and single rows as waterfall and forces. No script, no network,
 * light and dark. Several outputs follow one another, at most eight of them.
 */
public final class HtmlReport {
    private static final int SINGLE_ROWS = 10;
    private static final int SINGLE_ROWS_EACH = 4;
    private static final int DEPENDENCES = 6;
    private static final int MOST_OUTPUTS = 8;

    private final Model model;
    private final Rows rows;
    private final Explanation explanation;
    private final Optional<Interactions> interactions;
    private final long[] numbers;

    private HtmlReport(
            Model model, Rows rows, Explanation explanation, Optional<Interactions> interactions, long[] numbers) {
        this.model = model;
        this.rows = rows;
        this.explanation = explanation;
        this.interactions = interactions;
        this.numbers = numbers.clone();
    }

    /**
     * Prepares a page.
     *
     * @param rows what was explained, at least one
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
        for (int output = 0; output < shown; output++) {
            if (shown > 1) {
                page.append("<h1 id=\"output%d\">Output %d</h1>".formatted(output, output));
            }
            all(page, output);
            for (int i = 0; i < Math.min(shown > 1 ? SINGLE_ROWS_EACH : SINGLE_ROWS, rows.count()); i++) {
                row(page, i, output);
            }
        }
        return Page.of("What moved the predictions", about(), page.toString());
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
        var charts = new BatchCharts(model.schema(), rows, explanation, output);
        section(page, "What matters over all rows", charts.beeswarm(), charts.table());
        page.append("<section><h2>How contributions move with values</h2><div class=\"grid\">");
        charts.order().stream()
                .limit(DEPENDENCES)
                .filter(one -> one.meanAbs() > 0)
                .forEach(one -> page.append("<div>")
                        .append(charts.dependence(one.feature()))
                        .append("</div>"));
        page.append("</div></section>");
        interactions.ifPresent(pairs -> page.append("<section><h2>Which features act together</h2>")
                .append(charts.interactions(pairs))
                .append("<p>What a pair does beyond its two features.</p></section>"));
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
        var charts = new RowCharts(model.schema(), rows.row(i), attribution, output, "output" + output + "row" + i);
        page.append("<section><h2>Row ").append(numbers[i]).append(": ");
        page.append(Svg.number(attribution.prediction()[output], false)).append("</h2>");
        if (!attribution.isTrustworthy()) {
            page.append("<p><b>These contributions do not add up to the prediction; do not rely on them.</b></p>");
        } else if (!attribution.flags().isEmpty()) {
            page.append("<p>")
                    .append(Svg.escape(attribution.flags().toString()))
                    .append("</p>");
        }
        page.append(charts.waterfall()).append(charts.force());
        page.append("<details><summary>The same as a table</summary>")
                .append(charts.table())
                .append("</details></section>");
    }

    private static void section(StringBuilder page, String title, String chart, String table) {
        page.append("<section><h2>").append(title).append("</h2>").append(chart);
        page.append("<details><summary>The same as a table</summary>")
                .append(table)
                .append("</details></section>");
    }
}

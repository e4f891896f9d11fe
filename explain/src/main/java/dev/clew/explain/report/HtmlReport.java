package dev.clew.explain.report;

import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.Interactions;
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

    private static final String STYLE = """
        :root{--bg:#F7F8FA;--sf:#FFF;--bd:#E1E5E9;--bdi:#848D97;--tx:#1A1F24;--t2:#48525C;--t3:#616B76;--ac:#0A6583;--to:#D0670F;--aw:#2F7CC4}
        @media(prefers-color-scheme:dark){:root{--bg:#0E1114;--sf:#15191D;--bd:#2A3037;--bdi:#69737D;--tx:#E7EAED;--t2:#B3BBC3;--t3:#8E98A2;--ac:#5CB8D6;--to:#E08A3C;--aw:#5B9FE0}}
        body{margin:0;background:var(--bg);color:var(--tx);font:13px/20px Inter,system-ui,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
        main{max-width:1000px;margin:0 auto;padding:24px 16px}h1{font-size:20px;line-height:28px;margin:0 0 4px}h2{font-size:14px;margin:0 0 8px}
        p{color:var(--t2);margin:0 0 12px}section{background:var(--sf);border:1px solid var(--bd);border-radius:8px;padding:16px;margin:16px 0;overflow-x:auto}
        .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:12px}
        table{border-collapse:collapse;font-size:13px}th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--bd);text-align:left}.n{text-align:right}
        summary{cursor:pointer;color:var(--ac);margin:8px 0}summary:focus-visible{outline:2px solid var(--ac);outline-offset:2px}
        svg text{fill:var(--tx);font:12px Inter,system-ui,sans-serif}svg .small{font-size:11px;fill:var(--t2)}svg .strong{font-weight:600;fill:var(--tx)}
        svg .inside{font-size:11px;fill:#fff}.raise{fill:var(--aw)}.lower{fill:var(--to)}.rule{stroke:var(--bdi);stroke-dasharray:3 3}.thin{stroke:var(--bdi)}
        .cell{fill:var(--bg)}.heat{fill:var(--ac)}code{font-family:"JetBrains Mono",ui-monospace,Menlo,monospace}
        @media print{section{break-inside:avoid}}\
        """;

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
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.append("<meta name=\"viewport\""
                + " content=\"width=device-width,initial-scale=1\"><title>Explanation</title><style>");
        page.append(STYLE).append("</style></head><body><main><h1>What moved the predictions</h1><p>");
        page.append(Svg.escape(about())).append("</p>").append(contents());
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
        return page.append("</main></body></html>\n").toString();
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
                .append("<p>Mean size of what a pair does beyond its two features; numbered as the rows"
                        + " are.</p></section>"));
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

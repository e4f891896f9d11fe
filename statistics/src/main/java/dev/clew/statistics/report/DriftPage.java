package dev.clew.statistics.report;

import dev.clew.statistics.drift.ColumnDrift;
import dev.clew.statistics.drift.Summary;
import java.util.List;
import java.util.Locale;

/** A drift report as one HTML page: no scripts, no foreign requests, light and dark, printable. */
public final class DriftPage {
    private final DriftReport report;
    private final StringBuilder out = new StringBuilder();

    private DriftPage(DriftReport report) {
        this.report = report;
    }

    /** The whole page. Names and values are escaped. */
    public static String of(DriftReport report) {
        return new DriftPage(report).page();
    }

    private String page() {
        out.append("<h1>Drift of ")
                .append(Page.escaped(report.current()))
                .append(" against ")
                .append(Page.escaped(report.reference()))
                .append("</h1>\n");
        answer();
        out.append(Page.key());
        notJudged();
        report.byMovement().forEach(this::card);
        out.append(
                "<footer>Columns that moved most come first. “Moved” is the share of rows that would have to change their bar for both"
                        + " sides to look alike. A drift says that the data changed, not that the model got worse.</footer>\n");
        return Page.of("Drift: %s against %s".formatted(report.current(), report.reference()), out);
    }

    private void answer() {
        long judged = report.drift().judged().size();
        long drifted = report.drift().driftedCount();
        out.append("<p class=\"answer\">")
                .append(
                        switch (report.drift().verdict()) {
                            case DRIFT -> "The table has drifted.";
                            case NO_DRIFT ->
                                drifted == 0 ? "No drift." : "Some columns drifted, the table as a whole did not.";
                            case UNCERTAIN -> "It cannot be said whether the table has drifted.";
                        })
                .append(
                        "</p>\n<p class=\"plain\">%d of %d judged columns drifted; the table counts as drifted from %s on."
                                .formatted(
                                        drifted,
                                        judged,
                                        Wording.percent(report.drift().share())))
                .append("</p>\n");
        out.append(Page.remarks(report.remarks()));
    }

    private void notJudged() {
        for (ColumnDrift column : report.drift().columns()) {
            if (column instanceof ColumnDrift.NotJudged open) {
                out.append("<section class=\"card\"><div class=\"head\"><h2>")
                        .append(Page.escaped(open.column()))
                        .append("</h2><span class=\"tag moved\">not judged</span></div><p>")
                        .append(Page.escaped(open.reason().sentence()))
                        .append("</p></section>\n");
            }
        }
    }

    private void card(ColumnDrift.Judged column) {
        out.append("<section class=\"card\"><div class=\"head\"><h2>")
                .append(Page.escaped(column.column()))
                .append("</h2><span class=\"tag")
                .append(column.drifted() ? " moved\">drifted" : "\">not drifted")
                .append("</span><span class=\"tag\">moved ")
                .append(Wording.percent(Wording.moved(column)))
                .append("</span><span class=\"tag\">")
                .append(Page.escaped(column.method().displayName()))
                .append("</span></div><p>")
                .append(Page.escaped(Wording.judgement(column)))
                .append(' ')
                .append(Page.escaped(Wording.change(column)))
                .append("</p>");
        if (!column.reference().bins().isEmpty()) {
            double top = Math.max(
                    max(column.reference().shares()), max(column.current().shares()));
            out.append("<div class=\"pair\">");
            figure("reference", column.reference(), top, "--ref");
            figure("current", column.current(), top, "--cur");
            out.append("</div>");
            table(column);
        }
        out.append("</section>\n");
    }

    private static double max(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    /** Both sides are drawn to one scale. */
    private void figure(String side, Summary summary, double top, String colour) {
        int bins = summary.shares().size();
        out.append(
                "<figure><figcaption>%s, %s rows</figcaption><svg viewBox=\"0 0 %d 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Distribution of the %s side\">"
                        .formatted(side, DriftReport.number(summary.rows()), bins * 10, side));
        for (int i = 0; i < bins; i++) {
            double height = top == 0 ? 0 : summary.shares().get(i) / top * 98;
            out.append(String.format(
                            Locale.ROOT,
                            "<rect x=\"%.1f\" y=\"%.2f\" width=\"9\" height=\"%.2f\" fill=\"var(%s)\"><title>",
                            i * 10 + 0.5,
                            99 - height,
                            height,
                            colour))
                    .append(Page.escaped(summary.bins().get(i)))
                    .append(": ")
                    .append(Wording.percent(summary.shares().get(i)))
                    .append("</title></rect>");
        }
        out.append(
                        "<line x1=\"0\" x2=\"%d\" y1=\"99.5\" y2=\"99.5\" stroke=\"var(--bd)\"/></svg><div class=\"axis\"><span>"
                                .formatted(bins * 10))
                .append(Page.escaped(summary.bins().getFirst()))
                .append("</span><span>")
                .append(Page.escaped(bins > 1 ? summary.bins().getLast() : ""))
                .append("</span></div></figure>");
    }

    private void table(ColumnDrift.Judged column) {
        out.append("<details><summary>Numbers</summary><table><tr><th></th><th>reference</th><th>current</th></tr>");
        row("rows", column.reference().rows(), column.current().rows());
        row("missing", column.reference().missing(), column.current().missing());
        column.reference().statistics().forEach((name, value) -> row(name, value, Wording.of(column.current(), name)));
        out.append("</table></details>");
    }

    private void row(String name, double reference, double current) {
        out.append("<tr><td>%s</td><td>%s</td><td>%s</td></tr>"
                .formatted(Page.escaped(name), DriftReport.number(reference), DriftReport.number(current)));
    }
}

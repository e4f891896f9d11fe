package dev.clew.statistics.report;

import dev.clew.statistics.drift.chunked.ChunkDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Drift chunk by chunk as one HTML page: no scripts, no foreign requests, light and dark, printable. */
public final class ChunkPage {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 140;

    private final ChunkReport report;
    private final StringBuilder out = new StringBuilder();

    private ChunkPage(ChunkReport report) {
        this.report = report;
    }

    /** The whole page. Names and values are escaped. */
    public static String of(ChunkReport report) {
        return new ChunkPage(report).page();
    }

    private String page() {
        out.append("<h1>Drift of %s against %s, chunk by chunk</h1>\n"
                .formatted(Page.escaped(report.current()), Page.escaped(report.reference())));
        long drifted =
                report.columns().stream().filter(ChunkReport.Judged::drifted).count();
        Boolean verdict = report.datasetDrift();
        String answer = verdict == null
                ? "It cannot be said whether the table has drifted."
                : verdict
                        ? "The table has drifted."
                        : drifted == 0 ? "No drift." : "Some columns drifted, the table as a whole did not.";
        out.append(
                        "<p class=\"answer\">%s</p>\n<p class=\"plain\">In %d of %d judged columns at least one chunk of rows lies outside what"
                                .formatted(answer, drifted, report.columns().size()))
                .append(" the chunks of the reference show; the table counts as drifted from %s on.</p>\n"
                        .formatted(Wording.percent(report.share())))
                .append(Page.remarks(report.remarks()))
                .append(Page.key());
        report.notJudged()
                .forEach((column, reason) -> out.append(
                        "<section class=\"card\"><div class=\"head\"><h2>%s</h2><span class=\"tag moved\">not judged</span></div><p>%s</p></section>\n"
                                .formatted(Page.escaped(column), Page.escaped(reason))));
        report.byAlerts().forEach(this::card);
        out.append(
                "<footer>Columns with most chunks outside come first. Dots are chunks of rows in their order, filled diamonds lie"
                        + " outside; the dashed line is the mean of the reference's own chunks plus three standard deviations. A drift says that"
                        + " the data changed, not that the model got worse.</footer>\n");
        return Page.of("Drift: %s against %s".formatted(report.current(), report.reference()), out);
    }

    private void card(ChunkReport.Judged column) {
        out.append(
                "<section class=\"card\"><div class=\"head\"><h2>%s</h2><span class=\"tag%s</span><span class=\"tag\">%s</span></div>"
                        .formatted(
                                Page.escaped(column.column()),
                                column.drifted() ? " moved\">drifted" : "\">not drifted",
                                Page.escaped(column.method().displayName())));
        out.append("<p>%s</p>".formatted(Page.escaped(sentence(column))));
        chart(column);
        table(column);
        out.append("</section>\n");
    }

    private static String sentence(ChunkReport.Judged column) {
        int chunks = column.current().size();
        if (!column.drifted()) {
            return "Not drifted: all %d chunks look like chunks of the reference (largest %s, limit %s)."
                    .formatted(
                            chunks,
                            DriftReport.number(column.score()),
                            DriftReport.number(column.bounds().upper()));
        }
        ChunkDrift.Value first = column.current().stream()
                .filter(ChunkDrift.Value::isAlert)
                .findFirst()
                .orElseThrow();
        return "Drifted: %d of %d chunks lie outside, the first is rows %s (%s, limit %s)."
                .formatted(
                        column.alerts(),
                        chunks,
                        first.chunk().key(),
                        DriftReport.number(first.value()),
                        DriftReport.number(first.bounds().upper()));
    }

    private void chart(ChunkReport.Judged column) {
        List<ChunkDrift.Value> all = new ArrayList<>(column.reference());
        all.addAll(column.current());
        double limit = column.bounds().upper();
        double top = Double.isFinite(limit) ? limit : 0;
        for (ChunkDrift.Value value : all) {
            top = Double.isFinite(value.value()) ? Math.max(top, value.value()) : top;
        }
        top = top <= 0 ? 1 : top * 1.08;
        out.append("<svg style=\"height:%dpx\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s per chunk\">"
                .formatted(HEIGHT, WIDTH, HEIGHT, Page.escaped(column.method().displayName())));
        out.append(line(0, HEIGHT - 1, WIDTH, HEIGHT - 1, "var(--bd)", ""));
        if (Double.isFinite(limit)) {
            double y = y(limit, top);
            out.append(line(0, y, WIDTH, y, "var(--am)", " stroke-dasharray=\"6 4\""));
        }
        double border = x(column.reference().size() - 0.5, all.size());
        out.append(line(border, 0, border, HEIGHT, "var(--bd)", ""));
        for (int i = 0; i < all.size(); i++) {
            mark(all.get(i), x(i, all.size()), top, i < column.reference().size() ? "--ref" : "--cur");
        }
        out.append("</svg><div class=\"axis\"><span>reference, rows %s</span><span>current, rows %s</span></div>"
                .formatted(
                        Page.escaped(column.reference().getFirst().chunk().key()),
                        Page.escaped(column.current().getLast().chunk().key())));
    }

    private void mark(ChunkDrift.Value value, double x, double top, String colour) {
        if (!Double.isFinite(value.value())) {
            return;
        }
        double y = y(value.value(), top);
        String title = "<title>rows %s: %s</title>"
                .formatted(Page.escaped(value.chunk().key()), DriftReport.number(value.value()));
        out.append(
                value.isAlert()
                        ? String.format(
                                Locale.ROOT,
                                "<path d=\"M%.1f %.1fl7 7l-7 7l-7 -7z\" fill=\"var(--am)\">%s</path>",
                                x,
                                y - 7,
                                title)
                        : String.format(
                                Locale.ROOT,
                                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"var(%s)\">%s</circle>",
                                x,
                                y,
                                colour,
                                title));
    }

    private static double x(double index, int count) {
        return 12 + (WIDTH - 24) * (index + 0.5) / count;
    }

    private static double y(double value, double top) {
        return 8 + (HEIGHT - 16) * (1 - value / top);
    }

    private static String line(double x1, double y1, double x2, double y2, String colour, String more) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>",
                x1,
                y1,
                x2,
                y2,
                colour,
                more);
    }

    private void table(ChunkReport.Judged column) {
        out.append(
                "<details><summary>Numbers</summary><table><tr><th>rows</th><th>value</th><th>limit</th><th>outside</th></tr>");
        for (ChunkDrift.Value value : column.current()) {
            out.append("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
                    .formatted(
                            Page.escaped(value.chunk().key()),
                            DriftReport.number(value.value()),
                            DriftReport.number(value.bounds().upper()),
                            value.isAlert() ? "yes" : "no"));
        }
        out.append("</table></details>");
    }
}

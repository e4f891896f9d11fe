package dev.clew.statistics.report;

import dev.clew.statistics.drift.ColumnDrift;
import dev.clew.statistics.drift.Summary;
import java.util.List;
import java.util.Locale;

/** A drift report as one HTML page: no scripts, no foreign requests, light and dark, printable. */
public final class DriftPage {
    private static final String STYLE = """
            :root{--bg:#F7F8FA;--sf:#FFF;--bd:#E1E5E9;--tx:#1A1F24;--t2:#48525C;--t3:#616B76;--am:#845500;--amb:#FDF3DC;--gr:#176F33;--ref:#848D97;--cur:#0A6583}
            @media(prefers-color-scheme:dark){:root{--bg:#0E1114;--sf:#15191D;--bd:#2A3037;--tx:#E7EAED;--t2:#B3BBC3;--t3:#8E98A2;--am:#E3B04B;--amb:#2B2412;--gr:#5BC77A;--ref:#69737D;--cur:#5CB8D6}}
            *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--tx);font:14px/22px Inter,system-ui,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
            main{max-width:1040px;margin:0 auto;padding:24px}h1{font-size:20px;line-height:28px;margin:0}h2{font-size:14px;line-height:20px;margin:0}
            .answer{font-size:26px;line-height:32px;font-weight:600;margin:16px 0 4px}.plain{color:var(--t2);margin:0 0 16px}.key{display:flex;gap:16px;color:var(--t2);font-size:12px;margin:0 0 16px}
            .key i{display:inline-block;width:10px;height:10px;margin-right:6px;border-radius:2px}.card{background:var(--sf);border:1px solid var(--bd);border-radius:8px;padding:12px 16px;margin:0 0 12px;break-inside:avoid}
            .head{display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}.tag{font-size:12px;padding:0 8px;border-radius:4px;border:1px solid var(--bd);color:var(--t2)}.tag.moved{background:var(--amb);color:var(--am);border-color:transparent;font-weight:600}
            .card p{margin:4px 0;color:var(--t2)}.pair{display:grid;grid-template-columns:1fr 1fr;gap:16px;margin-top:8px}figure{margin:0}figcaption{font-size:12px;color:var(--t3)}
            svg{display:block;width:100%;height:88px}.axis{display:flex;justify-content:space-between;font-size:11px;color:var(--t3);gap:8px}.axis span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
            table{border-collapse:collapse;font-size:13px;margin-top:8px;width:100%}th,td{text-align:right;padding:2px 8px;border-top:1px solid var(--bd);font-weight:400}th:first-child,td:first-child{text-align:left;color:var(--t2)}summary{cursor:pointer;color:var(--t3);font-size:12px;margin-top:8px}
            summary:focus-visible{outline:2px solid var(--cur);outline-offset:2px}footer{color:var(--t3);font-size:12px;margin-top:24px}
            @media(max-width:640px){.pair{grid-template-columns:1fr}}@media print{body{background:#fff}main{max-width:none;padding:0}.card{border-color:#bbb}}
            """;

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
        out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
                .append(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">")
                .append("<meta name=\"color-scheme\" content=\"light dark\"><title>Drift: ")
                .append(escaped(report.current()))
                .append(" against ")
                .append(escaped(report.reference()))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body><main>\n<h1>Drift of ")
                .append(escaped(report.current()))
                .append(" against ")
                .append(escaped(report.reference()))
                .append("</h1>\n");
        answer();
        out.append("<p class=\"key\"><span><i style=\"background:var(--ref)\"></i>reference</span>")
                .append("<span><i style=\"background:var(--cur)\"></i>current</span></p>\n");
        notJudged();
        report.byMovement().forEach(this::card);
        out.append(
                "<footer>Columns that moved most come first. “Moved” is the share of rows that would have to change their bar for both sides to look alike. A drift says that the data changed, not that the model got worse.</footer>\n</main></body></html>\n");
        return out.toString();
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
    }

    private void notJudged() {
        for (ColumnDrift column : report.drift().columns()) {
            if (column instanceof ColumnDrift.NotJudged open) {
                out.append("<section class=\"card\"><div class=\"head\"><h2>")
                        .append(escaped(open.column()))
                        .append("</h2><span class=\"tag moved\">not judged</span></div><p>")
                        .append(escaped(open.reason().sentence()))
                        .append("</p></section>\n");
            }
        }
    }

    private void card(ColumnDrift.Judged column) {
        out.append("<section class=\"card\"><div class=\"head\"><h2>")
                .append(escaped(column.column()))
                .append("</h2><span class=\"tag")
                .append(column.drifted() ? " moved\">drifted" : "\">not drifted")
                .append("</span><span class=\"tag\">moved ")
                .append(Wording.percent(Wording.moved(column)))
                .append("</span><span class=\"tag\">")
                .append(escaped(column.method().displayName()))
                .append("</span></div><p>")
                .append(escaped(Wording.judgement(column)))
                .append(' ')
                .append(escaped(Wording.change(column)))
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
                    .append(escaped(summary.bins().get(i)))
                    .append(": ")
                    .append(Wording.percent(summary.shares().get(i)))
                    .append("</title></rect>");
        }
        out.append(
                        "<line x1=\"0\" x2=\"%d\" y1=\"99.5\" y2=\"99.5\" stroke=\"var(--bd)\"/></svg><div class=\"axis\"><span>"
                                .formatted(bins * 10))
                .append(escaped(summary.bins().getFirst()))
                .append("</span><span>")
                .append(escaped(bins > 1 ? summary.bins().getLast() : ""))
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
                .formatted(escaped(name), DriftReport.number(reference), DriftReport.number(current)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}

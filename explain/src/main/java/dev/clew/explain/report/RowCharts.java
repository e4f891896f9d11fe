package dev.clew.explain.report;

import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.model.FeatureSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Charts of one row: waterfall and force strip, and the same as a table. */
final class RowCharts {
    private static final int SHOWN = 8;
    private static final double WIDTH = 760;
    private static final double LABELS = 300;
    private static final int LABEL_LENGTH = 42;

    private final FeatureSchema schema;
    private final double[] row;
    private final Attribution attribution;
    private final int output;
    private final String id;
    private final List<Bar> bars;

    private record Bar(String name, String value, double phi) {}

    RowCharts(FeatureSchema schema, double[] row, Attribution attribution, int output, String id) {
        this.schema = schema;
        this.row = row;
        this.attribution = attribution;
        this.output = output;
        this.id = id;
        bars = bars();
    }

    /** The largest, then one for the rest. */
    private List<Bar> bars() {
        double[] phi = attribution.phi(output);
        List<Integer> order = IntStream.range(0, phi.length)
                .boxed()
                .filter(j -> phi[j] != 0)
                .sorted(Comparator.comparingDouble((Integer j) -> -Math.abs(phi[j])))
                .toList();
        List<Bar> all = new ArrayList<>();
        double rest = 0;
        for (int i = 0; i < order.size(); i++) {
            int j = order.get(i);
            if (i < SHOWN || order.size() == SHOWN + 1) {
                all.add(new Bar(schema.names().get(j), schema.display(j, row[j]), phi[j]));
            } else {
                rest += phi[j];
            }
        }
        if (order.size() > SHOWN + 1) {
            all.add(new Bar((order.size() - SHOWN) + " other features", "", rest));
        }
        return all;
    }

    private double base() {
        return attribution.base()[output];
    }

    private double end() {
        return base() + bars.stream().mapToDouble(Bar::phi).sum();
    }

    private String sentence() {
        var text = new StringBuilder("From the base ")
                .append(Svg.number(base(), false))
                .append(" to ")
                .append(Svg.number(end(), false))
                .append(": ");
        for (Bar bar : bars) {
            text.append(bar.name)
                    .append(bar.value.isEmpty() ? "" : " = " + bar.value)
                    .append(' ');
            text.append(Svg.number(bar.phi, true)).append("; ");
        }
        return text.toString();
    }

    String waterfall() {
        double low = base();
        double high = base();
        double at = base();
        for (Bar bar : bars) {
            at += bar.phi;
            low = Math.min(low, at);
            high = Math.max(high, at);
        }
        double span = Math.max(high - low, 1e-9);
        double left = LABELS + 60;
        double scale = (WIDTH - left - 70) / span;
        double height = 34 + 26.0 * bars.size() + 24;
        var svg = new Svg(id + "-w", WIDTH, height, "Waterfall", sentence());
        double x0 = left + (base() - low) * scale;
        svg.line(x0, 20, x0, height - 18, "rule").text(x0, 14, "middle", "small", "base " + Svg.number(base(), false));
        double y = 26;
        at = base();
        for (Bar bar : bars) {
            double from = left + (at - low) * scale;
            at += bar.phi;
            double to = left + (at - low) * scale;
            svg.arrow(from, to, y, 18, bar.phi > 0 ? "raise" : "lower");
            svg.text(LABELS - 6, y + 13, "end", "label", label(bar));
            svg.text(
                    Math.max(from, to) + 5,
                    y + 13,
                    "start",
                    "small",
                    (bar.phi > 0 ? "▸ " : "◂ ") + Svg.number(bar.phi, true));
            svg.line(to, y + 18, to, y + 26, "thin");
            y += 26;
        }
        double end = left + (end() - low) * scale;
        svg.text(end, height - 4, "middle", "small strong", "this row " + Svg.number(end(), false));
        return svg.toString();
    }

    /** As much as fits beside the bars; a short name leaves more room to its value. */
    private static String label(Bar bar) {
        if (bar.value.isEmpty()) {
            return Svg.shortened(bar.name, LABEL_LENGTH);
        }
        String name = Svg.shortened(bar.name, Math.max(LABEL_LENGTH / 2, LABEL_LENGTH - 3 - bar.value.length()));
        return name + " = " + Svg.shortened(bar.value, Math.max(4, LABEL_LENGTH - 3 - name.length()));
    }

    /** All that raises from the left, all that lowers from the right; they meet at the row's value. */
    String force() {
        double up = bars.stream().mapToDouble(bar -> Math.max(0, bar.phi)).sum();
        double down = bars.stream().mapToDouble(bar -> Math.max(0, -bar.phi)).sum();
        double scale = (WIDTH - 20) / Math.max(up + down, 1e-9);
        var svg = new Svg(id + "-f", WIDTH, 62, "Forces", sentence());
        double meet = 10 + up * scale;
        double x = meet;
        double y = 18;
        for (Bar bar : bars) {
            if (bar.phi > 0) {
                svg.arrow(x - bar.phi * scale, x, y, 18, "raise");
                name(svg, bar, x - bar.phi * scale, x);
                x -= bar.phi * scale;
            }
        }
        x = meet;
        for (Bar bar : bars) {
            if (bar.phi < 0) {
                svg.arrow(x - bar.phi * scale, x, y, 18, "lower");
                name(svg, bar, x, x - bar.phi * scale);
                x -= bar.phi * scale;
            }
        }
        svg.line(meet, 12, meet, 42, "rule")
                .text(Math.clamp(meet, 60, WIDTH - 60), 10, "middle", "small strong", Svg.number(end(), false));
        svg.text(10, 58, "start", "small", "▸ raises by " + Svg.number(up, false));
        svg.text(WIDTH - 10, 58, "end", "small", "◂ lowers by " + Svg.number(down, false));
        return svg.toString();
    }

    private static void name(Svg svg, Bar bar, double from, double to) {
        int room = (int) ((to - from - 12) / 6.2);
        if (room >= 4) {
            svg.text((from + to) / 2, 31, "middle", "inside", Svg.shortened(bar.name, room));
        }
    }

    String table() {
        var html = new StringBuilder(
                "<table><thead><tr><th>Feature</th><th>Value</th><th class=n>Contribution</th></tr></thead><tbody>");
        html.append("<tr><td>base</td><td></td><td class=n>")
                .append(Svg.number(base(), false))
                .append("</td></tr>");
        for (Bar bar : bars) {
            html.append("<tr><td>")
                    .append(Svg.escape(bar.name))
                    .append("</td><td>")
                    .append(Svg.escape(bar.value));
            html.append("</td><td class=n>").append(Svg.number(bar.phi, true)).append("</td></tr>");
        }
        html.append("<tr><td><b>this row</b></td><td></td><td class=n><b>").append(Svg.number(end(), false));
        return html.append("</b></td></tr></tbody></table>").toString();
    }
}

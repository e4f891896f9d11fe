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

    /** Pixels from one bar to the next: a line of text, and the bar under it. */
    private static final double STEP = 38;

    private static final int LABEL_LENGTH = 64;

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

    /** What base and contributions come to: the row's own value, unless the method promises none. */
    private String total() {
        return Double.isNaN(attribution.additivityError()) ? "sum" : "this row";
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
        double left = low;
        double scale = 100 / Math.max(high - low, 1e-9);
        double height = 20 + STEP * bars.size() + 20;
        var svg = new FluidSvg(id + "-w", height, "Waterfall", sentence());
        double x0 = (base() - left) * scale;
        svg.line(x0, 18, x0, height - 20, "rule").over(x0, 12, "small", "base " + Svg.number(base(), false));
        double y = 20;
        at = base();
        for (Bar bar : bars) {
            double from = (at - left) * scale;
            at += bar.phi;
            double to = (at - left) * scale;
            svg.within(0, 78, y, 0, "label", label(bar));
            svg.text(100, y + 13, "end", "label", (bar.phi > 0 ? "▸ " : "◂ ") + Svg.number(bar.phi, true));
            svg.bar(from, to, y + 18, 14, bar.phi > 0 ? "raise" : "lower");
            svg.line(to, y + 32, to, y + STEP + 18, "thin");
            y += STEP;
        }
        svg.over((end() - left) * scale, height - 4, "small strong", total() + " " + Svg.number(end(), false));
        return svg.toString();
    }

    /** As much as fits over the bars; a short name leaves more room to its value. */
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
        double scale = 100 / Math.max(up + down, 1e-9);
        var svg = new FluidSvg(id + "-f", 62, "Forces", sentence());
        double meet = up * scale;
        double x = meet;
        for (Bar bar : bars) {
            if (bar.phi > 0) {
                force(svg, bar, x - bar.phi * scale, x, "raise");
                x -= bar.phi * scale;
            }
        }
        x = meet;
        for (Bar bar : bars) {
            if (bar.phi < 0) {
                force(svg, bar, x, x - bar.phi * scale, "lower");
                x -= bar.phi * scale;
            }
        }
        svg.line(meet, 12, meet, 42, "rule").over(meet, 10, "small strong", Svg.number(end(), false));
        svg.text(0, 58, "start", "small", "▸ raises by " + Svg.number(up, false));
        svg.text(100, 58, "end", "small", "lowers by " + Svg.number(down, false) + " ◂");
        return svg.toString();
    }

    private static void force(FluidSvg svg, Bar bar, double from, double to, String type) {
        svg.bar(from, to, 18, 18, type + " apart");
        if (to - from > 4) {
            svg.within(from, to, 18, 5, "inside", bar.name);
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
        html.append("<tr><td><b>").append(total()).append("</b></td><td></td><td class=n><b>");
        html.append(Svg.number(end(), false));
        return html.append("</b></td></tr></tbody></table>").toString();
    }
}

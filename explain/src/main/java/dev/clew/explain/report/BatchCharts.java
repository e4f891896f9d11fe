package dev.clew.explain.report;

import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.global.ShapImportance;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.Interactions;
import java.util.List;
import java.util.stream.IntStream;

/** Charts of many rows: beeswarm, dependence, interactions. */
final class BatchCharts {
    private static final double WIDTH = 760;
    private static final double LABELS = 230;
    private static final int MOST_FEATURES = 12;
    private static final int PAIRED = 8;

    private final FeatureSchema schema;
    private final Rows rows;
    private final Explanation explanation;
    private final int output;
    private final List<ShapImportance> order;

    BatchCharts(FeatureSchema schema, Rows rows, Explanation explanation, int output) {
        this.schema = schema;
        this.rows = rows;
        this.explanation = explanation;
        this.output = output;
        order = ShapImportance.of(explanation, output, 0);
    }

    List<ShapImportance> order() {
        return order;
    }

    /** One dot per row and feature: place is the contribution, shade the feature's value from low (pale) to high. */
    String beeswarm() {
        int shown = Math.min(MOST_FEATURES, order.size());
        double most = 1e-9;
        for (ShapImportance one : order.subList(0, shown)) {
            for (int i = 0; i < rows.count(); i++) {
                most = Math.max(most, Math.abs(explanation.value(i, output, one.feature())));
            }
        }
        double height = 30 + 34.0 * shown + 24;
        double middle = LABELS + (WIDTH - LABELS) / 2;
        double scale = (WIDTH - LABELS - 40) / 2 / most;
        var description =
                new StringBuilder("Contributions of the features over %d rows, mean size: ".formatted(rows.count()));
        order.subList(0, shown)
                .forEach(one -> description
                        .append(schema.names().get(one.feature()))
                        .append(' ')
                        .append(Svg.number(one.meanAbs(), false))
                        .append("; "));
        var svg = new Svg("swarm" + output, WIDTH, height, "Contributions of all rows", description.toString());
        svg.line(middle, 24, middle, height - 20, "rule").text(middle, 14, "middle", "small", "0");
        svg.text(LABELS, 14, "start", "small", "◂ lowers").text(WIDTH - 6, 14, "end", "small", "raises ▸");
        for (int f = 0; f < shown; f++) {
            int j = order.get(f).feature();
            double y = 44 + 34.0 * f;
            svg.text(
                    LABELS - 8,
                    y + 4,
                    "end",
                    "label",
                    Svg.shortened(schema.names().get(j), 32));
            double[] rank = ranks(j);
            int[] crowd = new int[(int) WIDTH + 1];
            for (int i = 0; i < rows.count(); i++) {
                double x = middle + explanation.value(i, output, j) * scale;
                int cell = Math.clamp((int) (x / 4), 0, crowd.length - 1);
                int place = crowd[cell]++;
                double offset = Math.min(13, (place + 1) / 2 * 2.2) * (place % 2 == 0 ? 1 : -1);
                svg.dot(x, y + offset, 2.4, shade(rank[i]), dotLabel(i, j));
            }
        }
        svg.text(
                LABELS,
                height - 4,
                "start",
                "small",
                "value of the feature: ● low (orange) to ● high (blue), grey: missing");
        return svg.toString();
    }

    private String dotLabel(int row, int feature) {
        return "%s = %s: %s"
                .formatted(
                        schema.names().get(feature),
                        schema.display(feature, rows.get(row, feature)),
                        Svg.number(explanation.value(row, output, feature), true));
    }

    /** Rank of each row's value in [0, 1], NaN for missing. */
    private double[] ranks(int feature) {
        double[] sorted = IntStream.range(0, rows.count())
                .mapToDouble(i -> rows.get(i, feature))
                .filter(v -> !Double.isNaN(v))
                .sorted()
                .toArray();
        double[] rank = new double[rows.count()];
        for (int i = 0; i < rank.length; i++) {
            double value = rows.get(i, feature);
            int at = java.util.Arrays.binarySearch(sorted, value);
            rank[i] = Double.isNaN(value)
                    ? Double.NaN
                    : sorted.length < 2 ? 0.5 : Math.max(0, at) / (sorted.length - 1.0);
        }
        return rank;
    }

    private static String shade(double rank) {
        if (Double.isNaN(rank)) {
            return "var(--bdi)";
        }
        return Svg.format("color-mix(in srgb,var(--aw) %.0f%%,var(--to))", rank * 100);
    }

    /** Contribution against value, one dot per row. */
    String dependence(int feature) {
        double width = 370;
        double height = 230;
        double lowX = Double.POSITIVE_INFINITY;
        double highX = Double.NEGATIVE_INFINITY;
        double lowY = 0;
        double highY = 0;
        for (int i = 0; i < rows.count(); i++) {
            double x = rows.get(i, feature);
            double y = explanation.value(i, output, feature);
            lowY = Math.min(lowY, y);
            highY = Math.max(highY, y);
            if (Double.isFinite(x)) {
                lowX = Math.min(lowX, x);
                highX = Math.max(highX, x);
            }
        }
        if (!(lowX <= highX)) {
            lowX = highX = 0;
        }
        String name = schema.names().get(feature);
        double spanX = Math.max(highX - lowX, 1e-9);
        double spanY = Math.max(highY - lowY, 1e-9);
        var svg = new Svg(
                "dep" + output + "-" + feature,
                width,
                height,
                "Contribution of " + name + " against its value",
                "%d rows; values from %s to %s, contributions from %s to %s."
                        .formatted(
                                rows.count(),
                                schema.display(feature, lowX),
                                schema.display(feature, highX),
                                Svg.number(lowY, true),
                                Svg.number(highY, true)));
        double zero = 20 + (highY - 0) / spanY * (height - 60);
        svg.line(54, zero, width - 10, zero, "rule").text(50, zero + 4, "end", "small", "0");
        svg.text(50, 24, "end", "small", Svg.number(highY, true))
                .text(50, height - 36, "end", "small", Svg.number(lowY, true));
        for (int i = 0; i < rows.count(); i++) {
            double value = rows.get(i, feature);
            double y = 20 + (highY - explanation.value(i, output, feature)) / spanY * (height - 60);
            if (Double.isFinite(value)) {
                svg.dot(60 + (value - lowX) / spanX * (width - 76), y, 2.6, "var(--ac)", dotLabel(i, feature));
            }
        }
        svg.text(60, height - 20, "start", "small", Svg.shortened(schema.display(feature, lowX), 20));
        svg.text(width - 10, height - 20, "end", "small", Svg.shortened(schema.display(feature, highX), 20));
        return svg.text(width / 2, height - 4, "middle", "label", Svg.shortened(name, 44))
                .toString();
    }

    /** Mean size of the interactions of the features that matter most; the darker, the larger. */
    String interactions(Interactions pairs) {
        int n = Math.min(PAIRED, order.size());
        double[][] mean = new double[n][n];
        double most = 1e-12;
        String largest = "";
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < n; b++) {
                int f = order.get(a).feature();
                int g = order.get(b).feature();
                for (int r = 0; r < pairs.rows(); r++) {
                    mean[a][b] += Math.abs(pairs.value(r, output, f, g)) * (a == b ? 1 : 2) / pairs.rows();
                }
                if (a != b && mean[a][b] > most) {
                    most = mean[a][b];
                    largest = "%s with %s, %s"
                            .formatted(schema.names().get(f), schema.names().get(g), Svg.number(most, false));
                }
            }
        }
        double cell = 58;
        double width = LABELS + n * cell + 10;
        double height = 30 + n * cell * 0.55 + 70;
        var svg = new Svg(
                "pairs" + output,
                width,
                height,
                "Interactions",
                "Mean size of pairs over %d rows; largest: %s."
                        .formatted(pairs.rows(), largest.isEmpty() ? "none" : largest));
        for (int a = 0; a < n; a++) {
            double y = 20 + a * cell * 0.55;
            String name = schema.names().get(order.get(a).feature());
            svg.text(LABELS - 8, y + 20, "end", "label", Svg.shortened(name, 32));
            svg.text(LABELS + a * cell + cell / 2, height - 52, "middle", "small", "#" + (a + 1));
            for (int b = 0; b < n; b++) {
                double x = LABELS + b * cell;
                svg.rect(x, y, cell - 2, cell * 0.55 - 2, "cell");
                if (a != b) {
                    svg.shaded(x, y, cell - 2, cell * 0.55 - 2, "heat", mean[a][b] / most * 0.7);
                    svg.text(x + cell / 2 - 1, y + 20, "middle", "small", Svg.number(mean[a][b], false));
                } else {
                    svg.text(x + cell / 2 - 1, y + 20, "middle", "small", "#" + (a + 1));
                }
            }
        }
        return svg.toString();
    }

    String table() {
        var html = new StringBuilder(
                "<table><thead><tr><th>Feature</th><th class=n>Mean size</th><th class=n>95&nbsp;% interval</th><th"
                        + " class=n>Mean</th></tr></thead><tbody>");
        for (ShapImportance one : order) {
            html.append("<tr><td>").append(Svg.escape(schema.names().get(one.feature())));
            html.append("</td><td class=n>").append(Svg.number(one.meanAbs(), false));
            html.append("</td><td class=n>")
                    .append(Svg.number(one.low(), false))
                    .append(" – ")
                    .append(Svg.number(one.high(), false));
            html.append("</td><td class=n>")
                    .append(Svg.number(one.mean(), true))
                    .append("</td></tr>");
        }
        return html.append("</tbody></table>").toString();
    }
}

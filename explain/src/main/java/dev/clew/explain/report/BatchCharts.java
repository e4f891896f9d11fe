package dev.clew.explain.report;

import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.global.ShapImportance;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import java.util.List;
import java.util.stream.IntStream;

/** Charts of many rows: beeswarm, dependence, interactions. */
final class BatchCharts {
    /** Pixels from one feature of the beeswarm to the next: a line of text, and the dots under it. */
    private static final double STEP = 48;

    private static final int MOST_FEATURES = 12;

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
        double height = 20 + STEP * shown + 22;
        var description =
                new StringBuilder("Contributions of the features over %d rows, mean size: ".formatted(rows.count()));
        order.subList(0, shown)
                .forEach(one -> description
                        .append(schema.names().get(one.feature()))
                        .append(' ')
                        .append(Svg.number(one.meanAbs(), false))
                        .append("; "));
        var svg = new FluidSvg("swarm" + output, height, "Contributions of all rows", description.toString());
        svg.line(50, 18, 50, height - 22, "rule").text(50, 12, "middle", "small", "0");
        svg.text(0, 12, "start", "small", "◂ lowers").text(100, 12, "end", "small", "raises ▸");
        for (int f = 0; f < shown; f++) {
            int j = order.get(f).feature();
            double y = 20 + STEP * f;
            svg.text(0, y + 14, "start", "label", Svg.shortened(schema.names().get(j), 44));
            double[] rank = ranks(j);
            int[] crowd = new int[201];
            for (int i = 0; i < rows.count(); i++) {
                double x = 50 + explanation.value(i, output, j) / most * 49;
                int cell = Math.clamp((int) (2 * x), 0, crowd.length - 1);
                int place = crowd[cell]++;
                double offset = Math.min(12, (place + 1) / 2 * 2.2) * (place % 2 == 0 ? 1 : -1);
                svg.dot(x, y + 32 + offset, 2.4, shade(rank[i]), dotLabel(i, j));
            }
        }
        svg.legend(height - 4, "values from low", "lower", "to high", "raise", "missing", "missing");
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
            return "none";
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

    /** Interactions of the features that matter most: the chart, and the same as a table. */
    PairChart pairs(Interactions pairs) {
        return new PairChart(schema.names(), order, pairs, output);
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

package dev.clew.explain.report;

import dev.clew.explain.global.FeatureEffect;
import dev.clew.explain.model.FeatureSchema;
import java.util.Arrays;
import java.util.List;

/** A page of curves: how a model's answers move with each feature, over all rows, and row by row where the effects hold lines. */
public final class EffectReport {
    private static final double WIDTH = 370;
    private static final double HEIGHT = 230;
    private static final double LEFT = 58;
    private static final double TOP = 16;
    private static final double BOTTOM = HEIGHT - 44;

    private final FeatureSchema schema;
    private final int output;

    private EffectReport(FeatureSchema schema, int output) {
        this.schema = schema;
        this.output = output;
    }

    /**
     * The page.
     *
     * @param about a sentence about model, rows and kind of curve
     * @param notes per effect a sentence, or an empty text
     */
    public static String html(
            FeatureSchema schema, List<FeatureEffect> effects, int output, String about, List<String> notes) {
        var report = new EffectReport(schema, output);
        var body = new StringBuilder("<section><div class=\"grid\">");
        for (int i = 0; i < effects.size(); i++) {
            body.append("<div>").append(report.chart(effects.get(i)));
            if (!notes.get(i).isEmpty()) {
                body.append("<p>").append(Svg.escape(notes.get(i))).append("</p>");
            }
            body.append("<details><summary>The same as a table</summary>")
                    .append(report.table(effects.get(i)))
                    .append("</details></div>");
        }
        return Page.of(
                "How the answers move with each feature",
                about,
                body.append("</div></section>").toString());
    }

    private String chart(FeatureEffect effect) {
        double[] grid = effect.grid();
        double[] curve = effect.effect()[output];
        double low = least(curve);
        double high = most(curve);
        for (double[] line : effect.lines()) {
            low = Math.min(low, least(line));
            high = Math.max(high, most(line));
        }
        String name = schema.names().get(effect.feature());
        var svg =
                new Svg("effect" + effect.feature(), WIDTH, HEIGHT, "Answers against " + name, sentence(effect, name));
        svg.line(LEFT, TOP, LEFT, BOTTOM, "thin").line(LEFT, BOTTOM, WIDTH - 8, BOTTOM, "thin");
        svg.text(LEFT - 4, TOP + 8, "end", "small", Svg.number(high, false));
        svg.text(LEFT - 4, BOTTOM, "end", "small", Svg.number(low, false));
        for (double[] line : effect.lines()) {
            svg.path(points(effect, line, low, high), "ice");
        }
        double[] points = points(effect, curve, low, high);
        svg.path(points, "line");
        for (int i = 0; i < points.length && grid.length <= 12; i += 2) {
            svg.dot(
                    points[i],
                    points[i + 1],
                    2.6,
                    "var(--ac)",
                    "%s: %s".formatted(schema.display(effect.feature(), grid[i / 2]), Svg.number(curve[i / 2], false)));
        }
        svg.text(LEFT, BOTTOM + 16, "start", "small", Svg.shortened(schema.display(effect.feature(), grid[0]), 20));
        svg.text(
                WIDTH - 8,
                BOTTOM + 16,
                "end",
                "small",
                Svg.shortened(schema.display(effect.feature(), grid[grid.length - 1]), 20));
        return svg.text(WIDTH / 2, HEIGHT - 6, "middle", "label", Svg.shortened(name, 44))
                .toString();
    }

    /** Numbers keep their distances, categories stand side by side. */
    private double[] points(FeatureEffect effect, double[] curve, double low, double high) {
        double[] grid = effect.grid();
        boolean category = !schema.features().get(effect.feature()).categories().isEmpty();
        double first = category ? 0 : grid[0];
        double span = Math.max((category ? grid.length - 1 : grid[grid.length - 1]) - first, 1e-12);
        double[] points = new double[2 * grid.length];
        for (int g = 0; g < grid.length; g++) {
            points[2 * g] = LEFT + 4 + ((category ? g : grid[g]) - first) / span * (WIDTH - LEFT - 16);
            points[2 * g + 1] = BOTTOM - 4 - (curve[g] - low) / Math.max(high - low, 1e-12) * (BOTTOM - TOP - 8);
        }
        return points;
    }

    private String sentence(FeatureEffect effect, String name) {
        double[] curve = effect.effect()[output];
        int least = 0;
        int most = 0;
        for (int g = 1; g < curve.length; g++) {
            least = curve[g] < curve[least] ? g : least;
            most = curve[g] > curve[most] ? g : most;
        }
        String lines = effect.lines().length == 0 ? "" : " Lines of %d rows.".formatted(effect.lines().length);
        return "%s from %s to %s: least %s at %s, most %s at %s.%s"
                .formatted(
                        name,
                        schema.display(effect.feature(), effect.grid()[0]),
                        schema.display(effect.feature(), effect.grid()[curve.length - 1]),
                        Svg.number(curve[least], false),
                        schema.display(effect.feature(), effect.grid()[least]),
                        Svg.number(curve[most], false),
                        schema.display(effect.feature(), effect.grid()[most]),
                        lines);
    }

    private String table(FeatureEffect effect) {
        var html = new StringBuilder("<table><thead><tr><th>Value</th><th class=n>Answer</th></tr></thead><tbody>");
        for (int g = 0; g < effect.grid().length; g++) {
            html.append("<tr><td>").append(Svg.escape(schema.display(effect.feature(), effect.grid()[g])));
            html.append("</td><td class=n>")
                    .append(Svg.number(effect.effect()[output][g], false))
                    .append("</td></tr>");
        }
        return html.append("</tbody></table>").toString();
    }

    private static double least(double[] values) {
        return Arrays.stream(values).min().orElse(0);
    }

    private static double most(double[] values) {
        return Arrays.stream(values).max().orElse(0);
    }
}

package dev.clew.explain.report;

import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.global.ShapImportance;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How much pairs of the features that matter most do together, beyond what each does alone: a map of cells, and the same as a table. */
final class PairChart {
    private static final int MOST_FEATURES = 8;
    private static final int DESCRIBED = 5;
    private static final double ROW = 26;
    private static final double NAMES = 44;
    private static final double TOP = 20;

    private final String id;
    private final List<String> names;
    private final int rows;

    /** Mean size of each pair over the rows; both halves of it. */
    private final double[][] mean;

    private final double most;

    /** Pairs of places, the strongest first. */
    private final List<int[]> strongest;

    PairChart(List<String> schema, List<ShapImportance> order, Interactions pairs, int output) {
        int n = Math.min(MOST_FEATURES, order.size());
        id = "pairs" + output;
        rows = pairs.rows();
        names = order.subList(0, n).stream()
                .map(one -> schema.get(one.feature()))
                .toList();
        mean = new double[n][n];
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < n; b++) {
                int f = order.get(a).feature();
                int g = order.get(b).feature();
                for (int r = 0; r < rows && a != b; r++) {
                    mean[a][b] += 2 * Math.abs(pairs.value(r, output, f, g)) / rows;
                }
            }
        }
        strongest = IntStream.range(0, n * n)
                .filter(cell -> cell / n < cell % n && mean[cell / n][cell % n] > 0)
                .mapToObj(cell -> new int[] {cell / n, cell % n})
                .sorted(Comparator.comparingDouble((int[] pair) -> -mean[pair[0]][pair[1]]))
                .toList();
        most = strongest.isEmpty() ? 1 : mean[strongest.getFirst()[0]][strongest.getFirst()[1]];
    }

    private String sentence() {
        String largest = strongest.stream()
                .limit(DESCRIBED)
                .map(pair -> "%s with %s %s"
                        .formatted(names.get(pair[0]), names.get(pair[1]), Svg.number(mean[pair[0]][pair[1]], false)))
                .collect(Collectors.joining("; "));
        return "Mean size of what pairs of features do beyond the two alone, over %d rows: %s."
                .formatted(rows, largest.isEmpty() ? "no pair does anything" : largest);
    }

    String chart() {
        int n = names.size();
        var svg = new FluidSvg(id, TOP + ROW * n + 24, "Interactions", sentence());
        double width = (100 - NAMES) / Math.max(1, n);
        for (int a = 0; a < n; a++) {
            svg.text(NAMES + width * (a + 0.5), 14, "middle", "small", "#" + (a + 1));
            svg.within(0, NAMES - 1, TOP + ROW * a + 4, 0, "label", "#%d %s".formatted(a + 1, names.get(a)));
            for (int b = 0; b < n; b++) {
                double x = NAMES + width * b;
                double y = TOP + ROW * a;
                if (a == b) {
                    svg.text(x + width / 2, y + 17, "middle", "small", "–");
                } else {
                    String label =
                            "%s with %s: %s".formatted(names.get(a), names.get(b), Svg.number(mean[a][b], false));
                    svg.cell(x, y, width, ROW, mean[a][b] / most, label);
                }
            }
        }
        String legend = strongest.isEmpty()
                ? "No pair does anything beyond its two features."
                : "The darker, the more: up to " + Svg.number(most, false) + ".";
        svg.text(0, TOP + ROW * n + 16, "start", "small", legend);
        return svg.toString();
    }

    String table() {
        int n = names.size();
        var html = new StringBuilder("<table class=pairs><thead><tr><th></th>");
        for (int a = 0; a < n; a++) {
            html.append("<th scope=col class=n>#").append(a + 1).append("</th>");
        }
        html.append("</tr></thead><tbody>");
        for (int a = 0; a < n; a++) {
            html.append("<tr><th scope=row>#").append(a + 1).append(' ');
            html.append(Svg.escape(names.get(a))).append("</th>");
            for (int b = 0; b < n; b++) {
                html.append("<td class=n>")
                        .append(a == b ? "–" : Svg.number(mean[a][b], false))
                        .append("</td>");
            }
            html.append("</tr>");
        }
        return html.append("</tbody></table>").toString();
    }
}

package dev.clew.explain.report;

/**
 * Writes one SVG that is as wide as there is room, with text of one size on every screen: places are percentages of the width and
 * pixels of the height. With a title and a description for those who do not see it. Confined to one thread.
 */
final class FluidSvg {
    private final StringBuilder out = new StringBuilder();

    FluidSvg(String id, double height, String title, String description) {
        out.append(Svg.format(
                "<svg role=\"img\" aria-labelledby=\"%s-t %s-d\" width=\"100%%\" height=\"%.0f\" class=\"fluid\">",
                id, id, height));
        out.append("<title id=\"")
                .append(id)
                .append("-t\">")
                .append(Svg.escape(title))
                .append("</title>");
        out.append("<desc id=\"")
                .append(id)
                .append("-d\">")
                .append(Svg.escape(description))
                .append("</desc>");
    }

    FluidSvg line(double x1, double y1, double x2, double y2, String type) {
        out.append(Svg.format(
                "<line x1=\"%.2f%%\" y1=\"%.1f\" x2=\"%.2f%%\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, type));
        return this;
    }

    /** From one x to another, in whatever order; a bar of nothing is still seen. */
    FluidSvg bar(double from, double to, double y, double height, String type) {
        out.append(Svg.format(
                "<rect x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" height=\"%.1f\" class=\"%s\"/>",
                Math.min(from, to), y, Math.max(0.2, Math.abs(to - from)), height, type));
        return this;
    }

    /** A cell of a map, the darker the nearer its share is to 1; a frame keeps empty ones seen. */
    FluidSvg cell(double x, double y, double width, double height, double share, String label) {
        out.append(Svg.format(
                "<rect x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" height=\"%.1f\" class=\"cell\" fill-opacity=\"%.2f\">",
                x, y, width, height, Math.clamp(share, 0, 1)));
        out.append("<title>").append(Svg.escape(label)).append("</title></rect>");
        return this;
    }

    FluidSvg dot(double x, double y, double radius, String colour, String label) {
        out.append(Svg.format(
                "<circle cx=\"%.2f%%\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" fill-opacity=\".75\">",
                x, y, radius, colour));
        out.append("<title>").append(Svg.escape(label)).append("</title></circle>");
        return this;
    }

    FluidSvg text(double x, double y, String anchor, String type, String text) {
        out.append(Svg.format("<text x=\"%.2f%%\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, type));
        out.append(Svg.escape(text)).append("</text>");
        return this;
    }

    /** A text over a place, kept inside the picture. */
    FluidSvg over(double x, double y, String type, String text) {
        String anchor = x < 15 ? "start" : x > 85 ? "end" : "middle";
        return text(Math.clamp(x, 0, 100), y, anchor, type, text);
    }

    /** A text that is cut off where its place ends. */
    FluidSvg within(double from, double to, double y, double inset, String type, String text) {
        out.append(Svg.format(
                "<svg x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" height=\"18\"><text x=\"%.0f\" y=\"13\" class=\"%s\">",
                from, y, to - from, inset, type));
        out.append(Svg.escape(text)).append("</text></svg>");
        return this;
    }

    /** Words, each followed by a dot of a class. */
    FluidSvg legend(double y, String... wordsAndTypes) {
        out.append(Svg.format("<text x=\"0\" y=\"%.1f\" class=\"small\">", y));
        for (int i = 0; i < wordsAndTypes.length; i += 2) {
            out.append(Svg.escape(wordsAndTypes[i]))
                    .append(" <tspan class=\"")
                    .append(wordsAndTypes[i + 1])
                    .append("\">")
                    .append(wordsAndTypes[i + 1].equals("missing") ? "○" : "●")
                    .append("</tspan> ");
        }
        out.append("</text>");
        return this;
    }

    @Override
    public String toString() {
        return out + "</svg>";
    }
}

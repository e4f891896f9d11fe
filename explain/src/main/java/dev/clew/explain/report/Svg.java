package dev.clew.explain.report;

import java.util.Locale;

/** Writes one SVG with a title and a description for those who do not see it. Confined to one thread. */
final class Svg {
    private final StringBuilder out = new StringBuilder();

    Svg(String id, double width, double height, String title, String description) {
        out.append(format(
                "<svg role=\"img\" aria-labelledby=\"%s-t %s-d\" viewBox=\"0 0 %.0f %.0f\" width=\"100%%\" style=\"max-width:%.0fpx\">",
                id, id, width, height, width));
        out.append("<title id=\"")
                .append(id)
                .append("-t\">")
                .append(escape(title))
                .append("</title>");
        out.append("<desc id=\"")
                .append(id)
                .append("-d\">")
                .append(escape(description))
                .append("</desc>");
    }

    Svg line(double x1, double y1, double x2, double y2, String type) {
        out.append(
                format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, type));
        return this;
    }

    /** A line through points, x and y in turn. */
    Svg path(double[] points, String type) {
        out.append("<polyline points=\"");
        for (int i = 0; i < points.length; i += 2) {
            out.append(format("%.1f,%.1f ", points[i], points[i + 1]));
        }
        out.append("\" class=\"").append(type).append("\"/>");
        return this;
    }

    Svg dot(double x, double y, double radius, String colour, String label) {
        out.append(format(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" fill-opacity=\".75\">", x, y, radius, colour));
        out.append("<title>").append(escape(label)).append("</title></circle>");
        return this;
    }

    Svg text(double x, double y, String anchor, String type, String text) {
        out.append(format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, type));
        out.append(escape(text)).append("</text>");
        return this;
    }

    @Override
    public String toString() {
        return out + "</svg>";
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** Characters that turn the direction of writing, and with it the digits that follow a name. */
    private static final String TURNS = "\u200E\u200F\u061C\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";

    private static final char UNKNOWN = '\uFFFD';

    /** A text from outside as a page may hold it: no markup, nothing that changes how what stands beside it is read. */
    static String escape(String text) {
        var safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                safe.append(c).append(text.charAt(++i));
                continue;
            }
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default ->
                    safe.append(
                            Character.isISOControl(c)
                                    ? ' '
                                    : Character.isSurrogate(c) || TURNS.indexOf(c) >= 0 ? UNKNOWN : c);
            }
        }
        return safe.toString();
    }

    /** A number for people, with a true minus; {@code signed} adds a plus. */
    static String number(double value, boolean signed) {
        double size = Math.abs(value);
        String digits = size != 0 && (size < 0.001 || size >= 1e6)
                ? format("%.2e", size)
                : format(size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.3f", size);
        boolean zero = digits.matches("0\\.0+");
        return (zero ? "" : value < 0 ? "−" : signed ? "+" : "") + digits;
    }

    static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        // Not through the middle of a character.
        int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
        return text.substring(0, end) + "…";
    }
}

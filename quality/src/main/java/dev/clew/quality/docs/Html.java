package dev.clew.quality.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Pieces of pages; every text from outside is escaped here. */
final class Html {
    private static final int LONGEST = 200;

    private Html() {}

    static String text(String value) {
        var out = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
            }
        }
        return out.toString();
    }

    static String code(String value) {
        return "<code>" + text(shortened(value)) + "</code>";
    }

    static String shortened(String value) {
        return value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…";
    }

    /** A value as it is read aloud: texts in quotes, missing as a word. */
    static String value(JsonNode value) {
        return value.isNull() ? "<span class=quiet>missing</span>" : code(value.toString());
    }

    /** Thousands apart by a thin space. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', '\u2009');
    }

    /** Four digits that count. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e12) {
            return (value < 0 ? "−" : "") + count((long) Math.abs(value));
        }
        String text = Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7
                ? new java.math.BigDecimal(value)
                        .round(new java.math.MathContext(4))
                        .stripTrailingZeros()
                        .toPlainString()
                : String.format(Locale.ROOT, "%.3e", value);
        return text.replace('-', '−');
    }

    static String percent(double share) {
        return (share > 0 && share < 0.001 ? "&lt; 0.1" : String.format(Locale.ROOT, "%.1f", share * 100)) + " %";
    }

    static String bar(double share, boolean bad) {
        return "<div class=\"bar%s\"><i style=\"width:%s%%\"></i></div>"
                .formatted(bad ? " rd" : "", String.format(Locale.ROOT, "%.2f", Math.max(0, Math.min(1, share)) * 100));
    }

    /** Bars side by side, with the ends of the axis below. */
    static String histogram(List<Long> counts, double low, double high, String label) {
        long most = Math.max(1, counts.stream().mapToLong(Long::longValue).max().orElse(1));
        var svg = new StringBuilder(
                "<svg viewBox=\"0 0 320 84\" width=\"320\" height=\"84\" role=\"img\" aria-label=\"%s\">"
                        .formatted(text(label)));
        double width = 320.0 / counts.size();
        for (int i = 0; i < counts.size(); i++) {
            double height = counts.get(i) == 0 ? 0 : Math.max(1, 64.0 * counts.get(i) / most);
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=b x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"><title>%s rows</title></rect>",
                    i * width + 0.5,
                    64 - height,
                    Math.max(0.5, width - 1),
                    height,
                    count(counts.get(i))));
        }
        return svg.append("<text x=0 y=80>%s</text><text x=320 y=80 text-anchor=end>%s</text></svg>"
                        .formatted(number(low), number(high)))
                .toString();
    }

    /** A whole document. */
    static String page(String title, String body) {
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <title>%s</title>
                <style>%s</style></head>
                <body><main>
                %s
                </main></body></html>
                """.formatted(text(title), css(), body);
    }

    private static String css() {
        try (var in = Objects.requireNonNull(Html.class.getResourceAsStream("page.css"), "page.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.clew.statistics.report;

import dev.clew.statistics.Estimate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, texts, numbers, booleans, null and {@link Estimate}s as JSON, two spaces a level. NaN and ±∞ become null. */
public final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /**
     * One document.
     *
     * @throws IllegalArgumentException if a value is of another kind
     */
    public static String write(@Nullable Object value) {
        Json json = new Json();
        json.value(value, 0);
        return json.out.toString();
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.append("null");
            case Estimate(double number, double low, double high, long n) -> {
                var fields = new java.util.LinkedHashMap<String, Object>();
                fields.put("value", number);
                fields.put("low", low);
                fields.put("high", high);
                fields.put("n", n);
                object(fields, depth);
            }
            case Map<?, ?> map -> object(map, depth);
            case List<?> list -> array(list, depth);
            case Double number -> out.append(Double.isFinite(number) ? number.toString() : "null");
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            case CharSequence text -> text(text);
            default -> throw new IllegalArgumentException("No JSON for " + value.getClass() + ".");
        }
    }

    private void object(Map<?, ?> map, int depth) {
        out.append('{');
        boolean first = true;
        for (var entry : map.entrySet()) {
            out.append(first ? "" : ",").append('\n').append("  ".repeat(depth + 1));
            text(String.valueOf(entry.getKey()));
            out.append(": ");
            value(entry.getValue(), depth + 1);
            first = false;
        }
        out.append(first ? "}" : "\n" + "  ".repeat(depth) + "}");
    }

    private void array(List<?> list, int depth) {
        out.append('[');
        boolean first = true;
        for (Object item : list) {
            out.append(first ? "" : ", ");
            value(item, depth + 1);
            first = false;
        }
        out.append(']');
    }

    private void text(CharSequence text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}

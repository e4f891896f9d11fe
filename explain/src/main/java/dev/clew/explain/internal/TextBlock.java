package dev.clew.explain.internal;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lines {@code key=value} of one part of a text model; a line without "=" is a key of its own. Immutable. */
public final class TextBlock {
    private final Map<String, String> values = new HashMap<>();
    private final String where;

    private TextBlock(String where) {
        this.where = where;
    }

    /** @param where what messages call this part, e.g. {@code tree 3} */
    public static TextBlock of(List<String> lines, String where) {
        var block = new TextBlock(where);
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals >= 0) {
                block.values.putIfAbsent(
                        line.substring(0, equals), line.substring(equals + 1).strip());
            } else if (!line.isBlank()) {
                block.values.putIfAbsent(line.strip(), "");
            }
        }
        return block;
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public String text(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    public List<String> words(String key) {
        String value = required(key);
        return value.isEmpty() ? List.of() : List.of(value.split(" +"));
    }

    /** A whole number from 0 to {@code max}. */
    public int count(String key, int max) {
        String value = required(key);
        try {
            int count = Integer.parseInt(value);
            if (count >= 0 && count <= max) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Said below, together with counts out of range.
        }
        throw malformed("%s is not a whole number from 0 to %d".formatted(key, max));
    }

    /** Numbers separated by blanks; {@code inf}, {@code -inf} and {@code nan} included. */
    public double[] numbers(String key) {
        String value = required(key);
        var numbers = new DoubleList();
        // Word by word: all of them at once would take a dozen times the memory of the line.
        for (int from = 0; from < value.length(); ) {
            int to = value.indexOf(' ', from);
            to = to < 0 ? value.length() : to;
            if (to > from) {
                numbers.add(number(value.substring(from, to), where + ", " + key));
            }
            from = to + 1;
        }
        return numbers.toArray();
    }

    public static double number(String text, String where) {
        String sign = text.startsWith("-") ? "-" : "";
        String rest = text.substring(sign.length());
        return switch (rest) {
            case "inf" -> sign.isEmpty() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> {
                if (text.length() > 100
                        || rest.isEmpty()
                        || !Character.isDigit(rest.charAt(0)) && rest.charAt(0) != '.') {
                    throw malformed(where, "a number is expected");
                }
                try {
                    yield Double.parseDouble(text);
                } catch (NumberFormatException e) {
                    throw malformed(where, "a number is expected");
                }
            }
        };
    }

    private String required(String key) {
        String value = values.get(key);
        if (value == null) {
            throw malformed("there is no " + key);
        }
        return value;
    }

    private ExplainException malformed(String what) {
        return malformed(where, what);
    }

    private static ExplainException malformed(String where, String what) {
        return new ExplainException(
                Code.MALFORMED_MODEL, "The model file is damaged or not a model: in %s %s.".formatted(where, what));
    }
}

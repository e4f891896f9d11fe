package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Parameter expressions of old suites: numbers, names of parameters, {@code + - * /}, parentheses, {@code min} and {@code max}. */
final class Arithmetic {
    private static final int DEEPEST = 50;

    private final String text;
    private final ObjectNode values;
    private int at;
    private int depth;

    private Arithmetic(String text, ObjectNode values) {
        this.text = text;
        this.values = values;
    }

    /** @throws NotJudged if a name has no value or the text is no expression */
    static JsonNode evaluate(String text, ObjectNode values) {
        var parser = new Arithmetic(text, values);
        double value = parser.sum();
        parser.blanks();
        if (parser.at < text.length()) {
            throw parser.refused();
        }
        return Values.json(
                value == Math.rint(value) && Math.abs(value) < 1e15 ? (Object) (long) value : (Object) value);
    }

    private NotJudged refused() {
        return new NotJudged(
                "Parameter '%s' has no value, and is no expression of parameters that have one; give it under suite_parameters."
                        .formatted(text));
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private boolean take(char c) {
        blanks();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private double sum() {
        if (++depth > DEEPEST) {
            throw refused();
        }
        double value = product();
        while (true) {
            if (take('+')) {
                value += product();
            } else if (take('-')) {
                value -= product();
            } else {
                depth--;
                return value;
            }
        }
    }

    private double product() {
        double value = factor();
        while (true) {
            if (take('*')) {
                value *= factor();
            } else if (take('/')) {
                value /= factor();
            } else {
                return value;
            }
        }
    }

    private double factor() {
        if (take('-')) {
            if (++depth > DEEPEST) {
                throw refused();
            }
            double value = -factor();
            depth--;
            return value;
        }
        if (take('(')) {
            double value = sum();
            if (!take(')')) {
                throw refused();
            }
            return value;
        }
        blanks();
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "._".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.isEmpty()) {
            throw refused();
        }
        if ((word.equals("min") || word.equals("max")) && take('(')) {
            double value = sum();
            while (take(',')) {
                double other = sum();
                value = word.equals("min") ? Math.min(value, other) : Math.max(value, other);
            }
            if (!take(')')) {
                throw refused();
            }
            return value;
        }
        if (word.matches("\\d+(\\.\\d+)?")) {
            return Double.parseDouble(word);
        }
        JsonNode value = values.get(word);
        if (value == null || !value.isNumber()) {
            throw refused();
        }
        return value.doubleValue();
    }
}

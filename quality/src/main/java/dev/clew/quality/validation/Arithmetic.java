package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Parameter expressions as Great Expectations evaluates them: numbers, names of parameters, {@code PI}, {@code E}, {@code + - * / ^},
 * parentheses, {@code sin cos tan exp abs trunc round sgn min max}, and times: {@code now()}, {@code datetime(2026, 1, 31)},
 * {@code timedelta(days=1, hours=2)}, which add and subtract. Times are UTC.
 */
final class Arithmetic {
    private static final int DEEPEST = 50;
    private static final double NANOS = 1e9;
    /** Seconds in each unit that a duration may be told in, in Python's order of its places. */
    private static final Map<String, Double> UNITS = Map.of(
            "days", 86_400.0,
            "seconds", 1.0,
            "microseconds", 1e-6,
            "milliseconds", 1e-3,
            "minutes", 60.0,
            "hours", 3_600.0,
            "weeks", 604_800.0);

    private static final List<String> PLACES =
            List.of("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks");

    private final String text;
    private final ObjectNode values;
    private final LocalDateTime now;
    private int at;
    private int depth;

    private Arithmetic(String text, ObjectNode values, LocalDateTime now) {
        this.text = text;
        this.values = values;
        this.now = now;
    }

    /** What an expression comes to. */
    private sealed interface Value {
        record Number(double value) implements Value {}

        record Time(LocalDateTime value) implements Value {}

        record Span(Duration value) implements Value {}
    }

    /**
     * A number, or a time as text in ISO 8601.
     *
     * @param now what {@code now()} is
     * @throws NotJudged if a name has no value or the text is no expression
     */
    static JsonNode evaluate(String text, ObjectNode values, LocalDateTime now) {
        var parser = new Arithmetic(text, values, now);
        Value value;
        try {
            value = parser.sum();
        } catch (DateTimeException | ArithmeticException e) {
            throw new NotJudged("Parameter '%s' is no time that exists: %s.".formatted(text, e.getMessage()));
        }
        parser.blanks();
        if (parser.at < text.length()) {
            throw parser.refused();
        }
        return switch (value) {
            case Value.Number(double number) ->
                Values.json(
                        number == Math.rint(number) && Math.abs(number) < 1e15
                                ? (Object) (long) number
                                : (Object) number);
            case Value.Time(var time) -> Values.json(time);
            case Value.Span _ -> throw parser.refused();
        };
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

    private double number(Value value) {
        return switch (value) {
            case Value.Number(double number) -> number;
            case Value.Time _, Value.Span _ -> throw refused();
        };
    }

    private Value sum() {
        if (++depth > DEEPEST) {
            throw refused();
        }
        Value value = product();
        while (true) {
            if (take('+')) {
                value = plus(value, product());
            } else if (take('-')) {
                value = minus(value, product());
            } else {
                depth--;
                return value;
            }
        }
    }

    private Value plus(Value left, Value right) {
        if (left instanceof Value.Span(var span) && right instanceof Value.Time(var time)) {
            return new Value.Time(time.plus(span));
        }
        return switch (left) {
            case Value.Number(double a) -> new Value.Number(a + number(right));
            case Value.Time(var time) when right instanceof Value.Span(var span) -> new Value.Time(time.plus(span));
            case Value.Span(var one) when right instanceof Value.Span(var other) -> new Value.Span(one.plus(other));
            case Value.Time _, Value.Span _ -> throw refused();
        };
    }

    private Value minus(Value left, Value right) {
        return switch (left) {
            case Value.Number(double a) -> new Value.Number(a - number(right));
            case Value.Time(var time) when right instanceof Value.Span(var span) -> new Value.Time(time.minus(span));
            case Value.Time(var time)
            when right instanceof Value.Time(var other) -> new Value.Span(Duration.between(other, time));
            case Value.Span(var one) when right instanceof Value.Span(var other) -> new Value.Span(one.minus(other));
            case Value.Time _, Value.Span _ -> throw refused();
        };
    }

    private Value product() {
        Value value = factor();
        while (true) {
            if (take('*')) {
                value = times(value, factor());
            } else if (take('/')) {
                value = times(value, new Value.Number(1 / number(factor())));
            } else {
                return value;
            }
        }
    }

    private Value times(Value left, Value right) {
        if (left instanceof Value.Span(var span)) {
            return seconds(seconds(span) * number(right));
        }
        if (right instanceof Value.Span(var span)) {
            return seconds(seconds(span) * number(left));
        }
        return new Value.Number(number(left) * number(right));
    }

    private static double seconds(Duration span) {
        return span.getSeconds() + span.getNano() / NANOS;
    }

    private Value seconds(double seconds) {
        if (!(Math.abs(seconds) < 1e12)) {
            throw refused();
        }
        // Python keeps microseconds.
        long micros = Math.round(seconds * 1e6);
        return new Value.Span(
                Duration.ofSeconds(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000));
    }

    private Value factor() {
        if (take('-')) {
            if (++depth > DEEPEST) {
                throw refused();
            }
            Value value = times(new Value.Number(-1), factor());
            depth--;
            return value;
        }
        Value value = atom();
        return take('^') ? new Value.Number(Math.pow(number(value), number(factor()))) : value;
    }

    private Value atom() {
        if (take('(')) {
            Value value = sum();
            if (!take(')')) {
                throw refused();
            }
            return value;
        }
        blanks();
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at))
                        || "._".indexOf(text.charAt(at)) >= 0
                        || isExponentSign(start))) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.isEmpty()) {
            throw refused();
        }
        if (word.matches("\\d+(\\.\\d*)?([eE][+-]?\\d+)?|\\.\\d+([eE][+-]?\\d+)?")) {
            return new Value.Number(Double.parseDouble(word));
        }
        JsonNode value = values.get(word);
        if (value != null && value.isNumber()) {
            return new Value.Number(value.doubleValue());
        }
        if (take('(')) {
            return function(word);
        }
        return switch (word) {
            case "PI" -> new Value.Number(Math.PI);
            case "E" -> new Value.Number(Math.E);
            default -> throw refused();
        };
    }

    /** The sign inside a number such as 1e-5. */
    private boolean isExponentSign(int start) {
        char c = text.charAt(at);
        return (c == '-' || c == '+')
                && text.substring(start, at).matches("\\d+(\\.\\d*)?[eE]")
                && at + 1 < text.length()
                && Character.isDigit(text.charAt(at + 1));
    }

    private Value function(String name) {
        List<String> names = new ArrayList<>();
        List<Value> given = new ArrayList<>();
        if (!take(')')) {
            do {
                names.add(argumentName());
                given.add(sum());
            } while (take(','));
            if (!take(')')) {
                throw refused();
            }
        }
        if (name.equals("timedelta")) {
            return span(names, given);
        }
        if (!names.stream().allMatch(String::isEmpty)) {
            throw refused();
        }
        return switch (name) {
            case "now" -> given.isEmpty() ? new Value.Time(now) : refuse();
            case "datetime" -> time(given);
            case "min", "max" ->
                given.stream()
                        .<Value>map(each -> each)
                        .reduce((a, b) -> new Value.Number(
                                name.equals("min") ? Math.min(number(a), number(b)) : Math.max(number(a), number(b))))
                        .orElseThrow(this::refused);
            case "sin", "cos", "tan", "exp", "abs", "trunc", "round", "sgn" ->
                given.size() == 1 ? new Value.Number(of(name, number(given.getFirst()))) : refuse();
            default -> throw refused();
        };
    }

    private Value refuse() {
        throw refused();
    }

    private static double of(String name, double x) {
        return switch (name) {
            case "sin" -> Math.sin(x);
            case "cos" -> Math.cos(x);
            case "tan" -> Math.tan(x);
            case "exp" -> Math.exp(x);
            case "abs" -> Math.abs(x);
            case "trunc" -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case "round" -> Math.rint(x);
            default -> Math.abs(x) < 1e-12 ? 0 : Math.signum(x);
        };
    }

    /** The {@code days} of {@code days=1}; empty for an argument without a name. */
    private String argumentName() {
        blanks();
        int end = at;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        int sign = end;
        while (sign < text.length() && text.charAt(sign) == ' ') {
            sign++;
        }
        if (end == at || sign >= text.length() || text.charAt(sign) != '=') {
            return "";
        }
        String name = text.substring(at, end);
        at = sign + 1;
        return name;
    }

    private Value span(List<String> names, List<Value> given) {
        double seconds = 0;
        for (int i = 0; i < given.size(); i++) {
            String unit = names.get(i).isEmpty() && i < PLACES.size() ? PLACES.get(i) : names.get(i);
            Double factor = UNITS.get(unit);
            if (factor == null) {
                throw refused();
            }
            seconds += number(given.get(i)) * factor;
        }
        return seconds(seconds);
    }

    private Value time(List<Value> given) {
        if (given.size() < 3 || given.size() > 7) {
            throw refused();
        }
        int[] fields = new int[7];
        for (int i = 0; i < given.size(); i++) {
            double field = number(given.get(i));
            if (field != Math.rint(field) || Math.abs(field) > 1e9) {
                throw refused();
            }
            fields[i] = (int) field;
        }
        return new Value.Time(
                LocalDateTime.of(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6] * 1_000));
    }
}

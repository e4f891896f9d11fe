package dev.clew.server.search;

import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.storage.Dialect;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/** Collects the values of a condition while its text is written: values are bound, never written. Confined to one search. */
public final class Binds {
    private final Dialect dialect;
    private final List<Consumer<Sql.Query>> values = new ArrayList<>();

    public Binds(Dialect dialect) {
        this.dialect = dialect;
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Values so far. */
    public int size() {
        return values.size();
    }

    /** Name of a new bind, without the colon. */
    private String add(Function<String, Consumer<Sql.Query>> binding) {
        String name = "b" + values.size();
        values.add(binding.apply(name));
        return name;
    }

    public String text(String value) {
        return ":" + add(name -> query -> query.bind(name, value));
    }

    public String number(double value) {
        return ":" + add(name -> query -> query.bind(name, value));
    }

    public String integer(long value) {
        return ":" + add(name -> query -> query.bind(name, value));
    }

    public String bytes(byte[] value) {
        return ":" + add(name -> query -> query.bind(name, value));
    }

    /** {@code IN (…)} over integers. */
    public String inIntegers(long[] list) {
        return dialect.inIntegers(add(name -> query -> query.integers(name, list)));
    }

    public String inTexts(List<String> list) {
        return dialect.inTexts(add(name -> query -> query.texts(name, list)));
    }

    public String inBlobs(List<byte[]> list) {
        return dialect.inBlobs(add(name -> query -> query.blobs(name, list)));
    }

    /** Gives every value to the query. */
    public Sql.Query apply(Sql.Query query) {
        values.forEach(value -> value.accept(query));
        return query;
    }

    /** The condition of a whole tree, each comparison written by {@code leaf}; empty And is true. */
    public String condition(Filter filter, Function<Comparison, String> leaf) {
        return switch (filter) {
            case Comparison comparison -> leaf.apply(comparison);
            case Filter.And(var parts) -> joined(parts, " AND ", "1 = 1", leaf);
            case Filter.Or(var parts) -> joined(parts, " OR ", "1 = 0", leaf);
            // What cannot be decided (a missing value) does not match, negated or not.
            case Filter.Not(var negated) -> "NOT (" + condition(negated, leaf) + ")";
        };
    }

    private String joined(List<Filter> parts, String with, String empty, Function<Comparison, String> leaf) {
        if (parts.isEmpty()) {
            return empty;
        }
        return "("
                + String.join(
                        with, parts.stream().map(part -> condition(part, leaf)).toList())
                + ")";
    }

    /** A text expression compared; a missing text matches nothing. */
    public String text(String expression, Comparison comparison) {
        return switch (comparison.operator()) {
            case EQ -> expression + " = " + text(comparison.text());
            case NE -> expression + " <> " + text(comparison.text());
            case LIKE -> dialect.like(expression, pattern(comparison));
            case ILIKE -> dialect.ilike(expression, pattern(comparison));
            case IN -> expression + " " + inTexts(comparison.list());
            case NOT_IN ->
                "(" + expression + " IS NOT NULL AND NOT (" + expression + " " + inTexts(comparison.list()) + "))";
            case IS_NULL -> expression + " IS NULL";
            case IS_NOT_NULL -> expression + " IS NOT NULL";
            case LT, LE, GT, GE, RLIKE ->
                throw Vocabulary.invalid("Invalid comparator '%s' not one of '{'=', '!=', 'LIKE', 'ILIKE'}'"
                        .formatted(comparison.operator().text()));
        };
    }

    private String pattern(Comparison comparison) {
        // Only % and _ are special in the language; the escape character is ours.
        String pattern = comparison.text().replace("\\", "\\\\");
        return add(name -> query -> query.bind(name, pattern));
    }

    /** A numeric expression compared. */
    public String number(String expression, Comparison comparison) {
        return expression + " " + sign(comparison.operator()) + " " + number(comparison.number());
    }

    public static String sign(Operator operator) {
        return operator == Operator.NE ? "<>" : operator.text();
    }

    /** Whether a text matches a LIKE pattern, for values that are not in a column. */
    public static boolean matches(Comparison comparison, String value) {
        return switch (comparison.operator()) {
            case EQ -> value.equals(comparison.text());
            case NE -> !value.equals(comparison.text());
            case IN -> comparison.list().contains(value);
            case NOT_IN -> !comparison.list().contains(value);
            case LIKE -> like(comparison.text(), value);
            case ILIKE -> like(comparison.text().toLowerCase(Locale.ROOT), value.toLowerCase(Locale.ROOT));
            case IS_NULL -> false;
            case IS_NOT_NULL -> true;
            case LT, LE, GT, GE, RLIKE -> false;
        };
    }

    /** Greedy with one step back, so linear times the number of {@code %}: no pattern can make it slow. */
    static boolean like(String pattern, String value) {
        int p = 0;
        int v = 0;
        int star = -1;
        int mark = 0;
        while (v < value.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '%') {
                star = p++;
                mark = v;
            } else if (p < pattern.length() && (pattern.charAt(p) == '_' || pattern.charAt(p) == value.charAt(v))) {
                p++;
                v++;
            } else if (star >= 0) {
                p = star + 1;
                v = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '%') {
            p++;
        }
        return p == pattern.length();
    }
}

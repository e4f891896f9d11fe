package dev.clew.server.search;

import dev.clew.server.common.ClewException;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Recursive descent: {@code or := and (OR and)*}, {@code and := not (AND not)*}, {@code not := NOT not | ( or ) | comparison}.
 * Errors are {@code INVALID_ARGUMENT} in MLflow's words, and say what was expected where. Confined to one parse.
 */
public final class FilterParser {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_COMPARISONS = 100;

    /** Characters of a pattern: more than any value that is compared has, and what every engine takes. */
    private static final int MAX_PATTERN = 10_000;

    private final Vocabulary vocabulary;
    private final Tokens tokens;
    private int comparisons;

    private FilterParser(Vocabulary vocabulary, String text) {
        this.vocabulary = vocabulary;
        this.tokens = new Tokens(text);
    }

    /** Parses a filter; null and blank hold for everything. */
    public static Filter parse(Vocabulary vocabulary, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return Filter.ALL;
        }
        var parser = new FilterParser(vocabulary, text);
        Filter filter = parser.or(0);
        if (parser.tokens.takeSign(";") && !parser.tokens.isAtEnd()) {
            throw Vocabulary.invalid(
                    "Search filter contained multiple expression \"%s\". Provide AND-ed expression list."
                            .formatted(text));
        }
        if (!parser.tokens.isAtEnd()) {
            Tokens.Token found = parser.tokens.peek();
            throw parser.expected(
                    found, found.isSign(")") ? "AND, OR or the end, as no '(' is open" : "AND, OR or the end", found);
        }
        return filter;
    }

    private Filter or(int depth) {
        var parts = new ArrayList<Filter>(List.of(and(depth)));
        while (tokens.takeWord("OR")) {
            parts.add(and(depth));
        }
        return parts.size() == 1 ? parts.getFirst() : new Filter.Or(List.copyOf(parts));
    }

    private Filter and(int depth) {
        var parts = new ArrayList<Filter>(List.of(not(depth)));
        while (tokens.takeWord("AND")) {
            if (tokens.isAtEnd()) {
                break; // MLflow accepts a dangling AND.
            }
            parts.add(not(depth));
        }
        return parts.size() == 1 ? parts.getFirst() : new Filter.And(List.copyOf(parts));
    }

    private Filter not(int depth) {
        if (depth > MAX_DEPTH) {
            throw Vocabulary.invalid("The filter is nested deeper than %d levels. Flatten it.".formatted(MAX_DEPTH));
        }
        if (tokens.peek().is("NOT")) {
            tokens.take();
            return new Filter.Not(not(depth + 1));
        }
        Tokens.Token open = tokens.peek();
        if (tokens.takeSign("(")) {
            Filter inner = or(depth + 1);
            Tokens.Token found = tokens.peek();
            if (!tokens.takeSign(")")) {
                throw expected(
                        found,
                        "AND, OR or the ')' that closes the '(' at character %d".formatted(open.position()),
                        open);
            }
            return inner;
        }
        return comparison();
    }

    private Filter comparison() {
        if (++comparisons > MAX_COMPARISONS) {
            throw Vocabulary.invalid(
                    "The filter has more than %d comparisons. Split the search.".formatted(MAX_COMPARISONS));
        }
        Tokens.Token start = tokens.peek();
        Identifier identifier = identifier(start);
        Operator operator = operator(start);
        String entity = identifier.entity;
        String key = entity.equals("attribute") ? vocabulary.attribute(identifier.key) : identifier.key;
        return switch (operator) {
            case IS_NULL, IS_NOT_NULL -> nullness(entity, key, operator);
            case IN, NOT_IN -> list(entity, key, operator);
            case EQ, NE, LT, LE, GT, GE, LIKE, ILIKE, RLIKE -> value(entity, key, operator);
        };
    }

    private record Identifier(String entity, String key) {}

    private Identifier identifier(Tokens.Token start) {
        String first = name(start);
        var key = new StringBuilder();
        if (!tokens.peek().isSign(".")) {
            // "run name" and "Run Name" are written with a blank.
            if (tokens.peek().is("name") && first.equalsIgnoreCase("run") && start.kind() == Tokens.Kind.WORD) {
                return new Identifier("attribute", first + " " + tokens.take().text());
            }
            return new Identifier("attribute", first);
        }
        while (tokens.takeSign(".")) {
            if (!key.isEmpty()) {
                key.append('.');
            }
            key.append(name(start));
        }
        String entity = vocabulary.entity(first.strip());
        if (entity == null) {
            throw Vocabulary.invalid("Invalid entity type '%s'. Valid values are %s"
                    .formatted(first, quotedList(vocabulary.entityNames())));
        }
        return new Identifier(entity, key.toString());
    }

    private String name(Tokens.Token start) {
        Tokens.Token token = tokens.take();
        return switch (token.kind()) {
            case WORD, BACKTICKED, DOUBLE_QUOTED, NUMBER -> token.text();
            case SINGLE_QUOTED, SIGN, END ->
                throw expected(token, "a name, such as metrics.loss or params.`a b`", start);
        };
    }

    private Operator operator(Tokens.Token start) {
        Tokens.Token token = tokens.take();
        String text = token.text().toUpperCase(Locale.ROOT);
        switch (text) {
            case "=" -> {
                return Operator.EQ;
            }
            case "!=" -> {
                return Operator.NE;
            }
            case "<" -> {
                return Operator.LT;
            }
            case "<=" -> {
                return Operator.LE;
            }
            case ">" -> {
                return Operator.GT;
            }
            case ">=" -> {
                return Operator.GE;
            }
            case "LIKE" -> {
                return Operator.LIKE;
            }
            case "ILIKE" -> {
                return Operator.ILIKE;
            }
            case "RLIKE" -> {
                return Operator.RLIKE;
            }
            case "IN" -> {
                return Operator.IN;
            }
            case "NOT" -> {
                if (tokens.takeWord("IN")) {
                    return Operator.NOT_IN;
                }
                throw expected(tokens.peek(), "IN after NOT", start);
            }
            case "IS" -> {
                boolean not = tokens.takeWord("NOT");
                if (tokens.takeWord("NULL")) {
                    return not ? Operator.IS_NOT_NULL : Operator.IS_NULL;
                }
                throw expected(tokens.peek(), "NULL or NOT NULL after IS", start);
            }
            default -> throw expected(token, "a comparison: =, !=, <, <=, >, >=, LIKE, ILIKE, IN or IS", start);
        }
    }

    private Filter nullness(String entity, String key, Operator operator) {
        if (!vocabulary.mayBeNull(entity)) {
            throw Vocabulary.invalid("IS NULL / IS NOT NULL is only supported for tags and params, not for '%s' '%s'"
                    .formatted(entity, key));
        }
        return new Comparison(entity, key, operator, "", 0, List.of());
    }

    private Filter list(String entity, String key, Operator operator) {
        if (!vocabulary.takesLists(entity, key)) {
            throw entity.equals("attribute")
                    ? Vocabulary.invalid("Only %s attributes support comparison with a list of quoted string values."
                            .formatted(quotedList(vocabulary.listKeys())))
                    : wrongOperator(entity, operator);
        }
        var values = new ArrayList<String>();
        if (!tokens.takeSign("(")) {
            throw badList();
        }
        do {
            Tokens.Token token = tokens.take();
            if (!token.isQuoted()) {
                throw badList();
            }
            values.add(token.text());
        } while (tokens.takeSign(","));
        if (!tokens.takeSign(")")) {
            throw badList();
        }
        return new Comparison(entity, key, operator, "", 0, List.copyOf(values));
    }

    private static ClewException badList() {
        return Vocabulary.invalid(
                "While parsing a list in the query, expected a non-empty list of quoted strings separated by commas.");
    }

    private Filter value(String entity, String key, Operator operator) {
        Tokens.Token token = tokens.take();
        boolean isOrdered = operator.isNumeric() && operator != Operator.EQ && operator != Operator.NE;
        if (vocabulary.isEither(entity) && operator.isNumeric() && !isOrdered && token.kind() == Tokens.Kind.NUMBER) {
            return new Comparison(entity, key, operator, token.text(), 0, List.of());
        }
        if (vocabulary.isNumber(entity, key) || (vocabulary.isEither(entity) && isOrdered)) {
            if (!operator.isNumeric()) {
                throw wrongOperator(entity, operator);
            }
            if (token.kind() != Tokens.Kind.NUMBER
                    && !((vocabulary.takesQuotedNumbers() || vocabulary.isEither(entity)) && token.isQuoted())) {
                throw Vocabulary.invalid("Expected numeric value type for %s. Found %s"
                        .formatted(entity.equals("attribute") ? "numeric attribute: " + key : entity, token.shown()));
            }
            double number;
            try {
                number = Double.parseDouble(token.text());
            } catch (NumberFormatException e) {
                throw Vocabulary.invalid(
                        "Expected numeric value type for %s. Found %s".formatted(entity, token.shown()));
            }
            return new Comparison(entity, key, operator, token.text(), number, List.of());
        }
        boolean known = operator == Operator.EQ
                || operator == Operator.NE
                || operator == Operator.LIKE
                || operator == Operator.ILIKE
                || (operator == Operator.RLIKE && vocabulary.takesRegex());
        if (!known) {
            throw wrongOperator(entity, operator);
        }
        if (token.kind() == Tokens.Kind.WORD) {
            throw Vocabulary.invalid(
                    "Parameter value is either not quoted or unidentified quote types used for string value %s. Use either single or double quotes."
                            .formatted(token.shown()));
        }
        if (operator != Operator.EQ && operator != Operator.NE && token.text().length() > MAX_PATTERN) {
            throw Vocabulary.invalid("A pattern has at most %d characters, this one has %d. Shorten it."
                    .formatted(MAX_PATTERN, token.text().length()));
        }
        if (!token.isQuoted()) {
            throw Vocabulary.invalid("Expected a quoted string value for %s (e.g. 'my-value'). Got value %s"
                    .formatted(entity.equals("parameter") ? "parameter" : entity, token.shown()));
        }
        return new Comparison(entity, key, operator, token.text(), 0, List.of());
    }

    private ClewException wrongOperator(String entity, Operator operator) {
        boolean numbers = vocabulary.isNumber(entity, "");
        return Vocabulary.invalid("Invalid comparator '%s' not one of '%s'"
                .formatted(
                        operator.text(),
                        numbers
                                ? "{'=', '!=', '<', '<=', '>', '>='}"
                                : Vocabulary.set(List.of("=", "!=", "LIKE", "ILIKE"))));
    }

    /** @param from where the part begins that is shown */
    private ClewException expected(Tokens.Token found, String what, Tokens.Token from) {
        return Vocabulary.invalid("Invalid clause(s) in filter string: '%s'. At character %d, %s was expected, not %s."
                .formatted(tokens.rest(from), found.position(), what, found.shown()));
    }

    private static String quotedList(List<String> names) {
        return "["
                + String.join(", ", names.stream().map(name -> "'" + name + "'").toList()) + "]";
    }
}

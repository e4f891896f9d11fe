package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.clew.quality.internal.Fragment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Boolean expressions as pandas' {@code DataFrame.query} and Spark SQL write them, the part of each that suites use: comparisons,
 * arithmetic, and/or/not, membership, tests for missing values and for parts of texts. Anything else is refused by name.
 */
final class ConditionText {
    private static final int LONGEST = 10_000;
    private static final int DEEPEST = 50;

    private final List<Token> tokens;
    private final Function<String, Cell> columns;
    private final boolean pandas;
    private int at;
    private int depth;

    private ConditionText(String text, Function<String, Cell> columns, boolean pandas) {
        if (text.length() > LONGEST) {
            throw new NotJudged("row_condition is longer than %d characters; shorten it.".formatted(LONGEST));
        }
        this.columns = columns;
        this.pandas = pandas;
        this.tokens = tokens(text);
    }

    static Fragment pandas(String text, Function<String, Cell> columns) {
        return new ConditionText(text, columns, true).all();
    }

    static Fragment spark(String text, Function<String, Cell> columns) {
        return new ConditionText(text, columns, false).all();
    }

    private enum Kind {
        NAME,
        NUMBER,
        TEXT,
        SIGN,
        END
    }

    private record Token(Kind kind, String text, boolean quoted) {
        boolean is(String sign) {
            return !quoted && (kind == Kind.SIGN || kind == Kind.NAME) && text.equalsIgnoreCase(sign);
        }
    }

    /**
     * A part of an expression.
     *
     * @param sql its SQL
     * @param cell the column, if it is one
     * @param constant the constant, if it is one
     * @param members the constants, if it is a list
     */
    private record Term(
            Fragment sql,
            @Nullable Cell cell,
            @Nullable JsonNode constant,
            @Nullable List<JsonNode> members) {
        static Term of(Fragment sql) {
            return new Term(sql, null, null, null);
        }
    }

    private static List<Token> tokens(String text) {
        List<Token> found = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '`') {
                int end = text.indexOf(c, i + 1);
                if (end < 0) {
                    throw new NotJudged("row_condition: a quoted name is not closed; close it.");
                }
                found.add(new Token(Kind.NAME, text.substring(i + 1, end), true));
                i = end + 1;
            } else if (c == '\'' || c == '"') {
                var value = new StringBuilder();
                int j = i + 1;
                while (j < text.length() && text.charAt(j) != c) {
                    if (text.charAt(j) == '\\' && j + 1 < text.length()) {
                        j++;
                    }
                    value.append(text.charAt(j++));
                }
                if (j >= text.length()) {
                    throw new NotJudged("row_condition: a text is not closed.");
                }
                found.add(new Token(Kind.TEXT, value.toString(), true));
                i = j + 1;
            } else if (Character.isDigit(c)
                    || c == '.' && i + 1 < text.length() && Character.isDigit(text.charAt(i + 1))) {
                int j = i;
                while (j < text.length()
                        && (Character.isLetterOrDigit(text.charAt(j))
                                || text.charAt(j) == '.'
                                || (text.charAt(j) == '-' || text.charAt(j) == '+')
                                        && "eE".indexOf(text.charAt(j - 1)) >= 0)) {
                    j++;
                }
                found.add(new Token(Kind.NUMBER, text.substring(i, j), false));
                i = j;
            } else if (Character.isLetter(c) || c == '_') {
                int j = i;
                while (j < text.length() && (Character.isLetterOrDigit(text.charAt(j)) || text.charAt(j) == '_')) {
                    j++;
                }
                found.add(new Token(Kind.NAME, text.substring(i, j), false));
                i = j;
            } else {
                String two = text.substring(i, Math.min(i + 2, text.length()));
                String sign = List.of("==", "!=", "<=", ">=", "<>", "&&", "||", "**", "//")
                                .contains(two)
                        ? two
                        : String.valueOf(c);
                found.add(new Token(Kind.SIGN, sign, false));
                i += sign.length();
            }
        }
        found.add(new Token(Kind.END, "", false));
        return found;
    }

    private Fragment all() {
        Term term = or();
        if (peek().kind != Kind.END) {
            throw unsupported();
        }
        return truth(term);
    }

    private Token peek() {
        return tokens.get(at);
    }

    private boolean take(String sign) {
        if (peek().is(sign)) {
            at++;
            return true;
        }
        return false;
    }

    private void need(String sign) {
        if (!take(sign)) {
            throw unsupported();
        }
    }

    private NotJudged unsupported() {
        return new NotJudged(
                "row_condition is not understood at '%s'; comparisons, and/or/not, in, arithmetic and tests for missing values are supported."
                        .formatted(peek().text));
    }

    private Fragment truth(Term term) {
        if (term.members != null || term.constant != null && !term.constant.isBoolean()) {
            throw new NotJudged("row_condition is no condition: it has a value where a comparison belongs.");
        }
        return pandas && term.cell != null ? Fragment.join("(%s) IS TRUE", term.sql) : term.sql;
    }

    private Term or() {
        if (++depth > DEEPEST) {
            throw new NotJudged(
                    "row_condition is nested deeper than %d; write it with fewer parentheses.".formatted(DEEPEST));
        }
        Term left = and();
        while (take("or") || take("|") || take("||")) {
            left = Term.of(truth(left).or(truth(and())));
        }
        depth--;
        return left;
    }

    private Term and() {
        Term left = not();
        while (take("and") || take("&") || take("&&")) {
            left = Term.of(truth(left).and(truth(not())));
        }
        return left;
    }

    private Term not() {
        if (take("not") || take("~") || take("!")) {
            if (++depth > DEEPEST) {
                throw new NotJudged(
                        "row_condition is nested deeper than %d; write it with fewer parentheses.".formatted(DEEPEST));
            }
            Term inner = Term.of(Fragment.join("(NOT (%s))", truth(not())));
            depth--;
            return inner;
        }
        return comparison();
    }

    private Term comparison() {
        Term left = sum();
        Fragment all = null;
        while (true) {
            Fragment one;
            if (take("is")) {
                boolean not = take("not");
                need("null");
                one = Fragment.join(not ? "%s IS NOT NULL" : "%s IS NULL", left.sql);
            } else if (peek().is("in") || peek().is("not") || peek().is("between") || peek().is("like")) {
                boolean not = take("not");
                one = not ? negate(membership(left)) : membership(left);
            } else {
                String operator = operator();
                if (operator == null) {
                    return all == null ? left : Term.of(all);
                }
                Term right = sum();
                one = compare(left, operator, right);
                left = right; // a < b < c
            }
            all = all == null ? one : all.and(one);
        }
    }

    private Fragment negate(Fragment condition) {
        return Fragment.join("(NOT %s)", condition);
    }

    private Fragment membership(Term left) {
        if (take("between")) {
            Term low = sum();
            need("and");
            Term high = sum();
            return compare(left, ">=", low).and(compare(left, "<=", high));
        }
        if (take("like")) {
            Term pattern = primary();
            if (pattern.constant == null || !pattern.constant.isTextual()) {
                throw unsupported();
            }
            return Fragment.join("(%s LIKE %s)", left.sql, pattern.sql);
        }
        need("in");
        Term right = primary();
        List<JsonNode> members =
                right.members != null ? right.members : right.constant != null ? List.of(right.constant) : null;
        if (members == null || left.cell == null) {
            throw unsupported();
        }
        Fragment in = left.cell.in(left.cell.members(members));
        return pandas ? Fragment.join("((%s) IS TRUE)", in) : Fragment.join("(%s)", in);
    }

    private @Nullable String operator() {
        for (String sign : List.of("==", "!=", "<>", "<=", ">=", "<", ">", "=")) {
            if (take(sign)) {
                return switch (sign) {
                    case "==", "=" -> "=";
                    case "!=", "<>" -> "<>";
                    default -> sign;
                };
            }
        }
        return null;
    }

    private Fragment compare(Term left, String operator, Term right) {
        boolean equality = operator.equals("=") || operator.equals("<>");
        if (equality && right.members != null && left.cell != null) {
            // pandas reads column == [a, b] as membership.
            Fragment in = Fragment.join("((%s) IS TRUE)", left.cell.in(left.cell.members(right.members)));
            return operator.equals("=") ? in : negate(in);
        }
        Fragment a = left.sql;
        Fragment b = right.sql;
        boolean fits = true;
        if (left.cell != null && right.constant != null) {
            var constant = left.cell.comparable(right.constant);
            fits = constant.isPresent();
            b = constant.orElse(b);
        } else if (right.cell != null && left.constant != null) {
            var constant = right.cell.comparable(left.constant);
            fits = constant.isPresent();
            a = constant.orElse(a);
        }
        if (left.members != null || right.members != null) {
            throw unsupported();
        }
        if (!fits) {
            if (equality) {
                return Fragment.of(operator.equals("=") ? "false" : "true");
            }
            throw new NotJudged("row_condition orders column \"%s\" against a constant of another type."
                    .formatted(left.cell != null ? left.cell.name() : right.cell == null ? "" : right.cell.name()));
        }
        String suffix = !pandas ? "" : operator.equals("<>") ? " IS NOT FALSE" : " IS TRUE";
        return Fragment.join("((%s " + operator + " %s)" + suffix + ")", a, b);
    }

    private Term sum() {
        Term left = product();
        while (peek().is("+") || peek().is("-")) {
            String sign = tokens.get(at++).text;
            left = Term.of(Fragment.join("(%s " + sign + " %s)", left.sql, product().sql));
        }
        return left;
    }

    private Term product() {
        Term left = unary();
        while (peek().is("*") || peek().is("/") || peek().is("%")) {
            String sign = tokens.get(at++).text;
            Term right = unary();
            // Python's remainder has the sign of the divisor.
            left = Term.of(
                    sign.equals("%")
                            ? Fragment.join("(((%s %% %s) + %s) %% %s)", left.sql, right.sql, right.sql, right.sql)
                            : Fragment.join("(%s " + sign + " %s)", left.sql, right.sql));
        }
        return left;
    }

    private Term unary() {
        if (take("-")) {
            Term inner = unary();
            if (inner.constant != null && inner.constant.isNumber()) {
                return constant(
                        inner.constant.isIntegralNumber()
                                ? JsonNodeFactory.instance.numberNode(-inner.constant.longValue())
                                : JsonNodeFactory.instance.numberNode(-inner.constant.doubleValue()));
            }
            return Term.of(Fragment.join("(-%s)", inner.sql));
        }
        take("+");
        return method(primary());
    }

    /** {@code .isnull()}, {@code .str.contains("x")} and the like, behind a column. */
    private Term method(Term term) {
        Term result = term;
        while (take(".")) {
            if (take("str")) {
                need(".");
            }
            String name = tokens.get(at++).text;
            need("(");
            if (result.cell == null) {
                throw unsupported();
            }
            switch (name) {
                case "isnull", "isna" -> {
                    need(")");
                    result = Term.of(Fragment.join("(%s IS NULL)", result.sql));
                }
                case "notnull", "notna" -> {
                    need(")");
                    result = Term.of(Fragment.join("(%s IS NOT NULL)", result.sql));
                }
                case "contains", "startswith", "endswith" -> {
                    Token argument = tokens.get(at++);
                    result.cell.mustBeText("." + name);
                    if (argument.kind != Kind.TEXT) {
                        throw unsupported();
                    }
                    if (name.equals("contains") && !argument.text.matches("[\\w\\s@:,;<>=!&%#'\"/-]*")) {
                        throw new NotJudged(
                                "row_condition: .str.contains is supported for plain texts, not for patterns.");
                    }
                    need(")");
                    String function = name.equals("contains")
                            ? "contains"
                            : name.equals("startswith") ? "starts_with" : "ends_with";
                    result = Term.of(Fragment.join(
                            "(" + function + "(%s, %s) IS TRUE)", result.sql, Fragment.value(argument.text)));
                }
                default -> throw new NotJudged("row_condition: the method .%s() is not supported.".formatted(name));
            }
        }
        return result;
    }

    private Term primary() {
        Token token = tokens.get(at);
        if (take("(")) {
            Term inner = or();
            if (peek().is(",")) {
                return list(inner, ")");
            }
            need(")");
            return inner.constant != null
                    ? inner
                    : new Term(Fragment.join("(%s)", inner.sql), inner.cell, null, inner.members);
        }
        if (take("[")) {
            if (take("]")) {
                return new Term(Fragment.of("NULL"), null, null, List.of());
            }
            return list(or(), "]");
        }
        at = Math.min(at + 1, tokens.size() - 1);
        return switch (token.kind) {
            case TEXT -> constant(JsonNodeFactory.instance.textNode(token.text));
            case NUMBER -> constant(number(token.text));
            case NAME -> {
                String lower = token.text.toLowerCase(Locale.ROOT);
                if (!token.quoted && (lower.equals("true") || lower.equals("false"))) {
                    yield constant(JsonNodeFactory.instance.booleanNode(lower.equals("true")));
                }
                Cell cell = columns.apply(token.text);
                yield new Term(cell.fragment(), cell, null, null);
            }
            case SIGN, END -> {
                at--;
                throw unsupported();
            }
        };
    }

    private Term list(Term first, String close) {
        List<JsonNode> members = new ArrayList<>();
        Term next = first;
        while (true) {
            if (next.constant == null) {
                throw unsupported();
            }
            members.add(next.constant);
            if (take(close)) {
                return new Term(Fragment.of("NULL"), null, null, members);
            }
            need(",");
            if (take(close)) {
                return new Term(Fragment.of("NULL"), null, null, members);
            }
            next = or();
        }
    }

    private static JsonNode number(String text) {
        try {
            return text.matches("\\d{1,18}")
                    ? JsonNodeFactory.instance.numberNode(Long.parseLong(text))
                    : JsonNodeFactory.instance.numberNode(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            throw new NotJudged("row_condition: '%s' is not a number; write one, or quote a text.".formatted(text));
        }
    }

    private static Term constant(JsonNode value) {
        Object bound = value.isBoolean()
                ? (Object) value.booleanValue()
                : value.isNumber() ? Cell.number(value) : (Object) value.textValue();
        return new Term(Fragment.value(bound), null, value, null);
    }
}

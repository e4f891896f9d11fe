package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.python.DateText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Row conditions in all their syntaxes, as SQL: pandas queries, {@code col("x") > 1}, Spark SQL, and the objects of recent suites.
 *
 * <p>All but Spark's follow pandas about missing values: a comparison with one is false, {@code !=} with one is true.
 */
final class Conditions {
    private static final int LEAVES = 100;
    private static final Pattern COL = Pattern.compile(
            "\\s*col\\(\\s*[\"']([^\"']+)[\"']\\s*\\)\\s*(?:\\.\\s*notnull\\(\\s*\\)|(>=|<=|==|!=|>|<)\\s*(?:([+-]?\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?)|'([^'\"]*)'|\"([^'\"]*)\"|date\\(\\s*[\"']([^\"']*)[\"']\\s*\\)))\\s*");

    private final Function<String, Cell> columns;
    private int leaves;

    Conditions(Function<String, Cell> columns) {
        this.columns = columns;
    }

    /** The condition of an expectation, {@code true} if it has none. */
    Fragment of(Kwargs kwargs) {
        JsonNode condition = kwargs.get("row_condition");
        if (condition == null || condition.isTextual() && condition.textValue().isBlank()) {
            return Fragment.of("true");
        }
        if (condition.isObject()) {
            return object(condition, 0);
        }
        if (!condition.isTextual()) {
            throw new NotJudged("row_condition is neither a text nor an object; give one of them.");
        }
        String parser = kwargs.text("condition_parser", "");
        return switch (parser) {
            case "pandas", "python" -> ConditionText.pandas(condition.textValue(), columns);
            case "spark" -> ConditionText.spark(condition.textValue(), columns);
            case "great_expectations", "great_expectations__experimental__" -> col(condition.textValue());
            case "" -> throw new NotJudged("condition_parser is required when setting a row_condition.");
            default ->
                throw new NotJudged("condition_parser '%s' is not known; pandas, spark and great_expectations are."
                        .formatted(parser));
        };
    }

    private Fragment col(String text) {
        Matcher found = COL.matcher(text);
        if (!found.matches()) {
            throw new NotJudged(
                    "Row condition '%s' is not understood; write one comparison such as col(\"x\") > 5 or col(\"x\").notnull()."
                            .formatted(text));
        }
        Cell cell = columns.apply(found.group(1));
        String operator = found.group(2);
        if (operator == null) {
            return Fragment.of(cell.sql() + " IS NOT NULL");
        }
        JsonNode value = JsonNodeFactory.instance.nullNode();
        if (found.group(3) != null) {
            String number = found.group(3);
            value = number.matches("[+-]?\\d{1,18}")
                    ? JsonNodeFactory.instance.numberNode(Long.parseLong(number))
                    : JsonNodeFactory.instance.numberNode(Double.parseDouble(number));
        } else {
            for (int group = 4; group <= 6; group++) {
                value = found.group(group) == null ? value : JsonNodeFactory.instance.textNode(found.group(group));
            }
        }
        return comparison(cell, operator, value);
    }

    private Fragment object(JsonNode condition, int depth) {
        if (depth > 20) {
            throw new NotJudged("row_condition is nested deeper than 20; write it with fewer parentheses.");
        }
        String type = condition.path("type").asText();
        return switch (type) {
            case "comparison" -> leaf(condition);
            case "nullity" -> {
                count();
                yield Fragment.of(column(condition).sql()
                        + (condition.path("is_null").asBoolean() ? " IS NULL" : " IS NOT NULL"));
            }
            case "and", "or" -> {
                List<Fragment> parts = new ArrayList<>();
                for (JsonNode part : condition.path("conditions")) {
                    String inner = part.path("type").asText();
                    if (inner.equals("or")) {
                        throw new NotJudged("row_condition: an '%s' may not contain an 'or'.".formatted(type));
                    }
                    parts.add(Fragment.join("(%s)", object(part, depth + 1)));
                }
                if (parts.isEmpty()) {
                    throw new NotJudged("row_condition: an '%s' needs conditions.".formatted(type));
                }
                yield Fragment.join("(%s)", Fragment.list(parts, type.equals("and") ? " AND " : " OR "));
            }
            case "pass_through" ->
                ConditionText.pandas(condition.path("pass_through_filter").asText(), columns);
            default ->
                throw new NotJudged(
                        "row_condition of type '%s' is not known; comparison, nullity, and, or, pass_through are."
                                .formatted(type));
        };
    }

    private Cell column(JsonNode condition) {
        JsonNode name = condition.path("column").path("name");
        if (!name.isTextual()) {
            throw new NotJudged("row_condition: 'column' needs a 'name'; give it.");
        }
        return columns.apply(name.textValue());
    }

    private void count() {
        if (++leaves > LEAVES) {
            throw new NotJudged("row_condition holds more than %d comparisons; use a set (in).".formatted(LEAVES));
        }
    }

    /** Numbers, whole or not, are of one kind. */
    private static void requireOneKind(String operator, JsonNode members) {
        for (JsonNode member : members) {
            if (member.getNodeType() != members.get(0).getNodeType()) {
                throw new NotJudged("row_condition: the list of %s holds %s and %s; give values of one kind."
                        .formatted(operator, members.get(0), member));
            }
        }
    }

    private Fragment leaf(JsonNode condition) {
        count();
        Cell cell = column(condition);
        String operator = condition.path("operator").asText();
        JsonNode parameter = condition.path("parameter");
        if (operator.equals("IN") || operator.equals("NOT_IN")) {
            if (!parameter.isArray()) {
                throw new NotJudged("row_condition: %s needs a list; give one in brackets.".formatted(operator));
            }
            requireOneKind(operator, parameter);
            Fragment in = cell.in(cell.members(parameter));
            return operator.equals("IN") ? Fragment.join("(%s) IS TRUE", in) : in.isNotTrue();
        }
        if (parameter.isNull() || parameter.isMissingNode()) {
            throw new NotJudged("row_condition compares with null; use a condition of type 'nullity'.");
        }
        if (parameter.isObject()) {
            JsonNode name = parameter.path("name");
            Cell other = columns.apply(name.asText());
            String sql = sqlOperator(operator);
            return Fragment.of("(%s %s %s) IS TRUE".formatted(cell.sql(), sql, other.sql()));
        }
        return comparison(cell, operator, parameter);
    }

    private static String sqlOperator(String operator) {
        return switch (operator) {
            case "==" -> "=";
            case "!=" -> "<>";
            case ">", "<", ">=", "<=" -> operator;
            default ->
                throw new NotJudged("row_condition: operator '%s' is not known; ==, !=, <, <=, >, >=, IN, NOT_IN are."
                        .formatted(operator));
        };
    }

    private static Fragment comparison(Cell cell, String operator, JsonNode value) {
        String sql = sqlOperator(operator);
        return cell.comparable(value)
                .map(constant -> Fragment.join(
                        "(" + cell.sql() + " " + sql + " %s) IS " + (sql.equals("<>") ? "NOT FALSE" : "TRUE"),
                        constant))
                .orElseGet(() -> switch (sql) {
                    case "=" -> Fragment.of("false");
                    case "<>" -> Fragment.of("true");
                    default ->
                        throw new NotJudged("row_condition: column \"%s\" is %s and cannot be ordered against %s%s."
                                .formatted(
                                        cell.name(),
                                        cell.column().declared(),
                                        value,
                                        cell.isTemporal()
                                                        && value.isTextual()
                                                        && DateText.parse(value.textValue())
                                                                .isEmpty()
                                                ? ", which is no date"
                                                : ""));
                });
    }
}

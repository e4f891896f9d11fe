package dev.clew.quality.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.suite.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The chained calls of a Deequ {@code Check} in Scala or PyDeequ: {@code isComplete}, {@code isUnique}, {@code hasSize} and so on, with
 * conditions of the form {@code _ >= 0.9} or {@code lambda x: x >= 0.9}.
 */
public final class Deequ {
    private static final Pattern CALL = Pattern.compile("\\.\\s*(is\\w+|has\\w+|satisfies)\\s*\\(");
    private static final Pattern CONDITION = Pattern.compile(
            ".*?(?:_|\\w+\\s*:\\s*\\w+|\\w+\\s*=>\\s*\\w+)\\s*(==|>=|<=|>|<)\\s*(-?[\\d.]+(?:[eE]-?\\d+)?)[lLfFdD]?\\s*",
            Pattern.DOTALL);

    private Deequ() {}

    /** Reads the source text of checks; {@code CheckLevel.Warning} before a call makes it a warning. */
    public static Translation read(String source) {
        var draft = new Draft();
        Matcher call = CALL.matcher(source);
        while (call.find()) {
            String name = call.group(1);
            List<String> arguments = arguments(source, call.end());
            int level = source.lastIndexOf("CheckLevel.", call.start());
            boolean warning = level >= 0 && source.startsWith("CheckLevel.Warning", level);
            call(draft, name, arguments, warning ? Severity.WARNING : Severity.CRITICAL);
        }
        return draft.suite("deequ");
    }

    /** What stands between the parentheses, cut at commas outside quotes and brackets. */
    private static List<String> arguments(String source, int from) {
        List<String> all = new ArrayList<>();
        var one = new StringBuilder();
        int depth = 0;
        char quote = 0;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (quote != 0) {
                one.append(c);
                if (c == '\\' && i + 1 < source.length()) {
                    one.append(source.charAt(++i));
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                one.append(c);
            } else if (c == ')' && depth == 0) {
                break;
            } else if (c == ',' && depth == 0) {
                all.add(one.toString().strip());
                one.setLength(0);
            } else {
                depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
                one.append(c);
            }
        }
        if (!one.toString().isBlank()) {
            all.add(one.toString().strip());
        }
        return all;
    }

    private static String unquoted(String text) {
        return text.length() >= 2 && (text.startsWith("\"") || text.startsWith("'"))
                ? text.substring(1, text.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
                : text;
    }

    private static void call(Draft draft, String name, List<String> arguments, Severity severity) {
        String first = arguments.isEmpty() ? "" : unquoted(arguments.getFirst());
        ObjectNode kwargs = Draft.column(first);
        String condition = arguments.isEmpty() ? "" : arguments.getLast();
        switch (name) {
            case "isComplete" -> draft.add("expect_column_values_to_not_be_null", kwargs, severity);
            case "isUnique", "isPrimaryKey" -> draft.add("expect_column_values_to_be_unique", kwargs, severity);
            case "isNonNegative" ->
                draft.add("expect_column_values_to_be_between", kwargs.put("min_value", 0), severity);
            case "isPositive" ->
                draft.add(
                        "expect_column_values_to_be_between",
                        kwargs.put("min_value", 0).put("strict_min", true),
                        severity);
            case "isContainedIn" -> {
                if (arguments.size() > 2) {
                    refuse(draft, name, arguments);
                    return;
                }
                var set = kwargs.putArray("value_set");
                Matcher member = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'((?:[^'\\\\]|\\\\.)*)'")
                        .matcher(arguments.size() > 1 ? arguments.get(1) : "");
                while (member.find()) {
                    set.add(member.group(1) == null ? member.group(2) : member.group(1));
                }
                draft.add("expect_column_values_to_be_in_set", kwargs, severity);
            }
            case "hasPattern" -> {
                String pattern = arguments.size() > 1
                        ? unquoted(arguments
                                .get(1)
                                .replaceFirst("^[ru](?=[\"'])", "")
                                .replaceFirst("\\.r$", "")
                                .replace("\"\"\"", "\""))
                        : "";
                if (arguments.size() > 2 && !isWhole(arguments.get(2))) {
                    refuse(draft, name, arguments);
                    return;
                }
                draft.add("expect_column_values_to_match_regex", kwargs.put("regex", pattern), severity);
                // A row without a value does not match in Deequ.
                draft.add("expect_column_values_to_not_be_null", Draft.column(first), severity);
            }
            case "hasCompleteness", "hasUniqueness" -> share(draft, name, kwargs, condition, severity);
            case "hasSize" ->
                bounds(draft, "expect_table_row_count_to_be_between", Draft.kwargs(), condition, severity);
            case "hasMin", "hasMax", "hasMean", "hasSum" ->
                bounds(
                        draft,
                        "expect_column_" + name.substring(3).toLowerCase(java.util.Locale.ROOT) + "_to_be_between",
                        kwargs,
                        condition,
                        severity);
            case "hasStandardDeviation" ->
                bounds(draft, "expect_column_stdev_to_be_between", kwargs, condition, severity);
            case "hasApproxCountDistinct", "hasNumberOfDistinctValues" ->
                bounds(draft, "expect_column_unique_value_count_to_be_between", kwargs, condition, severity);
            case "hasApproxQuantile", "hasExactQuantile" -> quantile(draft, name, arguments, kwargs, severity);
            case "satisfies" -> {
                if (arguments.size() > 2 && !isWhole(arguments.get(2))) {
                    refuse(draft, name, arguments);
                    return;
                }
                draft.add(
                        "unexpected_rows_expectation",
                        Draft.kwargs()
                                .put(
                                        "unexpected_rows_query",
                                        "SELECT * FROM {batch} WHERE NOT coalesce((" + first + "), false)"),
                        severity);
            }
            default -> refuse(draft, name, arguments);
        }
    }

    private static void refuse(Draft draft, String name, List<String> arguments) {
        draft.refuse("Deequ's %s(%s) has no counterpart.".formatted(name, String.join(", ", arguments)));
    }

    /** Whether an assertion about a share asks for all rows. */
    private static boolean isWhole(String assertion) {
        Matcher found = CONDITION.matcher(assertion);
        return found.matches()
                && (found.group(1).equals("==") || found.group(1).equals(">="))
                && Double.parseDouble(found.group(2)) == 1;
    }

    private static void share(Draft draft, String name, ObjectNode kwargs, String condition, Severity severity) {
        Matcher found = CONDITION.matcher(condition);
        if (!found.matches()
                || found.group(1).startsWith("<")
                || found.group(1).equals("==") && Double.parseDouble(found.group(2)) != 1) {
            draft.refuse("Deequ's %s with '%s' has no counterpart.".formatted(name, condition));
            return;
        }
        double share = Double.parseDouble(found.group(2));
        if (share < 1) {
            kwargs.put("mostly", found.group(1).equals(">") ? Math.nextUp(share) : share);
        }
        draft.add(
                name.equals("hasCompleteness")
                        ? "expect_column_values_to_not_be_null"
                        : "expect_column_values_to_be_unique",
                kwargs,
                severity);
    }

    private static void quantile(
            Draft draft, String name, List<String> arguments, ObjectNode kwargs, Severity severity) {
        Matcher found = CONDITION.matcher(arguments.getLast());
        String at = arguments.size() < 3 ? "" : arguments.get(1).replaceFirst("^quantile\\s*=\\s*", "");
        if (!at.matches("0(\\.\\d*)?|1(\\.0*)?|\\.\\d+") || !found.matches()) {
            refuse(draft, name, arguments);
            return;
        }
        double value = Double.parseDouble(found.group(2));
        String operator = found.group(1);
        ObjectNode ranges = kwargs.putObject("quantile_ranges");
        ranges.putArray("quantiles").add(Double.parseDouble(at));
        var range = ranges.putArray("value_ranges").addArray();
        if (operator.startsWith("<")) {
            range.addNull().add(value);
        } else if (operator.equals("==")) {
            range.add(value).add(value);
        } else {
            range.add(value).addNull();
        }
        draft.add("expect_column_quantile_values_to_be_between", kwargs, severity);
        draft.remark(
                "Deequ's %s(%s) holds bounds strictly and may approximate; the expectation takes the nearest rank, within 1e-4 of a bound."
                        .formatted(name, String.join(", ", arguments)));
    }

    private static void bounds(Draft draft, String type, ObjectNode kwargs, String condition, Severity severity) {
        Matcher found = CONDITION.matcher(condition);
        if (!found.matches()) {
            draft.refuse("Deequ's condition '%s' for %s has no counterpart.".formatted(condition, type));
            return;
        }
        double value = Double.parseDouble(found.group(2));
        switch (found.group(1)) {
            case "==" -> kwargs.put("min_value", value).put("max_value", value);
            case ">=" -> kwargs.put("min_value", value);
            case ">" -> kwargs.put("min_value", value).put("strict_min", true);
            case "<=" -> kwargs.put("max_value", value);
            default -> kwargs.put("max_value", value).put("strict_max", true);
        }
        draft.add(type, kwargs, severity);
    }
}

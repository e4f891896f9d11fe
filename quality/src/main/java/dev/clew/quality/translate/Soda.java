package dev.clew.quality.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Yaml;
import dev.clew.quality.suite.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SodaCL checks of one dataset: counts and shares of missing, duplicate and invalid values, row count, aggregates, freshness, schema;
 * {@code warn} and {@code fail} become severities.
 */
public final class Soda {
    private static final Pattern CHECK = Pattern.compile(
            "(\\w+)(?:\\(([^)]*)\\))?\\s*(?:(between)\\s+(\\S+)\\s+and\\s+(\\S+)|(<=|>=|!=|=|<|>)\\s*(\\S+))\\s*");

    private static final Pattern AGE = Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

    private Soda() {}

    /**
     * Reads the checks of one dataset.
     *
     * @param dataset its name; empty: the first of the file
     * @throws dev.clew.quality.QualityException {@code BAD_DOCUMENT}
     */
    public static Translation read(String yaml, String dataset) {
        JsonNode root = Yaml.read(yaml, "Soda");
        for (var field : root.properties()) {
            Matcher name = Pattern.compile("checks for (\\S+).*").matcher(field.getKey());
            if (name.matches() && (dataset.isEmpty() || name.group(1).equals(dataset))) {
                var draft = new Draft();
                field.getValue().forEach(check -> check(draft, check));
                return draft.suite(name.group(1));
            }
        }
        throw new dev.clew.quality.QualityException(
                dev.clew.quality.QualityException.Code.BAD_DOCUMENT,
                "The Soda document has no 'checks for%s'; give a checks file, and one of its datasets."
                        .formatted(dataset.isEmpty() ? " …" : " " + dataset));
    }

    private static void check(Draft draft, JsonNode check) {
        if (check.isTextual()) {
            rule(draft, check.asText(), Draft.kwargs(), Severity.CRITICAL);
            return;
        }
        for (var field : check.properties()) {
            String text = field.getKey();
            JsonNode settings = field.getValue();
            if (text.equals("schema")) {
                schema(draft, settings);
            } else if (settings.has("warn") || settings.has("fail")) {
                for (String level : new String[] {"warn", "fail"}) {
                    String when = settings.path(level).asText("").replaceFirst("^when\\s+", "");
                    if (!when.isEmpty()) {
                        negated(
                                draft,
                                text,
                                when,
                                settings,
                                level.equals("warn") ? Severity.WARNING : Severity.CRITICAL);
                    }
                }
            } else {
                rule(draft, text, settings, Severity.CRITICAL);
            }
        }
    }

    /** {@code fail: when > 5} means that at most 5 is expected. */
    private static void negated(Draft draft, String metric, String when, JsonNode settings, Severity severity) {
        String opposite = null;
        for (String[] pair :
                new String[][] {{">=", "<"}, {"<=", ">"}, {"!=", "="}, {">", "<="}, {"<", ">="}, {"=", "!="}}) {
            if (when.startsWith(pair[0])) {
                opposite = pair[1] + when.substring(pair[0].length());
                break;
            }
        }
        Matcher outside = Pattern.compile("not between (\\S+) and (\\S+)").matcher(when);
        if (outside.matches()) {
            opposite = "between " + outside.group(1) + " and " + outside.group(2);
        }
        if (opposite == null) {
            draft.refuse("Soda check '%s' with '%s' has no counterpart.".formatted(metric, when));
        } else {
            rule(draft, metric + " " + opposite, settings, severity);
        }
    }

    private static void schema(Draft draft, JsonNode settings) {
        for (String level : new String[] {"warn", "fail"}) {
            JsonNode rules = settings.path(level);
            Severity severity = level.equals("warn") ? Severity.WARNING : Severity.CRITICAL;
            rules.path("when required column missing")
                    .forEach(name -> draft.add("expect_column_to_exist", Draft.column(name.asText()), severity));
            rules.path("when wrong column type")
                    .properties()
                    .forEach(field -> draft.add(
                            "expect_column_values_to_be_of_type",
                            Draft.column(field.getKey())
                                    .put("type_", field.getValue().asText()),
                            severity));
            if (rules.has("when forbidden column present")) {
                draft.refuse("Soda's 'when forbidden column present' has no counterpart.");
            }
        }
    }

    private static void rule(Draft draft, String text, JsonNode settings, Severity severity) {
        Matcher rule = CHECK.matcher(text);
        if (!rule.matches()) {
            draft.refuse("Soda check '%s' has no counterpart.".formatted(text));
            return;
        }
        if (settings.has("missing values") || settings.has("missing regex") || settings.has("filter")) {
            draft.refuse("Soda check '%s' redefines what is missing or filters rows, which has no counterpart."
                    .formatted(text));
            return;
        }
        if (rule.group(1).equals("freshness")) {
            freshness(draft, text, rule, severity);
            return;
        }
        String metric = rule.group(1);
        String column = rule.group(2) == null ? "" : rule.group(2).strip();
        ObjectNode kwargs = column.isEmpty() ? Draft.kwargs() : Draft.column(column);
        Double share = allowed(rule);
        String type = switch (metric) {
            case "missing_count", "missing_percent" -> "expect_column_values_to_not_be_null";
            case "duplicate_count", "duplicate_percent" -> "expect_column_values_to_be_unique";
            case "invalid_count", "invalid_percent" -> validity(settings, kwargs);
            case "row_count" -> "expect_table_row_count_to_be_between";
            case "avg" -> "expect_column_mean_to_be_between";
            case "min", "max", "sum" -> "expect_column_" + metric + "_to_be_between";
            case "stddev", "stddev_samp" -> "expect_column_stdev_to_be_between";
            default -> "";
        };
        boolean counts = metric.endsWith("_count") && !metric.equals("row_count");
        boolean none = rule.group(6) != null && rule.group(6).equals("<") && share != null && share == 0;
        boolean percent = metric.endsWith("_percent");
        if (metric.equals("duplicate_percent") && (share == null || share != 0)) {
            draft.refuse("Soda check '%s' counts values that occur twice, not rows; that has no counterpart."
                    .formatted(text));
            return;
        }
        if (type.isEmpty() || none || counts && (share == null || share != 0) || percent && share == null) {
            draft.refuse("Soda check '%s' has no counterpart.".formatted(text));
            return;
        }
        if (percent && share != null && share > 0) {
            double mostly = Math.max(0, 1 - share / 100);
            kwargs.put("mostly", "<".equals(rule.group(6)) ? Math.nextUp(mostly) : mostly);
            if (metric.equals("invalid_percent")) {
                draft.remark(
                        "Soda check '%s' divides by all rows, the expectation by rows with a value: it is never looser."
                                .formatted(text));
            }
        } else if (!counts && !percent) {
            bounds(rule, kwargs);
        }
        draft.add(type, kwargs, severity);
    }

    /** The newest time lies at most so far back. */
    private static void freshness(Draft draft, String text, Matcher rule, Severity severity) {
        String operator = rule.group(6);
        Matcher age = AGE.matcher(rule.group(7) == null ? "" : rule.group(7));
        if (rule.group(2) == null
                || !rule.group(2).strip().matches("\\S+")
                || operator == null
                || !operator.startsWith("<")
                || !age.matches()
                || age.group().isEmpty()) {
            draft.refuse("Soda check '%s' has no counterpart; a freshness below some days, hours and minutes has."
                    .formatted(text));
            return;
        }
        List<String> parts = new ArrayList<>();
        String[] units = {"days", "hours", "minutes", "seconds"};
        for (int i = 0; i < units.length; i++) {
            if (age.group(i + 1) != null) {
                parts.add(units[i] + "=" + age.group(i + 1));
            }
        }
        ObjectNode kwargs = Draft.column(rule.group(2).strip());
        kwargs.putObject("min_value").put("$PARAMETER", "now() - timedelta(" + String.join(", ", parts) + ")");
        if (operator.equals("<")) {
            kwargs.put("strict_min", true);
        }
        draft.add("expect_column_max_to_be_between", kwargs.put("parse_strings_as_datetimes", true), severity);
    }

    /** The most that is allowed of something bad. */
    private static @Nullable Double allowed(Matcher rule) {
        String operator = rule.group(6);
        if (operator == null || !(operator.startsWith("<") || operator.equals("="))) {
            return null;
        }
        try {
            return Double.parseDouble(rule.group(7).replace("%", ""));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static void bounds(Matcher rule, ObjectNode kwargs) {
        if (rule.group(3) != null) {
            kwargs.put("min_value", number(rule.group(4))).put("max_value", number(rule.group(5)));
            return;
        }
        double value = number(rule.group(7));
        switch (rule.group(6)) {
            case ">" -> kwargs.put("min_value", value).put("strict_min", true);
            case ">=" -> kwargs.put("min_value", value);
            case "<" -> kwargs.put("max_value", value).put("strict_max", true);
            case "<=" -> kwargs.put("max_value", value);
            default -> kwargs.put("min_value", value).put("max_value", value);
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new dev.clew.quality.QualityException(
                    dev.clew.quality.QualityException.Code.BAD_DOCUMENT,
                    "The Soda document compares with '%s', which is no number; write one.".formatted(text),
                    e);
        }
    }

    private static String validity(JsonNode settings, ObjectNode kwargs) {
        if (settings.has("valid values")) {
            kwargs.set("value_set", settings.get("valid values"));
            return "expect_column_values_to_be_in_set";
        }
        if (settings.has("valid regex")) {
            kwargs.put("regex", settings.get("valid regex").asText());
            return "expect_column_values_to_match_regex";
        }
        if (settings.has("valid min") || settings.has("valid max")) {
            Draft.put(kwargs, "min_value", settings.get("valid min"));
            Draft.put(kwargs, "max_value", settings.get("valid max"));
            return "expect_column_values_to_be_between";
        }
        if (settings.has("valid min length") || settings.has("valid max length")) {
            Draft.put(kwargs, "min_value", settings.get("valid min length"));
            Draft.put(kwargs, "max_value", settings.get("valid max length"));
            return "expect_column_value_lengths_to_be_between";
        }
        if (settings.has("valid length")) {
            Draft.put(kwargs, "value", settings.get("valid length"));
            return "expect_column_value_lengths_to_equal";
        }
        return "";
    }
}

package dev.clew.quality.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Yaml;
import dev.clew.quality.suite.Severity;
import java.util.List;

/** A pandera DataFrameSchema as {@code to_yaml} writes it: types, nullable, unique, required, and the built-in checks. */
public final class Pandera {
    private static final List<String> CHECKS = List.of(
            "greater_than_or_equal_to",
            "greater_than",
            "less_than_or_equal_to",
            "less_than",
            "in_range",
            "isin",
            "notin",
            "str_matches",
            "str_contains",
            "str_length",
            "equal_to",
            "not_equal_to",
            "str_startswith",
            "str_endswith");

    /** How checks with one argument call it. */
    private static final List<String> ARGUMENTS = List.of("min_value", "max_value", "value");

    private Pandera() {}

    /** @throws dev.clew.quality.QualityException {@code BAD_DOCUMENT} */
    public static Translation read(String yaml) {
        JsonNode root = Yaml.read(yaml, "pandera");
        if (!root.path("columns").isObject()) {
            throw new dev.clew.quality.QualityException(
                    dev.clew.quality.QualityException.Code.BAD_DOCUMENT,
                    "The pandera document has no 'columns'; give what DataFrameSchema.to_yaml writes.");
        }
        var draft = new Draft();
        root.path("columns").properties().forEach(field -> column(draft, field.getKey(), field.getValue()));
        if (root.path("unique").isArray() && root.path("unique").size() > 1) {
            ObjectNode kwargs = Draft.kwargs();
            kwargs.set("column_list", root.get("unique"));
            draft.add("expect_compound_columns_to_be_unique", kwargs, Severity.CRITICAL);
        }
        if (root.path("strict").asBoolean(false)) {
            ObjectNode kwargs = Draft.kwargs();
            var names = kwargs.putArray("column_set");
            root.path("columns").fieldNames().forEachRemaining(names::add);
            draft.add("expect_table_columns_to_match_set", kwargs, Severity.CRITICAL);
        }
        return draft.suite("pandera");
    }

    private static void column(Draft draft, String name, JsonNode column) {
        if (column.path("required").asBoolean(true)) {
            draft.add("expect_column_to_exist", Draft.column(name), Severity.CRITICAL);
        }
        if (column.path("dtype").isTextual()) {
            type(
                    draft,
                    name,
                    column.get("dtype").asText(),
                    column.path("coerce").asBoolean(false));
        }
        if (!column.path("nullable").asBoolean(false)) {
            draft.add("expect_column_values_to_not_be_null", Draft.column(name), Severity.CRITICAL);
        }
        if (column.path("unique").asBoolean(false)) {
            draft.add("expect_column_values_to_be_unique", Draft.column(name), Severity.CRITICAL);
        }
        // Recent versions write the checks beside the other settings.
        for (String check : CHECKS) {
            if (column.has(check)) {
                check(draft, name, check, column.get(check));
            }
        }
        JsonNode checks = column.path("checks");
        if (checks.isObject()) {
            checks.properties().forEach(check -> check(draft, name, check.getKey(), check.getValue()));
        } else {
            checks.forEach(check -> check(
                    draft,
                    name,
                    check.path("options").path("check_name").asText(),
                    check.has("value") ? check.get("value") : check));
        }
    }

    /** pandas' names of texts and of numbers with missing values mean the plain type here; a coerced type is made, not checked. */
    private static void type(Draft draft, String column, String dtype, boolean coerced) {
        if (coerced) {
            draft.refuse("pandera converts column %s to %s, which is no check.".formatted(column, dtype));
            return;
        }
        String plain = dtype.startsWith("string") ? "str" : dtype;
        draft.add(
                "expect_column_values_to_be_of_type",
                Draft.column(column).put("type_", plain.toLowerCase(java.util.Locale.ROOT)),
                Severity.CRITICAL);
    }

    private static void check(Draft draft, String column, String name, JsonNode given) {
        boolean warning = given.path("raise_warning").asBoolean(false)
                || given.path("options").path("raise_warning").asBoolean(false);
        JsonNode value = value(given);
        ObjectNode kwargs = Draft.column(column);
        String between = "expect_column_values_to_be_between";
        switch (name) {
            case "greater_than_or_equal_to", "ge" -> kwargs.set("min_value", value);
            case "greater_than", "gt" -> kwargs.put("strict_min", true).set("min_value", value);
            case "less_than_or_equal_to", "le" -> kwargs.set("max_value", value);
            case "less_than", "lt" -> kwargs.put("strict_max", true).set("max_value", value);
            case "in_range" -> {
                kwargs.set("min_value", value.path("min_value"));
                kwargs.set("max_value", value.path("max_value"));
                kwargs.put("strict_min", !value.path("include_min").asBoolean(true));
                kwargs.put("strict_max", !value.path("include_max").asBoolean(true));
            }
            case "isin" -> {
                kwargs.set("value_set", value.has("allowed_values") ? value.get("allowed_values") : value);
                between = "expect_column_values_to_be_in_set";
            }
            case "notin" -> {
                kwargs.set("value_set", value.has("forbidden_values") ? value.get("forbidden_values") : value);
                between = "expect_column_values_to_not_be_in_set";
            }
            case "str_matches" -> {
                String pattern = value.has("pattern") ? value.get("pattern").asText() : value.asText();
                kwargs.put("regex", pattern.startsWith("^") ? pattern : "^(?:" + pattern + ")");
                between = "expect_column_values_to_match_regex";
            }
            case "str_contains" -> {
                kwargs.put("regex", value.has("pattern") ? value.get("pattern").asText() : value.asText());
                between = "expect_column_values_to_match_regex";
            }
            case "str_startswith" -> {
                kwargs.put(
                        "regex",
                        "^" + quoted(value.has("string") ? value.get("string").asText() : value.asText()));
                between = "expect_column_values_to_match_regex";
            }
            case "str_endswith" -> {
                kwargs.put(
                        "regex",
                        quoted(value.has("string") ? value.get("string").asText() : value.asText()) + "\\Z");
                between = "expect_column_values_to_match_regex";
            }
            case "equal_to", "eq" -> {
                kwargs.putArray("value_set").add(value);
                between = "expect_column_values_to_be_in_set";
            }
            case "not_equal_to", "ne" -> {
                kwargs.putArray("value_set").add(value);
                between = "expect_column_values_to_not_be_in_set";
            }
            case "str_length" -> {
                if (value.path("exact_value").isNumber()) {
                    kwargs.set("value", value.get("exact_value"));
                    draft.add(
                            "expect_column_value_lengths_to_equal",
                            kwargs,
                            warning ? Severity.WARNING : Severity.CRITICAL);
                    return;
                }
                Draft.put(kwargs, "min_value", value.path("min_value"));
                Draft.put(kwargs, "max_value", value.path("max_value"));
                between = "expect_column_value_lengths_to_be_between";
            }
            default -> {
                draft.refuse("pandera check '%s' of column %s has no counterpart.".formatted(name, column));
                return;
            }
        }
        draft.add(between, kwargs, warning ? Severity.WARNING : Severity.CRITICAL);
    }

    /**
     * The one argument of a check, or the object of several. Beside options such as {@code raise_warning} pandera writes the argument
     * under its own name.
     */
    private static JsonNode value(JsonNode given) {
        for (String name : ARGUMENTS) {
            if (!(given.has("min_value") && given.has("max_value"))
                    && given.has(name)
                    && (given.has("raise_warning") || given.has("ignore_na") || given.has("title"))) {
                return given.get(name);
            }
        }
        return given.has("value") ? given.get("value") : given;
    }

    private static String quoted(String text) {
        return text.replaceAll("([\\\\.^$|?*+()\\[\\]{}])", "\\\\$1");
    }
}

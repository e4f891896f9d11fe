package dev.clew.quality.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Sql;
import dev.clew.quality.internal.Yaml;
import dev.clew.quality.suite.Severity;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tests of a dbt {@code schema.yml}: {@code not_null}, {@code unique}, {@code accepted_values}, {@code relationships} and
 * {@code dbt_expectations.*}; severity and {@code where} are kept. {@code relationships} becomes a query over the other table, which is to
 * be given beside the one that is validated.
 */
public final class Dbt {
    private static final List<String> LIMITS = List.of("error_if", "warn_if", "fail_calc", "limit");
    private static final Pattern OTHER = Pattern.compile("['\"]([^'\"]+)['\"]\\s*\\)\\s*$");
    /** Settings that belong to dbt and not to the expectation. */
    private static final List<String> OWN =
            List.of("config", "severity", "where", "name", "tags", "meta", "description", "is_raw", "test_name");

    private Dbt() {}

    /**
     * Reads the tests of one model.
     *
     * @param model its name; empty: the first of the file
     * @throws dev.clew.quality.QualityException {@code BAD_DOCUMENT}
     */
    public static Translation read(String yaml, String model) {
        JsonNode root = Yaml.read(yaml, "dbt");
        var draft = new Draft();
        for (String kind : new String[] {"models", "seeds", "snapshots"}) {
            for (JsonNode each : root.path(kind)) {
                if (model.isEmpty() || each.path("name").asText().equals(model)) {
                    tests(draft, null, each);
                    each.path("columns")
                            .forEach(column -> tests(draft, column.path("name").asText(), column));
                    return draft.suite(each.path("name").asText("dbt"));
                }
            }
        }
        throw new dev.clew.quality.QualityException(
                dev.clew.quality.QualityException.Code.BAD_DOCUMENT,
                "The dbt document describes no model%s; give a schema.yml with 'models', and one of its names."
                        .formatted(model.isEmpty() ? "" : " '" + model + "'"));
    }

    private static void tests(Draft draft, @Nullable String column, JsonNode owner) {
        for (String key : new String[] {"tests", "data_tests"}) {
            for (JsonNode test : owner.path(key)) {
                if (test.isTextual()) {
                    test(draft, column, test.asText(), Draft.kwargs());
                } else if (test.path("test_name").isTextual()) {
                    test(draft, column, test.get("test_name").asText(), test);
                } else {
                    test.properties().forEach(field -> test(draft, column, field.getKey(), field.getValue()));
                }
            }
        }
    }

    private static void test(Draft draft, @Nullable String column, String name, JsonNode given) {
        JsonNode arguments = given.has("arguments") ? given.get("arguments") : given;
        JsonNode config = given.path("config");
        if (!config.path("enabled").asBoolean(true)) {
            return;
        }
        for (String limit : LIMITS) {
            if (given.has(limit) || config.has(limit)) {
                draft.refuse("dbt test '%s'%s counts failures with %s, which has no counterpart."
                        .formatted(name, of(column), limit));
                return;
            }
        }
        String level = given.path("severity").asText(config.path("severity").asText("error"));
        Severity severity = level.equalsIgnoreCase("warn") ? Severity.WARNING : Severity.CRITICAL;
        String where = given.path("where").asText(config.path("where").asText(""));
        ObjectNode kwargs = column == null ? Draft.kwargs() : Draft.column(column);
        if (!where.isEmpty()) {
            kwargs.put("row_condition", where).put("condition_parser", "spark");
        }
        switch (name) {
            case "not_null" -> draft.add("expect_column_values_to_not_be_null", kwargs, severity);
            case "unique" -> draft.add("expect_column_values_to_be_unique", kwargs, severity);
            case "accepted_values" -> {
                Draft.put(kwargs, "value_set", arguments.path("values"));
                draft.add("expect_column_values_to_be_in_set", kwargs, severity);
            }
            case "relationships" -> relationship(draft, column, arguments, where, severity);
            default -> {
                if (name.startsWith("dbt_expectations.expect_")
                        && !arguments.has("flags")
                        && !arguments.has("group_by")) {
                    arguments.properties().forEach(field -> argument(kwargs, field.getKey(), field.getValue()));
                    draft.add(name.substring("dbt_expectations.".length()), kwargs, severity);
                } else {
                    draft.refuse("dbt test '%s'%s has no counterpart.".formatted(name, of(column)));
                }
            }
        }
    }

    private static void relationship(
            Draft draft, @Nullable String column, JsonNode arguments, String where, Severity severity) {
        // ref('customers'), ref('package', 'customers') or source('raw', 'customers'): the last name is the table.
        Matcher other = OTHER.matcher(arguments.path("to").asText(""));
        String field = arguments.path("field").asText("");
        if (column == null || field.isEmpty() || !other.find()) {
            draft.refuse("dbt test 'relationships'%s names no column, table and field, so it has no counterpart."
                    .formatted(of(column)));
            return;
        }
        String table = other.group(1);
        String query =
                "SELECT * FROM {batch} AS child WHERE child.%s IS NOT NULL%s AND NOT EXISTS (SELECT 1 FROM %s AS parent WHERE parent.%s = child.%s)"
                        .formatted(
                                Sql.name(column),
                                where.isEmpty() ? "" : " AND (" + where + ")",
                                Sql.name(table),
                                Sql.name(field),
                                Sql.name(column));
        draft.add("unexpected_rows_expectation", Draft.kwargs().put("unexpected_rows_query", query), severity);
        draft.remark("dbt test 'relationships'%s looks into the table '%s'; give it beside: --beside %s=FILE."
                .formatted(of(column), table, table));
    }

    private static void argument(ObjectNode kwargs, String name, JsonNode value) {
        if (OWN.contains(name)) {
            return;
        }
        if (name.equals("strictly")) {
            kwargs.set("strict_min", value);
            kwargs.set("strict_max", value);
            return;
        }
        kwargs.set(name, value);
        if (name.equals("row_condition")) {
            kwargs.put("condition_parser", "spark");
        }
    }

    private static String of(@Nullable String column) {
        return column == null ? "" : " of " + column;
    }
}

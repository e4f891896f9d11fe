package dev.clew.quality.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.suite.Expectation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Expectations in plain words, as HTML. */
final class Sentences {
    /** {@code %c} is the column, {@code {x}} an argument. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("expect_column_values_to_not_be_null", "%c always has a value"),
            Map.entry("expect_column_values_to_be_null", "%c never has a value"),
            Map.entry("expect_column_values_to_be_in_set", "values of %c are among {value_set}"),
            Map.entry("expect_column_values_to_not_be_in_set", "values of %c are not among {value_set}"),
            Map.entry("expect_column_values_to_be_unique", "no value of %c occurs twice"),
            Map.entry("expect_column_values_to_be_increasing", "values of %c never fall from row to row"),
            Map.entry("expect_column_values_to_be_decreasing", "values of %c never rise from row to row"),
            Map.entry("expect_column_values_to_match_regex", "texts of %c match {regex}"),
            Map.entry("expect_column_values_to_not_match_regex", "texts of %c do not match {regex}"),
            Map.entry("expect_column_values_to_match_regex_list", "texts of %c match {match_on} of {regex_list}"),
            Map.entry("expect_column_values_to_not_match_regex_list", "texts of %c match none of {regex_list}"),
            Map.entry("expect_column_values_to_match_like_pattern", "texts of %c are like {like_pattern}"),
            Map.entry("expect_column_values_to_not_match_like_pattern", "texts of %c are not like {like_pattern}"),
            Map.entry("expect_column_value_lengths_to_equal", "texts of %c are {value} characters long"),
            Map.entry(
                    "expect_column_value_z_scores_to_be_less_than",
                    "values of %c lie within {threshold} standard deviations of their mean"),
            Map.entry("expect_column_values_to_not_be_outliers", "%c has no outliers"),
            Map.entry("expect_column_values_to_be_of_type", "%c is of type {type_}"),
            Map.entry("expect_column_values_to_be_in_type_list", "the type of %c is one of {type_list}"),
            Map.entry("expect_column_type_to_be", "%c is of type {type_}"),
            Map.entry(
                    "expect_column_values_to_match_strftime_format",
                    "texts of %c are times in the format {strftime_format}"),
            Map.entry("expect_column_values_to_be_dateutil_parseable", "texts of %c are dates"),
            Map.entry("expect_column_values_to_be_json_parseable", "texts of %c are JSON"),
            Map.entry("expect_column_values_to_match_json_schema", "texts of %c are JSON that fits the schema"),
            Map.entry("expect_column_pair_values_to_be_equal", "{column_A} equals {column_B} in every row"),
            Map.entry(
                    "expect_column_pair_values_a_to_be_greater_than_b",
                    "{column_A} is greater than {column_B} in every row"),
            Map.entry(
                    "expect_column_pair_values_to_be_in_set",
                    "{column_A} and {column_B} form one of {value_pairs_set}"),
            Map.entry("expect_compound_columns_to_be_unique", "no combination of {column_list} occurs twice"),
            Map.entry(
                    "expect_select_column_values_to_be_unique_within_record",
                    "{column_list} differ from each other in every row"),
            Map.entry("expect_multicolumn_sum_to_equal", "{column_list} add up to {sum_total} in every row"),
            Map.entry("expect_multicolumn_values_to_be_equal", "{column_list} are equal in every row"),
            Map.entry(
                    "expect_column_most_common_value_to_be_in_set",
                    "the most frequent value of %c is among {value_set}"),
            Map.entry("expect_column_distinct_values_to_be_in_set", "all values of %c are among {value_set}"),
            Map.entry("expect_column_distinct_values_to_contain_set", "each of {value_set} occurs in %c"),
            Map.entry("expect_column_distinct_values_to_equal_set", "the values of %c are exactly {value_set}"),
            Map.entry(
                    "expect_column_kl_divergence_to_be_less_than",
                    "the distribution of %c is that of the reference, with a divergence of at most {threshold}"),
            Map.entry(
                    "expect_column_chisquare_test_p_value_to_be_greater_than",
                    "the levels of %c occur as often as they should, by a test at {p}"),
            Map.entry(
                    "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than",
                    "small samples of %c fit the given distribution, by a test at {p}"),
            Map.entry(
                    "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than",
                    "values of %c follow the distribution {distribution}, by a test at {p_value}"),
            Map.entry(
                    "expect_column_pair_cramers_phi_value_to_be_less_than",
                    "{column_A} and {column_B} depend on each other by at most {threshold}"),
            Map.entry("expect_column_quantile_values_to_be_between", "the quantiles of %c lie in their ranges"),
            Map.entry("expect_table_row_count_to_equal", "the table has {value} rows"),
            Map.entry(
                    "expect_table_row_count_to_equal_other_table", "the table has as many rows as {other_table_name}"),
            Map.entry("expect_table_column_count_to_equal", "the table has {value} columns"),
            Map.entry("expect_table_columns_to_match_ordered_list", "the columns are {column_list}, in this order"),
            Map.entry("expect_table_columns_to_match_set", "the columns are {column_set}, in any order"),
            Map.entry("expect_column_to_exist", "column %c exists"),
            Map.entry("unexpected_rows_expectation", "this query finds no rows: {unexpected_rows_query}"),
            Map.entry("expect_query_results_to_match_comparison", "two queries bring the same rows"));

    private Sentences() {}

    static String of(Expectation expectation) {
        ObjectNode kwargs = expectation.kwargs();
        if (expectation.description() != null) {
            return Html.text(expectation.description());
        }
        String words = WORDS.get(expectation.type());
        String sentence = words == null ? between(expectation) : filled(words, kwargs);
        String mostly =
                kwargs.path("mostly").isNumber() && kwargs.path("mostly").doubleValue() < 1
                        ? " in at least " + Html.percent(kwargs.path("mostly").doubleValue()) + " of the rows"
                        : "";
        String condition = kwargs.hasNonNull("row_condition")
                ? "Where "
                        + Html.code(
                                kwargs.get("row_condition").isTextual()
                                        ? kwargs.get("row_condition").asText()
                                        : kwargs.get("row_condition").toString())
                        + ", "
                : "";
        if (!mostly.isEmpty() && sentence.endsWith(" always has a value")) {
            sentence = sentence.replace(" always has a value", " has a value");
        }
        return condition + (condition.isEmpty() ? capital(sentence) : sentence) + mostly + ".";
    }

    private static String capital(String sentence) {
        return sentence.startsWith("<") || sentence.isEmpty()
                ? sentence
                : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private static String filled(String words, ObjectNode kwargs) {
        var out = new StringBuilder();
        for (int i = 0; i < words.length(); i++) {
            if (words.startsWith("%c", i)) {
                out.append(name(kwargs.path("column")));
                i++;
            } else if (words.charAt(i) == '{') {
                int end = words.indexOf('}', i);
                out.append(argument(words.substring(i + 1, end), kwargs));
                i = end;
            } else {
                out.append(words.charAt(i));
            }
        }
        return out.toString();
    }

    private static String name(JsonNode column) {
        return "<b>" + Html.text(column.asText("?")) + "</b>";
    }

    private static String argument(String name, ObjectNode kwargs) {
        JsonNode value = kwargs.path(name);
        if (name.startsWith("column_")) {
            if (value.isArray()) {
                List<String> names = new ArrayList<>();
                value.forEach(each -> names.add(name(each)));
                return some(names);
            }
            return name(value);
        }
        if (value.isArray()) {
            List<String> members = new ArrayList<>();
            value.forEach(each -> members.add(Html.code(each.isTextual() ? each.asText() : each.toString())));
            return some(members);
        }
        if (value.isMissingNode() || value.isNull()) {
            return switch (name) {
                case "match_on" -> "any";
                case "p", "p_value" -> "0.05";
                case "threshold" -> kwargs.has("column_A") ? "0.1" : "anything";
                default -> "anything";
            };
        }
        return value.isNumber()
                ? Html.number(value.doubleValue())
                : name.equals("match_on") ? Html.text(value.asText()) : Html.code(value.asText());
    }

    private static String some(List<String> members) {
        int most = 12;
        return members.size() <= most
                ? String.join(", ", members)
                : String.join(", ", members.subList(0, most)) + " and %d more".formatted(members.size() - most);
    }

    /** {@code expect_column_mean_to_be_between} and its like. */
    private static String between(Expectation expectation) {
        String type = expectation.type();
        ObjectNode kwargs = expectation.kwargs();
        String what = type.replaceFirst("^expect_(table_|column_)?", "")
                .replaceFirst("_to_be_between$", "")
                .replace('_', ' ');
        if (!type.endsWith("_to_be_between")) {
            return Html.text(type.replaceFirst("^expect_", "").replace('_', ' '));
        }
        String subject = type.startsWith("expect_table")
                ? "the " + what
                : switch (what) {
                    case "values" -> "values of " + name(kwargs.path("column"));
                    case "value lengths" -> "lengths of " + name(kwargs.path("column"));
                    default -> "the " + what + " of " + name(kwargs.path("column"));
                };
        boolean many = what.endsWith("s") && !what.startsWith("proportion");
        JsonNode low = kwargs.path("min_value");
        JsonNode high = kwargs.path("max_value");
        String verb = many ? " lie " : " lies ";
        if (low.isValueNode() && !low.isNull() && high.isValueNode() && !high.isNull()) {
            return subject + verb + "between " + bound(low) + " and " + bound(high);
        }
        return low.isValueNode() && !low.isNull()
                ? subject + (many ? " are" : " is") + " at least " + bound(low)
                : subject + (many ? " are" : " is") + " at most " + bound(high);
    }

    private static String bound(JsonNode value) {
        return value.isNumber() ? Html.number(value.doubleValue()) : Html.code(value.asText());
    }
}

package dev.clew.quality.validation;

import dev.clew.quality.internal.Closest;
import dev.clew.quality.suite.Expectation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Every type of expectation: the arguments it takes and how it is judged. */
final class Checks {
    private record Kind(Set<String> arguments, BiFunction<Subject, Kwargs, Step> make) {}

    private static final Map<String, Kind> KINDS = new java.util.TreeMap<>();

    private Checks() {}

    private static void kind(String type, String arguments, BiFunction<Subject, Kwargs, Step> make) {
        KINDS.put(type, new Kind(new HashSet<>(Arrays.asList(arguments.split(" "))), make));
    }

    static {
        String column = "column mostly ";
        kind("expect_column_values_to_not_be_null", column, (s, k) -> new ColumnChecks(s).nulls(k, false));
        kind("expect_column_values_to_be_null", column, (s, k) -> new ColumnChecks(s).nulls(k, true));
        kind(
                "expect_column_values_to_be_between",
                column + "min_value max_value strict_min strict_max",
                (s, k) -> new ColumnChecks(s).between(k));
        kind("expect_column_values_to_be_in_set", column + "value_set", (s, k) -> new ColumnChecks(s).inSet(k, true));
        kind(
                "expect_column_values_to_not_be_in_set",
                column + "value_set",
                (s, k) -> new ColumnChecks(s).inSet(k, false));
        kind("expect_column_values_to_be_unique", column, (s, k) -> new ColumnChecks(s).unique(k));
        kind(
                "expect_column_values_to_be_increasing",
                column + "strictly",
                (s, k) -> new ColumnChecks(s).ordered(k, true));
        kind(
                "expect_column_values_to_be_decreasing",
                column + "strictly",
                (s, k) -> new ColumnChecks(s).ordered(k, false));
        kind(
                "expect_column_value_lengths_to_be_between",
                column + "min_value max_value strict_min strict_max",
                (s, k) -> new ColumnChecks(s).lengths(k, false));
        kind("expect_column_value_lengths_to_equal", column + "value", (s, k) -> new ColumnChecks(s).lengths(k, true));
        kind(
                "expect_column_value_z_scores_to_be_less_than",
                column + "threshold double_sided",
                (s, k) -> new ColumnChecks(s).zScores(k));
        kind(
                "expect_column_values_to_not_be_outliers",
                column + "method multiplier",
                (s, k) -> new ColumnChecks(s).outliers(k));
        kind(
                "expect_column_values_to_be_of_type",
                column + "type_",
                (s, k) -> new ColumnChecks(s).type(k, k.has("type_") ? List.of(k.text("type_")) : null));
        kind(
                "expect_column_values_to_be_in_type_list",
                column + "type_list",
                (s, k) -> new ColumnChecks(s).type(k, k.has("type_list") ? k.texts("type_list") : null));
        kind("expect_column_type_to_be", "column type_", (s, k) -> new ColumnChecks(s).typeToBe(k));

        kind("expect_column_values_to_match_regex", column + "regex", (s, k) -> new TextChecks(s).regex(k, true));
        kind("expect_column_values_to_not_match_regex", column + "regex", (s, k) -> new TextChecks(s).regex(k, false));
        kind(
                "expect_column_values_to_match_regex_list",
                column + "regex_list match_on",
                (s, k) -> new TextChecks(s).regexList(k, true));
        kind(
                "expect_column_values_to_not_match_regex_list",
                column + "regex_list",
                (s, k) -> new TextChecks(s).regexList(k, false));
        kind(
                "expect_column_values_to_match_like_pattern",
                column + "like_pattern escape",
                (s, k) -> new TextChecks(s).like(k, true));
        kind(
                "expect_column_values_to_not_match_like_pattern",
                column + "like_pattern escape",
                (s, k) -> new TextChecks(s).like(k, false));
        kind(
                "expect_column_values_to_match_like_pattern_list",
                column + "like_pattern_list match_on escape",
                (s, k) -> new TextChecks(s).likeList(k, true));
        kind(
                "expect_column_values_to_not_match_like_pattern_list",
                column + "like_pattern_list escape",
                (s, k) -> new TextChecks(s).likeList(k, false));
        kind(
                "expect_column_values_to_match_strftime_format",
                column + "strftime_format",
                (s, k) -> new TextChecks(s).strftime(k));
        kind("expect_column_values_to_be_dateutil_parseable", column, (s, k) -> new TextChecks(s).dateutil(k));
        kind("expect_column_values_to_be_json_parseable", column, (s, k) -> new TextChecks(s).json(k));
        kind(
                "expect_column_values_to_match_json_schema",
                column + "json_schema",
                (s, k) -> new TextChecks(s).jsonSchema(k));

        String pair = "column_A column_B mostly ignore_row_if ";
        kind("expect_column_pair_values_to_be_equal", pair, (s, k) -> new PairChecks(s).equal(k));
        kind(
                "expect_column_pair_values_a_to_be_greater_than_b",
                pair + "or_equal",
                (s, k) -> new PairChecks(s).greater(k));
        kind("expect_column_pair_values_to_be_in_set", pair + "value_pairs_set", (s, k) -> new PairChecks(s).inSet(k));
        String several = "column_list mostly ignore_row_if ";
        kind("expect_compound_columns_to_be_unique", several, (s, k) -> new PairChecks(s).compoundUnique(k));
        kind(
                "expect_select_column_values_to_be_unique_within_record",
                several,
                (s, k) -> new PairChecks(s).uniqueWithin(k));
        kind("expect_multicolumn_values_to_be_unique", several, (s, k) -> new PairChecks(s).uniqueWithin(k));
        kind("expect_multicolumn_sum_to_equal", several + "sum_total tolerance", (s, k) -> new PairChecks(s).sum(k));
        kind("expect_multicolumn_values_to_be_equal", several, (s, k) -> new PairChecks(s).allEqual(k));

        for (String what : List.of(
                "min",
                "max",
                "mean",
                "median",
                "sum",
                "stdev",
                "unique_value_count",
                "proportion_of_unique_values",
                "proportion_of_non_null_values")) {
            kind(
                    "expect_column_" + what + "_to_be_between",
                    "column min_value max_value strict_min strict_max",
                    (s, k) -> new Aggregates(s).between(k, what));
        }
        kind(
                "expect_column_quantile_values_to_be_between",
                "column quantile_ranges allow_relative_error",
                (s, k) -> new Aggregates(s).quantiles(k));
        kind(
                "expect_column_most_common_value_to_be_in_set",
                "column value_set ties_okay",
                (s, k) -> new SetChecks(s).mostCommon(k));
        kind(
                "expect_column_distinct_values_to_be_in_set",
                "column value_set",
                (s, k) -> new SetChecks(s).distinct(k, true, false));
        kind(
                "expect_column_distinct_values_to_contain_set",
                "column value_set",
                (s, k) -> new SetChecks(s).distinct(k, false, true));
        kind(
                "expect_column_distinct_values_to_equal_set",
                "column value_set",
                (s, k) -> new SetChecks(s).distinct(k, true, true));
        kind(
                "expect_column_kl_divergence_to_be_less_than",
                "column partition_object threshold tail_weight_holdout internal_weight_holdout bucketize_data min_value max_value strict_min strict_max",
                (s, k) -> new Divergence(s).lessThan(k));

        kind(
                "expect_column_chisquare_test_p_value_to_be_greater_than",
                "column partition_object p tail_weight_holdout",
                (s, k) -> new DistributionChecks(s).chiSquare(k));
        kind(
                "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than",
                "column partition_object p bootstrap_samples bootstrap_sample_size",
                (s, k) -> new DistributionChecks(s).bootstrapped(k));
        kind(
                "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than",
                "column distribution p_value params",
                (s, k) -> new DistributionChecks(s).parameterized(k));
        kind(
                "expect_column_pair_cramers_phi_value_to_be_less_than",
                "column_A column_B bins_A bins_B n_bins_A n_bins_B threshold",
                (s, k) -> new Dependence(s).lessThan(k));

        kind("expect_table_row_count_to_equal", "value", (s, k) -> new TableChecks(s).rowCount(k, true));
        String bounds = "min_value max_value strict_min strict_max";
        kind("expect_table_row_count_to_be_between", bounds, (s, k) -> new TableChecks(s).rowCount(k, false));
        kind(
                "expect_table_row_count_to_equal_other_table",
                "other_table_name",
                (s, k) -> new TableChecks(s).rowCountOfOther(k));
        kind("expect_table_column_count_to_equal", "value", (s, k) -> new TableChecks(s).columnCount(k, true));
        kind("expect_table_column_count_to_be_between", bounds, (s, k) -> new TableChecks(s).columnCount(k, false));
        kind("expect_table_columns_to_match_ordered_list", "column_list", (s, k) -> new TableChecks(s).orderedList(k));
        kind("expect_table_columns_to_match_set", "column_set exact_match", (s, k) -> new TableChecks(s).set(k));
        kind("expect_column_to_exist", "column column_index", (s, k) -> new TableChecks(s).exists(k));
        kind("unexpected_rows_expectation", "unexpected_rows_query", (s, k) -> new TableChecks(s).unexpectedRows(k));
        kind(
                "expect_query_results_to_match_comparison",
                "base_query comparison_data_source_name comparison_query mostly",
                (s, k) -> new TableChecks(s).queryComparison(k));
    }

    /** Every type that can be judged, in order. */
    static List<String> types() {
        return List.copyOf(KINDS.keySet());
    }

    /** @throws NotJudged if the type is unknown or its arguments make no sense */
    static Step of(Subject subject, Expectation expectation) {
        Kind kind = KINDS.get(expectation.type());
        if (kind == null) {
            throw new NotJudged("ExpectationNotFoundError: %s not found. The closest is %s."
                    .formatted(expectation.type(), Closest.of(expectation.type(), types())));
        }
        var kwargs = new Kwargs(expectation.type(), expectation.kwargs());
        kwargs.allow(kind.arguments);
        return kind.make.apply(subject, kwargs);
    }
}

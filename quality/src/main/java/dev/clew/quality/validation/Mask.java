package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.internal.Closest;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Puts marks in the place of values, in the results of one run. Confined to one thread. */
final class Mask {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int DIGITS = 8;

    /** Of these the observed value says nothing about a single row. */
    private static final Set<String> PLAIN = Set.of(
            "expect_column_mean_to_be_between",
            "expect_column_sum_to_be_between",
            "expect_column_stdev_to_be_between",
            "expect_column_kl_divergence_to_be_less_than",
            "expect_column_chisquare_test_p_value_to_be_greater_than",
            "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than",
            "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than",
            "expect_column_pair_cramers_phi_value_to_be_less_than",
            "expect_column_unique_value_count_to_be_between",
            "expect_column_proportion_of_unique_values_to_be_between",
            "expect_column_proportion_of_non_null_values_to_be_between",
            "expect_column_values_to_be_of_type",
            "expect_column_values_to_be_in_type_list",
            "expect_column_type_to_be");

    /** What people ask in SQL may call a column anything. */
    private static final Set<String> QUERIES =
            Set.of("unexpected_rows_expectation", "expect_query_results_to_match_comparison");

    private final Masking masking;
    private final Table table;
    private final Mac mac;
    private final Set<String> columns;
    private boolean isLooked;

    /**
     * For one run.
     *
     * @throws QualityException {@code BAD_REQUEST} if a column to hide does not exist
     */
    Mask(Masking masking, Table table) {
        this.masking = masking;
        this.table = table;
        this.columns = new TreeSet<>(masking.columns());
        List<String> names = table.columns().stream().map(TableColumn::name).toList();
        for (String column : columns) {
            if (!names.contains(column)) {
                throw new QualityException(
                        Code.BAD_REQUEST,
                        "Column '%s' is to be masked, but '%s' has none of this name; the closest is '%s'."
                                .formatted(column, table.name(), Closest.of(column, names)));
            }
        }
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(Masking.key(), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HMAC-SHA-256.", e);
        }
    }

    /** The columns whose values are hidden, in order. */
    List<String> columns() {
        return List.copyOf(columns);
    }

    /** The result with marks. */
    ObjectNode apply(Expectation expectation, ObjectNode result) {
        if (result.isEmpty()) {
            return result;
        }
        look();
        ObjectNode masked = result.deepCopy();
        List<String> names = expectation.columns();
        for (String list : List.of("partial_unexpected_list", "unexpected_list")) {
            each(masked.get(list), value -> shown(value, names));
        }
        JsonNode counts = masked.path("partial_unexpected_counts");
        counts.forEach(one -> ((ObjectNode) one).set("value", shown(one.path("value"), names)));
        for (String list : List.of("partial_unexpected_index_list", "unexpected_index_list", "unexpected_rows")) {
            each(masked.get(list), this::named);
        }
        boolean hidden = names.stream().anyMatch(columns::contains);
        if (masked.path("details").get("crosstab") instanceof ObjectNode table) {
            ((ObjectNode) masked.get("details")).set("crosstab", relabelled(table, hidden));
        }
        if (QUERIES.contains(expectation.type())) {
            JsonNode details = masked.path("details");
            for (String list : List.of("unexpected_rows", "missing_rows")) {
                each(details.get(list), value -> columns.isEmpty() ? looked(value) : hide(value));
            }
        } else if (hidden) {
            if (masked.get("observed_value") instanceof ObjectNode quantiles) {
                hide(quantiles, "values");
            } else if (!PLAIN.contains(expectation.type())) {
                hide(masked, "observed_value");
            }
            for (String partition : List.of("observed_partition", "expected_partition")) {
                if (masked.path("details").get(partition) instanceof ObjectNode bins) {
                    hide(bins, "values");
                    hide(bins, "bins");
                }
            }
            for (String steps : List.of("observed_cdf", "expected_cdf")) {
                if (masked.path("details").get(steps) instanceof ObjectNode places) {
                    hide(places, "x");
                }
            }
        } else if (masked.has("observed_value") && !names.isEmpty()) {
            masked.set("observed_value", looked(masked.get("observed_value")));
        }
        return masked;
    }

    /** A table of counts whose rows and columns are called by values. */
    private ObjectNode relabelled(ObjectNode table, boolean hidden) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        table.properties().forEach(each -> {
            JsonNode name = JsonNodeFactory.instance.textNode(each.getKey());
            shown.set(
                    (hidden ? hide(name) : looked(name)).asText(),
                    each.getValue() instanceof ObjectNode inner ? relabelled(inner, hidden) : each.getValue());
        });
        return shown;
    }

    private void hide(ObjectNode object, String member) {
        if (object.has(member)) {
            object.set(member, hide(object.get(member)));
        }
    }

    /** Which columns there are to hide is found out when something is shown. */
    private void look() {
        if (!isLooked) {
            isLooked = true;
            columns.addAll(masking.found(table));
        }
    }

    private static void each(@Nullable JsonNode list, UnaryOperator<JsonNode> view) {
        if (list instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, view.apply(array.get(i)));
            }
        }
    }

    /** A value of one column, values of several in order, or by their names. */
    private JsonNode shown(JsonNode value, List<String> names) {
        if (value.isObject()) {
            return named(value);
        }
        if (names.size() == 1) {
            return of(names.getFirst(), value);
        }
        ArrayNode values = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < value.size(); i++) {
            values.add(i < names.size() ? of(names.get(i), value.get(i)) : hide(value.get(i)));
        }
        return values;
    }

    private JsonNode named(JsonNode row) {
        if (!(row instanceof ObjectNode)) {
            return row;
        }
        ObjectNode named = JsonNodeFactory.instance.objectNode();
        row.properties().forEach(each -> named.set(each.getKey(), of(each.getKey(), each.getValue())));
        return named;
    }

    private JsonNode of(String column, JsonNode value) {
        return columns.contains(column) ? hide(value) : looked(value);
    }

    /** Only what looks like personal data is hidden. */
    private JsonNode looked(JsonNode value) {
        if (value.isContainerNode()) {
            return members(value, this::looked);
        }
        return value.isTextual() && masking.looks(value.textValue()) ? hide(value) : value;
    }

    /** All values are hidden but null. */
    private JsonNode hide(JsonNode value) {
        if (value.isNull()) {
            return value;
        }
        if (value.isContainerNode()) {
            return members(value, this::hide);
        }
        byte[] hash = mac.doFinal(value.toString().getBytes(StandardCharsets.UTF_8));
        return JsonNodeFactory.instance.textNode(
                "<masked:" + HexFormat.of().formatHex(hash).substring(0, DIGITS) + ">");
    }

    private static JsonNode members(JsonNode value, UnaryOperator<JsonNode> view) {
        if (value.isArray()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            value.forEach(member -> list.add(view.apply(member)));
            return list;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(member -> object.set(member.getKey(), view.apply(member.getValue())));
        return object;
    }
}

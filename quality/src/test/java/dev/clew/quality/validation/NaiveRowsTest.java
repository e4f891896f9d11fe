package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.Tables;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SQL answers on random tables is what a plain loop over the rows answers. */
class NaiveRowsTest {
    private static final int TABLES = 150;
    private static final List<String> WORDS = List.of("", "a", "ab", "abc", "Dog", "dog", "é", "a b", "0");

    @TempDir
    Path dir;

    private final SplittableRandom random = new SplittableRandom(20261130);

    /** Rows of cells: n whole, f real, g real, s and u texts; a missing one is null. */
    private record Rows(Map<String, List<@Nullable Object>> columns, int count) {
        @Nullable
        Object at(String column, int row) {
            return Objects.requireNonNull(columns.get(column)).get(row);
        }
    }

    private Rows rows() {
        int count = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(80);
        double gaps = random.nextInt(3) * 0.2;
        Map<String, List<@Nullable Object>> columns = new LinkedHashMap<>();
        for (String name : List.of("n", "f", "g", "s", "u")) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Object value = switch (name) {
                    case "n" -> (Object) (long) (random.nextInt(9) - 2);
                    case "f", "g" -> (Object) ((random.nextInt(40) - 10) / 4.0);
                    default -> WORDS.get(random.nextInt(WORDS.size()));
                };
                values.add(random.nextDouble() < gaps ? null : value);
            }
            columns.put(name, values);
        }
        return new Rows(columns, count);
    }

    private Path write(Rows rows, int number) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        rows.columns.forEach((name, values) -> {
            ObjectNode column = json.putObject(name);
            column.put("kind", name.equals("n") ? "int" : name.equals("s") || name.equals("u") ? "text" : "float");
            ArrayNode list = column.putArray("values");
            values.forEach(value -> list.add(Values.json(value)));
        });
        return Tables.parquet(dir.resolve("t" + number + ".parquet"), json);
    }

    /** An expectation, the columns it is about, and the loop that judges a row. */
    private record Case(
            Expectation expectation, List<String> columns, Missing missing, BiPredicate<Rows, Integer> fits) {}

    /** Which rows are left out. */
    private enum Missing {
        ANY,
        ALL,
        NONE
    }

    private static ObjectNode kwargs() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static double number(@Nullable Object value) {
        return ((Number) Objects.requireNonNull(value)).doubleValue();
    }

    private static String text(@Nullable Object value) {
        return (String) Objects.requireNonNull(value);
    }

    private List<Case> cases(Rows rows) {
        double low = random.nextInt(5) - 2;
        double high = low + random.nextInt(6);
        boolean strict = random.nextBoolean();
        String column = random.nextBoolean() ? "n" : "f";
        List<Case> all = new ArrayList<>();
        all.add(new Case(
                Expectation.of("expect_column_values_to_not_be_null", kwargs().put("column", column)),
                List.of(column),
                Missing.NONE,
                (table, row) -> table.at(column, row) != null));
        all.add(new Case(
                Expectation.of(
                        "expect_column_values_to_be_between",
                        kwargs().put("column", column)
                                .put("min_value", low)
                                .put("max_value", high)
                                .put("strict_max", strict)),
                List.of(column),
                Missing.ANY,
                (table, row) -> {
                    double value = number(table.at(column, row));
                    return value >= low && (strict ? value < high : value <= high);
                }));
        ObjectNode set = kwargs().put("column", "s");
        List<String> members = List.of("a", "é", WORDS.get(random.nextInt(WORDS.size())));
        members.forEach(set.putArray("value_set")::add);
        all.add(new Case(
                Expectation.of("expect_column_values_to_be_in_set", set),
                List.of("s"),
                Missing.ANY,
                (table, row) -> members.contains(text(table.at("s", row)))));
        all.add(new Case(
                Expectation.of("expect_column_values_to_not_be_in_set", set.deepCopy()),
                List.of("s"),
                Missing.ANY,
                (table, row) -> !members.contains(text(table.at("s", row)))));
        all.add(new Case(
                Expectation.of("expect_column_values_to_be_unique", kwargs().put("column", column)),
                List.of(column),
                Missing.ANY,
                (table, row) -> Objects.requireNonNull(table.columns.get(column)).stream()
                                .filter(value -> Objects.equals(value, table.at(column, row)))
                                .count()
                        == 1));
        all.add(new Case(
                Expectation.of(
                        "expect_column_value_lengths_to_be_between",
                        kwargs().put("column", "s").put("min_value", 1).put("max_value", 2)),
                List.of("s"),
                Missing.ANY,
                (table, row) -> {
                    int length = text(table.at("s", row))
                            .codePointCount(0, text(table.at("s", row)).length());
                    return length >= 1 && length <= 2;
                }));
        all.add(new Case(
                Expectation.of(
                        "expect_column_values_to_match_regex",
                        kwargs().put("column", "s").put("regex", "^[a-z]+$")),
                List.of("s"),
                Missing.ANY,
                (table, row) -> text(table.at("s", row)).matches("[a-z]+")));
        all.add(new Case(
                Expectation.of(
                        "expect_column_pair_values_a_to_be_greater_than_b",
                        kwargs().put("column_A", "f")
                                .put("column_B", "g")
                                .put("or_equal", strict)
                                .put("ignore_row_if", "either_value_is_missing")),
                List.of("f", "g"),
                Missing.ANY,
                (table, row) -> strict
                        ? number(table.at("f", row)) >= number(table.at("g", row))
                        : number(table.at("f", row)) > number(table.at("g", row))));
        all.add(new Case(
                Expectation.of(
                        "expect_column_pair_values_to_be_equal",
                        kwargs().put("column_A", "s").put("column_B", "u")),
                List.of("s", "u"),
                Missing.ALL,
                (table, row) -> table.at("s", row) != null && Objects.equals(table.at("s", row), table.at("u", row))));
        ObjectNode pair = kwargs();
        pair.putArray("column_list").add("n").add("s");
        all.add(new Case(
                Expectation.of("expect_compound_columns_to_be_unique", pair),
                List.of("n", "s"),
                Missing.ALL,
                (table, row) -> {
                    int copies = 0;
                    for (int other = 0; other < table.count; other++) {
                        copies += Objects.equals(table.at("n", other), table.at("n", row))
                                        && Objects.equals(table.at("s", other), table.at("s", row))
                                ? 1
                                : 0;
                    }
                    return copies == 1;
                }));
        ObjectNode sum = kwargs().put("sum_total", low);
        sum.putArray("column_list").add("f").add("g");
        all.add(new Case(
                Expectation.of("expect_multicolumn_sum_to_equal", sum),
                List.of("f", "g"),
                Missing.ALL,
                (table, row) -> table.at("f", row) != null
                        && table.at("g", row) != null
                        && number(table.at("f", row)) + number(table.at("g", row)) == low));
        return all;
    }

    @Test
    void sqlAnswersWhatALoopOverTheRowsAnswers() {
        int unexpected = 0;
        for (int number = 0; number < TABLES; number++) {
            Rows rows = rows();
            List<Case> cases = cases(rows);
            try (var table = Table.open(write(rows, number))) {
                var results = Validation.of(table)
                        .format(ResultFormat.of(ResultFormat.Level.COMPLETE))
                        .run(Suite.of(
                                "naive", cases.stream().map(Case::expectation).toList()))
                        .results();
                for (int i = 0; i < cases.size(); i++) {
                    unexpected += compare(rows, cases.get(i), results.get(i));
                }
                aggregates(rows, table);
            }
        }
        assertThat(unexpected).isGreaterThan(5_000);
    }

    private static int compare(Rows rows, Case given, ExpectationResult found) {
        String what = given.expectation + " on " + rows.columns;
        assertThat(found.exception()).as(what).isNull();
        int missing = 0;
        List<Integer> wrong = new ArrayList<>();
        for (int row = 0; row < rows.count; row++) {
            int at = row;
            long gaps = given.columns.stream()
                    .filter(column -> rows.at(column, at) == null)
                    .count();
            boolean left = given.missing == Missing.ANY && gaps > 0
                    || given.missing == Missing.ALL && gaps == given.columns.size();
            if (left) {
                missing++;
            } else if (!given.fits.test(rows, row)) {
                wrong.add(row);
            }
        }
        JsonNode result = found.result();
        assertThat(result.get("element_count").asInt()).as(what).isEqualTo(rows.count);
        assertThat(result.get("unexpected_count").asInt()).as(what).isEqualTo(wrong.size());
        if (given.missing != Missing.NONE) {
            assertThat(result.get("missing_count").asInt()).as(what).isEqualTo(missing);
        }
        List<Integer> places = new ArrayList<>();
        result.get("unexpected_index_list").forEach(place -> places.add(place.asInt()));
        assertThat(places).as(what).isEqualTo(wrong);
        assertThat(found.success()).as(what).isEqualTo(wrong.isEmpty());
        return wrong.size();
    }

    private static void aggregates(Rows rows, Table table) {
        double[] values = Objects.requireNonNull(rows.columns.get("f")).stream()
                .filter(Objects::nonNull)
                .mapToDouble(NaiveRowsTest::number)
                .sorted()
                .toArray();
        int n = values.length;
        Map<String, Double> expected = new HashMap<>();
        double sum = java.util.Arrays.stream(values).sum();
        expected.put("min", n == 0 ? null : values[0]);
        expected.put("max", n == 0 ? null : values[n - 1]);
        expected.put("mean", n == 0 ? null : sum / n);
        expected.put("sum", sum);
        expected.put("median", n == 0 ? null : (values[(n - 1) / 2] + values[n / 2]) / 2);
        expected.put("unique_value_count", (double)
                java.util.Arrays.stream(values).distinct().count());
        double squares = java.util.Arrays.stream(values)
                .map(value -> (value - sum / n) * (value - sum / n))
                .sum();
        expected.put("stdev", n < 2 ? null : Math.sqrt(squares / (n - 1)));
        List<String> names = List.copyOf(expected.keySet());
        var results = Validation.of(table)
                .run(Suite.of(
                        "aggregates",
                        names.stream()
                                .map(name -> Expectation.of(
                                        "expect_column_" + name + "_to_be_between",
                                        kwargs().put("column", "f").put("min_value", -1e9)))
                                .toList()))
                .results();
        for (int i = 0; i < names.size(); i++) {
            JsonNode observed = results.get(i).result().get("observed_value");
            Double value = expected.get(names.get(i));
            if (value == null) {
                assertThat(observed.isNull()).as(names.get(i)).isTrue();
                assertThat(results.get(i).success()).isFalse();
            } else {
                assertThat(observed.asDouble())
                        .as(names.get(i))
                        .isCloseTo(value, org.assertj.core.api.Assertions.within(1e-9));
            }
        }
    }
}

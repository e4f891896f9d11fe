package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.table.ColumnType;
import dev.clew.statistics.distance.Binning;
import dev.clew.statistics.test.CountTests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code expect_column_pair_cramers_phi_value_to_be_less_than}: how far two columns depend on each other, by Cramér's V of their table of
 * counts, √(χ²/(n·(min(rows, columns) − 1))), from {@code scipy.stats.chi2_contingency}.
 *
 * <p>Numbers are cut into bins of equal width (10 unless {@code n_bins_A}, {@code n_bins_B} say otherwise) or at given edges, of other
 * columns the most frequent values stand for themselves and the rest is one. Missing values are a level of their own. Great Expectations
 * has kept only the name since 0.13, whose numbers these are.
 */
final class Dependence {
    private static final int BINS = 10;
    private static final int MOST_BINS = 1_000;
    private static final String MISSING = "(missing)";
    private static final String OTHER = "(other)";

    private final Subject subject;

    Dependence(Subject subject) {
        this.subject = subject;
    }

    /** A column as levels: the SQL that gives a row's level, and what it is called. */
    private record Binned(Fragment level, Map<String, String> names) {
        String name(@Nullable Object level) {
            String key = String.valueOf(level);
            return names.getOrDefault(key, key);
        }
    }

    Step lessThan(Kwargs kwargs) {
        Cell a = subject.cell(kwargs.text("column_A"));
        Cell b = subject.cell(kwargs.text("column_B"));
        double threshold = kwargs.number("threshold", 0.1);
        Domain domain = subject.domain(kwargs);
        JsonNode binsA = kwargs.get("bins_A");
        JsonNode binsB = kwargs.get("bins_B");
        int countA = count(kwargs, "n_bins_A");
        int countB = count(kwargs, "n_bins_B");
        return round -> {
            var left = binned(round, domain, a, "bins_A", binsA, countA);
            var right = binned(round, domain, b, "bins_B", binsB, countB);
            return second -> {
                Binned one = left.get();
                Binned two = right.get();
                var counts = second.query(Fragment.join(
                        "SELECT l, r, count(*) FROM (SELECT %s AS l, %s AS r FROM %s WHERE %s) GROUP BY l, r ORDER BY l, r LIMIT "
                                + (MOST_BINS * MOST_BINS + 1),
                        one.level,
                        two.level,
                        domain.from(),
                        domain.where()));
                return third -> judged(kwargs, one, two, counts.get(), threshold);
            };
        };
    }

    private static int count(Kwargs kwargs, String name) {
        double value = kwargs.number(name, BINS);
        if (!(value >= 1 && value <= MOST_BINS && value == Math.rint(value))) {
            throw new NotJudged("Argument '%s' of %s is %s; give a whole number from 1 to %d."
                    .formatted(name, kwargs.type(), value, MOST_BINS));
        }
        return (int) value;
    }

    private Supplier<Binned> binned(
            Round round, Domain domain, Cell cell, String argument, @Nullable JsonNode bins, int count) {
        if (bins != null && !bins.isArray()) {
            throw new NotJudged("Argument '%s' is %s; give a list of %s."
                    .formatted(argument, bins, isNumber(cell) ? "edges" : "lists of values"));
        }
        return isNumber(cell)
                ? numbers(round, domain, cell, argument, bins, count)
                : levels(round, domain, cell, argument, bins, count);
    }

    private static boolean isNumber(Cell cell) {
        return cell.isNumber() && cell.column().type() != ColumnType.BOOLEAN;
    }

    private static Supplier<Binned> numbers(
            Round round, Domain domain, Cell cell, String argument, @Nullable JsonNode bins, int count) {
        String value = cell.numberSql();
        var low = round.aggregate(domain, Fragment.of("min(" + value + ")"));
        var high = round.aggregate(domain, Fragment.of("max(" + value + ")"));
        List<Double> given = new ArrayList<>();
        if (bins != null) {
            for (JsonNode edge : bins) {
                if (!edge.isNumber()) {
                    throw new NotJudged("Argument '%s' holds %s; edges of bins are numbers.".formatted(argument, edge));
                }
                given.add(edge.doubleValue());
            }
        }
        return () -> {
            double min = Values.number(low.get());
            double max = Values.number(high.get());
            if (Double.isNaN(min) || Double.isInfinite(min) || Double.isInfinite(max)) {
                throw new NotJudged(
                        "Column \"%s\" has no finite range to make bins of; leave infinite values out by a row_condition."
                                .formatted(cell.name()));
            }
            double[] edges = given.isEmpty()
                    ? Binning.linear(min, max, count)
                    : given.stream()
                            .sorted()
                            .distinct()
                            .mapToDouble(Double::doubleValue)
                            .toArray();
            return cut(
                    value,
                    widened(edges, given.isEmpty() ? edges[0] : min, given.isEmpty() ? edges[edges.length - 1] : max));
        };
    }

    private static double[] widened(double[] edges, double min, double max) {
        var all = new ArrayList<Double>();
        Arrays.stream(edges).forEach(all::add);
        if (min < all.getFirst()) {
            all.addFirst(min);
        }
        if (max > all.getLast() || all.size() == 1) {
            all.addLast(Math.max(max, all.getLast()));
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The number of inner edges at or below a value; the last bin is closed. */
    private static Binned cut(String value, double[] edges) {
        List<Fragment> steps = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i + 1 < edges.length; i++) {
            boolean last = i + 2 == edges.length;
            names.put(Integer.toString(i), "[%s, %s%s".formatted(edges[i], edges[i + 1], last ? "]" : ")"));
            if (i > 0) {
                steps.add(Fragment.of("(" + value + " >= ?)::INTEGER", edges[i]));
            }
        }
        names.put("null", MISSING);
        Fragment level = steps.isEmpty()
                ? Fragment.of("CASE WHEN " + value + " IS NOT NULL THEN 0 END")
                : Fragment.list(steps, " + ");
        return new Binned(level, names);
    }

    private static Supplier<Binned> levels(
            Round round, Domain domain, Cell cell, String argument, @Nullable JsonNode bins, int count) {
        String text = cell.textSql();
        if (bins != null) {
            return () -> grouped(text, argument, bins);
        }
        var frequent = round.query(Fragment.join(
                "SELECT " + text + " FROM %s WHERE %s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT " + (count + 1),
                domain.from(),
                domain.and(Fragment.of(cell.sql() + " IS NOT NULL")).where()));
        return () -> {
            List<@Nullable Object[]> found = frequent.get();
            if (found.size() <= count) {
                return new Binned(Fragment.of(text), Map.of("null", MISSING));
            }
            List<Fragment> kept = found.subList(0, count).stream()
                    .map(row -> Fragment.value(String.valueOf(row[0])))
                    .toList();
            return new Binned(
                    Fragment.join(
                            "CASE WHEN " + text + " IS NULL THEN '" + MISSING + "' WHEN " + text + " IN (%s) THEN "
                                    + text + " ELSE '" + OTHER + "' END",
                            Fragment.list(kept, ", ")),
                    Map.of());
        };
    }

    private static Binned grouped(String text, String argument, JsonNode bins) {
        List<Fragment> cases = new ArrayList<>();
        for (JsonNode bin : bins) {
            if (!bin.isArray() || bin.isEmpty()) {
                throw new NotJudged(
                        "Argument '%s' holds %s; each bin of levels is a list of values.".formatted(argument, bin));
            }
            List<String> members = new ArrayList<>();
            bin.forEach(each -> members.add(each.asText()));
            cases.add(Fragment.join(
                    "WHEN " + text + " IN (%s) THEN %s",
                    Fragment.values(members),
                    Fragment.value(String.join(", ", members))));
        }
        return new Binned(
                Fragment.join("CASE %s ELSE " + text + " END", Fragment.list(cases, " ")), Map.of("null", MISSING));
    }

    private Step.Done judged(Kwargs kwargs, Binned a, Binned b, List<@Nullable Object[]> rows, double threshold) {
        Set<String> left = new LinkedHashSet<>();
        Set<String> right = new LinkedHashSet<>();
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        long total = 0;
        for (@Nullable Object[] row : rows) {
            String one = a.name(row[0]);
            String two = b.name(row[1]);
            left.add(one);
            right.add(two);
            counts.computeIfAbsent(two, key -> new LinkedHashMap<>()).merge(one, Values.count(row[2]), Long::sum);
            total += Values.count(row[2]);
        }
        if (left.size() < 2 || right.size() < 2) {
            throw new NotJudged("Columns \"%s\" and \"%s\" have %d and %d levels or bins; dependence needs two of each."
                    .formatted(kwargs.text("column_A"), kwargs.text("column_B"), left.size(), right.size()));
        }
        if (left.size() > MOST_BINS || right.size() > MOST_BINS) {
            throw new NotJudged(
                    "Columns \"%s\" and \"%s\" have %d and %d levels or bins, more than %d; put levels together by bins_A and bins_B."
                            .formatted(
                                    kwargs.text("column_A"),
                                    kwargs.text("column_B"),
                                    left.size(),
                                    right.size(),
                                    MOST_BINS));
        }
        long[][] table = new long[left.size()][right.size()];
        ObjectNode crosstab = Values.object();
        int i = 0;
        int j;
        for (String one : left) {
            j = 0;
            for (String two : right) {
                table[i][j++] = counts.getOrDefault(two, Map.of()).getOrDefault(one, 0L);
            }
            i++;
        }
        j = 0;
        for (String two : right) {
            var column = crosstab.putObject(two);
            i = 0;
            for (String one : left) {
                column.put(one, table[i++][j]);
            }
            j++;
        }
        double statistic = CountTests.independence(table).statistic();
        double value = Math.clamp(Math.sqrt(statistic / total / (Math.min(left.size(), right.size()) - 1)), 0.0, 1.0);
        ObjectNode result = Values.object();
        result.put("observed_value", value);
        result.putObject("details").set("crosstab", crosstab);
        return new Step.Done(
                value <= threshold,
                subject.format.level() == ResultFormat.Level.BOOLEAN_ONLY ? Values.object() : result);
    }
}

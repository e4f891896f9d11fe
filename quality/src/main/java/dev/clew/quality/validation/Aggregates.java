package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.python.DateText;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Expectations about one number of a column: minimum, mean, quantiles, counts. */
final class Aggregates {
    /** From so many rows on an order statistic is found by sorting, which spills, instead of by holding all values. */
    private static final long SORT_FROM = 20_000_000;

    private final Subject subject;

    Aggregates(Subject subject) {
        this.subject = subject;
    }

    /** Exact sums: the order of rows must not show in the last digits. */
    static Fragment mean(Cell cell) {
        return Fragment.of("favg(" + cell.numberSql() + ")");
    }

    static Fragment deviation(Cell cell) {
        return Fragment.of("stddev_samp(" + cell.numberSql() + ")");
    }

    private Cell cell(Kwargs kwargs) {
        return subject.cell(kwargs.text("column"));
    }

    /** Some aggregate between two bounds. */
    Step between(Kwargs kwargs, String what) {
        Cell cell = cell(kwargs);
        Domain domain = subject.domain(kwargs);
        return switch (what) {
            case "min", "max" -> {
                if (!cell.isNumber() && !cell.isTemporal() && !cell.isText()) {
                    throw new NotJudged("Column \"%s\" is %s, which has no order."
                            .formatted(cell.name(), cell.column().declared()));
                }
                yield cell.isText() && kwargs.flag("parse_strings_as_datetimes", false)
                        ? times(kwargs, domain, cell, what)
                        : simple(kwargs, domain, Fragment.of(what + "(" + cell.sql() + ")"));
            }
            case "mean" -> simple(kwargs, domain, mean(cell.mustBeNumber("a mean")));
            case "stdev" -> simple(kwargs, domain, deviation(cell.mustBeNumber("a deviation")));
            case "sum" -> {
                cell.mustBeNumber("a sum");
                // A sum over no rows is 0 in pandas.
                yield simple(
                        kwargs,
                        domain,
                        Fragment.of(
                                cell.column().type() == dev.clew.quality.table.ColumnType.INTEGER
                                        ? "coalesce(sum(" + cell.sql() + "), 0)"
                                        : "coalesce(fsum(" + cell.numberSql() + "), 0)"));
            }
            case "median" -> median(kwargs, domain, cell.mustBeNumber("a median"));
            case "unique_value_count" ->
                round -> {
                    var groups = round.groups(different(domain, cell));
                    return next -> bounded(kwargs, groups.get().distinct());
                };
            case "proportion_of_unique_values" ->
                round -> {
                    var groups = round.groups(different(domain, cell));
                    var values = round.count(domain, Fragment.of(cell.sql() + " IS NOT NULL"));
                    return next -> {
                        long all = Values.count(values.get());
                        return bounded(
                                kwargs, all == 0 ? 0.0 : (double) groups.get().distinct() / all);
                    };
                };
            case "proportion_of_non_null_values" ->
                round -> {
                    var rows = round.aggregate(domain, Fragment.of("count(*)"));
                    var values = round.count(domain, Fragment.of(cell.sql() + " IS NOT NULL"));
                    return next -> {
                        long all = Values.count(rows.get());
                        return bounded(kwargs, all == 0 ? 0.0 : (double) Values.count(values.get()) / all);
                    };
                };
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static Groups.Question different(Domain domain, Cell cell) {
        return new Groups.Question(domain.and(Fragment.of(cell.sql() + " IS NOT NULL")), cell.sql());
    }

    /** The first or last of times that a file of texts holds. */
    private Step times(Kwargs kwargs, Domain domain, Cell cell, String what) {
        String time = "TRY_CAST(" + cell.sql() + " AS TIMESTAMP)";
        return round -> {
            var strange = round.count(domain, Fragment.of(cell.sql() + " IS NOT NULL AND " + time + " IS NULL"));
            var value = round.aggregate(domain, Fragment.of(what + "(" + time + ")"));
            return next -> {
                if (Values.count(strange.get()) > 0) {
                    throw new NotJudged(
                            "Column \"%s\" holds %,d texts that are no times as ISO 8601 writes them; repair them."
                                    .formatted(cell.name(), Values.count(strange.get())));
                }
                return bounded(kwargs, value.get());
            };
        };
    }

    private Step simple(Kwargs kwargs, Domain domain, Fragment expression) {
        return round -> {
            var value = round.aggregate(domain, expression);
            return next -> bounded(kwargs, value.get());
        };
    }

    /** The mean of the two middle values. */
    private Step median(Kwargs kwargs, Domain domain, Cell cell) {
        return round -> {
            var count = round.count(domain, Fragment.of(cell.sql() + " IS NOT NULL"));
            return second -> {
                long n = Values.count(count.get());
                if (n == 0) {
                    return bounded(kwargs, null);
                }
                var low = order(second, domain, cell, (n - 1) / 2, n);
                var high = order(second, domain, cell, n / 2, n);
                return third -> bounded(kwargs, (Values.number(low.get()) + Values.number(high.get())) / 2);
            };
        };
    }

    /** The value at a position of the sorted column, from 0. */
    static Answer<@Nullable Object> order(Round round, Domain domain, Cell cell, long rank, long n) {
        if (n <= SORT_FROM) {
            // The discrete quantile takes the value at ceil(q·n) − 1.
            return round.aggregate(domain, Fragment.of("quantile_disc(" + cell.sql() + ", " + (rank + 0.5) / n + ")"));
        }
        var rows = round.query(Fragment.join(
                "%s ORDER BY 1 LIMIT 1 OFFSET " + rank,
                domain.and(Fragment.of(cell.sql() + " IS NOT NULL")).select(cell.fragment())));
        return rows.map(found -> found.getFirst()[0]);
    }

    private Step.Done bounded(Kwargs kwargs, @Nullable Object value) {
        return between(kwargs, value, subject.format);
    }

    /** An observed value against {@code min_value} and {@code max_value}; no value is a failure. */
    static Step.Done between(Kwargs kwargs, @Nullable Object value, ResultFormat format) {
        JsonNode observed = Values.json(value);
        ObjectNode result = Values.object();
        if (format.level() != ResultFormat.Level.BOOLEAN_ONLY) {
            result.set("observed_value", observed);
        }
        if (value instanceof Double number && number.isInfinite()) {
            return new Step.Done(within(kwargs, number), result);
        }
        return new Step.Done(!observed.isNull() && within(kwargs, value), result);
    }

    private static boolean within(Kwargs kwargs, @Nullable Object value) {
        JsonNode low = kwargs.get("min_value");
        JsonNode high = kwargs.get("max_value");
        if (low != null) {
            int order = compare(value, low, "min_value");
            if (order < 0 || order == 0 && kwargs.flag("strict_min", false)) {
                return false;
            }
        }
        if (high != null) {
            int order = compare(value, high, "max_value");
            return order < 0 || order == 0 && !kwargs.flag("strict_max", false);
        }
        return true;
    }

    private static int compare(@Nullable Object value, JsonNode bound, String which) {
        if (value instanceof Number number && bound.isNumber()) {
            return Ordering.compareNumbers(number, bound.numberValue());
        }
        if (value instanceof Boolean flag && bound.isNumber()) {
            return Double.compare(flag ? 1 : 0, bound.doubleValue());
        }
        if (value instanceof String text && bound.isTextual()) {
            return Ordering.compare(Values.json(text), bound);
        }
        LocalDateTime time = value == null ? null : time(value);
        if (time != null && bound.isTextual()) {
            return time.compareTo(DateText.parse(bound.textValue())
                    .orElseThrow(() -> new NotJudged(
                            "Could not parse \"%s\" of %s into datetime representation.".formatted(which, bound))));
        }
        throw new NotJudged("The observed value cannot be ordered against %s %s; give a bound of the column's type."
                .formatted(which, bound));
    }

    private static @Nullable LocalDateTime time(Object value) {
        return switch (value) {
            case java.sql.Timestamp stamp -> stamp.toLocalDateTime();
            case java.sql.Date day -> day.toLocalDate().atStartOfDay();
            case LocalDate day -> day.atStartOfDay();
            case LocalDateTime stamp -> stamp;
            case OffsetDateTime stamp ->
                stamp.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
            default -> null;
        };
    }

    /** Nearest-rank quantiles, as pandas' {@code interpolation="nearest"}. */
    Step quantiles(Kwargs kwargs) {
        Cell cell = cell(kwargs);
        if (!cell.isNumber() && !cell.isTemporal()) {
            throw new NotJudged("Column \"%s\" is %s; a quantile needs numbers or times."
                    .formatted(cell.name(), cell.column().declared()));
        }
        JsonNode ranges = kwargs.need("quantile_ranges");
        List<Double> quantiles = kwargs.numbers("quantile_ranges", ranges.path("quantiles"));
        List<JsonNode> bounds = new ArrayList<>();
        ranges.path("value_ranges").forEach(bounds::add);
        checkRanges(quantiles, bounds);
        Domain domain = subject.domain(kwargs);
        return round -> {
            var count = round.count(domain, Fragment.of(cell.sql() + " IS NOT NULL"));
            return second -> {
                long n = Values.count(count.get());
                List<Answer<@Nullable Object>> values = new ArrayList<>();
                for (double quantile : quantiles) {
                    values.add(n == 0 ? new Answer<>() : order(second, domain, cell, rank(quantile, n), n));
                }
                return third -> judged(
                        quantiles, bounds, values.stream().map(Answer::get).toList());
            };
        };
    }

    /** A quantile between two neighbours, in the steps that numpy takes, so that the last digit is numpy's. */
    static Supplier<Double> linear(Round round, Domain domain, Cell cell, double quantile, long n) {
        double at = quantile * (n - 1);
        long below = (long) Math.floor(at);
        var low = order(round, domain, cell, below, n);
        var high = order(round, domain, cell, Math.min(below + 1, n - 1), n);
        double share = at - below;
        return () -> {
            double a = Values.number(low.get());
            double b = Values.number(high.get());
            return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share;
        };
    }

    private long rank(double quantile, long n) {
        return subject.semantics.sql() ? Math.max(0, (long) Math.ceil(quantile * n) - 1) : nearest(quantile, n);
    }

    /** {@code round_half_even(q · (n − 1))}. */
    static long nearest(double quantile, long n) {
        return (long) Math.rint(quantile * (n - 1));
    }

    private static void checkRanges(List<Double> quantiles, List<JsonNode> bounds) {
        if (quantiles.size() != bounds.size() || quantiles.isEmpty()) {
            throw new NotJudged("quantile_values and quantiles must have the same number of elements");
        }
        for (double quantile : quantiles) {
            if (!(quantile >= 0 && quantile <= 1)) {
                throw new NotJudged(
                        "Quantile %s does not lie between 0 and 1; give shares of the rows.".formatted(quantile));
            }
        }
        for (JsonNode range : bounds) {
            if (range.size() != 2) {
                throw new NotJudged("quantile_ranges: each of value_ranges has two bounds.");
            }
            if (range.get(0).isNumber()
                    && range.get(1).isNumber()
                    && range.get(0).doubleValue() > range.get(1).doubleValue()) {
                throw new NotJudged("quantile_ranges must consist of ordered pairs");
            }
        }
    }

    private Step.Done judged(List<Double> quantiles, List<JsonNode> bounds, List<? extends @Nullable Object> values) {
        ObjectNode result = Values.object();
        var observed = result.putObject("observed_value");
        var asked = observed.putArray("quantiles");
        var found = observed.putArray("values");
        var details = result.putObject("details").putArray("success_details");
        boolean success = true;
        for (int i = 0; i < quantiles.size(); i++) {
            asked.add(quantiles.get(i));
            found.add(Values.json(values.get(i)));
            boolean fits =
                    inRange(values.get(i), bounds.get(i).get(0), bounds.get(i).get(1));
            details.add(fits);
            success &= fits;
        }
        return new Step.Done(
                success, subject.format.level() == ResultFormat.Level.BOOLEAN_ONLY ? Values.object() : result);
    }

    /** Within the bounds, or as good as on one of them (1e-4 relative). */
    private static boolean inRange(@Nullable Object value, JsonNode low, JsonNode high) {
        if (value == null) {
            return false;
        }
        if (!(value instanceof Number number)) {
            return (low.isNull() || compare(value, low, "a lower bound") >= 0)
                    && (high.isNull() || compare(value, high, "an upper bound") <= 0);
        }
        double at = number.doubleValue();
        return close(at, low)
                || close(at, high)
                || (low.isNull() || low.doubleValue() <= at) && (high.isNull() || at <= high.doubleValue());
    }

    private static boolean close(double value, JsonNode bound) {
        return bound.isNumber() && Math.abs(value - bound.doubleValue()) <= 1e-8 + 1e-4 * Math.abs(bound.doubleValue());
    }
}

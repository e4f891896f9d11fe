package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.internal.Fragment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expectations about every value of one column, other than texts. */
final class ColumnChecks {
    private static final Runnable NOTHING = () -> {};

    private final Subject subject;

    ColumnChecks(Subject subject) {
        this.subject = subject;
    }

    /** Rows without a value are missing; {@code unexpected} is asked of the others. */
    static Step map(Subject subject, Kwargs kwargs, Cell cell, Fragment unexpected, Runnable check) {
        return map(subject, kwargs, subject.domain(kwargs), cell, unexpected, check);
    }

    private static Step map(
            Subject subject, Kwargs kwargs, Domain domain, Cell cell, Fragment unexpected, Runnable check) {
        Fragment kept = Fragment.of(cell.sql() + " IS NOT NULL");
        return new MapStep(
                subject,
                domain,
                domain,
                kept.and(unexpected),
                null,
                kept,
                List.of(cell),
                MapStep.Shape.VALUE,
                kwargs.mostly(),
                check);
    }

    private Cell cell(Kwargs kwargs) {
        return subject.cell(kwargs.text("column"));
    }

    Step nulls(Kwargs kwargs, boolean wanted) {
        Cell cell = cell(kwargs);
        Domain domain = subject.domain(kwargs);
        return new MapStep(
                subject,
                domain,
                domain,
                Fragment.of(cell.sql() + (wanted ? " IS NOT NULL" : " IS NULL")),
                null,
                null,
                List.of(cell),
                MapStep.Shape.VALUE,
                kwargs.mostly(),
                NOTHING);
    }

    Step between(Kwargs kwargs) {
        Cell cell = cell(kwargs);
        return map(subject, kwargs, cell, bounds(kwargs, cell, cell.sql()).isNotTrue(), NOTHING);
    }

    /** {@code min <= value <= max} in SQL; a bound that cannot be compared with the column is refused. */
    private static Fragment bounds(Kwargs kwargs, Cell cell, String sql) {
        JsonNode low = kwargs.get("min_value");
        JsonNode high = kwargs.get("max_value");
        if (low == null && high == null) {
            throw new NotJudged("min_value and max_value cannot both be None");
        }
        if (low != null && high != null && low.getNodeType() == high.getNodeType() && Ordering.compare(low, high) > 0) {
            throw new NotJudged("min_value cannot be greater than max_value");
        }
        List<Fragment> parts = new ArrayList<>();
        if (low != null) {
            parts.add(Fragment.join(
                    sql + (kwargs.flag("strict_min", false) ? " > %s" : " >= %s"), bound(cell, "min_value", low)));
        }
        if (high != null) {
            parts.add(Fragment.join(
                    sql + (kwargs.flag("strict_max", false) ? " < %s" : " <= %s"), bound(cell, "max_value", high)));
        }
        return Fragment.list(parts, " AND ");
    }

    private static Fragment bound(Cell cell, String which, JsonNode value) {
        return cell.comparable(value)
                .orElseThrow(() -> new NotJudged(
                        "Column values, min_value, and max_value must either be None or of the same type. Column \"%s\" is %s; %s is %s."
                                .formatted(cell.name(), cell.column().declared(), which, value)));
    }

    Step inSet(Kwargs kwargs, boolean wanted) {
        Cell cell = cell(kwargs);
        JsonNode set = kwargs.get("value_set");
        if (set == null || set.isArray() && set.isEmpty() && wanted) {
            return map(subject, kwargs, cell, Fragment.of("false"), NOTHING);
        }
        Fragment in = cell.in(cell.members(kwargs.list("value_set")));
        return map(subject, kwargs, cell, wanted ? in.isNotTrue() : in, NOTHING);
    }

    Step unique(Kwargs kwargs) {
        Cell cell = cell(kwargs);
        Domain domain = subject.domain(kwargs);
        Fragment kept = Fragment.of(cell.sql() + " IS NOT NULL");
        return new MapStep(
                subject,
                domain,
                domain.and(kept).withCopies(cell.sql()),
                Fragment.of("w > 1"),
                new Groups.Question(domain.and(kept), cell.sql()),
                kept,
                List.of(cell),
                MapStep.Shape.VALUE,
                kwargs.mostly(),
                NOTHING);
    }

    /** Each value against the one before it, missing ones left out; the first has nothing before it. */
    Step ordered(Kwargs kwargs, boolean up) {
        Cell cell = cell(kwargs);
        if (!cell.isNumber() && !cell.isTemporal()) {
            throw new NotJudged("Column \"%s\" is %s; an order of rows needs numbers or times."
                    .formatted(cell.name(), cell.column().declared()));
        }
        boolean strict = kwargs.flag("strictly", false);
        Domain domain = subject.domain(kwargs);
        Fragment kept = Fragment.of(cell.sql() + " IS NOT NULL");
        String wrong = up ? strict ? "<=" : "<" : strict ? ">=" : ">";
        return new MapStep(
                subject,
                domain,
                domain.and(kept).with(Fragment.of("lag(" + cell.sql() + ") OVER (ORDER BY rn)"), "w"),
                Fragment.of("(" + cell.sql() + " " + wrong + " w) IS TRUE"),
                null,
                kept,
                List.of(cell),
                MapStep.Shape.VALUE,
                kwargs.mostly(),
                NOTHING);
    }

    /** Distance from the mean in standard deviations; without a deviation nothing is far. */
    Step zScores(Kwargs kwargs) {
        Cell cell = cell(kwargs).mustBeNumber("a z-score");
        double threshold = kwargs.number("threshold");
        boolean both = kwargs.flag("double_sided", true);
        Domain domain = subject.domain(kwargs);
        return round -> {
            var mean = round.aggregate(domain, Aggregates.mean(cell));
            var deviation = round.aggregate(domain, Aggregates.deviation(cell));
            return next -> {
                double scale = Values.number(deviation.get());
                Fragment unexpected = Double.isNaN(scale) || scale == 0
                        ? Fragment.of("false")
                        : Fragment.of(
                                both
                                        ? "NOT (abs((" + cell.numberSql() + " - ?) / ?) < ?)"
                                        : "NOT ((" + cell.numberSql() + " - ?) / ? < ?)",
                                Values.number(mean.get()),
                                scale,
                                both ? Math.abs(threshold) : threshold);
                return map(subject, kwargs, domain, cell, unexpected, NOTHING).ask(next);
            };
        };
    }

    /** Beyond Tukey's fences, or at least so many standard deviations from the mean. */
    Step outliers(Kwargs kwargs) {
        Cell cell = cell(kwargs).mustBeNumber("an outlier");
        String method = kwargs.choice("method", "iqr", List.of("iqr", "std"));
        double multiplier = kwargs.number("multiplier", 1.5);
        Domain domain = subject.domain(kwargs);
        if (method.equals("iqr")) {
            return round -> {
                var count = round.count(domain, Fragment.of(cell.sql() + " IS NOT NULL"));
                return second -> {
                    long n = Values.count(count.get());
                    if (n == 0) {
                        return map(subject, kwargs, domain, cell, Fragment.of("false"), NOTHING)
                                .ask(second);
                    }
                    var one = Aggregates.linear(second, domain, cell, 0.25, n);
                    var two = Aggregates.linear(second, domain, cell, 0.75, n);
                    return third -> map(
                                    subject,
                                    kwargs,
                                    domain,
                                    cell,
                                    beyond(cell, true, one.get(), two.get(), multiplier),
                                    NOTHING)
                            .ask(third);
                };
            };
        }
        return round -> {
            var one = round.aggregate(domain, Aggregates.mean(cell));
            var two = round.aggregate(domain, Aggregates.deviation(cell));
            return next -> {
                double a = Values.number(one.get());
                double b = Values.number(two.get());
                return map(subject, kwargs, domain, cell, beyond(cell, false, a, b, multiplier), NOTHING)
                        .ask(next);
            };
        };
    }

    private static Fragment beyond(Cell cell, boolean quartiles, double a, double b, double multiplier) {
        if (!Double.isFinite(a) || !Double.isFinite(b)) {
            return Fragment.of("false");
        }
        String value = cell.numberSql();
        double reach = multiplier * (quartiles ? b - a : b);
        if (quartiles) {
            return Fragment.of("NOT (" + value + " BETWEEN ? AND ?)", a - reach, b + reach);
        }
        return reach <= 0 ? Fragment.of(value + " <> ?", a) : Fragment.of("NOT (abs(" + value + " - ?) < ?)", a, reach);
    }

    Step lengths(Kwargs kwargs, boolean exact) {
        Cell cell = cell(kwargs).mustBeText("a length");
        String length = "length(" + cell.sql() + ")";
        Fragment fits;
        if (exact) {
            fits = Fragment.of(length + " = ?", kwargs.number("value"));
        } else {
            List<Fragment> parts = new ArrayList<>();
            if (!kwargs.has("min_value") && !kwargs.has("max_value")) {
                throw new NotJudged("min_value and max_value cannot both be None");
            }
            if (kwargs.has("min_value")) {
                parts.add(Fragment.of(
                        length + (kwargs.flag("strict_min", false) ? " > ?" : " >= ?"), kwargs.number("min_value")));
            }
            if (kwargs.has("max_value")) {
                parts.add(Fragment.of(
                        length + (kwargs.flag("strict_max", false) ? " < ?" : " <= ?"), kwargs.number("max_value")));
            }
            fits = Fragment.list(parts, " AND ");
        }
        return map(subject, kwargs, cell, fits.isNotTrue(), NOTHING);
    }

    /** What is said about types: the schema answers, unless values of one column have several types. */
    Step type(Kwargs kwargs, @Nullable List<String> names) {
        Cell cell = cell(kwargs);
        kwargs.mostly();
        Domain all = new Domain(Fragment.of("t"), Fragment.of("true"));
        return round -> {
            var missing = round.count(all, Fragment.of(cell.sql() + " IS NULL"));
            return next -> {
                var types = new TypeNames(cell.column(), Values.count(missing.get()) > 0);
                var result = Values.object();
                if (subject.format.level() != ResultFormat.Level.BOOLEAN_ONLY) {
                    result.put("observed_value", subject.semantics.sql() ? types.sqlType() : types.pandasScalar());
                }
                return new Step.Done(names == null || names.stream().anyMatch(types::isCalled), result);
            };
        };
    }

    /** The recent form: the whole type, by the name of the column's dtype. */
    Step typeToBe(Kwargs kwargs) {
        Cell cell = cell(kwargs);
        String name = kwargs.text("type_");
        Domain all = new Domain(Fragment.of("t"), Fragment.of("true"));
        return round -> {
            var missing = round.count(all, Fragment.of(cell.sql() + " IS NULL"));
            return next -> {
                var types = new TypeNames(cell.column(), Values.count(missing.get()) > 0);
                types.mustBeKnown(name);
                var result = Values.object();
                if (subject.format.level() != ResultFormat.Level.BOOLEAN_ONLY) {
                    result.put("observed_value", subject.semantics.sql() ? types.sqlType() : types.pandasType());
                }
                return new Step.Done(types.isCalled(name), result);
            };
        };
    }
}

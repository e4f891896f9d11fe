package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.table.ColumnType;
import java.util.ArrayList;
import java.util.List;

/** Expectations about two or more columns of each row. */
final class PairChecks {
    private static final Runnable NOTHING = () -> {};
    private static final int MOST_PAIRS = 10_000;

    private final Subject subject;

    PairChecks(Subject subject) {
        this.subject = subject;
    }

    private List<Cell> pair(Kwargs kwargs) {
        return List.of(subject.cell(kwargs.text("column_A")), subject.cell(kwargs.text("column_B")));
    }

    private Step pair(Kwargs kwargs, List<Cell> cells, Fragment unexpected) {
        String ignore = kwargs.choice(
                "ignore_row_if",
                "both_values_are_missing",
                List.of("both_values_are_missing", "either_value_is_missing", "neither"));
        return map(kwargs, cells, kept(cells, ignore), unexpected, MapStep.Shape.PAIR);
    }

    /** The rows that stay when those with missing values are left out. */
    private static Fragment kept(List<Cell> cells, String ignore) {
        String separator = switch (ignore) {
            case "both_values_are_missing", "all_values_are_missing" -> " OR ";
            case "either_value_is_missing", "any_value_is_missing" -> " AND ";
            default -> "";
        };
        return separator.isEmpty()
                ? Fragment.of("true")
                : Fragment.of("("
                        + String.join(
                                separator,
                                cells.stream()
                                        .map(cell -> cell.sql() + " IS NOT NULL")
                                        .toList())
                        + ")");
    }

    private Step map(Kwargs kwargs, List<Cell> cells, Fragment kept, Fragment unexpected, MapStep.Shape shape) {
        Domain domain = subject.domain(kwargs);
        return new MapStep(
                subject, domain, domain, kept.and(unexpected), null, kept, cells, shape, kwargs.mostly(), NOTHING);
    }

    private static boolean alike(Cell a, Cell b) {
        return a.isNumber() && b.isNumber()
                || a.isTemporal() && b.isTemporal()
                || a.column().type() == b.column().type();
    }

    Step equal(Kwargs kwargs) {
        List<Cell> cells = pair(kwargs);
        Fragment same = alike(cells.get(0), cells.get(1))
                ? Fragment.of(cells.get(0).sql() + " = " + cells.get(1).sql())
                : Fragment.of("false");
        return pair(kwargs, cells, same.isNotTrue());
    }

    Step greater(Kwargs kwargs) {
        List<Cell> cells = pair(kwargs);
        if (!alike(cells.get(0), cells.get(1))) {
            throw new NotJudged("Columns \"%s\" (%s) and \"%s\" (%s) cannot be ordered against each other."
                    .formatted(
                            cells.get(0).name(),
                            cells.get(0).column().declared(),
                            cells.get(1).name(),
                            cells.get(1).column().declared()));
        }
        String operator = kwargs.flag("or_equal", false) ? " >= " : " > ";
        return pair(
                kwargs,
                cells,
                Fragment.of(cells.get(0).sql() + operator + cells.get(1).sql()).isNotTrue());
    }

    Step inSet(Kwargs kwargs) {
        List<Cell> cells = pair(kwargs);
        if (!kwargs.has("value_pairs_set")) {
            return pair(kwargs, cells, Fragment.of("false"));
        }
        List<JsonNode> set = kwargs.list("value_pairs_set");
        if (set.size() > MOST_PAIRS) {
            throw new NotJudged("value_pairs_set holds more than %d pairs.".formatted(MOST_PAIRS));
        }
        List<Fragment> parts = new ArrayList<>();
        for (JsonNode each : set) {
            if (!each.isArray() || each.size() != 2) {
                throw new NotJudged("value_pairs_set: each member is a list of two values.");
            }
            Fragment a = is(cells.get(0), each.get(0));
            Fragment b = is(cells.get(1), each.get(1));
            parts.add(a.and(b));
        }
        Fragment in = parts.isEmpty() ? Fragment.of("false") : Fragment.list(parts, " OR ");
        return pair(kwargs, cells, in.isNotTrue());
    }

    /** Missing equals null in the set. */
    private static Fragment is(Cell cell, JsonNode value) {
        if (value.isNull()) {
            return Fragment.of(cell.sql() + " IS NULL");
        }
        return cell.comparable(value)
                .map(constant -> Fragment.join(cell.sql() + " = %s", constant))
                .orElse(Fragment.of("false"));
    }

    private List<Cell> list(Kwargs kwargs, int least) {
        List<String> names = kwargs.texts("column_list");
        if (names.size() < least) {
            throw new NotJudged("column_list needs at least %d columns.".formatted(least));
        }
        return names.stream().map(subject::cell).toList();
    }

    private static String ignore(Kwargs kwargs) {
        return kwargs.choice(
                "ignore_row_if",
                "all_values_are_missing",
                List.of("all_values_are_missing", "any_value_is_missing", "never"));
    }

    /** All copies of a combination are unexpected; missing values equal each other. */
    Step compoundUnique(Kwargs kwargs) {
        List<Cell> cells = list(kwargs, 2);
        Fragment kept = kept(cells, ignore(kwargs));
        Domain domain = subject.domain(kwargs);
        String names = String.join(", ", cells.stream().map(Cell::sql).toList());
        Domain rows = domain.and(kept);
        return new MapStep(
                subject,
                domain,
                rows.withCopies(names),
                Fragment.of("w > 1"),
                new Groups.Question(rows, names),
                kept,
                cells,
                MapStep.Shape.OBJECT,
                kwargs.mostly(),
                NOTHING);
    }

    /** No two columns of a row hold the same; missing values count as the same. */
    Step uniqueWithin(Kwargs kwargs) {
        List<Cell> cells = list(kwargs, 2);
        List<Fragment> parts = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            for (int j = 0; j < i; j++) {
                parts.add(
                        alike(cells.get(i), cells.get(j))
                                ? Fragment.of(cells.get(i).sql() + " IS NOT DISTINCT FROM "
                                        + cells.get(j).sql())
                                : Fragment.of("(" + cells.get(i).sql() + " IS NULL AND "
                                        + cells.get(j).sql() + " IS NULL)"));
            }
        }
        return map(
                kwargs,
                cells,
                kept(cells, ignore(kwargs)),
                Fragment.join("(%s)", Fragment.list(parts, " OR ")),
                MapStep.Shape.OBJECT);
    }

    /** Added from left to right, as the columns are listed. */
    Step sum(Kwargs kwargs) {
        List<Cell> cells = list(kwargs, 1);
        double total = kwargs.number("sum_total");
        double tolerance = kwargs.number("tolerance", 0);
        cells.forEach(cell -> cell.mustBeNumber("a sum"));
        boolean whole = cells.stream()
                .allMatch(cell -> cell.column().type() == ColumnType.INTEGER
                        || cell.column().type() == ColumnType.BOOLEAN);
        String sum = String.join(
                " + ",
                cells.stream()
                        .map(cell -> whole ? "CAST(" + cell.sql() + " AS HUGEINT)" : cell.numberSql())
                        .toList());
        Fragment equal = tolerance > 0
                ? Fragment.of("abs(" + sum + " - ?) <= ?", total, tolerance)
                : Fragment.of("(" + sum + ") = ?", total);
        return map(kwargs, cells, kept(cells, ignore(kwargs)), equal.isNotTrue(), MapStep.Shape.OBJECT);
    }

    /** All columns of a row hold the same; missing values equal each other. */
    Step allEqual(Kwargs kwargs) {
        List<Cell> cells = list(kwargs, 1);
        List<Fragment> parts = new ArrayList<>();
        Cell first = cells.getFirst();
        for (Cell cell : cells.subList(1, cells.size())) {
            parts.add(
                    alike(first, cell)
                            ? Fragment.of(first.sql() + " IS NOT DISTINCT FROM " + cell.sql())
                            : Fragment.of("(" + first.sql() + " IS NULL AND " + cell.sql() + " IS NULL)"));
        }
        Fragment equal = parts.isEmpty() ? Fragment.of("true") : Fragment.list(parts, " AND ");
        return map(kwargs, cells, kept(cells, ignore(kwargs)), equal.isNotTrue(), MapStep.Shape.OBJECT);
    }
}

package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Fragment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Expectations about the set of values of a column. */
final class SetChecks {
    /** At most so many values are shown. */
    private static final int SHOWN = 20;

    private final Subject subject;

    SetChecks(Subject subject) {
        this.subject = subject;
    }

    private static Fragment present(Cell cell) {
        return Fragment.of(cell.sql() + " IS NOT NULL");
    }

    /** Which of the column's values are not in the set, and which of the set are not in the column. */
    Step distinct(Kwargs kwargs, boolean within, boolean contains) {
        Cell cell = subject.cell(kwargs.text("column"));
        List<JsonNode> set = kwargs.list("value_set");
        if (within && !contains && set.isEmpty()) {
            throw new NotJudged("value_set must be a non-empty set-like object.");
        }
        List<Fragment> members = cell.members(set);
        Domain domain = subject.domain(kwargs).and(present(cell));
        return round -> {
            var outside = within ? outside(round, domain, cell, members) : null;
            var inside = contains && !members.isEmpty()
                    ? round.query(domain.and(cell.in(members)).select(Fragment.of("DISTINCT " + cell.sql())))
                    : null;
            return next -> {
                ObjectNode result = Values.object();
                result.putNull("observed_value");
                boolean success = true;
                boolean lists = subject.format.partialUnexpectedCount() > 0;
                List<JsonNode> missing = contains ? missing(cell, set, inside) : List.of();
                if (outside != null) {
                    List<@Nullable Object[]> rows = outside.get();
                    long count = rows.isEmpty() ? 0 : Values.count(rows.getFirst()[1]);
                    success = count == 0;
                    result.put("unexpected_count", count);
                    if (contains) {
                        result.put("missing_count", missing.size());
                    }
                    if (lists) {
                        var list = result.putArray("partial_unexpected_list");
                        rows.forEach(row -> list.add(Values.json(row[0])));
                    }
                } else {
                    result.put("missing_count", missing.size());
                }
                if (contains && lists) {
                    var list = result.putArray("partial_missing_list");
                    missing.subList(0, Math.min(SHOWN, missing.size())).forEach(list::add);
                }
                return new Step.Done(
                        success && missing.isEmpty(),
                        subject.format.level() == ResultFormat.Level.BOOLEAN_ONLY ? Values.object() : result);
            };
        };
    }

    /** The first values in order that are not in the set, each with how many there are in all. */
    private static Answer<List<@Nullable Object[]>> outside(
            Round round, Domain domain, Cell cell, List<Fragment> members) {
        Domain others = members.isEmpty() ? domain : domain.and(cell.in(members).isNotTrue());
        return round.query(Fragment.join(
                "SELECT v, count(*) OVER () FROM (%s) ORDER BY v LIMIT " + SHOWN,
                others.select(Fragment.of("DISTINCT " + cell.sql() + " AS v"))));
    }

    private static List<JsonNode> missing(
            Cell cell, List<JsonNode> set, @Nullable Answer<List<@Nullable Object[]>> inside) {
        Set<JsonNode> found = new HashSet<>();
        if (inside != null) {
            inside.get().forEach(row -> found.add(key(Values.json(row[0]))));
        }
        List<JsonNode> missing = new ArrayList<>();
        Set<JsonNode> seen = new HashSet<>();
        for (JsonNode each : set) {
            JsonNode comparable = cell.isTemporal() && each.isTextual()
                    ? dev.clew.quality.python.DateText.parse(each.textValue())
                            .map(time -> Values.json(
                                    cell.column().type() == dev.clew.quality.table.ColumnType.DATE
                                            ? (Object) time.toLocalDate()
                                            : (Object) time))
                            .orElse(each)
                    : each;
            if (seen.add(key(each)) && !found.contains(key(comparable))) {
                missing.add(each);
            }
        }
        return missing;
    }

    /** Numbers of one value are one key, however they are written; true counts as 1. */
    private static JsonNode key(JsonNode value) {
        if (value.isBoolean()) {
            return Values.json(value.booleanValue() ? 1.0 : 0.0);
        }
        return value.isNumber() ? Values.json(value.doubleValue()) : value;
    }

    /** The most frequent value, or all of them if several are. */
    Step mostCommon(Kwargs kwargs) {
        Cell cell = subject.cell(kwargs.text("column"));
        List<JsonNode> set = kwargs.has("value_set") ? kwargs.list("value_set") : List.of();
        boolean ties = kwargs.flag("ties_okay", false);
        Domain domain = subject.domain(kwargs).and(present(cell));
        Set<JsonNode> wanted = new HashSet<>();
        set.forEach(each -> wanted.add(key(each)));
        return round -> {
            var modes = round.query(Fragment.join(
                    "SELECT v FROM (SELECT " + cell.sql() + " AS v, count(*) AS n FROM %s WHERE %s GROUP BY "
                            + cell.sql() + ") QUALIFY n = max(n) OVER () ORDER BY v LIMIT 100000",
                    domain.from(),
                    domain.where()));
            return next -> {
                List<JsonNode> found =
                        modes.get().stream().map(row -> Values.json(row[0])).toList();
                long hits = found.stream()
                        .map(SetChecks::key)
                        .filter(wanted::contains)
                        .count();
                ObjectNode result = Values.object();
                if (subject.format.level() != ResultFormat.Level.BOOLEAN_ONLY) {
                    var list = result.putArray("observed_value");
                    found.forEach(list::add);
                }
                return new Step.Done(ties ? hits > 0 : found.size() == 1 && hits == 1, result);
            };
        };
    }
}

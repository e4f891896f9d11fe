package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Fragment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Expectations about a table as a whole, and about what queries return. */
final class TableChecks {
    /** At most so many rows of a query are compared or shown. */
    private static final int ROWS = 200;

    private final Subject subject;

    TableChecks(Subject subject) {
        this.subject = subject;
    }

    private boolean onlySuccess() {
        return subject.format.level() == ResultFormat.Level.BOOLEAN_ONLY;
    }

    private Step.Done done(boolean success, ObjectNode result) {
        return new Step.Done(success, onlySuccess() ? Values.object() : result);
    }

    Step rowCount(Kwargs kwargs, boolean exact) {
        Domain domain = subject.domain(kwargs);
        return round -> {
            var count = round.aggregate(domain, Fragment.of("count(*)"));
            return next -> count(kwargs, Values.count(count.get()), exact);
        };
    }

    Step columnCount(Kwargs kwargs, boolean exact) {
        long count = subject.names().size();
        return round -> count(kwargs, count, exact);
    }

    private Step.Done count(Kwargs kwargs, long count, boolean exact) {
        if (!exact) {
            return Aggregates.between(kwargs, count, subject.format);
        }
        ObjectNode result = Values.object();
        result.put("observed_value", count);
        return done(kwargs.number("value") == count, result);
    }

    Step rowCountOfOther(Kwargs kwargs) {
        String name = kwargs.text("other_table_name");
        var other = subject.other(name)
                .orElseThrow(() -> new NotJudged(
                        "Table '%s' is not at hand; give it beside the table that is validated.".formatted(name)));
        Domain domain = subject.domain(kwargs);
        return round -> {
            var count = round.aggregate(domain, Fragment.of("count(*)"));
            return next -> {
                ObjectNode result = Values.object();
                var observed = result.putObject("observed_value");
                observed.put("self", Values.count(count.get()));
                observed.put("other", other.rowCount());
                return done(Values.count(count.get()) == other.rowCount(), result);
            };
        };
    }

    Step orderedList(Kwargs kwargs) {
        List<String> actual = subject.names();
        List<String> expected = kwargs.has("column_list") ? kwargs.texts("column_list") : actual;
        ObjectNode result = Values.object();
        var observed = result.putArray("observed_value");
        actual.forEach(observed::add);
        boolean success = actual.equals(expected);
        if (!success) {
            var mismatched = result.putObject("details").putArray("mismatched");
            for (int i = 0; i < Math.max(actual.size(), expected.size()); i++) {
                String wanted = i < expected.size() ? expected.get(i) : null;
                String found = i < actual.size() ? actual.get(i) : null;
                if (!Objects.equals(wanted, found)) {
                    ObjectNode one = mismatched.addObject();
                    one.put("Expected Column Position", i);
                    one.put("Expected", wanted);
                    one.put("Found", found);
                }
            }
        }
        return done(success, result);
    }

    Step set(Kwargs kwargs) {
        var actual = new TreeSet<>(subject.names());
        boolean given = kwargs.has("column_set");
        var expected = new TreeSet<>(given ? kwargs.texts("column_set") : List.<String>of());
        boolean exact = kwargs.flag("exact_match", true);
        var unexpected = new TreeSet<>(actual);
        unexpected.removeAll(expected);
        var missing = new TreeSet<>(expected);
        missing.removeAll(actual);
        ObjectNode result = Values.object();
        var observed = result.putArray("observed_value");
        actual.forEach(observed::add);
        boolean same = unexpected.isEmpty() && missing.isEmpty();
        if (!given && !exact || same) {
            return done(true, result);
        }
        var mismatched = result.putObject("details").putObject("mismatched");
        if (!unexpected.isEmpty()) {
            var list = mismatched.putArray("unexpected");
            unexpected.forEach(list::add);
        }
        if (!missing.isEmpty()) {
            var list = mismatched.putArray("missing");
            missing.forEach(list::add);
        }
        return done(!exact && missing.isEmpty(), result);
    }

    Step exists(Kwargs kwargs) {
        String name = kwargs.text("column");
        List<String> names = subject.names();
        JsonNode index = kwargs.get("column_index");
        boolean success = names.contains(name);
        // Great Expectations does not look at an index of 0.
        if (index != null && index.asInt() != 0) {
            int at = index.asInt() < 0 ? names.size() + index.asInt() : index.asInt();
            success = at >= 0 && at < names.size() && names.get(at).equals(name);
        }
        return new Step.Done(success, Values.object());
    }

    /** A query that a person wrote: one SELECT over {@code {batch}}, or over the name batch, and over tables beside it by their names. */
    private Fragment query(String text) {
        String sql = text.strip();
        while (sql.endsWith(";")) {
            sql = sql.substring(0, sql.length() - 1).strip();
        }
        if (sql.isEmpty()) {
            throw new NotJudged("The query is empty; write one SELECT over {batch}.");
        }
        subject.attach(sql);
        // Inside parentheses nothing but a query is grammatical: no second statement, no COPY, no SET.
        return Fragment.of("(" + sql.replace("{batch}", subject.realNames()) + "\n)");
    }

    Step unexpectedRows(Kwargs kwargs) {
        Fragment query = query(kwargs.text("unexpected_rows_query"));
        return round -> {
            var count = round.query(Fragment.join("SELECT count(*) FROM %s", query));
            var rows = subject.format.level() == ResultFormat.Level.COMPLETE
                    ? round.query(Fragment.join("SELECT to_json(r)::VARCHAR FROM %s AS r LIMIT " + ROWS, query))
                    : null;
            return next -> {
                long found = Values.count(count.get().getFirst()[0]);
                ObjectNode result = Values.object();
                result.put("observed_value", found);
                if (rows != null) {
                    var list = result.putObject("details").putArray("unexpected_rows");
                    rows.get()
                            .forEach(row -> list.add(dev.clew.quality.python.PythonJson.read(String.valueOf(row[0]))
                                    .orElseThrow()));
                }
                return done(found == 0, result);
            };
        };
    }

    /** Two results as bags of rows; how many rows of the larger one have a partner. */
    Step queryComparison(Kwargs kwargs) {
        Fragment base = query(kwargs.text("base_query"));
        String source = kwargs.text("comparison_data_source_name");
        double mostly = kwargs.mostly();
        boolean here = subject.other(source).isEmpty();
        if (here) {
            throw new NotJudged(
                    "Data source '%s' is not at hand; give it beside the table that is validated.".formatted(source));
        }
        var other = new Subject(subject.other(source).orElseThrow(), subject.format, Map.of(), subject.semantics);
        Fragment comparison =
                new TableChecks(other).query(kwargs.text("comparison_query").replace("{batch}", "batch"));
        return round -> {
            var ours = round.query(rows(base));
            var away = new Round(other.engine, new Statements());
            var theirs = away.query(rows(comparison));
            away.run();
            return next -> {
                Map<JsonNode, Integer> a = bag(ours.get());
                Map<JsonNode, Integer> b = bag(theirs.get());
                int most = Math.max(ours.get().size(), theirs.get().size());
                int matched = b.entrySet().stream()
                        .mapToInt(entry -> Math.min(entry.getValue(), a.getOrDefault(entry.getKey(), 0)))
                        .sum();
                double percent = most == 0 ? 0 : (1 - (double) matched / most) * 100;
                ObjectNode result = Values.object();
                result.put("unexpected_count", most - matched);
                result.put("unexpected_percent", percent);
                if (subject.format.level() == ResultFormat.Level.COMPLETE) {
                    var details = result.putObject("details");
                    details.set("missing_rows", beyond(b, a));
                    details.set("unexpected_rows", beyond(a, b));
                }
                return done(100 - percent >= mostly * 100, result);
            };
        };
    }

    private static Fragment rows(Fragment query) {
        return Fragment.join("SELECT to_json(r)::VARCHAR FROM %s AS r LIMIT " + ROWS, query);
    }

    private static Map<JsonNode, Integer> bag(List<@Nullable Object[]> rows) {
        Map<JsonNode, Integer> bag = new LinkedHashMap<>();
        for (var row : rows) {
            // Values are compared by place: the two sides may call their columns differently.
            JsonNode json = dev.clew.quality.python.PythonJson.read(String.valueOf(row[0]))
                    .orElseThrow();
            bag.merge(json, 1, Integer::sum);
        }
        return bag;
    }

    private static JsonNode beyond(Map<JsonNode, Integer> some, Map<JsonNode, Integer> others) {
        List<JsonNode> rows = new ArrayList<>();
        some.forEach((row, count) -> {
            for (int i = others.getOrDefault(row, 0); i < count; i++) {
                rows.add(row);
            }
        });
        return Values.json(rows);
    }
}

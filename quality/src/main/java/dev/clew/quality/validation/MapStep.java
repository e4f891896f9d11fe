package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Fragment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An expectation about each row: counts first, then, if rows fail and the format wants to see them, the rows.
 *
 * @param subject what it is run on
 * @param base all rows that count as elements
 * @param rows the rows that are looked at, and where {@code unexpected} can be asked
 * @param unexpected which of them fail
 * @param countUnexpected how many fail, if there is a cheaper way than asking each row; or null
 * @param kept the rows that are not missing; null if missing rows are looked at like others
 * @param cells the columns whose values are shown
 * @param shape how they are shown
 * @param mostly which share must hold
 * @param check thrown into before the end: failures of Java functions
 */
record MapStep(
        Subject subject,
        Domain base,
        Domain rows,
        Fragment unexpected,
        Groups.@Nullable Question countUnexpected,
        @Nullable Fragment kept,
        List<Cell> cells,
        Shape shape,
        double mostly,
        Runnable check)
        implements Step {
    /** At most so many values in COMPLETE, as in Great Expectations. */
    private static final int VALUES = 200;

    /** At most so many positions in COMPLETE. */
    private static final int POSITIONS = 100_000;

    /** How values of unexpected rows are shown. */
    enum Shape {
        VALUE,
        PAIR,
        OBJECT
    }

    @Override
    public Step ask(Round round) {
        var elements = round.aggregate(base, Fragment.of("count(*)"));
        var considered = kept == null ? elements : round.count(base, kept);
        var counted = countUnexpected == null ? round.count(rows, unexpected) : null;
        var copies = countUnexpected == null ? null : round.groups(countUnexpected);
        return next -> {
            long bad = counted != null
                    ? Values.count(counted.get())
                    : copies == null ? 0 : copies.get().twins();
            check.run();
            var counts = new Counts(Values.count(elements.get()), Values.count(considered.get()), bad);
            return show(next, counts);
        };
    }

    private record Counts(long elements, long considered, long unexpected) {}

    private Step show(Round round, Counts counts) {
        ResultFormat format = subject.format;
        boolean success = counts.considered == 0
                || ((double) counts.considered - (double) counts.unexpected) / (double) counts.considered >= mostly;
        Step.Failing failing = success ? null : new Step.Failing(rows, unexpected);
        if (format.level() == ResultFormat.Level.BOOLEAN_ONLY) {
            return new Step.Done(success, Values.object(), failing);
        }
        boolean complete = format.level() == ResultFormat.Level.COMPLETE;
        // Keys without values come all together, cut nowhere.
        boolean keysOnly =
                format.excludeUnexpectedValues() && !format.indexColumns().isEmpty();
        int limit = complete || keysOnly ? POSITIONS : format.partialUnexpectedCount();
        List<String> shown = new ArrayList<>(cells.stream().map(Cell::sql).toList());
        List<Cell> index = format.indexColumns().stream().map(subject::cell).toList();
        index.forEach(cell -> shown.add(cell.sql()));
        if (format.includeUnexpectedRows()) {
            subject.table.columns().forEach(column -> shown.add(new Cell(column).sql()));
        }
        if (counts.unexpected == 0 || limit == 0) {
            return new Step.Done(success, result(counts, List.of(), index), failing);
        }
        var answer = round.rows(rows, unexpected, shown, limit);
        return next -> new Step.Done(success, result(counts, answer.get(), index), failing);
    }

    private ObjectNode result(Counts counts, List<@Nullable Object[]> found, List<Cell> index) {
        ResultFormat format = subject.format;
        boolean complete = format.level() == ResultFormat.Level.COMPLETE;
        ObjectNode result = Values.object();
        Double total = percent(counts.unexpected, counts.elements);
        Double nonmissing = kept == null ? total : percent(counts.unexpected, counts.considered);
        result.put("element_count", counts.elements);
        result.put("unexpected_count", counts.unexpected);
        result.put("unexpected_percent", nonmissing);
        List<JsonNode> values = new ArrayList<>();
        int most = complete ? VALUES : format.partialUnexpectedCount();
        for (var row : found.subList(0, Math.min(most, found.size()))) {
            values.add(value(row));
        }
        boolean open = !format.excludeUnexpectedValues();
        if (open) {
            result.set("partial_unexpected_list", list(values, format.partialUnexpectedCount()));
        }
        if (!index.isEmpty()) {
            var names = result.putArray("unexpected_index_column_names");
            index.forEach(cell -> names.add(cell.name()));
        }
        if (kept != null) {
            result.put("missing_count", counts.elements - counts.considered);
            result.put("missing_percent", percent(counts.elements - counts.considered, counts.elements));
            result.put("unexpected_percent_total", total);
            result.put("unexpected_percent_nonmissing", nonmissing);
        }
        if (format.includeUnexpectedRows()) {
            result.set("unexpected_rows", rows(found, cells.size() + index.size() + 1));
        }
        if (format.level() == ResultFormat.Level.BASIC) {
            return result;
        }
        List<JsonNode> positions = new ArrayList<>();
        if (open || index.isEmpty()) {
            found.forEach(row -> positions.add(position(row, index)));
        } else if (!found.isEmpty()) {
            positions.add(gathered(found, index));
        }
        if (format.partialUnexpectedCount() > 0) {
            if (open) {
                result.set("partial_unexpected_counts", counts(values, format.partialUnexpectedCount()));
            }
            result.set("partial_unexpected_index_list", list(positions, format.partialUnexpectedCount()));
        }
        if (complete) {
            if (open) {
                result.set("unexpected_list", list(values, values.size()));
            }
            result.set("unexpected_index_list", list(positions, positions.size()));
            if (format.returnIndexQuery()) {
                result.put(
                        "unexpected_index_query",
                        "df.filter(items="
                                + found.stream()
                                        .map(row -> String.valueOf(row[0]))
                                        .toList() + ", axis=0)");
            }
        }
        return result;
    }

    private static @Nullable Double percent(long part, long whole) {
        return whole == 0 ? null : (Double) ((double) part / whole * 100);
    }

    private static ArrayNode list(List<JsonNode> values, int most) {
        ArrayNode list = Values.object().arrayNode();
        values.subList(0, Math.min(most, values.size())).forEach(list::add);
        return list;
    }

    private JsonNode value(@Nullable Object[] row) {
        return switch (shape) {
            case VALUE -> Values.json(row[1]);
            case PAIR -> {
                ArrayNode pair = Values.object().arrayNode();
                pair.add(Values.json(row[1]));
                yield pair.add(Values.json(row[2]));
            }
            case OBJECT -> {
                ObjectNode object = Values.object();
                for (int i = 0; i < cells.size(); i++) {
                    object.set(cells.get(i).name(), Values.json(row[1 + i]));
                }
                yield object;
            }
        };
    }

    private JsonNode position(@Nullable Object[] row, List<Cell> index) {
        if (index.isEmpty()) {
            return Values.json(row[0]);
        }
        ObjectNode object = Values.object();
        for (int i = 0; i < cells.size(); i++) {
            object.set(cells.get(i).name(), Values.json(row[1 + i]));
        }
        for (int i = 0; i < index.size(); i++) {
            object.set(index.get(i).name(), Values.json(row[1 + cells.size() + i]));
        }
        return object;
    }

    /** Where values are kept out, the rows' keys come as one list per key column. */
    private JsonNode gathered(List<@Nullable Object[]> found, List<Cell> index) {
        ObjectNode object = Values.object();
        for (int i = 0; i < index.size(); i++) {
            ArrayNode keys = object.putArray(index.get(i).name());
            for (var row : found) {
                keys.add(Values.json(row[1 + cells.size() + i]));
            }
        }
        return object;
    }

    private ArrayNode rows(List<@Nullable Object[]> found, int from) {
        ArrayNode all = Values.object().arrayNode();
        int most = subject.format.partialUnexpectedCount();
        for (var row : found.subList(0, Math.min(most, found.size()))) {
            ObjectNode object = all.addObject();
            List<String> names = subject.names();
            for (int i = 0; i < names.size(); i++) {
                object.set(names.get(i), Values.json(row[from + i]));
            }
        }
        return all;
    }

    /** The most frequent values: first by frequency as they came, cut, then ordered by frequency and value. */
    private static ArrayNode counts(List<JsonNode> values, int most) {
        Map<JsonNode, JsonNode> shown = new LinkedHashMap<>();
        Map<JsonNode, Integer> counted = new LinkedHashMap<>();
        for (JsonNode value : values) {
            JsonNode flat = flat(value);
            shown.putIfAbsent(key(flat), flat);
            counted.merge(key(flat), 1, Integer::sum);
        }
        List<Map.Entry<JsonNode, Integer>> entries = new ArrayList<>(counted.entrySet());
        entries.sort((a, b) -> b.getValue() - a.getValue());
        entries = new ArrayList<>(entries.subList(0, Math.min(most, entries.size())));
        entries.sort((a, b) -> a.getValue().equals(b.getValue())
                ? Ordering.compare(a.getKey(), b.getKey())
                : b.getValue() - a.getValue());
        ArrayNode list = Values.object().arrayNode();
        entries.forEach(entry -> {
            ObjectNode one = list.addObject();
            one.set("value", shown.get(entry.getKey()));
            one.put("count", entry.getValue());
        });
        return list;
    }

    /** −0 and 0 are one value. */
    private static JsonNode key(JsonNode value) {
        return value.isDouble() && value.doubleValue() == 0 ? Values.json(0.0) : value;
    }

    private static JsonNode flat(JsonNode value) {
        if (!value.isObject()) {
            return value;
        }
        ArrayNode flat = Values.object().arrayNode();
        value.forEach(flat::add);
        return flat;
    }
}

package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Order;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One page of numbers of runs out of one select per (experiment, lifecycle): each limited, then united, sorted and limited again. A page
 * goes on after the sort key of the last run before it. No state.
 */
final class RunPages {
    /** Streams in one statement; more experiments take more statements. */
    private static final int STREAMS_AT_ONCE = 100;

    /**
     * Values in one statement after which no further stream is taken into it: engines plan a long statement for seconds, which no time
     * limit ends, and take 65 535 values at most.
     */
    private static final int VALUES_AT_ONCE = 1_000;

    private static final Set<String> WHOLE_NUMBERS = Set.of("start_time", "end_time", "duration");

    private static final String NEWEST = "start_time DESC, run";

    private RunPages() {}

    /** Runs of one experiment and lifecycle. */
    record Stream(long experiment, int lifecycle) {
        String condition(Binds binds) {
            return "r.exp = %s AND r.lifecycle = %s".formatted(binds.integer(experiment), binds.integer(lifecycle));
        }
    }

    /** A found run: its number and its sort key, (part, value) per term. */
    record Hit(long nid, long startTime, byte[] run, List<@Nullable Object> values) {}

    /**
     * A select of runs with the columns {@code nid, start_time, run} and {@code p0, v0, …} per term.
     *
     * @param walk columns that sort like the terms and that an index gives in order, each with its direction and a comma behind; null to
     *     sort by the terms
     */
    record Select(String text, @Nullable String walk) {}

    @FunctionalInterface
    interface Writing {
        Select of(Binds binds, Stream stream);
    }

    static List<Hit> find(
            Sql sql, List<Stream> streams, @Nullable SearchToken after, int limit, List<Order> terms, Writing writing) {
        if (after != null && after.values().size() != 2 * terms.size()) {
            throw SearchToken.invalid();
        }
        var hits = new ArrayList<Hit>();
        int statements = 0;
        for (int from = 0; from < streams.size(); statements++) {
            var binds = new Binds(sql.dialect());
            var parts = new ArrayList<String>();
            do {
                parts.add(page(writing.of(binds, streams.get(from)), binds, after, limit, terms));
                from++;
            } while (from < streams.size()
                    && parts.size() < STREAMS_AT_ONCE
                    && binds.size() + repeated(terms) * parts.size() < VALUES_AT_ONCE);
            String text = parts.size() == 1
                    ? parts.getFirst()
                    : "SELECT * FROM (SELECT * FROM (%s) s) u ORDER BY %s LIMIT %d"
                            .formatted(String.join(") s UNION ALL SELECT * FROM (", parts), order(terms), limit);
            binds.apply(sql.query(text)).forEach(row -> hits.add(hit(row, terms)));
        }
        if (statements == 1) {
            return hits;
        }
        hits.sort((a, b) -> compare(a, b, terms));
        return hits.subList(0, Math.min(limit, hits.size()));
    }

    /** Two pages by one number as one; a run that is on both counts once. */
    static List<Hit> merge(List<Hit> settled, List<Hit> hot, int limit, List<Order> terms) {
        if (hot.isEmpty()) {
            return settled;
        }
        var all = new LinkedHashMap<Long, Hit>();
        settled.forEach(hit -> all.put(hit.nid, hit));
        hot.forEach(hit -> all.put(hit.nid, hit));
        Comparator<Hit> order = (a, b) -> compare(a, b, terms);
        return all.values().stream().sorted(order).limit(limit).toList();
    }

    private static String page(Select select, Binds binds, @Nullable SearchToken after, int limit, List<Order> terms) {
        String walk = select.walk;
        String order = walk == null ? order(terms) : walk + NEWEST;
        return after == null
                ? "%s ORDER BY %s LIMIT %d".formatted(select.text, order, limit)
                : "SELECT * FROM (%s) k WHERE %s ORDER BY %s LIMIT %d"
                        .formatted(select.text, keyset(binds, after, terms), order, limit);
    }

    private static String order(List<Order> terms) {
        var text = new StringBuilder();
        for (int i = 0; i < terms.size(); i++) {
            text.append("p%d, v%d %s, ".formatted(i, i, direction(terms.get(i))));
        }
        return text + NEWEST;
    }

    static String direction(Order term) {
        return term.ascending() ? "ASC" : "DESC";
    }

    /** How often a keyset repeats values of its terms, at most. */
    private static int repeated(List<Order> terms) {
        return 2 * terms.size() * (terms.size() + 1);
    }

    /** After the last sort key: term by term, the first that differs decides. */
    private static String keyset(Binds binds, SearchToken after, List<Order> terms) {
        var any = new ArrayList<String>();
        var equal = new StringBuilder();
        for (int i = 0; i < terms.size(); i++) {
            Object part = after.values().get(2 * i);
            Object value = after.values().get(2 * i + 1);
            String partBind = binds.integer(part instanceof Long number ? number : 0);
            any.add("%sp%d > %s".formatted(equal, i, partBind));
            equal.append("p%d = %s AND ".formatted(i, partBind));
            if (value != null) {
                String bind = bind(binds, value);
                any.add("%sv%d %s %s".formatted(equal, i, terms.get(i).ascending() ? ">" : "<", bind));
                equal.append("v%d = %s AND ".formatted(i, bind));
            }
        }
        String start = binds.integer(after.startTime());
        any.add("%sstart_time < %s".formatted(equal, start));
        any.add("%sstart_time = %s AND run > %s".formatted(equal, start, binds.bytes(after.run())));
        return "("
                + String.join(" OR ", any.stream().map(each -> "(" + each + ")").toList()) + ")";
    }

    private static String bind(Binds binds, Object value) {
        return switch (value) {
            case Double number -> binds.number(number);
            case Long number -> binds.integer(number);
            case byte[] bytes -> binds.bytes(bytes);
            default -> binds.text(value.toString());
        };
    }

    private static Hit hit(Row row, List<Order> terms) {
        var values = new ArrayList<@Nullable Object>();
        for (int i = 0; i < terms.size(); i++) {
            values.add(row.integer("p" + i));
            values.add(value(row, "v" + i, terms.get(i)));
        }
        return new Hit(row.integer("nid"), row.integer("start_time"), row.bytes("run"), values);
    }

    private static int compare(Hit a, Hit b, List<Order> terms) {
        for (int i = 0; i < terms.size(); i++) {
            int parts = compare(a.values.get(2 * i), b.values.get(2 * i));
            if (parts != 0) {
                return parts;
            }
            int values = compare(a.values.get(2 * i + 1), b.values.get(2 * i + 1));
            if (values != 0) {
                return terms.get(i).ascending() ? values : -values;
            }
        }
        int starts = Long.compare(b.startTime, a.startTime);
        return starts != 0 ? starts : Arrays.compareUnsigned(a.run, b.run);
    }

    /** As the engines compare: texts by code point, and −0 is 0. */
    private static int compare(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Double a && right instanceof Double b) {
            return Double.compare(a + 0.0, b + 0.0);
        }
        if (left instanceof Long a && right instanceof Long b) {
            return Long.compare(a, b);
        }
        if (left instanceof String a && right instanceof String b) {
            return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
        }
        return 0;
    }

    private static @Nullable Object value(Row row, String column, Order term) {
        if (term.entity().equals("metric")) {
            return row.realOrNull(column);
        }
        return term.entity().equals("attribute") && WHOLE_NUMBERS.contains(term.key())
                ? row.integerOrNull(column)
                : row.textOrNull(column);
    }
}

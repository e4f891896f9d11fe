package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.search.Order;
import dev.clew.server.search.Page;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds runs: first at most one more than a page of numbers, by one of three fixed forms of statement, then what those runs logged, by
 * list. Driven by the order ({@code O}: run by run, newest first), by one selective comparison ({@code P}), or by the value index
 * ({@code index}). Which one is chosen by counting comparisons up to {@value Driver#SELECTIVE} and by trying the filter on the newest
 * runs. Pages continue after the last run's sort key. Thread-safe.
 */
public final class RunSearch {
    /** Runs the filter is tried on, and hits among them from which walking in order is quick. */
    private static final int SAMPLE = 2_000;

    private static final int ENOUGH_HITS = 5;
    /** Streams in one statement; more experiments take more statements. */
    private static final int STREAMS_AT_ONCE = 100;

    private final TrackingStore store;
    private final Keys keys;

    RunSearch(TrackingStore store, Keys keys) {
        this.store = store;
        this.keys = keys;
    }

    /** Runs of one experiment and lifecycle; −1 for any lifecycle. */
    private record Stream(long experiment, int lifecycle) {}

    /** A found run: its number and its sort key. */
    private record Hit(long nid, long startTime, byte[] run, List<@Nullable Object> values) {}

    /** One page with everything the runs logged. One read transaction. */
    public Page<RunView> find(RunQuery query) {
        return store.read(sql -> {
            var numbers = new ArrayList<Long>();
            String token = search(sql, query, hit -> numbers.add(hit.nid()));
            return new Page<>(store.views(sql, store.runsByNumber(sql, numbers)), token);
        });
    }

    /** How many runs match: counted, not fetched. */
    public long count(RunQuery query) {
        return store.read(sql -> {
            long all = 0;
            for (Stream stream : streams(sql, query)) {
                var binds = new Binds(sql.dialect());
                var conditions = new Conditions(sql, binds, keys);
                String text = "SELECT count(*) AS n FROM run r WHERE %s AND %s"
                        .formatted(in(stream, binds), conditions.of(query.filter()));
                all += binds.apply(sql.query(text))
                        .first(row -> row.integer("n"))
                        .orElse(0L);
            }
            return all;
        });
    }

    private @Nullable String search(Sql sql, RunQuery query, java.util.function.Consumer<Hit> taken) {
        List<Stream> streams = streams(sql, query);
        if (streams.isEmpty()) {
            return null;
        }
        Plan plan = plan(sql, query, streams);
        SearchToken after = query.token() == null ? null : SearchToken.parse(query.token(), 32);
        int wanted = query.limit() + 1;
        var hits = new ArrayList<Hit>();
        int part = after == null ? 0 : after.part();
        if (part < 0 || part >= plan.parts.size()) {
            throw SearchToken.invalid();
        }
        int lastPart = part;
        for (; part < plan.parts.size() && hits.size() < wanted; part++) {
            SearchToken here = after != null && after.part() == part ? after : null;
            var found = plan.parts.get(part).find(sql, streams, here, wanted - hits.size());
            for (Hit hit : found) {
                if (hits.size() < query.limit()) {
                    lastPart = part;
                }
                hits.add(hit);
            }
        }
        hits.stream().limit(query.limit()).forEach(taken);
        if (hits.size() <= query.limit()) {
            return null;
        }
        Hit last = hits.get(query.limit() - 1);
        return new SearchToken(lastPart, last.values, last.startTime, last.run).text();
    }

    private static List<Stream> streams(Sql sql, RunQuery query) {
        var streams = new ArrayList<Stream>();
        for (Experiment experiment : TrackingStore.experiments(sql, query.experiments())) {
            if (experiment.scope() != query.scope()) {
                continue;
            }
            switch (query.view()) {
                case ACTIVE_ONLY -> {
                    if (experiment.isActive()) {
                        streams.add(new Stream(experiment.id(), 0));
                    }
                }
                case DELETED_ONLY -> {
                    streams.add(new Stream(experiment.id(), 1));
                    if (!experiment.isActive()) {
                        streams.add(new Stream(experiment.id(), 0));
                    }
                }
                case ALL -> {
                    streams.add(new Stream(experiment.id(), 0));
                    streams.add(new Stream(experiment.id(), 1));
                }
            }
        }
        return streams;
    }

    /** The parts of the order, each a statement; together they give all matches in order. */
    private record Plan(List<Part> parts) {}

    @FunctionalInterface
    private interface Part {
        List<Hit> find(Sql sql, List<Stream> streams, @Nullable SearchToken after, int limit);
    }

    private Plan plan(Sql sql, RunQuery query, List<Stream> streams) {
        Filter filter = query.filter();
        List<Order> order = withoutDefault(query.order());
        Driver driver = driver(sql, filter, streams);
        // A token says which part of the order it is in, so the parts must not depend on which form is chosen: only the
        // order decides.
        if (order.size() == 1 && order.getFirst().entity().equals("metric")) {
            Order term = order.getFirst();
            return new Plan(List.of(
                    driver == null ? numbers(filter, term) : sorted(filter, order, driver, 0),
                    driver == null ? nans(filter, term) : sorted(filter, order, driver, 1),
                    sorted(filter, order, driver, 2)));
        }
        if (order.size() == 1
                && (order.getFirst().entity().equals("parameter")
                        || order.getFirst().entity().equals("tag"))) {
            return new Plan(List.of(
                    driver == null ? labels(filter, order.getFirst()) : sorted(filter, order, driver, 0),
                    sorted(filter, order, driver, 2)));
        }
        return new Plan(List.of(sorted(filter, order, driver, -1)));
    }

    /** {@code start_time DESC} at the end says what holds anyway. */
    private static List<Order> withoutDefault(List<Order> order) {
        if (!order.isEmpty()) {
            Order last = order.getLast();
            if (last.entity().equals("attribute") && last.key().equals("start_time") && !last.ascending()) {
                return order.subList(0, order.size() - 1);
            }
        }
        return order;
    }

    /** The comparison to be driven by, or null when walking in order is quicker. */
    private @Nullable Driver driver(Sql sql, Filter filter, List<Stream> streams) {
        if (filter.comparisons().isEmpty()) {
            return null;
        }
        long[] experiments =
                streams.stream().mapToLong(Stream::experiment).distinct().toArray();
        Driver smallest = null;
        long fewest = Long.MAX_VALUE;
        for (Driver each : Driver.countable(filter)) {
            long count = each.count(sql, keys, experiments);
            if (count < fewest) {
                fewest = count;
                smallest = each;
            }
        }
        if (fewest <= Driver.SELECTIVE) {
            return smallest;
        }
        if (sampleHits(sql, filter, streams.getFirst()) >= ENOUGH_HITS) {
            return null;
        }
        Driver pattern = Driver.pattern(filter);
        return pattern != null ? pattern : smallest;
    }

    /** Hits among the newest runs; as many as asked when there are no more runs than the sample, for then nothing is slow. */
    private long sampleHits(Sql sql, Filter filter, Stream stream) {
        var binds = new Binds(sql.dialect());
        var conditions = new Conditions(sql, binds, keys);
        String text = """
                SELECT count(*) AS runs, coalesce(sum(CASE WHEN %s THEN 1 ELSE 0 END), 0) AS hits FROM (
                  SELECT r.nid, r.run, r.user_name, r.location, r.status, r.start_time, r.end_time
                  FROM run r WHERE %s ORDER BY r.start_time DESC, r.run LIMIT %d) r""".formatted(conditions.of(filter), in(stream, binds), SAMPLE);
        return binds.apply(sql.query(text))
                .first(row -> row.integer("runs") < SAMPLE ? ENOUGH_HITS : row.integer("hits"))
                .orElse(0L);
    }

    private static String in(Stream stream, Binds binds) {
        return "r.exp = %s AND r.lifecycle = %s"
                .formatted(binds.integer(stream.experiment), binds.integer(stream.lifecycle));
    }

    /**
     * The O form, or with a driver the P form: matches sorted by the order's terms, then newest first.
     *
     * @param part of a metric order: 0 numbers, 1 NaN, 2 missing; −1 for everything
     */
    private Part sorted(Filter filter, List<Order> order, @Nullable Driver driver, int part) {
        return (sql, streams, after, limit) -> {
            List<Order> terms = part > 0 ? List.of() : order;
            return union(sql, streams, after, limit, terms, (binds, stream) -> {
                var conditions = new Conditions(sql, binds, keys);
                var columns = new StringBuilder("r.nid, r.start_time, r.run");
                for (int i = 0; i < terms.size(); i++) {
                    columns.append(", %s AS p%d, %s AS v%d"
                            .formatted(partOf(conditions, terms.get(i)), i, valueOf(conditions, terms.get(i)), i));
                }
                String from = driver == null
                        ? "run r WHERE "
                        : "(%s) d CROSS JOIN run r WHERE r.nid = d.owner AND "
                                .formatted(driver.text(sql, binds, keys, stream.experiment));
                String only = part < 0 ? "" : " AND %s = %d".formatted(partOf(conditions, order.getFirst()), part);
                String notBefore = after != null && terms.isEmpty()
                        ? " AND r.start_time <= " + binds.integer(after.startTime())
                        : "";
                return "SELECT %s FROM %s%s%s AND %s%s"
                        .formatted(columns, from, in(stream, binds), notBefore, conditions.of(filter), only);
            });
        };
    }

    /** 0 where there is a value, 1 for NaN, 2 where there is none: missing last, whatever the direction. */
    private static String partOf(Conditions conditions, Order term) {
        return switch (term.entity()) {
            case "metric" -> conditions.metricPart(term.key());
            case "parameter", "tag", "dataset" ->
                "CASE WHEN %s IS NULL THEN 2 ELSE 0 END".formatted(valueOf(conditions, term));
            default ->
                term.key().equals("end_time") || term.key().equals("run_name")
                        ? "CASE WHEN %s IS NULL THEN 2 ELSE 0 END".formatted(valueOf(conditions, term))
                        : "0";
        };
    }

    private static String valueOf(Conditions conditions, Order term) {
        return switch (term.entity()) {
            case "metric" -> conditions.metric(term.key());
            case "parameter" -> conditions.label("param", term.key());
            case "tag" -> conditions.label("tag", term.key());
            case "dataset" -> "(SELECT min(i.name) FROM run_input i WHERE i.owner = r.nid)";
            default ->
                switch (term.key()) {
                    case "run_id" -> conditions.hex("r.run");
                    case "run_name" -> conditions.label("tag", RunTags.NAME);
                    case "user_id" -> "r.user_name";
                    case "artifact_uri" -> "r.location";
                    case "status" ->
                        "CASE r.status WHEN 1 THEN 'RUNNING' WHEN 2 THEN 'SCHEDULED' WHEN 3 THEN 'FINISHED' WHEN 4 THEN 'FAILED' ELSE 'KILLED' END";
                    case "start_time" -> "r.start_time";
                    case "end_time" -> "r.end_time";
                    default -> throw new IllegalArgumentException("Runs are not ordered by " + term.key());
                };
        };
    }

    /** The index form: runs by the rank of one metric, stopped early; hot runs, whose ranks may be stale, by a statement of their own. */
    private Part numbers(Filter filter, Order term) {
        return (sql, streams, after, limit) -> {
            var settled = union(sql, streams, after, limit, List.of(term), (binds, stream) -> {
                String key = binds.integer(keys.find(sql, term.key()));
                var conditions = new Conditions(sql, binds, keys);
                return """
                        SELECT r.nid, r.start_time, r.run, 0 AS p0, l.value AS v0, l.rank AS rank FROM latest_metric l CROSS JOIN run r
                        WHERE r.nid = l.owner AND l.exp = %s AND l.key_id = %s AND l.rank < %s%s AND %s
                        AND NOT EXISTS (SELECT 1 FROM metric_owner h WHERE h.owner = l.owner AND h.settled < h.blocks)
                        AND %s""".formatted(
                                binds.integer(stream.experiment),
                                key,
                                binds.integer(Latest.RANK_OF_NAN),
                                bounds(filter, term, binds) + continued(after, term, binds),
                                in(stream, binds),
                                conditions.of(filter));
            });
            return merged(settled, hot(sql, streams, after, limit, filter, term, 0), limit, term.ascending());
        };
    }

    /** What the filter says of the same metric, as bounds of the walk. */
    private static String bounds(Filter filter, Order term, Binds binds) {
        var text = new StringBuilder();
        filter.conjuncts().stream()
                .filter(each -> each.isOn("metric") && each.key().equals(term.key()) && each.operator() != Operator.NE)
                .forEach(each -> text.append(" AND ").append(Driver.rankRange("l.rank", each, binds)));
        return text.toString();
    }

    /** Where the walk goes on: at the rank of the last run of the page before. */
    private static String continued(@Nullable SearchToken after, Order term, Binds binds) {
        return after != null && after.values().size() == 2 && after.values().get(1) instanceof Double value
                ? " AND l.rank %s %s".formatted(term.ascending() ? ">=" : "<=", binds.integer(Latest.rankOf(value)))
                : "";
    }

    private Part nans(Filter filter, Order term) {
        return (sql, streams, after, limit) -> {
            var settled = union(sql, streams, after, limit, List.of(), (binds, stream) -> {
                String key = binds.integer(keys.find(sql, term.key()));
                var conditions = new Conditions(sql, binds, keys);
                return """
                        SELECT r.nid, r.start_time, r.run FROM latest_metric l CROSS JOIN run r
                        WHERE r.nid = l.owner AND l.exp = %s AND l.key_id = %s AND l.rank = %s AND %s
                        AND NOT EXISTS (SELECT 1 FROM metric_owner h WHERE h.owner = l.owner AND h.settled < h.blocks)
                        AND %s""".formatted(
                                binds.integer(stream.experiment),
                                key,
                                binds.integer(Latest.RANK_OF_NAN),
                                in(stream, binds),
                                conditions.of(filter));
            });
            return merged(settled, hot(sql, streams, after, limit, filter, term, 1), limit, true);
        };
    }

    private List<Hit> hot(
            Sql sql,
            List<Stream> streams,
            @Nullable SearchToken after,
            int limit,
            Filter filter,
            Order term,
            int part) {
        return union(sql, streams, after, limit, part == 0 ? List.of(term) : List.of(), (binds, stream) -> {
            String key = binds.integer(keys.find(sql, term.key()));
            var conditions = new Conditions(sql, binds, keys);
            return """
                    SELECT r.nid, r.start_time, r.run%s FROM metric_owner h CROSS JOIN latest_metric l CROSS JOIN run r
                    WHERE h.exp = %s AND h.settled < h.blocks AND l.owner = h.owner AND l.key_id = %s AND l.is_nan = %d
                    AND r.nid = h.owner AND %s AND %s""".formatted(
                            part == 0 ? ", 0 AS p0, l.value AS v0" : "",
                            binds.integer(stream.experiment),
                            key,
                            part,
                            in(stream, binds),
                            conditions.of(filter));
        });
    }

    private static List<Hit> merged(List<Hit> settled, List<Hit> hot, int limit, boolean ascending) {
        if (hot.isEmpty()) {
            return settled;
        }
        var all = new LinkedHashMap<Long, Hit>();
        settled.forEach(hit -> all.put(hit.nid, hit));
        hot.forEach(hit -> all.put(hit.nid, hit));
        Comparator<Hit> byValue = Comparator.comparingDouble(hit -> hit.values.isEmpty() ? 0 : number(hit));
        return all.values().stream()
                .sorted((ascending ? byValue : byValue.reversed())
                        .thenComparing(Comparator.comparingLong(Hit::startTime).reversed())
                        .thenComparing(Hit::run, Arrays::compareUnsigned))
                .limit(limit)
                .toList();
    }

    private static double number(Hit hit) {
        return hit.values.get(1) instanceof Double number ? number : 0;
    }

    /** Runs by the value of one parameter or tag, along its index. */
    private Part labels(Filter filter, Order term) {
        String table = term.entity().equals("parameter") ? "param" : "tag";
        return (sql, streams, after, limit) -> union(sql, streams, after, limit, List.of(term), (binds, stream) -> {
            var conditions = new Conditions(sql, binds, keys);
            return """
                            SELECT r.nid, r.start_time, r.run, 0 AS p0, l.value AS v0 FROM %s l CROSS JOIN run r
                            WHERE r.nid = l.owner AND l.exp = %s AND l.key_id = %s AND %s AND %s""".formatted(
                            table,
                            binds.integer(stream.experiment),
                            binds.integer(keys.find(sql, term.key())),
                            in(stream, binds),
                            conditions.of(filter));
        });
    }

    @FunctionalInterface
    private interface Select {
        String text(Binds binds, Stream stream);
    }

    /** One limited select per stream, united, sorted and limited again. */
    private List<Hit> union(
            Sql sql, List<Stream> streams, @Nullable SearchToken after, int limit, List<Order> terms, Select select) {
        if (after != null && after.values().size() != 2 * terms.size()) {
            throw SearchToken.invalid();
        }
        var hits = new ArrayList<Hit>();
        for (int from = 0; from < streams.size(); from += STREAMS_AT_ONCE) {
            var binds = new Binds(sql.dialect());
            var parts = new ArrayList<String>();
            List<Stream> some = streams.subList(from, Math.min(streams.size(), from + STREAMS_AT_ONCE));
            for (Stream stream : some) {
                parts.add(page(select.text(binds, stream), binds, after, limit, terms, some.size() > 1));
            }
            String text = parts.size() == 1
                    ? parts.getFirst()
                    : "SELECT * FROM (%s) u ORDER BY %s LIMIT %d"
                            .formatted(String.join(" UNION ALL ", parts), order(terms), limit);
            binds.apply(sql.query(text)).forEach(row -> hits.add(hit(row, terms)));
        }
        if (streams.size() <= STREAMS_AT_ONCE) {
            return hits;
        }
        hits.sort((a, b) -> compare(a, b, terms));
        return hits.subList(0, Math.min(limit, hits.size()));
    }

    private static String page(
            String select, Binds binds, @Nullable SearchToken after, int limit, List<Order> terms, boolean nested) {
        boolean ranked = select.contains("AS rank FROM");
        String text = after == null
                ? "%s ORDER BY %s LIMIT %d".formatted(select, innerOrder(terms, ranked), limit)
                : "SELECT * FROM (%s) k WHERE %s ORDER BY %s LIMIT %d"
                        .formatted(
                                select,
                                keyset(binds, after, terms),
                                ranked ? innerOrder(terms, true).replace("r.", "") : order(terms),
                                limit);
        return nested ? "SELECT * FROM (%s) s".formatted(text) : text;
    }

    private static String order(List<Order> terms) {
        var text = new StringBuilder();
        for (int i = 0; i < terms.size(); i++) {
            text.append("p%d, v%d %s, ".formatted(i, i, terms.get(i).ascending() ? "ASC" : "DESC"));
        }
        return text + "start_time DESC, run";
    }

    private static String innerOrder(List<Order> terms, boolean ranked) {
        return ranked
                ? "rank %s, r.start_time DESC, r.run".formatted(terms.getFirst().ascending() ? "ASC" : "DESC")
                : order(terms)
                        .replace("start_time", "r.start_time")
                        .replace(", run", ", r.run")
                        .replaceFirst("^run", "r.run");
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

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static int compare(Hit a, Hit b, List<Order> terms) {
        for (int i = 0; i < terms.size(); i++) {
            int parts = Long.compare((Long) require(a.values.get(2 * i)), (Long) require(b.values.get(2 * i)));
            if (parts != 0) {
                return parts;
            }
            Object left = a.values.get(2 * i + 1);
            Object right = b.values.get(2 * i + 1);
            if (left instanceof Comparable one && right != null) {
                int values = one.compareTo(right);
                if (values != 0) {
                    return terms.get(i).ascending() ? values : -values;
                }
            }
        }
        int starts = Long.compare(b.startTime, a.startTime);
        return starts != 0 ? starts : Arrays.compareUnsigned(a.run, b.run);
    }

    private static @Nullable Object value(Row row, String column, Order term) {
        if (term.entity().equals("metric")) {
            return row.realOrNull(column);
        }
        boolean time = term.entity().equals("attribute")
                && (term.key().equals("start_time") || term.key().equals("end_time"));
        return time ? row.integerOrNull(column) : row.textOrNull(column);
    }

    private static Object require(@Nullable Object value) {
        return Tracking.require(value);
    }
}

package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.search.Order;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Page;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.RunPages.Hit;
import dev.clew.server.tracking.RunPages.Stream;
import dev.clew.server.tracking.RunStatements.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds runs: first at most one more than a page of numbers, by one of three fixed forms of statement, then what those runs logged, by
 * list. Driven by the order ({@code O}: run by run, newest first), by one selective comparison ({@code P}), or by the value index
 * ({@code index}). Which one is chosen by counting comparisons up to {@value Driver#SELECTIVE} and by trying the filter on the newest
 * runs. Pages continue after the last run's sort key. Thread-safe.
 */
public final class RunSearch {
    /** Hits among the runs that the filter is tried on from which walking in order is quicker than a pattern along its index. */
    private static final int ENOUGH_HITS = 5;

    /** Owners of a comparison that are counted before all are counted. */
    private static final int COUNTED = 20_000;

    private final TrackingStore store;
    private final Keys keys;
    private final RunStatements statements;
    private final Bounds bounds;

    /**
     * From where one form is taken instead of another; every answer is the same.
     *
     * @param selective owners that a comparison gives, up to which it drives the search
     * @param sample runs that the filter is tried on
     */
    record Bounds(int selective, int sample) {
        static final Bounds MEASURED = new Bounds(Driver.SELECTIVE, 500);
    }

    RunSearch(TrackingStore store, Keys keys, Bounds bounds) {
        this.store = store;
        this.keys = keys;
        this.statements = new RunStatements(keys);
        this.bounds = bounds;
    }

    /** One page with everything the runs logged. One read transaction. */
    public Page<RunView> find(RunQuery query) {
        return find(query, RunProjection.ALL);
    }

    /** One page with what is asked of each run. */
    public Page<RunView> find(RunQuery query, RunProjection projection) {
        return store.read(sql -> {
            var numbers = new ArrayList<Long>();
            String token = search(sql, query, numbers);
            return new Page<>(store.views(sql, store.runsByNumber(sql, numbers), projection), token);
        });
    }

    /** How many runs match, wherever a page starts: counted, not fetched; along an index where a comparison has one. */
    public long count(RunQuery query) {
        return store.read(sql -> {
            List<Stream> streams = streams(sql, query);
            Driver driver = streams.isEmpty() ? null : counted(sql, query.filter(), streams);
            long all = 0;
            for (Stream stream : streams) {
                var binds = new Binds(sql.dialect());
                var conditions = new Conditions(sql, binds, keys);
                String text = driver == null
                        ? "SELECT count(*) AS n FROM run r WHERE %s AND %s"
                                .formatted(stream.condition(binds), conditions.of(query.filter()))
                        : """
                                WITH d AS MATERIALIZED (%s) SELECT count(*) AS n FROM d CROSS JOIN run r
                                WHERE r.nid = d.owner AND %s AND %s""".formatted(
                                        driver.text(sql, binds, keys, stream.experiment()),
                                        stream.condition(binds),
                                        conditions.of(driver.rest(query.filter())));
                all += binds.apply(sql.query(text))
                        .first(row -> row.integer("n"))
                        .orElse(0L);
            }
            return all;
        });
    }

    /** The comparison with the fewest owners, as far as they are counted; null when none has an index. */
    private @Nullable Driver counted(Sql sql, Filter filter, List<Stream> streams) {
        long[] experiments =
                streams.stream().mapToLong(Stream::experiment).distinct().toArray();
        Driver smallest = null;
        long fewest = Long.MAX_VALUE;
        for (Driver each : Driver.countable(filter)) {
            long count = each.count(sql, keys, experiments, COUNTED);
            if (count < fewest) {
                fewest = count;
                smallest = each;
            }
        }
        return smallest;
    }

    /** Puts the page's numbers into {@code numbers}. @return where the next page starts, or null */
    private @Nullable String search(Sql sql, RunQuery query, List<Long> numbers) {
        List<Stream> streams = streams(sql, query);
        if (streams.isEmpty()) {
            return null;
        }
        List<Part> parts = parts(sql, query, streams);
        SearchToken after = query.token() == null ? null : SearchToken.parse(query.token(), 2 * OrderParser.MAX_TERMS);
        int part = after == null ? 0 : after.part();
        if (part < 0 || part >= parts.size()) {
            throw SearchToken.invalid();
        }
        int wanted = query.limit() + 1;
        var hits = new ArrayList<Hit>();
        int lastPart = part;
        for (; part < parts.size() && hits.size() < wanted; part++) {
            SearchToken here = after != null && after.part() == part ? after : null;
            var found = parts.get(part).find(sql, streams, here, wanted - hits.size());
            if (!found.isEmpty() && hits.size() < query.limit()) {
                lastPart = part;
            }
            hits.addAll(found);
        }
        hits.stream().limit(query.limit()).forEach(hit -> numbers.add(hit.nid()));
        if (hits.size() <= query.limit()) {
            return null;
        }
        Hit last = hits.get(query.limit() - 1);
        return new SearchToken(lastPart, last.values(), last.startTime(), last.run()).text();
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

    /** A token says which part of the order it is in, so the order alone says what the parts are; the form of each is chosen. */
    private List<Part> parts(Sql sql, RunQuery query, List<Stream> streams) {
        Filter filter = query.filter();
        List<Order> order = withoutDefault(query.order());
        Driver driver = driver(sql, filter, order, streams);
        if (order.size() == 1) {
            Order term = order.getFirst();
            if (term.entity().equals("metric")) {
                return List.of(
                        driver == null ? statements.numbers(filter, term) : statements.sorted(filter, order, driver, 0),
                        driver == null ? statements.nans(filter, term) : statements.sorted(filter, order, driver, 1),
                        missing(filter, order, driver));
            }
            if (term.entity().equals("parameter") || term.entity().equals("tag")) {
                return List.of(
                        driver == null ? statements.labels(filter, term) : statements.sorted(filter, order, driver, 0),
                        missing(filter, order, driver));
            }
        }
        return List.of(statements.sorted(filter, order, driver, -1));
    }

    /** Runs without the value that is ordered by: none where the filter compares it, so then nothing is looked for. */
    private Part missing(Filter filter, List<Order> order, @Nullable Driver driver) {
        Order term = order.getFirst();
        boolean compared = filter.conjuncts().stream()
                .anyMatch(each -> each.isOn(term.entity())
                        && each.key().equals(term.key())
                        && each.operator() != Operator.IS_NULL);
        return compared ? (sql, streams, after, limit) -> List.of() : statements.sorted(filter, order, driver, 2);
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
    private @Nullable Driver driver(Sql sql, Filter filter, List<Order> order, List<Stream> streams) {
        if (filter.comparisons().isEmpty()) {
            return null;
        }
        long[] experiments =
                streams.stream().mapToLong(Stream::experiment).distinct().toArray();
        Driver smallest = null;
        long fewest = Long.MAX_VALUE;
        for (Driver each : Driver.countable(filter)) {
            long count = each.count(sql, keys, experiments, bounds.selective);
            if (count < fewest) {
                fewest = count;
                smallest = each;
            }
        }
        if (fewest <= bounds.selective) {
            return smallest;
        }
        if (isOfOneMetric(filter, order)) {
            return null;
        }
        Driver pattern = Driver.pattern(filter);
        // Without a pattern the way out is a comparison with many owners, so one hit is reason enough to walk.
        int enough = pattern == null ? 1 : ENOUGH_HITS;
        return sampleHits(sql, filter, streams.getFirst()) >= enough ? null : pattern != null ? pattern : smallest;
    }

    /** Whether the filter compares but the metric that is ordered by: every run of the walk then matches. */
    private static boolean isOfOneMetric(Filter filter, List<Order> order) {
        return order.size() == 1
                && order.getFirst().entity().equals("metric")
                && filter.conjuncts().size() == filter.comparisons().size()
                && filter.conjuncts().stream()
                        .allMatch(each -> each.isOn("metric")
                                && each.key().equals(order.getFirst().key())
                                && each.operator() != Operator.NE);
    }

    /** Hits among the newest runs; as many as asked when there are no more runs than the sample, for then nothing is slow. */
    private long sampleHits(Sql sql, Filter filter, Stream stream) {
        var binds = new Binds(sql.dialect());
        var conditions = new Conditions(sql, binds, keys);
        String text = """
                SELECT count(*) AS runs, coalesce(sum(CASE WHEN %s THEN 1 ELSE 0 END), 0) AS hits FROM (
                  SELECT r.nid, r.run, r.user_name, r.location, r.status, r.start_time, r.end_time
                  FROM run r WHERE %s ORDER BY r.start_time DESC, r.run LIMIT %d) r""".formatted(conditions.of(filter), stream.condition(binds), bounds.sample);
        return binds.apply(sql.query(text))
                .first(row -> row.integer("runs") < bounds.sample ? ENOUGH_HITS : row.integer("hits"))
                .orElse(0L);
    }
}

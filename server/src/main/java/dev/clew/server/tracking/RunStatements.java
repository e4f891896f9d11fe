package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.search.Order;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.RunPages.Hit;
import dev.clew.server.tracking.RunPages.Select;
import dev.clew.server.tracking.RunPages.Stream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The forms of statement that find runs. Driven by the order, run by run ({@link #sorted} without a
 * driver), by one selective comparison ({@link #sorted} with one), or by an index of values ({@link #numbers}, {@link #nans},
 * {@link #labels}). A comparison is looked up by (run, key) in each, so the plan is the same whatever an engine knows of the data.
 */
final class RunStatements {
    private static final String NOT_HOT =
            "NOT EXISTS (SELECT 1 FROM metric_owner h WHERE h.owner = l.owner AND h.settled < h.blocks)";

    /** What of a value is not in its index, read only where there may be some. */
    private static final String REST = """
            CASE WHEN octet_length(l.value) < %d THEN '' ELSE
            coalesce((SELECT x.rest FROM %%s x WHERE x.owner = l.owner AND x.key_id = l.key_id), '') END""".formatted(Labelled.HEAD);

    /** Attributes that a run may lack. */
    private static final Set<String> NULLABLE = Set.of("end_time", "duration", "run_name");

    private final Keys keys;

    RunStatements(Keys keys) {
        this.keys = keys;
    }

    /** One part of the order; parts one behind the other are all matches in order. */
    @FunctionalInterface
    interface Part {
        List<Hit> find(Sql sql, List<Stream> streams, @Nullable SearchToken after, int limit);
    }

    /**
     * Matches sorted by the order's terms, then newest first.
     *
     * @param part of a metric order: 0 numbers, 1 NaN, 2 missing; of parameters and tags 0 and 2; −1 for everything
     */
    Part sorted(Filter filter, List<Order> order, @Nullable Driver driver, int part) {
        List<Order> terms = part > 0 ? List.of() : order;
        return (sql, streams, after, limit) -> RunPages.find(sql, streams, after, limit, terms, (binds, stream) -> {
            var conditions = new Conditions(sql, binds, keys);
            var columns = new StringBuilder("r.nid, r.start_time, r.run");
            for (int i = 0; i < terms.size(); i++) {
                columns.append(", %s AS p%d, %s AS v%d"
                        .formatted(partOf(conditions, terms.get(i)), i, valueOf(conditions, terms.get(i)), i));
            }
            // Materialized, so that no engine looks at a run before its comparison held.
            String with = driver == null
                    ? ""
                    : "WITH d AS MATERIALIZED (%s) ".formatted(driver.text(sql, binds, keys, stream.experiment()));
            String from = driver == null ? "run r WHERE " : "d CROSS JOIN run r WHERE r.nid = d.owner AND ";
            String only = part < 0 ? "" : " AND %s = %d".formatted(partOf(conditions, order.getFirst()), part);
            String notBefore =
                    after != null && terms.isEmpty() ? " AND r.start_time <= " + binds.integer(after.startTime()) : "";
            return new Select(
                    with
                            + "SELECT %s FROM %s%s%s AND %s%s"
                                    .formatted(
                                            columns,
                                            from,
                                            stream.condition(binds),
                                            notBefore,
                                            conditions.of(driver == null ? filter : driver.rest(filter)),
                                            only),
                    null);
        });
    }

    /** 0 where there is a value, 1 for NaN, 2 where there is none: missing last, whatever the direction. */
    private static String partOf(Conditions conditions, Order term) {
        return switch (term.entity()) {
            case "metric" -> conditions.metricPart(term.key());
            case "parameter", "tag", "dataset" ->
                "CASE WHEN %s IS NULL THEN 2 ELSE 0 END".formatted(valueOf(conditions, term));
            default ->
                NULLABLE.contains(term.key())
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
                    case "duration" -> Conditions.DURATION;
                    default -> throw new IllegalArgumentException("Runs are not ordered by " + term.key());
                };
        };
    }

    /** Runs by the rank of one metric, stopped early; hot runs, whose ranks may be stale, by a statement of their own. */
    Part numbers(Filter filter, Order term) {
        return (sql, streams, after, limit) -> {
            RankRange range = range(filter, term, after);
            var settled = RunPages.find(sql, streams, after, limit, List.of(term), (binds, stream) -> {
                var conditions = new Conditions(sql, binds, keys);
                return new Select(
                        """
                        SELECT r.nid, r.start_time, r.run, 0 AS p0, l.value AS v0, l.rank AS walk FROM latest_metric l CROSS JOIN run r
                        WHERE r.nid = l.owner AND l.exp = %s AND l.key_id = %s AND %s AND %s AND %s AND %s""".formatted(
                                        binds.integer(stream.experiment()),
                                        conditions.key(term.key()),
                                        range.text("l.rank", binds),
                                        stream.condition(binds),
                                        NOT_HOT,
                                        conditions.of(filter)),
                        "walk %s, ".formatted(RunPages.direction(term)));
            });
            return RunPages.merge(settled, hot(sql, streams, after, limit, filter, term, 0), limit, List.of(term));
        };
    }

    /** The stretch of ranks to be walked: what the filter says of the same metric, from where the page before ended. */
    private static RankRange range(Filter filter, Order term, @Nullable SearchToken after) {
        RankRange range = RankRange.NUMBERS;
        for (Comparison each : filter.conjuncts()) {
            if (each.isOn("metric") && each.key().equals(term.key())) {
                range = range.and(each);
            }
        }
        return after != null && after.values().size() == 2 && after.values().get(1) instanceof Double value
                ? range.from(value, term.ascending())
                : range;
    }

    /** Runs whose metric is NaN, newest first. */
    Part nans(Filter filter, Order term) {
        return (sql, streams, after, limit) -> {
            var settled = RunPages.find(sql, streams, after, limit, List.of(), (binds, stream) -> {
                var conditions = new Conditions(sql, binds, keys);
                return new Select(
                        """
                        SELECT r.nid, r.start_time, r.run FROM latest_metric l CROSS JOIN run r
                        WHERE r.nid = l.owner AND l.exp = %s AND l.key_id = %s AND l.rank = %s AND %s AND %s AND %s""".formatted(
                                        binds.integer(stream.experiment()),
                                        conditions.key(term.key()),
                                        binds.integer(Latest.RANK_OF_NAN),
                                        stream.condition(binds),
                                        NOT_HOT,
                                        conditions.of(filter)),
                        null);
            });
            return RunPages.merge(settled, hot(sql, streams, after, limit, filter, term, 1), limit, List.of());
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
        return RunPages.find(sql, streams, after, limit, part == 0 ? List.of(term) : List.of(), (binds, stream) -> {
            var conditions = new Conditions(sql, binds, keys);
            return new Select(
                    """
                            SELECT r.nid, r.start_time, r.run%s FROM metric_owner h CROSS JOIN latest_metric l CROSS JOIN run r
                            WHERE h.exp = %s AND h.settled < h.blocks AND l.owner = h.owner AND l.key_id = %s AND l.is_nan = %d
                            AND r.nid = h.owner AND %s AND %s""".formatted(
                                    part == 0 ? ", 0 AS p0, l.value AS v0" : "",
                                    binds.integer(stream.experiment()),
                                    conditions.key(term.key()),
                                    part,
                                    stream.condition(binds),
                                    conditions.of(filter)),
                    null);
        });
    }

    /** Runs by the value of one parameter or tag, along its index; beyond what is indexed by what follows. */
    Part labels(Filter filter, Order term) {
        String table = term.entity().equals("parameter") ? "param" : "tag";
        return (sql, streams, after, limit) ->
                RunPages.find(sql, streams, after, limit, List.of(term), (binds, stream) -> {
                    var conditions = new Conditions(sql, binds, keys);
                    return new Select(
                            """
                            SELECT r.nid, r.start_time, r.run, 0 AS p0, l.value || %1$s AS v0,
                            l.value AS walk, %1$s AS walk_rest FROM %2$s l CROSS JOIN run r
                            WHERE r.nid = l.owner AND l.exp = %3$s AND l.key_id = %4$s%5$s AND %6$s AND %7$s""".formatted(
                                            REST.formatted(table),
                                            table,
                                            binds.integer(stream.experiment()),
                                            conditions.key(term.key()),
                                            from(after, term, binds) + equal(filter, term, binds),
                                            stream.condition(binds),
                                            conditions.of(filter)),
                            "walk %1$s, walk_rest %1$s, ".formatted(RunPages.direction(term)));
                });
    }

    private static String from(@Nullable SearchToken after, Order term, Binds binds) {
        return after != null && after.values().size() == 2 && after.values().get(1) instanceof String value
                ? " AND l.value %s %s".formatted(term.ascending() ? ">=" : "<=", binds.text(Labelled.head(value)))
                : "";
    }

    private static String equal(Filter filter, Order term, Binds binds) {
        var text = new StringBuilder();
        for (Comparison each : filter.conjuncts()) {
            if (each.isOn(term.entity()) && each.key().equals(term.key()) && each.operator() == Operator.EQ) {
                text.append(" AND l.value = ").append(binds.text(Labelled.head(each.text())));
            }
        }
        return text.toString();
    }
}

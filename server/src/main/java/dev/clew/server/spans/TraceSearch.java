package dev.clew.server.spans;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Keyset;
import dev.clew.server.search.Keyset.Type;
import dev.clew.server.search.Order;
import dev.clew.server.search.Page;
import dev.clew.server.search.PageToken;
import dev.clew.server.storage.Sql;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds traces. Newest first, the usual order, is read off an index and ends with the page; traces that few meet are found by the index of
 * facts. Other orders sort all matches. Comparisons of the content of spans read the spans of what is left, newest first, at most
 * {@value #MAX_READ} traces and about a second a page: a page may then be short and still name a next one. Thread-safe.
 */
final class TraceSearch {
    private static final int FEW = 2_000;
    private static final int MAX_READ = 5_000;
    private static final int CHUNK = 100;
    private static final long READ_NANOS = 1_000_000_000L;
    private static final int MAX_ORDER = 5;

    private final SpanStore store;
    private final Function<SpanBlock, List<Span>> spans;

    TraceSearch(SpanStore store, Function<SpanBlock, List<Span>> spans) {
        this.store = store;
        this.spans = spans;
    }

    Page<TraceView> find(TraceQuery query) {
        if (query.experiments().isEmpty()) {
            return new Page<>(List.of(), null);
        }
        List<Comparison> content = query.filter().conjuncts().stream()
                .filter(TraceConditions::isOnContent)
                .toList();
        Filter rest = content.isEmpty() ? query.filter() : without(query.filter());
        boolean newestFirst = query.order().isEmpty()
                || (query.order().getFirst().key().equals("timestamp_ms")
                        && !query.order().getFirst().ascending());
        if (!content.isEmpty() && !newestFirst) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A search of the content of spans comes newest first; leave order_by out.");
        }
        return store.read(sql -> {
            Page<Long> found;
            if (!content.isEmpty()) {
                found = reading(sql, query, rest, content);
            } else if (newestFirst) {
                found = newest(sql, query, rest, query.limit(), query.token());
            } else {
                found = sorted(sql, query, rest);
            }
            return new Page<>(SpanStore.views(sql, byNumber(sql, found.items())), found.token());
        });
    }

    private static Filter without(Filter filter) {
        return switch (filter) {
            case Comparison comparison -> TraceConditions.isOnContent(comparison) ? Filter.ALL : comparison;
            case Filter.And(var parts) ->
                new Filter.And(parts.stream().map(TraceSearch::without).toList());
            case Filter.Or or -> or;
            case Filter.Not not -> not;
        };
    }

    private static List<SpanTrace> byNumber(Sql sql, List<Long> nids) {
        var found = new HashMap<Long, SpanTrace>();
        sql.query("SELECT %s FROM span_trace WHERE nid %s"
                        .formatted(SpanTrace.COLUMNS, sql.dialect().inIntegers("nids")))
                .integers("nids", nids.stream().mapToLong(Long::longValue).toArray())
                .list(SpanTrace.TRACES::read)
                .forEach(trace -> found.put(trace.nid(), trace));
        return nids.stream().filter(found::containsKey).map(found::get).toList();
    }

    private static String where(Sql sql, Binds binds, TraceQuery query, Filter filter) {
        Comparison driver = TraceConditions.driver(sql, query.experiments(), filter, FEW);
        var conditions = new TraceConditions(sql, binds, query.experiments(), driver);
        List<Long> experiments = query.experiments();
        String in = experiments.size() == 1
                ? "t.exp = " + binds.integer(experiments.getFirst())
                : "t.exp "
                        + binds.inIntegers(
                                experiments.stream().mapToLong(Long::longValue).toArray());
        return "%s AND t.scope = %s AND %s".formatted(in, binds.integer(query.scope()), conditions.of(filter));
    }

    /** The id of a row with what orders it. */
    private record At(long nid, long startedAt, Uid trace) {
        String token() {
            return new PageToken(List.of(startedAt, trace.bytes())).text();
        }
    }

    private static Page<Long> newest(Sql sql, TraceQuery query, Filter filter, int limit, @Nullable String token) {
        List<At> rows = newestRows(sql, query, filter, limit + 1, token);
        boolean more = rows.size() > limit;
        List<At> shown = more ? rows.subList(0, limit) : rows;
        return new Page<>(
                shown.stream().map(At::nid).toList(), more ? shown.getLast().token() : null);
    }

    private static List<At> newestRows(Sql sql, TraceQuery query, Filter filter, int count, @Nullable String token) {
        var binds = new Binds(sql.dialect());
        String where = where(sql, binds, query, filter);
        String after = "";
        if (token != null) {
            List<@Nullable Object> values = PageToken.parse(token).values();
            if (values.size() != 2
                    || !(values.getFirst() instanceof Long start)
                    || !(values.getLast() instanceof byte[] trace)) {
                throw PageToken.invalid(null);
            }
            String at = binds.integer(start);
            after = " AND t.started_at <= %1$s AND (t.started_at < %1$s OR t.trace > %2$s)"
                    .formatted(at, binds.bytes(trace));
        }
        return binds.apply(sql.query("""
            SELECT t.nid, t.started_at, t.trace FROM span_trace t WHERE %s%s
            ORDER BY t.started_at DESC, t.trace LIMIT %d\
            """.formatted(where, after, count)))
                .list(row -> new At(row.integer("nid"), row.integer("started_at"), row.uid("trace")));
    }

    private Page<Long> reading(Sql sql, TraceQuery query, Filter filter, List<Comparison> content) {
        var found = new ArrayList<Long>();
        String token = query.token();
        long until = System.nanoTime() + READ_NANOS;
        for (int read = 0; read < MAX_READ && System.nanoTime() < until; read += CHUNK) {
            List<At> chunk = newestRows(sql, query, filter, CHUNK, token);
            Map<Uid, List<SpanBlock>> blocks =
                    SpanStore.blocks(sql, chunk.stream().map(At::trace).toList());
            for (At each : chunk) {
                token = each.token();
                if (holds(blocks.getOrDefault(each.trace(), List.of()), content)) {
                    found.add(each.nid());
                    if (found.size() == query.limit()) {
                        return new Page<>(found, token);
                    }
                }
            }
            if (chunk.size() < CHUNK) {
                return new Page<>(found, null);
            }
        }
        return new Page<>(found, token);
    }

    /** Each comparison by any span. */
    private boolean holds(List<SpanBlock> blocks, List<Comparison> content) {
        List<String> texts = blocks.stream()
                .flatMap(block -> spans.apply(block).stream())
                .map(SpanContent::text)
                .toList();
        return content.stream()
                .allMatch(comparison -> texts.stream().anyMatch(text -> Binds.matches(comparison, text)));
    }

    private static Page<Long> sorted(Sql sql, TraceQuery query, Filter filter) {
        if (query.order().size() > MAX_ORDER) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "Traces are ordered by at most %d fields.".formatted(MAX_ORDER));
        }
        var binds = new Binds(sql.dialect());
        var joins = new StringBuilder();
        var conditions = new TraceConditions(sql, binds, query.experiments(), null);
        var terms = new ArrayList<Keyset.Term>();
        for (Order order : query.order()) {
            terms.add(term(conditions, joins, order, terms.size()));
        }
        terms.add(new Keyset.Term("t.trace", Type.BYTES, true));
        return new Keyset(terms)
                .page(
                        sql,
                        binds,
                        "t.nid",
                        "span_trace t%s WHERE %s".formatted(joins, where(sql, binds, query, filter)),
                        query.token(),
                        query.limit(),
                        row -> row.integer("nid"));
    }

    private static Keyset.Term term(TraceConditions conditions, StringBuilder joins, Order order, int position) {
        boolean ascending = order.ascending();
        String fact = switch (order.entity()) {
            case "tag" -> Facts.TAG + order.key();
            case "metadata" -> Facts.METADATA + order.key();
            case "attribute" ->
                switch (order.key()) {
                    case "name" -> Facts.TAG + Facts.NAME;
                    case "run_id" -> Facts.METADATA + "mlflow.sourceRun";
                    default -> null;
                };
            default -> throw unordered(order);
        };
        if (fact != null) {
            String alias = "o" + position;
            joins.append(conditions.joined(fact, alias));
            return new Keyset.Term(alias + ".value", Type.TEXT, ascending);
        }
        return switch (order.key()) {
            case "experiment_id" -> new Keyset.Term("t.exp", Type.INTEGER, ascending);
            case "timestamp_ms" -> new Keyset.Term("t.started_at", Type.INTEGER, ascending);
            case "end_time_ms" -> new Keyset.Term("t.ended_at", Type.INTEGER, ascending);
            case "execution_time_ms" -> new Keyset.Term("(t.ended_at - t.started_at)", Type.INTEGER, ascending);
            case "status" -> new Keyset.Term("t.state", Type.INTEGER, ascending);
            case "request_id" -> new Keyset.Term("t.trace", Type.BYTES, ascending);
            case "client_request_id" -> new Keyset.Term("t.client_id", Type.TEXT, ascending);
            default -> throw unordered(order);
        };
    }

    private static ClewException unordered(Order order) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "Traces cannot be ordered by '%s'; use experiment_id, timestamp_ms, execution_time_ms, end_time_ms, status, request_id, name, run_id, tags or metadata."
                        .formatted(order.key()));
    }
}

package dev.clew.server.api;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Ref;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.trace.Direction;
import dev.clew.server.trace.FollowedThread;
import dev.clew.server.trace.Sight;
import dev.clew.server.trace.Trace;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Routes of the trace. */
public final class TraceApi {
    /** What seeing things of a kind takes; all others are seen with the permission of the trace itself. */
    private static final Map<Kind, Permission> SEEN_WITH = new EnumMap<>(Map.ofEntries(
            Map.entry(Kind.EXPERIMENT, Permission.EXPERIMENT_READ),
            Map.entry(Kind.RUN, Permission.RUN_LIST),
            Map.entry(Kind.LOGGED_MODEL, Permission.RUN_LIST),
            Map.entry(Kind.MODEL, Permission.MODEL_LIST),
            Map.entry(Kind.MODEL_VERSION, Permission.MODEL_LIST),
            Map.entry(Kind.DATASET, Permission.DATASET_READ),
            Map.entry(Kind.DATASET_VERSION, Permission.DATASET_READ),
            Map.entry(Kind.DEPLOYMENT, Permission.DEPLOYMENT_READ),
            Map.entry(Kind.ENDPOINT, Permission.DEPLOYMENT_READ),
            Map.entry(Kind.APPROVAL, Permission.APPROVAL_READ),
            Map.entry(Kind.DECISION, Permission.DECISION_LIST),
            Map.entry(Kind.EXPLANATION, Permission.EXPLANATION_READ),
            Map.entry(Kind.FEEDBACK, Permission.FEEDBACK_READ),
            Map.entry(Kind.TRACE, Permission.TRACE_READ)));

    private final Trace trace;

    public TraceApi(Trace trace) {
        this.trace = trace;
    }

    public List<Route> routes() {
        return List.of(Route.get("/api/clew/v1/trace/{kind}/{id}")
                .permission(Permission.LINEAGE_READ)
                .summary("Follow the thread from a record to its causes, its effects or both; each hop cites the entry"
                        + " that proves it")
                .query("direction", "up (default), down or both")
                .query(
                        "depth",
                        "integer",
                        "levels, 1 to %d, default %d".formatted(Trace.MAX_DEPTH, Trace.DEFAULT_DEPTH))
                .query("limit", "integer", "nodes, 1 to %d, default %d".formatted(Trace.MAX_NODES, Trace.MAX_NODES))
                .query("as_of", "integer", "see the thread as of this ledger size")
                .answers(200, FollowedThread.class)
                .handle(this::follow));
    }

    private Answer follow(Exchange exchange) {
        Ref ref = Ref.parse(exchange.path("kind") + ":" + exchange.path("id"));
        requireStart(exchange, ref.kind());
        return Answer.json(trace.follow(
                ref,
                exchange.query("direction").map(Direction::parse).orElse(Direction.UP),
                (int) Queries.number(exchange, "depth", 1, Trace.MAX_DEPTH, Trace.DEFAULT_DEPTH),
                (int) Queries.number(exchange, "limit", 1, Trace.MAX_NODES, Trace.MAX_NODES),
                exchange.query("as_of").isEmpty() ? null : Queries.number(exchange, "as_of", 1, Long.MAX_VALUE, 1),
                sight(exchange)));
    }

    /** What reading the first thing needs is said instead of hidden: whether it exists is not looked at. */
    private static void requireStart(Exchange exchange, Kind kind) {
        Permission needed = SEEN_WITH.get(kind);
        if (needed != null) {
            exchange.require(needed, Resource.in(exchange.project()));
        }
    }

    private static Sight sight(Exchange exchange) {
        var known = new EnumMap<Kind, AuthorizedScope>(Kind.class);
        return kind -> known.computeIfAbsent(kind, _ -> {
            Permission needed = SEEN_WITH.get(kind);
            return needed == null ? exchange.authorizedScope() : exchange.authorizedScope(needed);
        });
    }
}

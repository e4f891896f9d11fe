package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Ref;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Route;
import dev.clew.server.trace.Direction;
import dev.clew.server.trace.FollowedThread;
import dev.clew.server.trace.Trace;
import java.util.List;

/** Routes of the trace. */
public final class TraceApi {
    private final Trace trace;

    public TraceApi(Trace trace) {
        this.trace = trace;
    }

    public List<Route> routes() {
        return List.of(Route.get("/api/clew/v1/trace/{kind}/{id}")
                .permission(Permission.LINEAGE_READ)
                .summary(
                        "Follow the thread from a record to its causes, its effects or both; each hop cites the entry that proves it")
                .query("direction", "up (default), down or both")
                .query("depth", "levels, 1 to %d, default %d".formatted(Trace.MAX_DEPTH, Trace.DEFAULT_DEPTH))
                .query("limit", "nodes, 1 to %d, default %d".formatted(Trace.MAX_NODES, Trace.MAX_NODES))
                .query("as_of", "see the thread as of this ledger size")
                .answers(200, FollowedThread.class)
                .handle(this::follow));
    }

    private Answer follow(Exchange exchange) {
        Ref ref = Ref.parse(exchange.path("kind") + ":" + exchange.path("id"));
        return Answer.json(trace.follow(
                ref,
                exchange.query("direction").map(Direction::parse).orElse(Direction.UP),
                (int) number(exchange, "depth", 1, Trace.MAX_DEPTH, Trace.DEFAULT_DEPTH),
                (int) number(exchange, "limit", 1, Trace.MAX_NODES, Trace.MAX_NODES),
                exchange.query("as_of").isEmpty() ? null : number(exchange, "as_of", 1, Long.MAX_VALUE, 1),
                exchange.authorizedScope()));
    }

    private static long number(Exchange exchange, String name, long min, long max, long otherwise) {
        return exchange.query(name)
                .map(text -> {
                    try {
                        long value = Long.parseLong(text);
                        if (value >= min && value <= max) {
                            return value;
                        }
                    } catch (NumberFormatException e) {
                        // said below
                    }
                    throw new ClewException(
                            ErrorCode.INVALID_ARGUMENT,
                            "%s must be a number from %d to %d, not \"%s\".".formatted(name, min, max, text));
                })
                .orElse(otherwise);
    }
}

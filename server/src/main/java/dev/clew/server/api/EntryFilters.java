package dev.clew.server.api;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.access.Access;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Closest;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Ref;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Entries;
import dev.clew.server.ports.Domain;
import dev.clew.server.ports.ScopeTree;
import dev.clew.server.trace.Trace;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which entries a request of the audit log asks for, within what its caller may see. */
final class EntryFilters {
    private static final List<String> ACTS =
            Arrays.stream(Act.values()).map(Act::text).toList();

    private final Trace trace;
    private final Function<String, Optional<String>> ids;

    /**
     * Entries over time.
     *
     * @param newest whether only the newest {@value Entries#COUNTED} were counted
     */
    record Counts(List<Bucket> buckets, boolean newest) {}

    record Bucket(Instant from, long count) {}

    /** @param ids the id of a principal by login or id; empty if there is none */
    EntryFilters(Trace trace, Function<String, Optional<String>> ids) {
        this.trace = trace;
        this.ids = ids;
    }

    /** Adds the query parameters that {@link #of} reads. */
    static Route.Builder declared(Route.Builder route) {
        return route.query("resource", "kind:id of the thing they are about")
                .query("actor", "who did it: name or id of a principal")
                .query("action", "act, such as deploy.start")
                .query(
                        "scope",
                        "what lies in it: an organisation, organisation/workspace or organisation/workspace/project")
                .query("from", "date-time", "RFC 3339, included")
                .query("to", "date-time", "RFC 3339, not included");
    }

    Entries.Filter of(Exchange exchange) {
        var seen = exchange.authorizedScope();
        return new Entries.Filter(
                exchange.query("scope")
                        .map(path -> within(exchange, seen.asLongs(), path))
                        .orElse(seen.asLongs()),
                exchange.query("action").map(EntryFilters::act).orElse(null),
                exchange.query("actor").map(this::who).orElse(null),
                exchange.query("resource")
                        .map(ref -> trace.resolve(Ref.parse(ref), seen))
                        .orElse(null),
                micros(exchange, "from"),
                micros(exchange, "to"),
                seen.domains().isEmpty() ? null : Domain.acts(seen.domains()));
    }

    Counts counts(Exchange exchange, Entries entries) {
        Duration bucket = exchange.query("bucket").map(Buckets::parse).orElse(Duration.ofHours(1));
        var found = entries.count(of(exchange), bucket.toNanos() / 1_000);
        long counted = found.values().stream().mapToLong(Long::longValue).sum();
        return new Counts(
                found.entrySet().stream()
                        .map(each -> new Bucket(Instant.EPOCH.plus(each.getKey(), ChronoUnit.MICROS), each.getValue()))
                        .toList(),
                counted >= Entries.COUNTED);
    }

    /** Those of the scopes that lie in the one of this path; nobody learns of paths out of sight. */
    private static long[] within(Exchange exchange, long[] scopes, String path) {
        ScopeTree tree = exchange.caller().tree();
        return tree.named(path)
                .map(named -> Arrays.stream(scopes)
                        .filter(scope -> tree.isWithin((int) scope, named.id()))
                        .toArray())
                .filter(found -> found.length > 0)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "There is no scope \"%s\" whose entries you may see; write it as default, default/default or default/default/default."
                                .formatted(path)));
    }

    private static String act(String text) {
        return Act.parse(text)
                .map(Act::text)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "action must be that of an entry, such as approval.grant, not \"%s\"%s"
                                .formatted(
                                        text,
                                        Closest.to(text, ACTS)
                                                .map("; did you mean \"%s\"?"::formatted)
                                                .orElse("."))));
    }

    private String who(String actor) {
        if (actor.startsWith("sys:") || actor.equals(Access.LOCAL)) {
            return actor;
        }
        return ids.apply(actor)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "actor must be the name or id of a user or service account, or sys:clew for the system itself, not \"%s\"."
                                .formatted(actor)));
    }

    private static @Nullable Long micros(Exchange exchange, String name) {
        Instant time = Queries.time(exchange, name);
        return time == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}

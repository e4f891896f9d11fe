package dev.clew.server.trace;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.RecordLinks;
import dev.clew.server.ports.Versions;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What rests on a thing, so that it must stay: model versions, approvals, deployments, decisions, reports, holds. A deleted version holds
 * nothing by itself, but what was approved, deployed or decided by it does. Thread-safe; a few statements a question.
 */
public final class Dependents {
    private static final int MAX_LINKS = 10_000;
    private static final int MAX_LEVELS = 8;

    /** What comes of a thing without keeping it: files, traces, and runs that name it as their parent or read it. */
    private static final Set<Kind> LOOSE = EnumSet.of(Kind.RUN, Kind.ARTIFACT, Kind.TRACE, Kind.EXPERIMENT);

    private static final String NEWER = """
            SELECT l.seq AS seq FROM link l JOIN node s ON s.nid = l.src
            WHERE l.dst %s AND l.seq >= :size AND s.kind NOT IN (%s) LIMIT 1""";
    private static final String HOLD = """
            SELECT act FROM entry_index WHERE uid = :uid AND act IN ('hold.place', 'hold.release')
            ORDER BY seq DESC LIMIT 1""";

    private final Database database;
    private final Graph graph;
    private final List<RecordLinks> records;
    private final Versions versions;

    public Dependents(Database database, List<RecordLinks> records, Versions versions) {
        this.database = database;
        this.graph = new Graph(database);
        this.records = List.copyOf(records);
        this.versions = versions;
    }

    /** One thing that rests on another: its kind, its name for people or, without one, its uid. */
    public record Holder(String kind, String name) {}

    /**
     * What was found.
     *
     * @param holders a few of them, nearest first; empty when nothing rests on it
     */
    public record Resting(List<Holder> holders, Set<Long> looked, long size) {
        public Resting {
            holders = List.copyOf(holders);
            looked = Set.copyOf(looked);
        }

        /** Whether nothing has come to rest on it since, as the transaction sees it. */
        public boolean isStill(Sql sql) {
            if (looked.isEmpty()) {
                return true;
            }
            String loose = String.join(
                    ", ",
                    LOOSE.stream().map(kind -> Integer.toString(kind.number())).toList());
            return sql.query(NEWER.formatted(sql.dialect().inIntegers("nids"), loose))
                    .integers("nids", looked.stream().mapToLong(Long::longValue).toArray())
                    .bind("size", size)
                    .first(row -> row.integer("seq"))
                    .isEmpty();
        }
    }

    /** @param around what a hold may name instead of it, such as its experiment */
    public Resting on(Permit permit, Node node, Node around) {
        long size = database.read(sql -> sql.query("SELECT COALESCE(MAX(seq), -1) + 1 AS n FROM entry")
                .first(row -> row.integer("n"))
                .orElse(0L));
        var holders = new ArrayList<Holder>();
        held(node).or(() -> held(around)).ifPresent(holders::add);
        var looked = new LinkedHashSet<Long>();
        Optional<Graph.Found> start = graph.node(node);
        Set<Long> frontier = start.map(found -> Set.of(found.nid())).orElse(Set.of());
        for (int level = 0; !frontier.isEmpty() && holders.isEmpty(); level++) {
            looked.addAll(frontier);
            frontier = next(permit, frontier, looked, size, holders);
            if (level == MAX_LEVELS) {
                holders.add(new Holder("thread", "deeper than %d levels".formatted(MAX_LEVELS)));
            }
        }
        return new Resting(holders, looked, size);
    }

    /** The nodes behind which more may rest; what holds goes to {@code holders}. */
    private Set<Long> next(Permit permit, Set<Long> frontier, Set<Long> looked, long size, List<Holder> holders) {
        List<Graph.Edge> edges = graph.level(frontier, false, size, MAX_LINKS);
        if (edges.size() == MAX_LINKS) {
            holders.add(new Holder("links", "more than %d".formatted(MAX_LINKS)));
            return Set.of();
        }
        var reached = new HashSet<Long>();
        edges.forEach(edge -> reached.add(edge.src()));
        reached.removeAll(looked);
        var onwards = new LinkedHashSet<Long>();
        for (Graph.Found found : graph.nodes(reached).values()) {
            Kind kind = found.node().kind();
            if (kind == Kind.LOGGED_MODEL) {
                onwards.add(found.nid());
            } else if (kind == Kind.MODEL_VERSION
                    && !versions.isLive(found.node().uid())) {
                ofDeletedVersion(permit, found, size, holders);
                onwards.add(found.nid());
            } else if (!LOOSE.contains(kind)) {
                holders.add(holder(found));
            }
        }
        return onwards;
    }

    private void ofDeletedVersion(Permit permit, Graph.Found version, long size, List<Holder> holders) {
        held(version.node()).ifPresent(holders::add);
        List<Graph.Edge> approvals = graph.level(List.of(version.nid()), true, size, MAX_LINKS).stream()
                .filter(edge -> edge.rel() == Rel.APPROVED)
                .toList();
        Map<Long, Graph.Found> named =
                graph.nodes(approvals.stream().map(Graph.Edge::dst).toList());
        named.values().forEach(found -> holders.add(holder(found)));
        var scope = new AuthorizedScope(permit, new int[] {version.scope()}, false);
        for (RecordLinks links : records) {
            for (RecordLinks.Group group : links.effects(version.node(), 1, scope)) {
                if (group.kind() == Kind.DECISION && group.count() > 0) {
                    holders.add(new Holder(Kind.DECISION.text(), "%,d of %s".formatted(group.count(), version.name())));
                }
            }
        }
    }

    private Optional<Holder> held(Node node) {
        Uid uid = node.uid();
        return database.read(sql -> sql.query(HOLD).bind("uid", uid).first(row -> row.text("act")))
                .filter(act -> act.equals("hold.place"))
                .map(_ -> new Holder("hold", node.kind().text() + ":" + uid.hex()));
    }

    private static Holder holder(Graph.Found found) {
        return new Holder(
                found.node().kind().text(),
                found.name().isEmpty() ? found.node().uid().hex() : found.name());
    }
}

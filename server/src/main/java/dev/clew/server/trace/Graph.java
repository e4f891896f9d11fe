package dev.clew.server.trace;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Dialect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads of the link index: one statement per level, integer ids in an array. */
final class Graph {
    /** Most ids of one statement. */
    static final int MAX_IDS = 10_000;

    /** A node's row. */
    record Found(long nid, Node node, String name, int scope, long seq) {}

    /** A link's row, by node numbers. */
    record Edge(long src, Rel rel, long dst, long seq) {}

    private final Database database;

    Graph(Database database) {
        this.database = database;
    }

    Optional<Found> node(Node node) {
        return database.read(
                sql -> sql.query("SELECT nid, kind, uid, name, scope, seq FROM node WHERE kind = :kind AND uid = :uid")
                        .bind("kind", (long) node.kind().number())
                        .bind("uid", node.uid())
                        .first(Graph::found));
    }

    Map<Long, Found> nodes(Collection<Long> nids) {
        long[] ids = nids.stream().mapToLong(Long::longValue).toArray();
        return database
                .read(sql -> sql.query("SELECT nid, kind, uid, name, scope, seq FROM node WHERE nid %s"
                                .formatted(sql.dialect().inIntegers("nids")))
                        .integers("nids", ids)
                        .list(Graph::found))
                .stream()
                .collect(Collectors.toMap(Found::nid, found -> found));
    }

    Map<Node, Found> byNode(Collection<Node> nodes) {
        var all = new HashMap<Node, Found>();
        var byKind = nodes.stream().collect(Collectors.groupingBy(Node::kind));
        byKind.forEach((kind, ofKind) -> database.read(sql -> sql.query(
                                "SELECT nid, kind, uid, name, scope, seq FROM node WHERE kind = :kind AND uid %s"
                                        .formatted(sql.dialect().inBlobs("uids")))
                        .bind("kind", (long) kind.number())
                        .blobs(
                                "uids",
                                ofKind.stream().map(node -> node.uid().bytes()).toList())
                        .list(Graph::found))
                .forEach(found -> all.put(found.node(), found)));
        return all;
    }

    /**
     * The next level: links that leave (up) or reach (down) these nodes and hold as of {@code size}. 1 statement. A link that ended and
     * began again is stored with its new beginning; what held before lies in {@code link_end}.
     */
    List<Edge> level(Collection<Long> nids, boolean up, long size, int limit) {
        var edges = new ArrayList<Edge>();
        long[] ids = nids.stream().mapToLong(Long::longValue).sorted().toArray();
        for (int from = 0; from < ids.length && edges.size() < limit; from += MAX_IDS) {
            long[] part = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + MAX_IDS));
            int rest = limit - edges.size();
            edges.addAll(database.read(sql -> sql.query(level(sql.dialect(), up))
                    .integers("nids", part)
                    .bind("size", size)
                    .bind("limit", (long) rest)
                    .list(row -> new Edge(
                            row.integer("src"),
                            Rel.of((int) row.integer("rel")),
                            row.integer("dst"),
                            row.integer("seq")))));
        }
        return edges;
    }

    /** Both halves find the ends of {@code :nids} in an index that holds all they read. */
    static String level(Dialect dialect, boolean up) {
        return """
                SELECT src, rel, dst, seq FROM (
                    SELECT src, rel, dst, seq FROM link
                    WHERE %1$s %3$s AND seq < :size
                      AND NOT EXISTS (SELECT 1 FROM link_end e WHERE e.src = link.src AND e.rel = link.rel
                        AND e.dst = link.dst AND e.seq < :size AND e.seq >= link.seq)
                    UNION
                    SELECT src, rel, dst, since AS seq FROM link_end
                    WHERE %1$s %3$s AND since < :size AND seq >= :size) held
                ORDER BY %1$s, rel, %2$s LIMIT :limit""".formatted(up ? "src" : "dst", up ? "dst" : "src", dialect.inIntegers("nids"));
    }

    private static Found found(dev.clew.server.storage.Row row) {
        return new Found(
                row.integer("nid"),
                Node.of(Kind.of((int) row.integer("kind")), Uid.of(row.bytes("uid"))),
                Objects.requireNonNullElse(row.textOrNull("name"), ""),
                (int) row.integer("scope"),
                row.integer("seq"));
    }
}

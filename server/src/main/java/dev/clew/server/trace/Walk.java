package dev.clew.server.trace;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.RecordLinks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One breadth-first walk, level by level, with a visited set in memory. Records (decisions, explanations, feedback) have no stored
 * links: their hops come from {@link RecordLinks}. Confined to one request.
 */
final class Walk {
    /** What may cut a walk. */
    record Limits(int depth, int nodes, int links, long deadlineNanos) {}

    private static final int SAMPLE = 5;

    private final Graph graph;
    private final List<RecordLinks> records;
    private final Sight sight;
    private final long size;
    private final Limits limits;

    final Map<Node, Integer> levels = new LinkedHashMap<>();
    final Set<RecordLinks.Hop> hops = new LinkedHashSet<>();
    final List<FollowedThread.Group> groups = new ArrayList<>();
    private final Map<Node, Long> numbers = new HashMap<>();
    private final Map<Long, Graph.Found> found = new HashMap<>();

    @Nullable
    String cutBy;

    Walk(Graph graph, List<RecordLinks> records, Sight sight, long size, Limits limits) {
        this.graph = graph;
        this.records = records;
        this.sight = sight;
        this.size = size;
        this.limits = limits;
    }

    void from(Node start, Direction direction) {
        levels.put(start, 0);
        if (start.kind() == Kind.DECISION) {
            // What was said about a decision belongs to its thread whichever way it is followed.
            about(start);
        }
        if (direction != Direction.DOWN) {
            spread(Set.of(start), true);
        }
        if (direction != Direction.UP) {
            spread(Set.of(start), false);
        }
    }

    Map<Node, Graph.Found> foundNodes() {
        var all = new HashMap<Node, Graph.Found>();
        found.values().forEach(row -> all.put(row.node(), row));
        return all;
    }

    private void spread(Set<Node> start, boolean up) {
        Set<Node> frontier = start;
        for (int depth = 1; !frontier.isEmpty(); depth++) {
            if (depth > limits.depth()) {
                if (hasMore(frontier, up)) {
                    cutBy = "depth";
                }
                return;
            }
            if (System.nanoTime() > limits.deadlineNanos()) {
                cutBy = "deadline";
                return;
            }
            frontier = next(frontier, up, up ? depth : -depth);
            if (cutBy != null) {
                return;
            }
        }
    }

    private Set<Node> next(Set<Node> frontier, boolean up, int level) {
        var reached = new LinkedHashSet<Node>();
        var stored = new HashSet<Node>();
        for (Node node : frontier) {
            if (node.kind().isVirtual()) {
                if (up) {
                    causes(node).forEach(hop -> reach(hop, hop.to(), level, reached));
                }
            } else {
                stored.add(node);
                if (!up) {
                    effects(node, level, reached);
                }
            }
        }
        storedHops(stored, up, level, reached);
        return reached;
    }

    private void storedHops(Set<Node> nodes, boolean up, int level, Set<Node> reached) {
        Map<Long, Node> near = resolve(nodes);
        if (near.isEmpty()) {
            return;
        }
        int room = limits.links() - hops.size();
        var edges = graph.level(near.keySet(), up, size, room + 1);
        if (edges.size() > room) {
            cutBy = "links";
            edges = edges.subList(0, room);
        }
        var unknown = new HashSet<Long>();
        edges.forEach(edge -> {
            long far = up ? edge.dst() : edge.src();
            if (!found.containsKey(far)) {
                unknown.add(far);
            }
        });
        if (!unknown.isEmpty()) {
            graph.nodes(unknown).forEach((nid, row) -> {
                found.put(nid, row);
                numbers.put(row.node(), nid);
            });
        }
        for (Graph.Edge edge : edges) {
            Graph.Found src = found.get(edge.src());
            Graph.Found dst = found.get(edge.dst());
            if (src != null && dst != null) {
                var hop = new RecordLinks.Hop(src.node(), edge.rel(), dst.node(), edge.seq());
                reach(hop, up ? dst.node() : src.node(), level, reached);
            }
        }
    }

    private void effects(Node node, int level, Set<Node> reached) {
        for (RecordLinks of : records) {
            AuthorizedScope scope = sight.of(of.kind());
            if (scope.scopes().length == 0) {
                continue; // not even how many there are
            }
            for (RecordLinks.Group group : of.effects(node, SAMPLE, scope)) {
                groups.add(new FollowedThread.Group(
                        node.toString(), group.rel().text(), group.kind().text(), group.count()));
                group.sample().forEach(hop -> reach(hop, hop.from(), level, reached));
            }
        }
    }

    private List<RecordLinks.Hop> causes(Node record) {
        return records.stream()
                .flatMap(of -> of.causes(record).stream())
                .findFirst()
                .orElse(List.of());
    }

    private void about(Node decision) {
        for (RecordLinks of : records) {
            of.about(decision.uid()).forEach(hop -> reach(hop, hop.from(), -1, new HashSet<>()));
        }
    }

    private void reach(RecordLinks.Hop hop, Node node, int level, Set<Node> reached) {
        if (!levels.containsKey(node)) {
            if (levels.size() >= limits.nodes()) {
                cutBy = "nodes";
                return;
            }
            levels.put(node, level);
            reached.add(node);
        }
        hops.add(hop);
    }

    private boolean hasMore(Set<Node> frontier, boolean up) {
        var stored = new HashSet<Node>();
        for (Node node : frontier) {
            if (!node.kind().isVirtual()) {
                stored.add(node);
            } else if (up && !causes(node).isEmpty()) {
                return true;
            }
        }
        var near = resolve(stored);
        return !near.isEmpty() && !graph.level(near.keySet(), up, size, 1).isEmpty();
    }

    private Map<Long, Node> resolve(Set<Node> nodes) {
        var unknown = nodes.stream().filter(node -> !numbers.containsKey(node)).toList();
        if (!unknown.isEmpty()) {
            graph.byNode(unknown).forEach((node, row) -> {
                numbers.put(node, row.nid());
                found.put(row.nid(), row);
            });
        }
        var resolved = new HashMap<Long, Node>();
        for (Node node : nodes) {
            Long nid = numbers.get(node);
            if (nid != null) {
                resolved.put(nid, node);
            }
        }
        return resolved;
    }
}

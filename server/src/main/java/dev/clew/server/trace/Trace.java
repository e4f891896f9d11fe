package dev.clew.server.trace;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Ref;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import dev.clew.server.ports.RecordLinks;
import dev.clew.server.storage.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The one way to read across features: from any record to every other, each hop citing the entry that proves it. FollowedThread-safe. One
 * statement per level, then one per kind present.
 */
public final class Trace {
    public static final int DEFAULT_DEPTH = 10;
    public static final int MAX_DEPTH = 1_000;
    public static final int MAX_NODES = 10_000;

    private static final int MAX_LINKS = 40_000;
    private static final long DEADLINE_NANOS = 2_000_000_000L;
    private static final int DESCRIBED = 2_000;
    private static final int WITH_HISTORY = 200;
    private static final int HISTORY = 8;

    private final Graph graph;
    private final List<RecordLinks> records;
    private final Histories histories;
    private final Supplier<FollowedThread.AsOf> now;
    private final UnaryOperator<String> names;
    private final Map<Kind, Describe> describers = new EnumMap<>(Kind.class);
    private final byte[] redactionKey;

    /**
     * Follows threads.
     *
     * @param now the size and time of the newest checkpoint, or of the entries committed so far
     * @param names what people call a principal; facts that are principal ids are shown by it
     * @param redactionKey keys the names given to what a caller may not see; random per process
     */
    public Trace(
            Database database,
            List<RecordLinks> records,
            Histories histories,
            List<Describe> describes,
            Supplier<FollowedThread.AsOf> now,
            UnaryOperator<String> names,
            byte[] redactionKey) {
        this.graph = new Graph(database);
        this.records = List.copyOf(records);
        this.histories = histories;
        this.now = now;
        this.names = names;
        this.redactionKey = redactionKey.clone();
        for (Describe describe : describes) {
            for (Kind kind : describe.kinds()) {
                if (describers.put(kind, describe) != null) {
                    throw new IllegalStateException("Two features describe " + kind.text());
                }
            }
        }
    }

    /**
     * Walks from a reference. What the caller may not list is named by a keyed hash only, so that the thread stays whole.
     *
     * @param depth 1 to {@value #MAX_DEPTH} levels
     * @param limit 1 to {@value #MAX_NODES} nodes
     * @throws ClewException NOT_FOUND when there is no such thing or the caller may not see it
     */
    public FollowedThread follow(Ref ref, Direction direction, int depth, int limit, @Nullable Long asOf, Sight sight) {
        Node start = resolve(ref, sight.of(ref.kind()));
        FollowedThread.AsOf at = asOf == null ? now.get() : new FollowedThread.AsOf(asOf, null);
        var walk = new Walk(
                graph,
                records,
                sight,
                at.seq(),
                new Walk.Limits(depth, limit, MAX_LINKS, System.nanoTime() + DEADLINE_NANOS));
        walk.from(start, direction);
        return describe(walk, at, sight);
    }

    /** The node a reference names. */
    public Node resolve(Ref ref, AuthorizedScope scope) {
        Describe describe = describers.get(ref.kind());
        var known = describe == null ? Optional.<Node>empty() : describe.resolve(ref.kind(), ref.id(), scope);
        return known.orElseGet(() -> stored(ref, scope));
    }

    /** By its uid: what no feature tells of, and what is gone for good and has its entries still. */
    private Node stored(Ref ref, AuthorizedScope scope) {
        String id = ref.kind() == Kind.LOGGED_MODEL && ref.id().startsWith("m-")
                ? ref.id().substring(2)
                : ref.id();
        try {
            Node node = Node.of(ref.kind(), Uid.parse(id));
            var found = graph.node(node);
            if (found.filter(row -> scope.contains(row.scope())).isPresent()) {
                return node;
            }
        } catch (IllegalArgumentException e) {
            // not a uid: nothing it could name
        }
        throw unknown(ref);
    }

    private FollowedThread describe(Walk walk, FollowedThread.AsOf at, Sight sight) {
        var byKind = new EnumMap<Kind, List<Uid>>(Kind.class);
        walk.levels.keySet().stream()
                .limit(DESCRIBED)
                .forEach(node -> byKind.computeIfAbsent(node.kind(), _ -> new ArrayList<>())
                        .add(node.uid()));
        var descriptions = new HashMap<Node, Describe.Description>();
        byKind.forEach((kind, uids) -> {
            Describe describe = describers.get(kind);
            if (describe != null) {
                describe.describe(kind, uids, sight.of(kind))
                        .forEach((uid, description) -> descriptions.put(Node.of(kind, uid), description));
            }
        });
        Map<Node, Graph.Found> rows = walk.foundNodes();
        var happenings = histories.of(
                walk.levels.keySet().stream()
                        .filter(node -> !node.kind().isVirtual() && visible(node, rows, descriptions, sight))
                        .limit(WITH_HISTORY)
                        .toList(),
                HISTORY);
        var refs = new HashMap<Node, String>();
        var nodes = new ArrayList<FollowedThread.ThreadNode>();
        walk.levels.forEach((node, level) -> {
            FollowedThread.ThreadNode shown = visible(node, rows, descriptions, sight)
                    ? shown(
                            node,
                            level,
                            rows.get(node),
                            descriptions.get(node),
                            happenings.getOrDefault(node, List.of()))
                    : redacted(node, level);
            refs.put(node, shown.ref());
            nodes.add(shown);
        });
        var links = walk.hops.stream()
                .filter(hop -> refs.containsKey(hop.from()) && refs.containsKey(hop.to()))
                .map(hop -> new FollowedThread.ThreadLink(
                        ref(refs, hop.from()), hop.rel().text(), ref(refs, hop.to()), hop.seq() < 0 ? null : hop.seq()))
                .toList();
        var groups = walk.groups.stream()
                .map(group -> new FollowedThread.Group(
                        refs.entrySet().stream()
                                .filter(entry -> entry.getKey().toString().equals(group.to()))
                                .map(Map.Entry::getValue)
                                .findFirst()
                                .orElse(group.to()),
                        group.rel(),
                        group.kind(),
                        group.count()))
                .toList();
        return new FollowedThread(at, walk.cutBy != null, walk.cutBy, nodes, links, groups);
    }

    private static String ref(Map<Node, String> refs, Node node) {
        return refs.getOrDefault(node, node.toString());
    }

    /** A description says the caller may see it; without a describer the node's scope decides. */
    private boolean visible(
            Node node, Map<Node, Graph.Found> rows, Map<Node, Describe.Description> descriptions, Sight sight) {
        AuthorizedScope scope = sight.of(node.kind());
        if (scope.scopes().length == 0 || scope.own() || !scope.domains().isEmpty()) {
            return false;
        }
        Describe.Description description = descriptions.get(node);
        if (description != null) {
            return description.scope() == 0 || scope.contains(description.scope());
        }
        Graph.Found row = rows.get(node);
        return row != null && (row.scope() == 0 || scope.contains(row.scope()));
    }

    private FollowedThread.ThreadNode shown(
            Node node,
            int level,
            Graph.@Nullable Found row,
            Describe.@Nullable Description description,
            List<FollowedThread.Happening> history) {
        String id = node.uid().hex();
        String ref = node.toString();
        String title = row == null || row.name().isEmpty() ? ref : row.name();
        String state = null;
        Instant time = null;
        Map<String, Object> details = Map.of();
        if (description != null) {
            ref = description.ref();
            id = ref.substring(ref.indexOf(':') + 1);
            title = description.title();
            state = description.state().isEmpty() ? null : description.state();
            time = description.atMicros() == 0 ? null : Instant.EPOCH.plus(description.atMicros(), ChronoUnit.MICROS);
            details = named(description.details());
        }
        return new FollowedThread.ThreadNode(
                ref,
                node.kind().text(),
                id,
                title,
                state,
                time,
                level,
                row == null ? null : row.seq(),
                details,
                history);
    }

    private Map<String, Object> named(Map<String, Object> details) {
        var shown = new LinkedHashMap<String, Object>();
        details.forEach((name, value) -> shown.put(name, value instanceof String text ? names.apply(text) : value));
        return shown;
    }

    private FollowedThread.ThreadNode redacted(Node node, int level) {
        String id = HexFormat.of().formatHex(Arrays.copyOf(keyed(node.toString()), 6));
        return new FollowedThread.ThreadNode(
                "redacted:" + id, "redacted", id, "not visible to you", null, null, level, null, Map.of(), List.of());
    }

    private byte[] keyed(String text) {
        MessageDigest sha256 = Hashing.newSha256();
        sha256.update(redactionKey);
        return sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ClewException unknown(Ref ref) {
        return new ClewException(
                ErrorCode.NOT_FOUND,
                "There is no %s %s, or you may not see it. Names look like %s."
                        .formatted(ref.kind().text(), ref.id(), example(ref.kind())));
    }

    private static String example(Kind kind) {
        return switch (kind) {
            case MODEL_VERSION -> "model-version:credit/3";
            case EXPERIMENT -> "experiment:12";
            case MODEL -> "model:credit";
            default -> kind.text() + ":<id>";
        };
    }
}

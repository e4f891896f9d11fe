package dev.clew.server.journal;

import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.SqlType;
import dev.clew.server.storage.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and links of the running group. Nodes get dense numbers; numbers once given never change, so those lately used are kept in
 * memory. Confined to the writer.
 */
final class Graph {
    private static final int KEPT_NUMBERS = 65_536;
    private static final List<SqlType> THREE_AND_SEQ =
            List.of(SqlType.INTEGER, SqlType.INTEGER, SqlType.INTEGER, SqlType.INTEGER);

    /** A link that ended before keeps its end; linking anew starts it again from this entry. */
    private static final String INSERT_LINK = """
            INSERT INTO link (src, rel, dst, seq) VALUES (?, ?, ?, ?)
            ON CONFLICT (src, rel, dst) DO UPDATE SET seq = excluded.seq
            WHERE EXISTS (SELECT 1 FROM link_end e
                WHERE e.src = excluded.src AND e.rel = excluded.rel AND e.dst = excluded.dst AND e.seq >= link.seq)""";

    private static final String INSERT_END = """
            INSERT INTO link_end (src, rel, dst, seq, since)
            SELECT src, rel, dst, ?, seq FROM link l WHERE src = ? AND rel = ? AND dst = ?
                AND NOT EXISTS (SELECT 1 FROM link_end e
                    WHERE e.src = l.src AND e.rel = l.rel AND e.dst = l.dst AND e.seq >= l.seq)""";

    private static final String INSERT_NODE =
            "INSERT INTO node (nid, kind, uid, name, scope, seq, salt) VALUES (?, ?, ?, ?, ?, ?, ?)";
    private static final List<SqlType> NODE_TYPES = List.of(
            SqlType.INTEGER,
            SqlType.INTEGER,
            SqlType.BLOB,
            SqlType.TEXT,
            SqlType.INTEGER,
            SqlType.INTEGER,
            SqlType.BLOB);
    private static final String NAME_NODE = "UPDATE node SET name = ?, scope = ?, seq = ?, salt = ? WHERE nid = ?";
    private static final List<SqlType> NAME_TYPES =
            List.of(SqlType.TEXT, SqlType.INTEGER, SqlType.INTEGER, SqlType.BLOB, SqlType.INTEGER);

    private final LinkedHashMap<Node, Long> known = new LinkedHashMap<>(1_024, 0.75f, true);
    private final List<Op> ops = new ArrayList<>();
    private final List<Naming> names = new ArrayList<>();
    private final Map<Node, Long> fresh = new HashMap<>();

    private record Op(Node from, int rel, Node to, long seq, int scope, boolean ends) {}

    private record Naming(Node node, String name, int scope, long seq, byte[] salt) {}

    private record Hop(long src, int rel, long dst) {}

    private record Numbered(Node node, long nid) {}

    void begin() {
        ops.clear();
        names.clear();
        fresh.clear();
    }

    void add(Change change, int scope, long seq, List<Runnable> undo) {
        int opsBefore = ops.size();
        undo.add(() -> ops.subList(opsBefore, ops.size()).clear());
        change.links().forEach(link -> op(link, seq, scope, false));
        change.endedLinks().forEach(link -> op(link, seq, scope, true));
    }

    void name(Change.Named named, int scope, long seq, byte[] salt, List<Runnable> undo) {
        requireStored(named.node());
        int namesBefore = names.size();
        undo.add(() -> names.subList(namesBefore, names.size()).clear());
        names.add(new Naming(named.node(), named.name(), scope, seq, salt));
    }

    private void op(Link link, long seq, int scope, boolean ends) {
        requireStored(link.from());
        requireStored(link.to());
        ops.add(new Op(link.from(), link.rel().number(), link.to(), seq, scope, ends));
    }

    private static void requireStored(Node node) {
        if (node.kind().isVirtual()) {
            throw new IllegalArgumentException("%s has no node of its own; records carry their links"
                    .formatted(node.kind().text()));
        }
    }

    /** Writes what the group added: one look-up, and a batch per kind of row. */
    void flush(Writer writer, Tail tail) {
        if (ops.isEmpty() && names.isEmpty()) {
            return;
        }
        Map<Node, Long> numbers = resolve(writer);
        var naming = new LinkedHashMap<Node, Naming>();
        names.forEach(each -> naming.put(each.node, each));
        var inserts = new ArrayList<@Nullable Object[]>();
        for (Op op : ops) {
            insertIfNew(op.from, op.scope, op.seq, numbers, naming, tail, inserts);
            insertIfNew(op.to, op.scope, op.seq, numbers, naming, tail, inserts);
        }
        for (Naming each : naming.values()) {
            insertIfNew(each.node, each.scope, each.seq, numbers, naming, tail, inserts);
        }
        var updates = new ArrayList<@Nullable Object[]>();
        for (Naming each : naming.values()) {
            if (!fresh.containsKey(each.node)) {
                updates.add(new @Nullable Object[] {
                    each.name, (long) each.scope, each.seq, each.salt, numbers.get(each.node)
                });
            }
        }
        writer.batch(INSERT_NODE, NODE_TYPES, inserts);
        writer.batch(NAME_NODE, NAME_TYPES, updates);
        flushLinks(writer, numbers);
    }

    private Map<Node, Long> resolve(Writer writer) {
        var numbers = new HashMap<Node, Long>();
        var unknown = new LinkedHashMap<Node, Object[]>();
        for (Op op : ops) {
            resolve(op.from, numbers, unknown);
            resolve(op.to, numbers, unknown);
        }
        names.forEach(each -> resolve(each.node, numbers, unknown));
        if (!unknown.isEmpty()) {
            writer.byKeys(
                            "node",
                            List.of("nid", "kind", "uid"),
                            List.of("kind", "uid"),
                            List.copyOf(unknown.values()),
                            row -> new Numbered(
                                    Node.of(
                                            dev.clew.server.common.Kind.of((int) row.integer("kind")),
                                            Uid.of(row.bytes("uid"))),
                                    row.integer("nid")))
                    .forEach(found -> {
                        numbers.put(found.node, found.nid);
                        keep(found.node, found.nid);
                    });
        }
        return numbers;
    }

    private void resolve(Node node, Map<Node, Long> numbers, Map<Node, Object[]> unknown) {
        Long number = known.get(node);
        if (number != null) {
            numbers.put(node, number);
        } else {
            unknown.computeIfAbsent(
                    node, n -> new Object[] {(long) n.kind().number(), n.uid().bytes()});
        }
    }

    private void insertIfNew(
            Node node,
            int scope,
            long seq,
            Map<Node, Long> numbers,
            Map<Node, Naming> naming,
            Tail tail,
            List<@Nullable Object[]> inserts) {
        if (numbers.containsKey(node)) {
            return;
        }
        long nid = tail.nextNid++;
        numbers.put(node, nid);
        fresh.put(node, nid);
        Naming named = naming.get(node);
        inserts.add(new @Nullable Object[] {
            nid,
            (long) node.kind().number(),
            node.uid().bytes(),
            named == null ? null : named.name,
            (long) (named == null ? scope : named.scope),
            named == null ? seq : named.seq,
            named == null ? null : named.salt
        });
    }

    /**
     * Links in phases, so that ending and linking one hop keep their order however often they alternate, and a group with at most one
     * of each costs two batches.
     */
    private void flushLinks(Writer writer, Map<Node, Long> numbers) {
        var phases = new ArrayList<List<@Nullable Object[]>>();
        var reached = new HashMap<Hop, Integer>();
        for (Op op : ops) {
            var hop = new Hop(number(numbers, op.from), op.rel, number(numbers, op.to));
            int last = reached.getOrDefault(hop, -1);
            int phase = Math.max(last, 0);
            phase += (phase % 2 == 1) == op.ends ? 0 : 1;
            if (phase == last && !op.ends) {
                continue;
            }
            reached.put(hop, phase);
            while (phases.size() <= phase) {
                phases.add(new ArrayList<>());
            }
            phases.get(phase)
                    .add(
                            op.ends
                                    ? new @Nullable Object[] {op.seq, hop.src, (long) hop.rel, hop.dst}
                                    : new @Nullable Object[] {hop.src, (long) hop.rel, hop.dst, op.seq});
        }
        for (int phase = 0; phase < phases.size(); phase++) {
            writer.batch(phase % 2 == 0 ? INSERT_LINK : INSERT_END, THREE_AND_SEQ, phases.get(phase));
        }
    }

    private static long number(Map<Node, Long> numbers, Node node) {
        Long number = numbers.get(node);
        if (number == null) {
            throw new IllegalStateException("Node %s has no number".formatted(node));
        }
        return number;
    }

    /** The group is committed: its new numbers are facts. */
    void committed() {
        fresh.forEach(this::keep);
        begin();
    }

    private void keep(Node node, long nid) {
        known.put(node, nid);
        if (known.size() > KEPT_NUMBERS) {
            known.pollFirstEntry();
        }
    }
}

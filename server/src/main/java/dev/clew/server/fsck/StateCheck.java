package dev.clew.server.fsck;

import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.RowDigest;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.GraphItems;
import dev.clew.server.journal.Table;
import dev.clew.server.journal.Tables;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares every row with what entries did to it, both ways: reads all rows, images, nodes and links into the sort that already holds the
 * change lists, then goes through it once. Derived tables are made again by their features. Confined to one thread.
 */
final class StateCheck {
    private final Sql sql;
    private final Findings findings;
    private final List<Tables> tables;
    private final StateSort sort;
    private final StateRows rows;
    private final Map<Integer, Table<?>> byNumber = new HashMap<>();

    /** Runs one part; its failure is a finding. */
    @FunctionalInterface
    interface Guard {
        void run(String what, Fsck.Step step) throws IOException;
    }

    StateCheck(Sql sql, Findings findings, List<Tables> tables, StateSort sort) {
        this.sql = sql;
        this.findings = findings;
        this.tables = tables;
        this.sort = sort;
        this.rows = new StateRows(sql, findings, sort);
        tables.forEach(of -> of.all().forEach(table -> byNumber.put(table.number(), table)));
    }

    long rows() {
        return rows.count();
    }

    /** Reads what is stored. */
    void read(Guard guard) throws IOException {
        for (Tables of : tables) {
            for (Table<?> table : of.all()) {
                guard.run("table " + table.name(), () -> {
                    switch (table.mode()) {
                        case STATE -> rows.state(table);
                        case BULK -> rows.bulk(table);
                        case HOUSEKEEPING -> rows.housekeeping(table);
                        case DERIVED -> {
                            // Made again below, by its feature.
                        }
                    }
                });
            }
            for (var check : of.rebuilt()) {
                guard.run(
                        "table " + check.tables().getFirst().name(),
                        () -> check.check(
                                sql,
                                found -> findings.add(
                                        "E-DERIVED",
                                        found.table().name() + " " + found.key(),
                                        switch (found.problem()) {
                                            case EDITED -> "is not what its entries give";
                                            case MISSING -> "is missing";
                                            case EXTRA -> "was added";
                                        })));
            }
        }
        guard.run("table row_image", this::images);
        guard.run("table node", this::nodes);
        guard.run("table link", this::links);
    }

    private void images() {
        sql.query("SELECT tab, row_key, seq, until_seq, salt, row_bytes FROM row_image")
                .forEach(row -> writing(() -> {
                    int table = (int) row.integer("tab");
                    byte[] salt = row.bytesOrNull("salt");
                    byte[] bytes = row.bytesOrNull("row_bytes");
                    boolean erased = salt == null && bytes == null;
                    boolean whole = salt != null && bytes != null && salt.length == RowDigest.SALT_BYTES;
                    if (!byNumber.containsKey(table) || !(erased || whole)) {
                        findings.add(
                                "E-HISTORY", "row_image", "a row is not what was written", row.integer("until_seq"));
                        return;
                    }
                    sort.image(
                            table,
                            row.bytes("row_key"),
                            row.integer("seq"),
                            row.integer("until_seq") | (erased ? StateSort.ERASED : 0),
                            erased
                                    ? new byte[32]
                                    : RowDigest.state(
                                            table, Objects.requireNonNull(salt), Objects.requireNonNull(bytes)));
                }));
    }

    private void nodes() {
        sql.query("SELECT kind, uid, name, scope, seq, salt FROM node")
                .forEach(row -> writing(() -> {
                    byte[] key = ChangeList.key(List.of(row.integer("kind"), row.bytes("uid")));
                    String name = row.textOrNull("name");
                    byte[] salt = row.bytesOrNull("salt");
                    long scope = row.integer("scope");
                    boolean named = name != null && salt != null && salt.length == RowDigest.SALT_BYTES;
                    if ((name == null) != (salt == null)) {
                        findings.add("E-GRAPH", "node " + SortKey.text(key), "was edited", row.integer("seq"));
                    }
                    sort.row(
                            GraphItems.NODE,
                            key,
                            row.integer("seq"),
                            scope | (named ? StateSort.NAMED : 0),
                            named
                                    ? GraphItems.nodeDigest(
                                            Objects.requireNonNull(salt), Objects.requireNonNull(name), scope)
                                    : new byte[32]);
                }));
    }

    private void links() {
        String ends =
                "s.kind AS from_kind, s.uid AS from_uid, l.rel AS rel, d.kind AS to_kind, d.uid AS to_uid, l.seq AS seq";
        sql.query("SELECT %s FROM link l LEFT JOIN node s ON s.nid = l.src LEFT JOIN node d ON d.nid = l.dst"
                        .formatted(ends))
                .forEach(row -> writing(() -> {
                    byte[] key = linkKey(row);
                    if (key != null) {
                        sort.row(GraphItems.LINK, key, row.integer("seq"), 0, new byte[32]);
                    }
                }));
        sql.query(
                        "SELECT %s, l.since AS since FROM link_end l LEFT JOIN node s ON s.nid = l.src LEFT JOIN node d ON d.nid = l.dst"
                                .formatted(ends))
                .forEach(row -> writing(() -> {
                    byte[] key = linkKey(row);
                    if (key != null) {
                        sort.linkEnd(key, row.integer("seq"), row.integer("since"));
                    }
                }));
    }

    private byte @Nullable [] linkKey(Row row) {
        byte[] from = row.bytesOrNull("from_uid");
        byte[] to = row.bytesOrNull("to_uid");
        if (from == null || to == null) {
            findings.add("E-GRAPH", "link", "names a node that is not there", row.integer("seq"));
            return null;
        }
        return GraphItems.linkKey(
                Node.of(Kind.of((int) row.integer("from_kind")), Uid.of(from)),
                Rel.of((int) row.integer("rel")),
                Node.of(Kind.of((int) row.integer("to_kind")), Uid.of(to)));
    }

    private static void writing(Fsck.Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes through everything in order, row by row. */
    void compare() throws IOException {
        var comparing = new Comparing();
        sort.forEach(comparing::take);
        comparing.end();
    }

    private final class Comparing {
        private final Map<Integer, RowCompare> comparers = new HashMap<>();
        private SortKey last = new SortKey();
        private SortKey next = new SortKey();
        private @Nullable RowCompare current;

        void take(byte[] bytes, int length) {
            next.read(bytes, length);
            RowCompare comparer = current;
            if (comparer == null || !next.isSameRow(last)) {
                end();
                comparer = comparers.computeIfAbsent(next.table(), this::comparer);
                current = comparer;
            }
            comparer.take(next);
            SortKey swap = last;
            last = next;
            next = swap;
        }

        void end() {
            if (current != null) {
                current.end();
                current = null;
            }
        }

        private RowCompare comparer(int number) {
            if (number == GraphItems.NODE) {
                return new RowCompare.Nodes(findings);
            }
            if (number == GraphItems.LINK) {
                return new RowCompare.Links(findings);
            }
            Table<?> table = byNumber.get(number);
            String name = table == null ? "table " + number : table.name();
            return number >= 256
                    ? new RowCompare.Bulk(name, findings)
                    : new RowCompare.State(name, table != null && table.hasHistory(), findings);
        }
    }
}

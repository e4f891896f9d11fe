package dev.clew.server.journal;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tables of the journal's own tests: one of each mode. */
final class TestTables {
    record Thing(
            Uid uid,
            String name,
            @Nullable Long grp,
            @Nullable Double amount) {
        Node node() {
            return Node.of(Kind.MODEL, uid);
        }

        Thing named(String other) {
            return new Thing(uid, other, grp, amount);
        }
    }

    record Pair(Uid uid, String k, long v) {}

    /** Points are the single bytes of the body. */
    record Points(long owner, byte[] body) {}

    record Latest(long owner, long total, long first) {}

    static final Table<Thing> THINGS = Table.<Thing>state("test_thing")
            .numbered(250)
            .key(1, "uid", ColumnType.BLOB, thing -> thing.uid().bytes())
            .column(2, "name", ColumnType.TEXT, Thing::name)
            .column(3, "grp", ColumnType.INTEGER, Thing::grp)
            .column(4, "amount", ColumnType.REAL, Thing::amount)
            .unique("name", "name")
            .index("grp", "grp")
            .reads(row ->
                    new Thing(row.uid("uid"), row.text("name"), row.integerOrNull("grp"), row.realOrNull("amount")));

    static final Table<Pair> PAIRS = Table.<Pair>state("test_pair")
            .numbered(251)
            .key(1, "uid", ColumnType.BLOB, pair -> pair.uid().bytes())
            .key(2, "k", ColumnType.TEXT, Pair::k)
            .column(3, "v", ColumnType.INTEGER, Pair::v)
            .withoutHistory()
            .reads(row -> new Pair(row.uid("uid"), row.text("k"), row.integer("v")));

    static final Table<Points> POINTS = Table.<Points>bulk("test_points", new Table.Points<>() {
                @Override
                public int count(Points row) {
                    return row.body().length;
                }

                @Override
                public void forEach(Points row, Consumer<byte[]> rowBytes) {
                    for (byte each : row.body()) {
                        rowBytes.accept(new byte[] {(byte) 0xa1, 1, (byte) (each & 0x17)});
                    }
                }
            })
            .numbered(400)
            .column(1, "owner", ColumnType.INTEGER, Points::owner)
            .column(2, "n", ColumnType.INTEGER, row -> (long) row.body().length)
            .column(3, "body", ColumnType.BLOB, Points::body)
            .index("owner", "owner")
            .reads(row -> new Points(row.integer("owner"), row.bytes("body")));

    static final Table<Latest> LATEST = Table.<Latest>derived("test_latest")
            .numbered(252)
            .key(1, "owner", ColumnType.INTEGER, Latest::owner)
            .column(2, "total", ColumnType.INTEGER, Latest::total)
            .insertOnly(3, "first", ColumnType.INTEGER, Latest::first)
            .reads(row -> new Latest(row.integer("owner"), row.integer("total"), row.integer("first")));

    private TestTables() {}

    /** A fixed uid for a short name. */
    static Uid uid(String name) {
        byte[] bytes = new byte[16];
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, bytes, 0, Math.min(16, text.length));
        return Uid.of(bytes);
    }

    static Thing thing(String name) {
        return new Thing(uid(name), name, null, null);
    }
}

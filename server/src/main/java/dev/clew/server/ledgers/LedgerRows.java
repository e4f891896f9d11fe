package dev.clew.server.ledgers;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.ledger.encoding.RowWriter;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.journal.Table;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The ledger's own rows: name and keys of the log, how far it is tiled, what was signed. Each carries a check value, verified at every read. */
final class LedgerRows {
    private LedgerRows() {}

    /** The log's name and the public keys its checkpoints are signed with, fixed at the first start. */
    record Identity(String origin, String ed25519, String mlDsa44) {
        byte[] check() {
            return digest(new RowWriter().put(1, origin).put(2, ed25519).put(3, mlDsa44));
        }
    }

    /** All full tiles below this size lie forced on disk; {@code compact} is the append state there. */
    record Tiled(long size, byte[] compact) {
        byte[] check() {
            return digest(new RowWriter().put(1, size).put(2, compact));
        }
    }

    /** One signed checkpoint. */
    record Signed(long size, byte[] root, String note) {
        byte[] check() {
            return digest(new RowWriter().put(1, size).put(2, root).put(3, note));
        }
    }

    static final Table<Identity> IDENTITY = Table.<Identity>housekeeping("ledger_identity")
            .key(1, "id", INTEGER, row -> 1L)
            .column(2, "origin", TEXT, Identity::origin)
            .column(3, "ed25519", TEXT, Identity::ed25519)
            .column(4, "mldsa44", TEXT, Identity::mlDsa44)
            .column(5, "checked", BLOB, Identity::check)
            .reads(LedgerRows::identity);

    static final Table<Tiled> TILED = Table.<Tiled>housekeeping("ledger_int")
            .key(1, "id", INTEGER, row -> 1L)
            .column(2, "size", INTEGER, Tiled::size)
            .column(3, "compact", BLOB, Tiled::compact)
            .column(4, "checked", BLOB, Tiled::check)
            .reads(LedgerRows::tiled);

    static final Table<Signed> SIGNED = Table.<Signed>housekeeping("ledger_cp")
            .key(1, "size", INTEGER, Signed::size)
            .column(2, "root", BLOB, Signed::root)
            .column(3, "note", TEXT, Signed::note)
            .column(4, "checked", BLOB, Signed::check)
            .reads(LedgerRows::signed);

    static Optional<Identity> identity(Sql sql) {
        return sql.query("SELECT origin, ed25519, mldsa44, checked FROM ledger_identity WHERE id = 1")
                .first(LedgerRows::identity);
    }

    static Optional<Tiled> tiled(Sql sql) {
        return sql.query("SELECT size, compact, checked FROM ledger_int WHERE id = 1")
                .first(LedgerRows::tiled);
    }

    static Optional<Signed> newest(Sql sql) {
        return sql.query("SELECT size, root, note, checked FROM ledger_cp ORDER BY size DESC LIMIT 1")
                .first(LedgerRows::signed);
    }

    /** The smallest signed size at or above this one. */
    static Optional<Signed> covering(Sql sql, long size) {
        return sql.query("SELECT size, root, note, checked FROM ledger_cp WHERE size >= :size ORDER BY size LIMIT 1")
                .bind("size", size)
                .first(LedgerRows::signed);
    }

    /** Newest first, below a size. */
    static List<Signed> page(Sql sql, long below, int limit) {
        return sql.query(
                        "SELECT size, root, note, checked FROM ledger_cp WHERE size < :below ORDER BY size DESC LIMIT :limit")
                .bind("below", below)
                .bind("limit", (long) limit)
                .list(LedgerRows::signed);
    }

    /** Smallest first; {@code damaged} is told of rows that are not what was written. */
    static void forEach(Sql sql, Consumer<Signed> consumer, Consumer<Long> damaged) {
        sql.query("SELECT size, root, note, checked FROM ledger_cp ORDER BY size")
                .forEach(row -> {
                    var read = new Signed(row.integer("size"), row.bytes("root"), row.text("note"));
                    if (Arrays.equals(read.check(), row.bytes("checked"))) {
                        consumer.accept(read);
                    } else {
                        damaged.accept(read.size());
                    }
                });
    }

    private static Identity identity(Row row) {
        var read = new Identity(row.text("origin"), row.text("ed25519"), row.text("mldsa44"));
        return checked(read, read.check(), row, "ledger_identity");
    }

    private static Tiled tiled(Row row) {
        var read = new Tiled(row.integer("size"), row.bytes("compact"));
        return checked(read, read.check(), row, "ledger_int");
    }

    private static Signed signed(Row row) {
        var read = new Signed(row.integer("size"), row.bytes("root"), row.text("note"));
        return checked(read, read.check(), row, "ledger_cp");
    }

    private static <R> R checked(R read, byte[] check, Row row, String table) {
        if (!Arrays.equals(check, row.bytes("checked"))) {
            throw Damage.row(table);
        }
        return read;
    }

    private static byte[] digest(RowWriter row) {
        return Arrays.copyOf(Hashing.sha256(row.toByteArray()), 8);
    }
}

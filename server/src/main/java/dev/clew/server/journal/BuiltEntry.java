package dev.clew.server.journal;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.storage.SqlType;
import dev.clew.server.storage.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of the running group, ready for its two rows. {@code kind} 0 and {@code uid} null: an entry about no thing. */
record BuiltEntry(
        long seq,
        long micros,
        byte[] leaf,
        byte[] hash,
        byte @Nullable [] salt,
        byte @Nullable [] changes,
        byte @Nullable [] body,
        String act,
        String who,
        int kind,
        byte @Nullable [] uid,
        int scope) {
    private static final String INSERT_INDEX =
            "INSERT INTO entry_index (seq, time_us, act, who, kind, uid, scope) VALUES (?, ?, ?, ?, ?, ?, ?)";
    private static final List<SqlType> INDEX_TYPES = List.of(
            SqlType.INTEGER,
            SqlType.INTEGER,
            SqlType.TEXT,
            SqlType.TEXT,
            SqlType.INTEGER,
            SqlType.BLOB,
            SqlType.INTEGER);
    private static final String INSERT =
            "INSERT INTO entry (seq, time_us, leaf, salt, changes, body) VALUES (?, ?, ?, ?, ?, ?)";
    private static final List<SqlType> TYPES =
            List.of(SqlType.INTEGER, SqlType.INTEGER, SqlType.BLOB, SqlType.BLOB, SqlType.BLOB, SqlType.BLOB);

    static BuiltEntry of(
            long seq,
            long micros,
            byte[] leaf,
            byte @Nullable [] salt,
            byte @Nullable [] changes,
            byte @Nullable [] body,
            String act,
            String who,
            int kind,
            byte @Nullable [] uid,
            int scope) {
        return new BuiltEntry(seq, micros, leaf, Hashing.leaf(leaf), salt, changes, body, act, who, kind, uid, scope);
    }

    /** Two statements, entries last. */
    static void insert(Writer writer, List<BuiltEntry> entries) {
        var index = new ArrayList<@Nullable Object[]>(entries.size());
        var rows = new ArrayList<@Nullable Object[]>(entries.size());
        for (BuiltEntry e : entries) {
            index.add(new @Nullable Object[] {e.seq, e.micros, e.act, e.who, (long) e.kind, e.uid, (long) e.scope});
            rows.add(new @Nullable Object[] {e.seq, e.micros, e.leaf, e.salt, e.changes, e.body});
        }
        writer.batch(INSERT_INDEX, INDEX_TYPES, index);
        writer.batch(INSERT, TYPES, rows);
    }

    /** Bytes it adds to the transaction, roughly. */
    long weight() {
        return 128L + leaf.length + (changes == null ? 0 : changes.length) + (body == null ? 0 : body.length);
    }

    Receipt.Entry receipt() {
        return new Receipt.Entry(seq, micros, hash);
    }
}

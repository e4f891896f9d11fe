package dev.clew.server.journal;

import dev.clew.server.journal.Records.Batch;
import dev.clew.server.journal.Records.Hot;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.List;
import java.util.Optional;

/** Reads the rows of batches, each of which is checked. Thread-safe. */
final class BatchRows {
    private final Database database;

    BatchRows(Database database) {
        this.database = database;
    }

    static Batch batch(Row row) {
        CheckValue.verify(
                "Batch " + row.integer("seq"),
                row.bytes("checked"),
                row.integer("seq"),
                row.text("ns"),
                row.integer("n"),
                row.integer("first_chunk"),
                row.integer("last_chunk"),
                row.bytes("min_id"),
                row.bytes("max_id"));
        return new Batch(
                row.integer("seq"),
                row.text("ns"),
                (int) row.integer("n"),
                row.integer("first_chunk"),
                row.integer("last_chunk"),
                row.uid("min_id"),
                row.uid("max_id"));
    }

    /** Organisations that have batches whose chunks may be hot. */
    List<String> namespaces() {
        return database.read(
                sql -> sql.query("SELECT DISTINCT ns FROM batch ORDER BY ns").list(row -> row.text("ns")));
    }

    /** Batches of an organisation whose chunks are still hot, oldest first, with a seq above {@code after}; at most {@code limit}. */
    List<Batch> hot(String namespace, long after, int limit) {
        return database.read(sql -> sql.query("""
                        SELECT seq, ns, n, first_chunk, last_chunk, min_id, max_id, checked FROM batch b
                        WHERE ns = :ns AND seq > :after
                            AND EXISTS (SELECT 1 FROM hot_chunk h WHERE h.chunk = b.first_chunk)
                        ORDER BY seq LIMIT :limit""")
                .bind("ns", namespace)
                .bind("after", after)
                .bind("limit", Math.clamp(limit, 1, Entries.MAX_PAGE))
                .list(BatchRows::batch));
    }

    /** How much of an organisation is in chunks. Reads a page of every chunk row. */
    Hot howMuch(String namespace) {
        return database.read(sql -> sql.query("""
                        SELECT COUNT(*) AS chunks, COALESCE(SUM(LENGTH(subs) + LENGTH(bodies)), 0) AS bytes,
                            (SELECT COALESCE(MAX(seq), -1) FROM batch WHERE ns = :ns) AS last_batch
                        FROM hot_chunk WHERE ns = :ns""")
                .bind("ns", namespace)
                .first(row -> new Hot(row.integer("chunks"), row.integer("bytes"), row.integer("last_batch")))
                .orElseThrow());
    }

    /** Batches whose chunks are still hot, oldest first, with a seq above {@code after}; at most {@code limit}. */
    List<Batch> hot(long after, int limit) {
        return database.read(sql -> sql.query("""
                        SELECT seq, ns, n, first_chunk, last_chunk, min_id, max_id, checked FROM batch b
                        WHERE seq > :after AND EXISTS (SELECT 1 FROM hot_chunk h WHERE h.chunk = b.first_chunk)
                        ORDER BY seq LIMIT :limit""")
                .bind("after", after)
                .bind("limit", Math.clamp(limit, 1, Entries.MAX_PAGE))
                .list(BatchRows::batch));
    }

    Optional<Batch> at(long seq) {
        return database.read(sql -> at(sql, seq));
    }

    static Optional<Batch> at(Sql sql, long seq) {
        return sql.query("""
                        SELECT seq, ns, n, first_chunk, last_chunk, min_id, max_id, checked FROM batch
                        WHERE seq = :seq""").bind("seq", seq).first(BatchRows::batch);
    }

    /** Those whose chunks may be hot, in the order of their chunks. */
    List<Batch> from(String namespace) {
        return database.read(sql -> sql.query("""
                        SELECT seq, ns, n, first_chunk, last_chunk, min_id, max_id, checked FROM batch
                        WHERE ns = :ns AND last_chunk >= (SELECT COALESCE(MIN(chunk), 0) FROM hot_chunk)
                        ORDER BY last_chunk""").bind("ns", namespace).list(BatchRows::batch));
    }
}

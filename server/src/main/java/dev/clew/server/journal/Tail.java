package dev.clew.server.journal;

import dev.clew.server.storage.Row;
import dev.clew.server.storage.Writer;

/**
 * Where the log ends: the one row of {@code ledger_log}. A group works on a copy, which becomes the truth with its commit. Confined to
 * the writer.
 */
final class Tail {
    long nextSeq;
    long lastMicros;
    long nextChunk;
    long nextNid;
    long accessEpoch;
    long vaultEpoch;
    /** Every chunk before it is covered by a batch. */
    long firstUnleaved;

    Tail copy() {
        var copy = new Tail();
        copy.nextSeq = nextSeq;
        copy.lastMicros = lastMicros;
        copy.nextChunk = nextChunk;
        copy.nextNid = nextNid;
        copy.accessEpoch = accessEpoch;
        copy.vaultEpoch = vaultEpoch;
        copy.firstUnleaved = firstUnleaved;
        return copy;
    }

    boolean equalTo(Tail other) {
        return nextSeq == other.nextSeq
                && lastMicros == other.lastMicros
                && nextChunk == other.nextChunk
                && nextNid == other.nextNid
                && accessEpoch == other.accessEpoch
                && vaultEpoch == other.vaultEpoch
                && firstUnleaved == other.firstUnleaved;
    }

    /** Takes the next time: now, or one microsecond after the last. */
    long take(long nowMicros) {
        lastMicros = Math.max(nowMicros, lastMicros + 1);
        return lastMicros;
    }

    static Tail read(Writer writer) {
        return read(writer, "");
    }

    /** Reads it under the lock that keeps every other writer of the cluster out until the end of the transaction. */
    static Tail lock(Writer writer) {
        return read(writer, " FOR UPDATE");
    }

    private static Tail read(Writer writer, String lock) {
        return writer.sql()
                .query("""
                        SELECT next_seq, last_time_us, next_chunk, next_nid, access_epoch, vault_epoch, first_unleaved,
                            checked
                        FROM ledger_log WHERE log_id = 1""" + lock)
                .first(Tail::of)
                .orElseThrow(() -> new IllegalStateException("ledger_log has no row"));
    }

    /** @throws dev.clew.server.common.ClewException ROW_DAMAGED when the row is not what was written */
    static Tail of(Row row) {
        var tail = new Tail();
        tail.nextSeq = row.integer("next_seq");
        tail.lastMicros = row.integer("last_time_us");
        tail.nextChunk = row.integer("next_chunk");
        tail.nextNid = row.integer("next_nid");
        tail.accessEpoch = row.integer("access_epoch");
        tail.vaultEpoch = row.integer("vault_epoch");
        tail.firstUnleaved = row.integer("first_unleaved");
        byte[] checked = row.bytesOrNull("checked");
        // The row that the schema begins with carries none.
        if (checked != null || !tail.equalTo(first())) {
            CheckValue.verify("The end of the log", checked == null ? new byte[0] : checked, tail.values());
        }
        return tail;
    }

    private static Tail first() {
        var tail = new Tail();
        tail.nextChunk = 1;
        tail.nextNid = 1;
        return tail;
    }

    private Object[] values() {
        // Not yet told apart by a row that an earlier schema wrote.
        return firstUnleaved == 0
                ? new Object[] {nextSeq, lastMicros, nextChunk, nextNid, accessEpoch, vaultEpoch}
                : new Object[] {nextSeq, lastMicros, nextChunk, nextNid, accessEpoch, vaultEpoch, firstUnleaved};
    }

    void write(Writer writer) {
        var change = writer.change("""
                UPDATE ledger_log SET next_seq = :seq, last_time_us = :micros, next_chunk = :chunk, next_nid = :nid,
                    access_epoch = :access, vault_epoch = :vault, first_unleaved = :unleaved, checked = :checked
                WHERE log_id = 1""");
        change.bind("seq", nextSeq)
                .bind("micros", lastMicros)
                .bind("chunk", nextChunk)
                .bind("nid", nextNid)
                .bind("access", accessEpoch)
                .bind("vault", vaultEpoch)
                .bind("unleaved", firstUnleaved)
                .bind("checked", CheckValue.of(values()));
        change.run();
    }
}

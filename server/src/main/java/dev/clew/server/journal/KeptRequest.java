package dev.clew.server.journal;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that was carried out under a key of its sender: written in the transaction of its first change, completed with the answer.
 *
 * @param key the 16 bytes of the key
 * @param digest SHA-256 of what was asked
 * @param micros when it was carried out
 * @param firstSeq its first entry, or −1 when it has none
 * @param status of the answer, or 0 while none is kept
 * @param answer the sealed answer, or null
 */
@SuppressWarnings("ArrayRecordComponent")
record KeptRequest(
        String who, byte[] key, byte[] digest, long micros, long firstSeq, int status, byte @Nullable [] answer) {
    static final String COLUMNS = "who, req, digest, time_us, first_seq, status, answer, checked";

    static final Table<KeptRequest> TABLE = Table.<KeptRequest>housekeeping("request")
            .key(1, "who", TEXT, KeptRequest::who)
            .key(2, "req", BLOB, KeptRequest::key)
            .column(3, "digest", BLOB, KeptRequest::digest)
            .column(4, "time_us", INTEGER, KeptRequest::micros)
            .column(5, "first_seq", INTEGER, KeptRequest::firstSeq)
            .column(6, "status", INTEGER, row -> (long) row.status)
            .column(7, "answer", BLOB, KeptRequest::answer)
            .column(8, "checked", BLOB, KeptRequest::check)
            .reads(KeptRequest::read);

    static Optional<KeptRequest> find(Sql sql, String who, byte[] key) {
        return sql.query("SELECT " + COLUMNS + " FROM request WHERE who = :who AND req = :req")
                .bind("who", who)
                .bind("req", key)
                .first(KeptRequest::read);
    }

    KeptRequest answered(int answerStatus, byte @Nullable [] sealed) {
        return new KeptRequest(who, key, digest, micros, firstSeq, answerStatus, sealed);
    }

    private byte[] check() {
        return CheckValue.of(fields());
    }

    private @Nullable Object[] fields() {
        return new @Nullable Object[] {who, key, digest, micros, firstSeq, (long) status, answer};
    }

    /** @throws dev.clew.server.common.ClewException ROW_DAMAGED when the row is not what was written */
    static KeptRequest read(Row row) {
        var read = new KeptRequest(
                row.text("who"),
                row.bytes("req"),
                row.bytes("digest"),
                row.integer("time_us"),
                row.integer("first_seq"),
                Math.toIntExact(row.integer("status")),
                row.bytesOrNull("answer"));
        CheckValue.verify("A kept request", row.bytes("checked"), read.fields());
        return read;
    }
}

package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.storage.Sql;

/** Checks the rows that the journal writes for itself: where the log ends, counters. Stateless. */
public final class JournalCheck {
    private JournalCheck() {}

    public static void run(Sql sql, CheckReport findings) {
        long rows = count(sql, "SELECT COUNT(*) AS n FROM ledger_log");
        if (rows != 1) {
            findings.add("E-ROW", "ledger_log", "has %d rows, not 1".formatted(rows), -1);
            return;
        }
        try {
            end(sql, findings);
        } catch (ClewException e) {
            findings.add("E-ROW", "ledger_log", "is not what was written", -1);
        }
        requests(sql, findings);
        sql.query("SELECT name, next, checked FROM counter").forEach(row -> {
            byte[] checked = row.bytesOrNull("checked");
            try {
                CheckValue.verify(
                        "Counter", checked == null ? new byte[0] : checked, row.text("name"), row.integer("next"));
            } catch (ClewException e) {
                findings.add("E-ROW", "counter " + row.text("name"), "is not what was written", -1);
            }
        });
    }

    private static void requests(Sql sql, CheckReport findings) {
        sql.query("SELECT " + KeptRequest.COLUMNS + " FROM request").forEach(row -> {
            try {
                KeptRequest.read(row);
            } catch (ClewException e) {
                findings.add("E-ROW", "request of " + row.text("who"), "is not what was written", -1);
            }
        });
    }

    private static void end(Sql sql, CheckReport findings) {
        Tail tail = sql.query("""
                        SELECT next_seq, last_time_us, next_chunk, next_nid, access_epoch, vault_epoch, first_unleaved,
                            checked
                        FROM ledger_log WHERE log_id = 1""").first(Tail::of).orElseGet(Tail::new);
        long entries = count(sql, "SELECT COALESCE(MAX(seq) + 1, 0) AS n FROM entry");
        if (tail.nextSeq != entries) {
            findings.add(
                    "E-LOST",
                    "ledger_log",
                    "says that the log has %d entries, but %d are there".formatted(tail.nextSeq, entries),
                    -1);
        }
        boolean ahead = tail.lastMicros >= count(sql, "SELECT time_us AS n FROM entry ORDER BY seq DESC LIMIT 1")
                && tail.nextChunk > count(sql, "SELECT COALESCE(MAX(chunk), 0) AS n FROM hot_chunk")
                && tail.nextChunk > count(sql, "SELECT COALESCE(MAX(last_chunk), 0) AS n FROM batch")
                && tail.nextNid > count(sql, "SELECT COALESCE(MAX(nid), 0) AS n FROM node");
        if (!ahead) {
            findings.add("E-ROW", "ledger_log", "is behind the rows that are stored", -1);
        }
        long skipped = sql.query("""
                        SELECT COUNT(*) AS n FROM hot_chunk c
                        WHERE c.chunk < :first
                            AND c.chunk > (SELECT COALESCE(MAX(b.last_chunk), -1) FROM batch b WHERE b.ns = c.ns)""")
                .bind("first", tail.firstUnleaved)
                .first(row -> row.integer("n"))
                .orElse(0L);
        if (skipped > 0) {
            findings.add(
                    "E-ROW",
                    "ledger_log",
                    "lets a start pass over %d chunks that no batch covers".formatted(skipped),
                    -1);
        }
    }

    private static long count(Sql sql, String text) {
        return sql.query(text).first(row -> row.integer("n")).orElse(0L);
    }
}

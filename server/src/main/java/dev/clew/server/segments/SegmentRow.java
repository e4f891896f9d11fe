package dev.clew.server.segments;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.journal.CheckValue;
import dev.clew.server.journal.Table;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A segment as it is registered: which files are in force, and what is asked of it before a file is opened.
 *
 * @param count records
 * @param minTarget smallest and greatest 16 first bytes of what its records name, null when none does
 * @param generation of the files of bodies and of seen keys
 * @param seen rows of the file of seen keys
 * @param seenSha256 null when there are none
 * @param summary what a feature derived from the records, sealed; null without one
 */
@SuppressWarnings("ArrayRecordComponent")
record SegmentRow(
        String namespace,
        long firstSeq,
        long lastSeq,
        int count,
        long firstMicros,
        long lastMicros,
        byte[] minId,
        byte[] maxId,
        byte @Nullable [] minTarget,
        byte @Nullable [] maxTarget,
        int generation,
        BlockWriter.Finished evidence,
        BlockWriter.Finished bodies,
        int seen,
        byte @Nullable [] seenSha256,
        byte @Nullable [] summary) {
    private static final String COLUMNS = """
            first_seq, ns, last_seq, n, first_us, last_us, min_id, max_id, min_target, max_target, generation,
            evd_bytes, evd_sha256, bod_bytes, bod_sha256, seen, seen_sha256, summary, checked""";

    static final Table<SegmentRow> SEGMENTS = Table.<SegmentRow>housekeeping("segment")
            .key(1, "first_seq", INTEGER, SegmentRow::firstSeq)
            .column(2, "ns", TEXT, SegmentRow::namespace)
            .column(3, "last_seq", INTEGER, SegmentRow::lastSeq)
            .column(4, "n", INTEGER, row -> (long) row.count)
            .column(5, "first_us", INTEGER, SegmentRow::firstMicros)
            .column(6, "last_us", INTEGER, SegmentRow::lastMicros)
            .column(7, "min_id", BLOB, SegmentRow::minId)
            .column(8, "max_id", BLOB, SegmentRow::maxId)
            .column(9, "min_target", BLOB, SegmentRow::minTarget)
            .column(10, "max_target", BLOB, SegmentRow::maxTarget)
            .column(11, "generation", INTEGER, row -> (long) row.generation)
            .column(12, "evd_bytes", INTEGER, row -> row.evidence.bytes())
            .column(13, "evd_sha256", BLOB, row -> row.evidence.sha256())
            .column(14, "bod_bytes", INTEGER, row -> row.bodies.bytes())
            .column(15, "bod_sha256", BLOB, row -> row.bodies.sha256())
            .column(16, "seen", INTEGER, row -> (long) row.seen)
            .column(17, "seen_sha256", BLOB, SegmentRow::seenSha256)
            .column(18, "summary", BLOB, SegmentRow::summary)
            .column(19, "checked", BLOB, SegmentRow::check)
            .reads(SegmentRow::read);

    /** All of them, oldest first. */
    static List<SegmentRow> all(Sql sql) {
        return sql.query("SELECT " + COLUMNS + " FROM segment ORDER BY first_seq")
                .list(SegmentRow::read);
    }

    /** Those whose range holds an entry, one an organisation at most. */
    static List<SegmentRow> covering(Sql sql, long seq) {
        return sql.query("SELECT " + COLUMNS + " FROM segment WHERE first_seq <= :seq AND last_seq >= :seq")
                .bind("seq", seq)
                .list(SegmentRow::read);
    }

    /** Each row as it is stored, oldest first, unverified. */
    static void forEach(Sql sql, Consumer<Row> consumer) {
        sql.query("SELECT " + COLUMNS + " FROM segment ORDER BY first_seq").forEach(consumer);
    }

    private byte[] check() {
        return CheckValue.of(fields());
    }

    private @Nullable Object[] fields() {
        return new @Nullable Object[] {
            firstSeq,
            namespace,
            lastSeq,
            (long) count,
            firstMicros,
            lastMicros,
            minId,
            maxId,
            minTarget,
            maxTarget,
            (long) generation,
            evidence.bytes(),
            evidence.sha256(),
            bodies.bytes(),
            bodies.sha256(),
            (long) seen,
            seenSha256,
            summary
        };
    }

    /** @throws dev.clew.server.common.ClewException ROW_DAMAGED when the row is not what was written */
    static SegmentRow read(Row row) {
        var read = new SegmentRow(
                row.text("ns"),
                row.integer("first_seq"),
                row.integer("last_seq"),
                Math.toIntExact(row.integer("n")),
                row.integer("first_us"),
                row.integer("last_us"),
                row.bytes("min_id"),
                row.bytes("max_id"),
                row.bytesOrNull("min_target"),
                row.bytesOrNull("max_target"),
                Math.toIntExact(row.integer("generation")),
                new BlockWriter.Finished(row.integer("evd_bytes"), row.bytes("evd_sha256")),
                new BlockWriter.Finished(row.integer("bod_bytes"), row.bytes("bod_sha256")),
                Math.toIntExact(row.integer("seen")),
                row.bytesOrNull("seen_sha256"),
                row.bytesOrNull("summary"));
        CheckValue.verify("Segment " + read.firstSeq, row.bytes("checked"), read.fields());
        return read;
    }

    /** The same with other files of bodies and seen keys, after an erasure. */
    SegmentRow rewritten(
            BlockWriter.Finished newBodies,
            int newSeen,
            byte @Nullable [] newSeenSha256,
            byte @Nullable [] newSummary) {
        return with(generation + 1, newBodies, newSeen, newSeenSha256, newSummary);
    }

    /** The same without a file of seen keys: the duplicate window has moved on. */
    SegmentRow unseen() {
        return with(generation, bodies, 0, null, summary);
    }

    /** Bytes of evidence and bodies. */
    long bytes() {
        return evidence.bytes() + bodies.bytes();
    }

    private SegmentRow with(
            int newGeneration,
            BlockWriter.Finished newBodies,
            int newSeen,
            byte @Nullable [] newSeenSha256,
            byte @Nullable [] newSummary) {
        return new SegmentRow(
                namespace,
                firstSeq,
                lastSeq,
                count,
                firstMicros,
                lastMicros,
                minId,
                maxId,
                minTarget,
                maxTarget,
                newGeneration,
                evidence,
                newBodies,
                newSeen,
                newSeenSha256,
                newSummary);
    }

    boolean mayHold(byte[] id) {
        return within(id, minId, maxId);
    }

    boolean mayName(byte[] targetKey) {
        return minTarget != null && maxTarget != null && within(targetKey, minTarget, maxTarget);
    }

    boolean covers(long seq) {
        return seq >= firstSeq && seq <= lastSeq;
    }

    private static boolean within(byte[] key, byte[] min, byte[] max) {
        return Arrays.compareUnsigned(key, min) >= 0 && Arrays.compareUnsigned(key, max) <= 0;
    }
}

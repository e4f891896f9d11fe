package dev.clew.server.fsck;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.server.journal.CheckReport;
import dev.clew.server.journal.RecordCheck;
import dev.clew.server.journal.RecordKeys;
import dev.clew.server.segments.SegmentCheck;
import dev.clew.server.storage.Sql;
import java.nio.file.Path;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Records of every batch, hot or in segments, against the entry of their batch. Confined to one thread until it has run. */
final class BatchWalk {
    private final Path directory;
    private final @Nullable RecordKeys keys;
    private final BitSet rows = new BitSet();
    private final BitSet compacted = new BitSet();
    private long hotRecords;

    /** @param keys opens chunks of records; null when there are no keys */
    BatchWalk(Path directory, @Nullable RecordKeys keys) {
        this.directory = directory;
        this.keys = keys;
    }

    void run(Sql sql, CheckReport report) {
        var hot = new RecordCheck(sql, keys, report);
        hot.run(seq -> batchOf(sql, seq));
        rows.or(hot.batches());
        hotRecords = hot.records();
        BitSet cold = (BitSet) hot.cold().clone();
        // A batch's row goes with its chunks: the segment has the batch then.
        SegmentCheck.of(sql, directory)
                .run(
                        seq -> {
                            if (seq >= 0 && seq <= Integer.MAX_VALUE) {
                                compacted.set((int) seq);
                                cold.clear((int) seq);
                            }
                            return batchOf(sql, seq);
                        },
                        found -> report.add(
                                "E-SEGMENT", found.file(), "at %d: %s".formatted(found.offset(), found.what()), -1));
        cold.stream().forEach(seq -> report.add("E-BATCH", "batch " + seq, "its records are nowhere", seq));
    }

    /** Compares with the entries of batches that the log has. */
    void compare(BitSet entries, CheckReport report) {
        BitSet without = (BitSet) entries.clone();
        without.andNot(rows);
        without.andNot(compacted);
        without.stream().forEach(seq -> report.add("E-BATCH", "batch " + seq, "its row is missing", seq));
    }

    long hotRecords() {
        return hotRecords;
    }

    long compacted() {
        return compacted.cardinality();
    }

    private static @Nullable BatchRef batchOf(Sql sql, long seq) {
        byte[] leaf = sql.query("SELECT leaf FROM entry WHERE seq = :seq AND leaf IS NOT NULL")
                .bind("seq", seq)
                .first(row -> row.bytes("leaf"))
                .orElse(null);
        try {
            return leaf == null ? null : Leaf.decode(leaf).decodeSubmission().batch();
        } catch (CborException e) {
            return null;
        }
    }
}

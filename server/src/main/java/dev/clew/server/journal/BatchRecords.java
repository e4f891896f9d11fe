package dev.clew.server.journal;

import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Inner records of batches whose chunks are still hot, read without any key: what exports and checks need of them. Stateless. */
public final class BatchRecords {
    private BatchRecords() {}

    /**
     * Record data of a batch, by position; empty when its records were compacted. Two statements.
     *
     * @throws ClewException ROW_DAMAGED when a row is not what was written, LEDGER_DAMAGED when records are missing
     */
    public static Optional<List<byte[]>> of(Sql sql, long seq) {
        var batch = BatchRows.at(sql, seq);
        if (batch.isEmpty()) {
            return Optional.empty();
        }
        var records = new ArrayList<byte[]>(batch.get().count());
        sql.query("SELECT " + StoredChunk.COLUMNS
                        + " FROM hot_chunk WHERE ns = :ns AND chunk >= :first AND chunk <= :last ORDER BY chunk")
                .bind("ns", batch.get().namespace())
                .bind("first", batch.get().firstChunk())
                .bind("last", batch.get().lastChunk())
                .forEach(row -> append(StoredChunk.Packed.read(row), records));
        if (records.isEmpty()) {
            return Optional.empty();
        }
        if (records.size() != batch.get().count()) {
            throw new ClewException(
                    ErrorCode.LEDGER_DAMAGED,
                    "Batch %d covers %d records but %d are stored; the store was altered. Restore a copy of the data directory."
                            .formatted(seq, batch.get().count(), records.size()));
        }
        return Optional.of(records);
    }

    private static void append(StoredChunk.Packed chunk, List<byte[]> records) {
        for (byte[] submission : chunk.submissions()) {
            records.add(new InnerRecord(records.size(), chunk.micros(), submission).encode());
        }
    }
}

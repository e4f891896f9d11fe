package dev.clew.server.ledgers;

import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.server.storage.Sql;
import java.util.List;
import java.util.Optional;

/** Where the inner records of batches lie: in hot chunks, in segments. Asked in turn. */
@FunctionalInterface
public interface RecordSource {
    /** The records of the batch with this entry, by position; empty when they are not here. */
    Optional<List<RecordsBlob.Slot>> slots(Sql sql, long seq);
}

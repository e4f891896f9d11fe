package dev.clew.server.ledgers;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.ledger.tiles.Tile;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.journal.BatchRecords;
import dev.clew.server.journal.Entries;
import dev.clew.server.storage.Database;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** What belongs to entries and lies beside the tree, in the forms of an export: change lists, records, bodies. Thread-safe. */
public final class EntryExtras {
    private final Database database;
    private final Ledgers ledgers;
    private final List<RecordSource> segments;

    /** @param segments where records lie that are no longer hot */
    public EntryExtras(Database database, Ledgers ledgers, List<RecordSource> segments) {
        this.database = database;
        this.ledgers = ledgers;
        this.segments = List.copyOf(segments);
    }

    /**
     * Change lists of the entries of one level-0 tile, as an export holds them.
     *
     * @throws ClewException NOT_FOUND when the signed log has no such tile yet
     */
    public byte[] changes(Tile tile) {
        long first = tile.index() * Tile.FULL;
        if (tile.level() != 0 || first + tile.width() > ledgers.size()) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND,
                    "The log of size %d has no entries %d to %d yet."
                            .formatted(ledgers.size(), first, first + tile.width() - 1));
        }
        var out = new ByteArrayOutputStream();
        for (Entries.Stored entry : ledgers.entries().range(first, first + tile.width())) {
            byte[] list = entry.changes() == null ? new byte[0] : entry.changes();
            out.writeBytes(ByteBuffer.allocate(4).putInt(list.length).array());
            out.writeBytes(list);
        }
        return out.toByteArray();
    }

    /** Inner records of a batch, as an export holds them. */
    public byte[] records(long seq) {
        var slots = database.read(sql -> {
            var found = BatchRecords.of(sql, seq)
                    .map(records -> records.stream().map(RecordsBlob.Slot::of).toList());
            for (RecordSource source : segments) {
                found = found.isPresent() ? found : source.slots(sql, seq);
            }
            return found;
        });
        return RecordsBlob.encode(slots.orElseThrow(
                () -> new ClewException(ErrorCode.NOT_FOUND, "Entry %d is no batch of records.".formatted(seq))));
    }

    /** The payload of an entry that has one without personal data (form 0). */
    public byte[] plainBody(long seq) {
        BodyRef ref = Leaf.decode(ledgers.leaf(seq)).decodeSubmission().body();
        var entry = ledgers.entries().at(seq);
        byte[] body = entry.isEmpty() ? null : entry.get().body();
        if (ref == null || ref.form() != BodyRef.PLAIN || body == null) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND, "Entry %d has no body that may be given out as it is.".formatted(seq));
        }
        return body;
    }
}

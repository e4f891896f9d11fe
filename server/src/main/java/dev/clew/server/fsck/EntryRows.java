package dev.clew.server.fsck;

import dev.clew.ledger.tiles.Tile;
import dev.clew.server.storage.Row;
import org.jspecify.annotations.Nullable;

/** The stored rows of the entries of one level-0 tile, as they are. Filled by one thread, then read by another. */
final class EntryRows {
    /** Columns read of an entry and of its line in the index. */
    static final String COLUMNS = """
            e.seq, e.time_us, e.leaf, e.changes, e.body, i.time_us AS i_time, i.act, i.who, i.kind, i.uid, i.scope""";

    final long index;
    final @Nullable Entry[] entries = new @Nullable Entry[Tile.FULL];
    int width;

    EntryRows(long index) {
        this.index = index;
    }

    /** One row with its line of the index; {@code act} is null when that is missing. */
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(
            long seq,
            long micros,
            byte @Nullable [] leaf,
            byte @Nullable [] changes,
            byte @Nullable [] body,
            @Nullable Long indexedMicros,
            @Nullable String act,
            @Nullable String who,
            @Nullable Long kind,
            byte @Nullable [] uid,
            @Nullable Long scope) {
        static Entry of(Row row) {
            return new Entry(
                    row.integer("seq"),
                    row.integer("time_us"),
                    row.bytesOrNull("leaf"),
                    row.bytesOrNull("changes"),
                    row.bytesOrNull("body"),
                    row.integerOrNull("i_time"),
                    row.textOrNull("act"),
                    row.textOrNull("who"),
                    row.integerOrNull("kind"),
                    row.bytesOrNull("uid"),
                    row.integerOrNull("scope"));
        }
    }

    long base() {
        return index * Tile.FULL;
    }

    void put(Entry entry) {
        int place = (int) (entry.seq % Tile.FULL);
        entries[place] = entry;
        width = Math.max(width, place + 1);
    }
}

package dev.clew.server.fsck;

import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.tiles.Tile;
import dev.clew.server.storage.Dialect;
import dev.clew.server.storage.Sql;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the entries of one level-0 tile with their lines of the index, as two values: the engine puts 256 rows together, which takes a
 * tenth of the calls that rows one by one take. Longer values are cut, so that a block has at most 33 MB however the rows look; their
 * lengths say so. Read by one thread, then looked at by another.
 *
 * @param count rows of the table of entries
 * @param leaves side by side
 * @param changes change lists side by side
 * @param numbers seq, time, length of leaf and of change list (−1 for none) of each row, with commas
 * @param bodies those that are there, by seq
 * @param index act, who, kind, scope, time and length of uid (−1 for none) of each line, with commas
 * @param uids of the lines that have one, side by side
 */
@SuppressWarnings("ArrayRecordComponent")
record EntryBlock(
        long tile,
        int count,
        byte[] leaves,
        byte[] changes,
        String numbers,
        TreeMap<Long, byte[]> bodies,
        String index,
        byte[] uids) {
    /** Longest value that is read whole. */
    static final int MAX_VALUE = Leaf.MAX_BYTES;

    private static final byte[] NONE = new byte[0];

    long base() {
        return tile * Tile.FULL;
    }

    /** About how much memory it takes. */
    long size() {
        return leaves.length
                + (long) changes.length
                + bodies.values().stream().mapToLong(body -> body.length).sum();
    }

    /** Reads blocks of one view. Confined to its thread. */
    static final class Reader {
        private final Sql sql;
        private final String entries;
        private final String lines;

        Reader(Sql sql) {
            this.sql = sql;
            Dialect dialect = sql.dialect();
            this.entries = """
                    SELECT COUNT(*) AS n, COUNT(body) AS bodies, %s AS leaves, %s AS changes, %s AS numbers
                    FROM entry WHERE seq >= :from AND seq < :to""".formatted(
                            dialect.concatenated("substr(leaf, 1, %d)".formatted(MAX_VALUE), "seq"),
                            dialect.concatenated("substr(changes, 1, %d)".formatted(MAX_VALUE), "seq"),
                            dialect.joined(
                                    "concat_ws(',', seq, time_us, COALESCE(length(leaf), -1), COALESCE(length(changes), -1))",
                                    "seq"));
            this.lines = """
                    SELECT %s AS lines, %s AS uids FROM entry_index WHERE seq >= :from AND seq < :to""".formatted(
                            dialect.joined(
                                    "concat_ws(',', COALESCE(act, ''), COALESCE(who, ''), COALESCE(kind, -1), COALESCE(scope, -1), COALESCE(time_us, -1), COALESCE(length(uid), -1))",
                                    "seq"),
                            dialect.concatenated("uid", "seq"));
        }

        EntryBlock read(long tile) {
            long from = tile * Tile.FULL;
            EntryBlock read = bound(entries, from)
                    .first(row -> new EntryBlock(
                            tile,
                            (int) row.integer("n"),
                            orNone(row.bytesOrNull("leaves")),
                            orNone(row.bytesOrNull("changes")),
                            Objects.requireNonNullElse(row.textOrNull("numbers"), ""),
                            row.integer("bodies") == 0 ? new TreeMap<>() : bodies(from),
                            "",
                            NONE))
                    .orElseThrow();
            if (read.count < Tile.FULL) {
                return read;
            }
            return bound(lines, from)
                    .first(row -> read.with(
                            Objects.requireNonNullElse(row.textOrNull("lines"), ""), orNone(row.bytesOrNull("uids"))))
                    .orElseThrow();
        }

        private TreeMap<Long, byte[]> bodies(long from) {
            var found = new TreeMap<Long, byte[]>();
            bound("SELECT seq, body FROM entry WHERE seq >= :from AND seq < :to AND body IS NOT NULL", from)
                    .forEach(row -> found.put(row.integer("seq"), row.bytes("body")));
            return found;
        }

        private Sql.Query bound(String text, long from) {
            return sql.query(text).bind("from", from).bind("to", from + Tile.FULL);
        }

        private static byte[] orNone(byte @Nullable [] bytes) {
            return bytes == null ? NONE : bytes;
        }
    }

    private EntryBlock with(String newIndex, byte[] newUids) {
        return new EntryBlock(tile, count, leaves, changes, numbers, bodies, newIndex, newUids);
    }
}

package dev.clew.server.ledgers;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tiles.EntryBundle;
import dev.clew.ledger.tiles.RightEdge;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.verify.ExportWriter;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.journal.BatchRecords;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log of a data directory as an export that anyone verifies offline: tiles built from the entries themselves and compared with
 * the newest signed checkpoint before it is written, change lists, records, and the bodies that hold nothing personal. Reads one snapshot
 * in bounded memory; needs no key. Confined to one thread.
 */
public final class LogExport {
    /**
     * What goes into it.
     *
     * @param from first entry
     * @param to one past the last; the checkpoint's size when larger
     * @param sealed whether ciphertexts of sealed bodies go along: they open with a key of the vault only
     */
    public record Selection(long from, long to, boolean sealed) {}

    /** What was written. */
    public record Written(String origin, long size, long from, long to, long changeLists, long records, long bodies) {}

    private final Sql sql;
    private final StoredLog log;
    private final List<RecordSource> sources;
    private final LongConsumer progress;

    private long changeLists;
    private long records;
    private long bodies;

    /**
     * Reads from a snapshot.
     *
     * @param segments where records lie that are no longer hot
     * @param progress told how many entries were read
     */
    public LogExport(Sql sql, StoredLog log, List<RecordSource> segments, LongConsumer progress) {
        this.sql = sql;
        this.log = log;
        this.progress = progress;
        this.sources = new ArrayList<>();
        sources.add(LogExport::hot);
        sources.addAll(segments);
    }

    private static Optional<List<RecordsBlob.Slot>> hot(Sql sql, long seq) {
        return BatchRecords.of(sql, seq)
                .map(found -> found.stream().map(RecordsBlob.Slot::of).toList());
    }

    /** Number of entries under the newest checkpoint. */
    public long size() {
        return newest().size();
    }

    /** First entry at or after a time. */
    public long firstAt(long micros) {
        return sql.query("SELECT COALESCE(MIN(seq), :size) AS seq FROM entry_index WHERE time_us >= :micros")
                .bind("size", size())
                .bind("micros", micros)
                .first(row -> row.integer("seq"))
                .orElseThrow();
    }

    private StoredLog.Signed newest() {
        return log.newest(sql)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "This log has no signed checkpoint yet; start its server once, then export it."));
    }

    /**
     * Writes the export; its checkpoint comes last, so that one that was broken off verifies as incomplete.
     *
     * @throws ClewException LEDGER_DAMAGED when the entries are not those that were signed
     */
    public Written write(ExportWriter writer, Selection selection) throws IOException {
        StoredLog.Signed signed = newest();
        long size = signed.size();
        long from = Math.min(selection.from, size);
        long to = Math.clamp(selection.to, from, size);
        var edge = new RightEdge((tile, bytes) -> put(writer, tile, bytes, from, to));
        var walk = new Walk(writer, edge, from, to, selection.sealed);
        try {
            sql.query("SELECT seq, leaf, changes, body FROM entry WHERE seq < :size ORDER BY seq")
                    .bind("size", size)
                    .forEach(walk::entry);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (edge.size() != size || !Arrays.equals(edge.root(), signed.root())) {
            throw Damage.root(size);
        }
        for (Tile tile : edge.partialTiles()) {
            put(writer, tile, edge.read(tile), from, to);
        }
        writer.range(from, to);
        writer.finish(SignedNote.parse(signed.note().getBytes(StandardCharsets.UTF_8)), log.policy());
        return new Written(log.origin(), size, from, to, changeLists, records, bodies);
    }

    private static void put(ExportWriter writer, Tile tile, byte[] bytes, long from, long to) {
        try {
            if (!tile.isEntries() || ExportWriter.covers(from, to, tile)) {
                writer.tile(tile, bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the entries in order. */
    private final class Walk {
        private final ExportWriter writer;
        private final RightEdge edge;
        private final long from;
        private final long to;
        private final boolean sealed;
        private List<byte[]> bundle = List.of();
        private long bundleIndex = -1;

        Walk(ExportWriter writer, RightEdge edge, long from, long to, boolean sealed) {
            this.writer = writer;
            this.edge = edge;
            this.from = from;
            this.to = to;
            this.sealed = sealed;
        }

        void entry(Row row) {
            long seq = row.integer("seq");
            if (seq != edge.size()) {
                throw Damage.entry(edge.size());
            }
            try {
                byte[] leaf = leaf(seq, row.bytesOrNull("leaf"));
                edge.append(leaf);
                if (seq >= from && seq < to) {
                    extras(seq, Leaf.decode(leaf).decodeSubmission(), row);
                }
            } catch (CborException e) {
                throw Damage.entry(seq);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            progress.accept(seq + 1);
        }

        private byte[] leaf(long seq, byte @Nullable [] stored) throws IOException {
            if (stored != null) {
                return stored;
            }
            long index = seq / Tile.FULL;
            if (index != bundleIndex) {
                bundle = EntryBundle.decode(log.tiles().read(Tile.entries(index, Tile.FULL)), Tile.FULL);
                bundleIndex = index;
            }
            return bundle.get((int) (seq % Tile.FULL));
        }

        private void extras(long seq, Submission submission, Row row) throws IOException {
            byte[] changes = row.bytesOrNull("changes");
            if (changes != null) {
                writer.changeList(seq, changes);
                changeLists++;
            }
            if (submission.batch() != null) {
                writer.records(seq, slots(seq));
            }
            byte[] body = row.bytesOrNull("body");
            BodyRef ref = submission.body();
            if (ref != null && body != null) {
                body(ref, body);
            }
        }

        private void body(BodyRef ref, byte[] stored) throws IOException {
            if (ref.form() == BodyRef.PLAIN) {
                writer.body(ref, null, stored);
                bodies++;
            } else if (sealed && ref.form() == BodyRef.SEALED) {
                writer.sealedBody(ref, stored);
                bodies++;
            }
        }
    }

    private List<RecordsBlob.Slot> slots(long seq) {
        for (RecordSource source : sources) {
            var found = source.slots(sql, seq);
            if (found.isPresent()) {
                records += found.get().size();
                return found.get();
            }
        }
        throw new ClewException(
                ErrorCode.LEDGER_DAMAGED,
                "The records of batch %d are nowhere in this directory. Run clew fsck on it.".formatted(seq));
    }
}

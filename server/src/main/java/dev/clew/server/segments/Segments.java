package dev.clew.server.segments;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.OlderRecords;
import dev.clew.server.journal.Records;
import dev.clew.server.journal.Tables;
import dev.clew.server.storage.Blocking;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Disk;
import dev.clew.server.storage.Sealing;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All segments in force. Opening reads one row a segment and no file. Thread-safe; may be called on virtual threads: file calls leave
 * them.
 */
public final class Segments implements OlderRecords, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);

    /** Below the data directory. */
    static final String DIRECTORY = "decisions";

    private static final int THREADS = 4;
    private static final int QUEUED = 4_096;
    private static final int RECORDS_A_READ = 1_024;

    private final SegmentFiles files;
    private final Function<String, Sealing> sealing;
    private final SegmentCache cache = new SegmentCache();
    private final Blocking blocking = new Blocking("segments", THREADS, QUEUED);
    private volatile List<Segment> inForce;
    private volatile ToLongFunction<byte[]> eraser = keyId -> {
        throw new ClewException(ErrorCode.UNAVAILABLE, "Segments of records cannot be written now; try again shortly.");
    };

    private Segments(SegmentFiles files, Function<String, Sealing> sealing, List<SegmentRow> rows) {
        this.files = files;
        this.sealing = sealing;
        this.inForce = rows.stream().map(this::segment).toList();
    }

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(SegmentRow.SEGMENTS);
    }

    /**
     * Opens the segments of a data directory, making their folder if need be, and deletes files that an unclean stop left over.
     *
     * @param sealing seals files of an organisation at rest
     * @throws ClewException ROW_DAMAGED when a row is not what was written
     */
    public static Segments open(Database database, Path dataDirectory, Function<String, Sealing> sealing)
            throws IOException {
        return open(database, dataDirectory, sealing, Disk.REAL);
    }

    static Segments open(Database database, Path dataDirectory, Function<String, Sealing> sealing, Disk disk)
            throws IOException {
        var files = new SegmentFiles(dataDirectory.resolve(DIRECTORY), disk);
        List<SegmentRow> rows = database.read(SegmentRow::all);
        files.sweep(rows);
        return new Segments(files, sealing, rows);
    }

    /** A look-up in the segments that were in force when it began. */
    @FunctionalInterface
    private interface Lookup<T> {
        T in(List<Segment> segments) throws IOException;
    }

    private <T> T read(Lookup<T> lookup) {
        while (true) {
            List<Segment> segments = inForce;
            try {
                return blocking.call(() -> lookup.in(segments));
            } catch (NoSuchFileException e) {
                if (segments == inForce) {
                    throw damaged(e);
                }
                // A segment was written anew meanwhile: look again in what is in force now.
            } catch (IOException e) {
                throw damaged(e);
            }
        }
    }

    /** What a caller is told when a file cannot be read or is not what was written. */
    static ClewException damaged(IOException failure) {
        String what = switch (failure) {
            case DamagedFile damaged -> "%s at %d: %s".formatted(damaged.file(), damaged.offset(), damaged.what());
            case NoSuchFileException missing ->
                "%s is missing".formatted(Path.of(missing.getFile()).getFileName());
            default -> "";
        };
        return what.isEmpty()
                ? new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "The records could not be read from disk; check the disk, then try again.",
                        failure)
                : new ClewException(
                        ErrorCode.ROW_DAMAGED,
                        "E-SEGMENT %s; the store was altered. Restore a copy of the data directory.".formatted(what),
                        failure);
    }

    @Override
    public Optional<Records.Stored> find(Uid id) {
        return read(segments -> {
            for (Segment segment : segments.reversed()) {
                if (segment.row().mayHold(id.bytes())) {
                    Optional<Records.Stored> found = segment.find(id);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        });
    }

    @Override
    public List<Records.Stored> about(Uid target) {
        byte[] key = EvidenceWriter.targetKey(target);
        return gather(row -> row.mayName(key), segment -> segment.about(target));
    }

    @Override
    public List<Records.Stored> byClientKey(byte[] clientKey) {
        return gather(row -> true, segment -> segment.byClientKey(clientKey));
    }

    @Override
    public List<Records.Stored> ofBatch(long seq) {
        return gather(row -> row.covers(seq), segment -> segment.ofBatch(seq));
    }

    @Override
    public List<byte[]> innerHashes(long seq, int from, int to) {
        return gather(row -> row.covers(seq), segment -> segment.innerHashes(seq, from, to));
    }

    /** What is read of one segment. */
    @FunctionalInterface
    private interface OfOne<T> {
        List<T> in(Segment segment) throws IOException;
    }

    private <T> List<T> gather(Predicate<SegmentRow> wanted, OfOne<T> reading) {
        return read(segments -> {
            var found = new ArrayList<T>();
            for (Segment segment : segments) {
                if (wanted.test(segment.row())) {
                    found.addAll(reading.in(segment));
                }
            }
            return found;
        });
    }

    @Override
    public void forEachUnder(byte[] keyId, Consumer<Records.Stored> consumer) {
        var met = new HashSet<Uid>();
        read(segments -> {
            for (Segment segment : segments) {
                List<Integer> slots = segment.slotsOf(keyId);
                for (int from = 0; from < slots.size(); from += RECORDS_A_READ) {
                    for (Records.Stored record :
                            segment.stored(slots.subList(from, Math.min(slots.size(), from + RECORDS_A_READ)))) {
                        if (met.add(record.id())) {
                            consumer.accept(record);
                        }
                    }
                }
            }
            return true;
        });
    }

    @Override
    public Set<Uid> keyIds(Predicate<Uid> wanted) {
        return Set.copyOf(gather(
                row -> true,
                segment -> segment.persons().stream().filter(wanted).toList()));
    }

    @Override
    public boolean holds(byte[] keyId) {
        return !gather(row -> true, segment -> segment.slotsOf(keyId)).isEmpty();
    }

    @Override
    public void forEachNewest(BooleanSupplier enough, Consumer<Records.Stored> consumer) {
        read(segments -> {
            for (Segment segment : segments.reversed()) {
                if (enough.getAsBoolean()) {
                    return true;
                }
                segment.forEach(consumer::accept);
            }
            return true;
        });
    }

    @Override
    public long erase(byte[] keyId) {
        return eraser.applyAsLong(keyId);
    }

    /** Who empties bodies: the compactor, while there is one. */
    void erasedBy(ToLongFunction<byte[]> compactor) {
        eraser = compactor;
    }

    @Override
    public void forEachSeen(long sinceMicros, int most, Consumer<Seen> consumer) {
        read(segments -> {
            var wanted = new ArrayList<SegmentRow>();
            long count = 0;
            for (Segment segment : segments.reversed()) {
                SegmentRow row = segment.row();
                if (row.seen() > 0 && row.lastMicros() >= sinceMicros && count < most) {
                    wanted.addFirst(row);
                    count += row.seen();
                }
            }
            wanted.forEach(row -> seen(row, sinceMicros, consumer));
            return true;
        });
    }

    /** A damaged file of seen keys shortens the duplicate window; {@link SegmentCheck} names it, and the server serves on. */
    private void seen(SegmentRow row, long sinceMicros, Consumer<Seen> consumer) {
        try {
            SeenFile.read(
                    files.disk(),
                    files.seen(row),
                    sealing.apply(row.namespace()),
                    SeenFile.name(row.firstSeq(), row.generation()),
                    (slot, seen) -> {
                        if (seen.micros() >= sinceMicros) {
                            consumer.accept(seen);
                        }
                    });
        } catch (IOException | ClewException e) {
            LOG.error(
                    "Keys of earlier records cannot be read; repeats of them will not be noticed segment={}",
                    row.firstSeq(),
                    e);
        }
    }

    /** How many there are. */
    public int count() {
        return inForce.size();
    }

    List<Segment> inForce() {
        return inForce;
    }

    SegmentFiles files() {
        return files;
    }

    Sealing sealing(String namespace) {
        return sealing.apply(namespace);
    }

    /** Puts a registered segment in force, in the place of those within its range. Called by the compactor alone. */
    void enforce(SegmentRow row) {
        var next = new ArrayList<>(inForce);
        next.removeIf(other -> other.row().namespace().equals(row.namespace())
                && other.row().firstSeq() >= row.firstSeq()
                && other.row().lastSeq() <= row.lastSeq());
        next.add(segment(row));
        next.sort(Comparator.comparingLong(segment -> segment.row().firstSeq()));
        inForce = List.copyOf(next);
    }

    private Segment segment(SegmentRow row) {
        return new Segment(files, row, cache);
    }

    @Override
    public void close() {
        blocking.close();
    }
}

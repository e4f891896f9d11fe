package dev.clew.server.segments;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.journal.Housekeeping;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.OlderRecords;
import dev.clew.server.journal.Records;
import dev.clew.server.journal.RowWrite;
import dev.clew.server.storage.Sealing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What the compactor does. In every step first the files, forced, then the row, committed, then what it replaces goes: a kill leaves the
 * old or the new in force, or both. Confined to the compactor's thread.
 */
final class Compaction {
    /** Most records of a segment: what its indexes take in memory while it is written. */
    static final int MAX_RECORDS = 1 << 17;

    /** Chunks are dropped in transactions of about so much, that nobody waits long for the writer. */
    private static final long DROPPED_BYTES = 4L << 20;

    private static final int BATCHES = 4_096;

    /** What was joined into a greater segment stays for those who still read an earlier state of the store. */
    private static final Duration KEPT_REPLACED = Duration.ofHours(1);

    private final Journal journal;
    private final Segments segments;
    private final SegmentsConfig config;
    private final Summaries summaries;
    private final HotLevels levels;
    private final InstantSource clock;
    private final BooleanSupplier stopping;
    private final ArrayDeque<Replaced> replaced = new ArrayDeque<>();
    private boolean recovered;

    /** Files that no row names any more. */
    private record Replaced(Instant since, List<Path> files) {}

    Compaction(
            Journal journal,
            Segments segments,
            SegmentsConfig config,
            Summaries summaries,
            HotLevels levels,
            InstantSource clock,
            BooleanSupplier stopping) {
        this.journal = journal;
        this.segments = segments;
        this.config = config;
        this.summaries = summaries;
        this.levels = levels;
        this.clock = clock;
        this.stopping = stopping;
    }

    /** @param all every closed batch, whether due or not */
    void run(boolean all) throws IOException {
        if (!recovered) {
            recover();
            recovered = true;
        }
        try {
            move(all);
        } catch (IOException | RuntimeException e) {
            recovered = false;
            throw e;
        }
    }

    private void move(boolean all) throws IOException {
        for (String namespace : levels.namespaces()) {
            while (!stopping.getAsBoolean() && (all || levels.isDue(namespace)) && compact(namespace)) {
                forgetSeen();
            }
        }
        deleteReplaced();
    }

    /** Finishes what a kill or a failure interrupted: drops chunks whose records are in a segment. Counts what waits. */
    private void recover() {
        journal.records().awaitLoaded();
        for (String namespace : journal.records().namespaces()) {
            long through = lastSeq(namespace);
            long records = 0;
            for (Records.Batch batch : journal.records().batches(namespace, -1, BATCHES)) {
                records += batch.count();
                if (batch.seq() <= through && records >= BATCHES) {
                    drop(namespace, batch.seq());
                    records = 0;
                }
            }
            drop(namespace, through);
            levels.found(namespace, journal.records().hot(namespace));
        }
    }

    private long lastSeq(String namespace) {
        return segments.inForce().stream()
                .map(Segment::row)
                .filter(row -> row.namespace().equals(namespace))
                .mapToLong(SegmentRow::lastSeq)
                .max()
                .orElse(-1);
    }

    /** What one pass read of the chunks. */
    private static final class Taken {
        final List<Step> steps = new ArrayList<>();
        long bytes;
        long unstepped;

        /** @param seq up to which chunks are dropped in one transaction */
        record Step(long seq, long bytes) {}

        void add(Records.Stored record) {
            long more = record.submission().length + record.body().length;
            bytes += more;
            unstepped += more;
        }

        void ended(long seq, boolean last) {
            if (unstepped >= DROPPED_BYTES || last) {
                steps.add(new Step(seq, unstepped));
                unstepped = 0;
            }
        }
    }

    /** Writes one segment of what waits; false when nothing does. */
    private boolean compact(String namespace) throws IOException {
        List<Records.Batch> waiting = journal.records().batches(namespace, lastSeq(namespace), BATCHES);
        if (waiting.isEmpty()) {
            levels.dropped(namespace, 0, 0, lastSeq(namespace));
            return false;
        }
        List<Segment> joined =
                joined(namespace, journal.records().hot(namespace).bytes());
        long firstSeq = joined.isEmpty()
                ? waiting.getFirst().seq()
                : joined.getFirst().row().firstSeq();
        Sealing sealing = segments.sealing(namespace);
        Summaries.Summary summary = summaries.begin(namespace);
        var taken = new Taken();
        SegmentRow row;
        try (var writer = new SegmentWriter(segments.files(), sealing, namespace, firstSeq)) {
            for (Segment earlier : joined) {
                SegmentSource.copy(earlier, segments.files(), sealing, writer);
                summary.join(earlier.row().summary());
            }
            take(waiting, writer, summary, taken);
            row = writer.finish(summary.finish());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        register(row, joined);
        summary.enforced();
        for (Taken.Step step : taken.steps) {
            levels.dropped(namespace, drop(namespace, step.seq()), step.bytes(), row.lastSeq());
        }
        if (!joined.isEmpty()) {
            replaced.add(new Replaced(clock.instant(), files(joined)));
        }
        return true;
    }

    private void take(List<Records.Batch> waiting, SegmentWriter writer, Summaries.Summary summary, Taken taken) {
        for (int i = 0; i < waiting.size(); i++) {
            Records.Batch batch = waiting.get(i);
            writer.batch(batch.seq(), batch.count());
            journal.records().forEach(batch, record -> {
                if (stopping.getAsBoolean()) {
                    throw new ClewException(ErrorCode.UNAVAILABLE, "The server is stopping.");
                }
                try {
                    writer.add(record);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                summary.add(record.stored());
                taken.add(record.stored());
            });
            boolean full = i == waiting.size() - 1
                    || writer.bytes() >= config.size().bytes()
                    || writer.count() + waiting.get(i + 1).count() > MAX_RECORDS;
            taken.ended(batch.seq(), full);
            if (full) {
                return;
            }
        }
    }

    /**
     * The newest segments, oldest first, that are written again together with what waits: each at most twice as large as all that comes
     * after it, so that a record is written again as often as the logarithm of its segment's size.
     */
    private List<Segment> joined(String namespace, long waitingBytes) {
        var joined = new ArrayList<Segment>();
        long bytes = waitingBytes;
        long records = 0;
        for (Segment segment : segments.inForce().reversed()) {
            if (!segment.row().namespace().equals(namespace)) {
                continue;
            }
            long more = segment.row().bytes();
            records += segment.row().count();
            if (more > 2 * bytes || bytes + more > config.size().bytes() || records > MAX_RECORDS / 2) {
                break;
            }
            joined.addFirst(segment);
            bytes += more;
        }
        return joined;
    }

    /** Commits the row of a segment and the end of those it takes the place of. */
    private void register(SegmentRow row, List<Segment> replaced) {
        var rows = new ArrayList<RowWrite<?>>();
        for (Segment each : replaced) {
            if (each.row().firstSeq() != row.firstSeq()) {
                rows.add(new RowWrite.Delete<>(
                        SegmentRow.SEGMENTS, Key.of(each.row().firstSeq())));
            }
        }
        rows.add(new RowWrite.Put<>(SegmentRow.SEGMENTS, row));
        journal.write(Compactor.PERMIT, new Housekeeping(rows));
        segments.enforce(row);
    }

    private List<Path> files(List<Segment> joined) {
        var paths = new ArrayList<Path>();
        for (Segment each : joined) {
            paths.add(segments.files().evidence(each.row()));
            paths.add(segments.files().bodies(each.row()));
            paths.add(segments.files().seen(each.row()));
        }
        return paths;
    }

    private void deleteReplaced() throws IOException {
        Instant before = clock.instant().minus(KEPT_REPLACED);
        while (!replaced.isEmpty() && replaced.peek().since().isBefore(before)) {
            segments.files().delete(replaced.poll().files());
        }
    }

    private long drop(String namespace, long throughSeq) {
        long all = 0;
        while (true) {
            int dropped = Journal.await(journal.dropChunks(Compactor.PERMIT, namespace, throughSeq))
                    .answer();
            if (dropped == 0) {
                return all;
            }
            all += dropped;
        }
    }

    /** Deletes files of seen keys that the duplicate window does not reach any more. */
    private void forgetSeen() throws IOException {
        var window = journal.duplicateWindow();
        long since = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant().minus(window.age()));
        long newer = 0;
        for (Segment segment : segments.inForce().reversed()) {
            SegmentRow row = segment.row();
            if (row.seenSha256() == null) {
                continue;
            }
            if (newer >= window.records() || row.lastMicros() < since) {
                register(row.unseen(), List.of());
                segments.files().delete(List.of(segments.files().seen(row)));
            }
            newer += row.seen();
        }
    }

    /** @return records that were emptied */
    long erase(byte[] psid) throws IOException {
        while (!replaced.isEmpty()) {
            segments.files().delete(replaced.poll().files());
        }
        long emptied = 0;
        for (Segment segment : segments.inForce()) {
            List<Integer> slots = segment.slotsOf(psid);
            if (!slots.isEmpty()) {
                emptied += slots.size();
                erase(segment, slots);
            }
        }
        return emptied;
    }

    private void erase(Segment segment, List<Integer> slots) throws IOException {
        SegmentRow before = segment.row();
        var erasure = new SegmentErasure(segment, segments.files(), segments.sealing(before.namespace()), slots);
        Summaries.Summary summary = summaries.begin(before.namespace());
        SegmentRow after = erasure.write(summary);
        register(after, List.of());
        List<OlderRecords.Seen> freed = erasure.freed();
        if (!freed.isEmpty()) {
            journal.forgetSeen(Compactor.PERMIT, freed);
        }
        segments.files()
                .delete(List.of(
                        segments.files().bodies(before), segments.files().seen(before)));
    }
}

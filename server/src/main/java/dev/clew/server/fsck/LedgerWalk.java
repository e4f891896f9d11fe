package dev.clew.server.fsck;

import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks all entries once, in order: groups of 256 are checked by other threads while this one reads on, and their results are put
 * together here: the tree, the checkpoints, the order of times. Memory: the groups under way, one bit an entry.
 */
final class LedgerWalk {
    private static final int MAX_UNDER_WAY = 32;
    /** Groups that may be missing in a row; beyond it a number was altered, not entries deleted. */
    private static final int MAX_GAP = 65_536;

    /** Takes each entry in order, once its group is found to be readable. */
    @FunctionalInterface
    interface EntryConsumer {
        void accept(GroupCheck.Entry entry) throws IOException;
    }

    private final Sql sql;
    private final Findings findings;
    private final Checkpoints checkpoints;
    private final TileTower tower;
    private final GroupCheck groups;
    private final LongConsumer progress;
    private final Optional<byte[]> tiledRange;
    private final long tiledSize;
    private final CompactRange range = new CompactRange();
    private final BitSet batches = new BitSet();
    private final Set<Long> withoutBody = new HashSet<>();
    private long lastMicros = -1;
    private long size;
    private long verified;
    private long saltedUnopened;
    private boolean isTreeWhole = true;

    LedgerWalk(
            Sql sql,
            StoredLog log,
            GroupCheck groups,
            Checkpoints checkpoints,
            Findings findings,
            LongConsumer progress) {
        this.sql = sql;
        this.findings = findings;
        this.groups = groups;
        this.checkpoints = checkpoints;
        this.tiledSize = log.forcedSize(sql);
        this.tiledRange = log.compactRange(sql);
        this.tower = new TileTower(log.tiles(), tiledSize, findings);
        this.progress = progress;
    }

    /** Reads everything; {@code consumer} takes the entries on the calling thread. */
    void run(EntryConsumer consumer) throws IOException {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        Deque<Future<GroupCheck.Result>> underWay = new ArrayDeque<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            var reading = new Reading(pool, underWay, consumer);
            sql.query("SELECT " + EntryRows.COLUMNS
                            + " FROM entry e LEFT JOIN entry_index i ON i.seq = e.seq ORDER BY e.seq")
                    .forEach(row -> reading.row(EntryRows.Entry.of(row)));
            reading.end();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        checkpoints.ended(range.size());
        counts();
    }

    /** Gathers rows into groups. */
    private final class Reading {
        private final ExecutorService pool;
        private final Deque<Future<GroupCheck.Result>> underWay;
        private final EntryConsumer consumer;
        private @Nullable EntryRows group;

        Reading(ExecutorService pool, Deque<Future<GroupCheck.Result>> underWay, EntryConsumer consumer) {
            this.pool = pool;
            this.underWay = underWay;
            this.consumer = consumer;
        }

        void row(EntryRows.Entry entry) {
            long index = Math.floorDiv(entry.seq(), (long) Tile.FULL);
            EntryRows rows = group;
            if (index < 0 || index > (rows == null ? 0 : rows.index) + MAX_GAP) {
                findings.add("E-ENTRY", "entry " + entry.seq(), "stands far from every other", entry.seq());
                return;
            }
            if (rows == null || rows.index != index) {
                long next = rows == null ? 0 : rows.index + 1;
                if (rows != null) {
                    submit(rows, true);
                }
                for (long missing = next; missing < index; missing++) {
                    submit(new EntryRows(missing), true);
                }
                rows = new EntryRows(index);
                group = rows;
            }
            rows.put(entry);
            size = entry.seq() + 1;
        }

        void end() {
            EntryRows rows = group;
            if (rows != null) {
                submit(rows, rows.width == Tile.FULL);
            }
            while (!underWay.isEmpty()) {
                take(underWay.poll());
            }
        }

        private void submit(EntryRows rows, boolean full) {
            underWay.add(pool.submit(() -> groups.check(rows, full)));
            if (underWay.size() >= MAX_UNDER_WAY) {
                take(underWay.poll());
            }
        }

        private void take(Future<GroupCheck.Result> future) {
            try {
                LedgerWalk.this.take(future.get(), consumer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("The check was interrupted", e);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
            }
        }
    }

    private void take(GroupCheck.Result result, EntryConsumer consumer) throws IOException {
        result.findings.forEach(each -> findings.add(each.code(), each.where(), each.what(), each.seq()));
        saltedUnopened += result.saltedUnopened;
        withoutBody.addAll(result.withoutBody);
        result.erasures.forEach(this::erased);
        isTreeWhole &= result.isComplete;
        if (isTreeWhole) {
            grow(result);
        }
        for (GroupCheck.Entry entry : result.entries) {
            if (entry.micros() <= lastMicros) {
                findings.add("E-ENTRY", "entry " + entry.seq(), "is not later than the one before it", entry.seq());
            }
            lastMicros = Math.max(lastMicros, entry.micros());
            if (entry.submission().batch() != null) {
                batches.set(Math.toIntExact(entry.seq()));
            }
            consumer.accept(entry);
            verified++;
        }
        progress.accept(result.base + result.width);
    }

    /** A body may be missing where a later erasure says so. */
    private void erased(ErasureBody erasure) {
        for (ErasureBody.Place place : erasure.affected()) {
            if (place.inner() == ErasureBody.Place.OWN) {
                withoutBody.remove(place.seq());
            }
        }
    }

    private void grow(GroupCheck.Result result) {
        long next = checkpoints.next(Math.max(1, range.size() + 1));
        for (int i = 0; i < result.width; i++) {
            range.append(result.hashes, i * Hashing.SIZE);
            if (range.size() == next) {
                checkpoints.reached(next, range.root());
                next = checkpoints.next(next + 1);
            }
        }
        if (result.width == Tile.FULL) {
            tower.full(result.hashes);
        }
        if (range.size() == tiledSize
                && tiledRange.isPresent()
                && !Arrays.equals(tiledRange.get(), range.toByteArray())) {
            findings.add("E-ROW", "ledger_int", "the append state is not that of the entries");
        }
    }

    private void counts() {
        if (tiledSize > size) {
            findings.add(
                    "E-LOST", "ledger_int", "%d entries were tiled, but only %d are there".formatted(tiledSize, size));
        }
        withoutBody.stream()
                .sorted()
                .forEach(seq ->
                        findings.add("E-BODY", "body of entry " + seq, "is missing and no erasure says so", seq));
        long extra = sql.query(
                        "SELECT COUNT(*) AS n FROM entry_index i WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.seq = i.seq)")
                .first(row -> row.integer("n"))
                .orElse(0L);
        if (extra > 0) {
            findings.add("E-INDEX", "entry_index", "%d lines belong to no entry".formatted(extra));
        }
    }

    /** Number of entries. */
    long size() {
        return size;
    }

    long verified() {
        return verified;
    }

    /** Entries that stand for a batch of records. */
    BitSet batches() {
        return batches;
    }

    /** Salted bodies that no key was there for. */
    long saltedUnopened() {
        return saltedUnopened;
    }

    /** Root over all entries; meaningful while none is missing. */
    byte[] root() {
        return range.root();
    }
}

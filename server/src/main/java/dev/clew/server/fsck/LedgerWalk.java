package dev.clew.server.fsck;

import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.Sql;
import dev.clew.server.vault.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
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
 * together here: the tree, the checkpoints, the order of times. A group is read as one block; only one in which something is wrong, or
 * that is not full, is read row by row. Memory: the groups under way, one bit an entry.
 */
final class LedgerWalk {
    private static final int MAX_UNDER_WAY = 64;
    private static final long MAX_BYTES_UNDER_WAY = 16 << 20;
    private static final int TILE_HEIGHT = 8;
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
    private final BlockCheck blocks;
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
    private long linesWithoutEntry;
    private long linesBeyond;
    private boolean isTreeWhole = true;

    LedgerWalk(
            Sql sql,
            StoredLog log,
            boolean withItems,
            @Nullable Vault vault,
            Checkpoints checkpoints,
            Findings findings,
            LongConsumer progress) {
        this.sql = sql;
        this.findings = findings;
        var bodies = new BodyCheck(vault);
        this.checkpoints = checkpoints;
        this.tiledSize = log.forcedSize(sql);
        this.tiledRange = log.compactRange(sql);
        this.groups = new GroupCheck(log.tiles(), tiledSize, withItems, bodies);
        this.blocks = new BlockCheck(log.tiles(), tiledSize, withItems, bodies);
        this.tower = new TileTower(log.tiles(), tiledSize, findings);
        this.progress = progress;
    }

    /** Reads everything; {@code consumer} takes the entries on the calling thread. */
    void run(EntryConsumer consumer) throws IOException {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            new Reading(pool, consumer).run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        checkpoints.ended(range.size());
        counts();
    }

    /** One group given to another thread. */
    private record UnderWay(long tile, long size, boolean full, Future<GroupCheck.@Nullable Result> result) {}

    /** Reads groups in order and gives them to other threads. */
    private final class Reading {
        private final ExecutorService pool;
        private final EntryConsumer consumer;
        private final EntryBlock.Reader reader = new EntryBlock.Reader(sql);
        private final Deque<UnderWay> underWay = new ArrayDeque<>();
        private long bytesUnderWay;

        Reading(ExecutorService pool, EntryConsumer consumer) {
            this.pool = pool;
            this.consumer = consumer;
        }

        void run() {
            farFrom("seq < 0", 0);
            long tile = 0;
            for (long next = first(0); next >= 0; next = first(tile * Tile.FULL)) {
                long index = next / Tile.FULL;
                if (index > tile + MAX_GAP) {
                    farFrom("seq >= :limit", next);
                    break;
                }
                for (; tile < index; tile++) {
                    submit(new EntryRows(tile), true);
                }
                while (read(tile)) {
                    tile++;
                }
            }
            while (!underWay.isEmpty()) {
                take(underWay.poll());
            }
            linesBeyond = linesOutside(size);
        }

        /** The first entry from {@code seq} on, −1 for none. */
        private long first(long seq) {
            return sql.query("SELECT MIN(seq) AS seq FROM entry WHERE seq >= :seq")
                    .bind("seq", seq)
                    .first(row -> Objects.requireNonNullElse(row.integerOrNull("seq"), -1L))
                    .orElse(-1L);
        }

        private void farFrom(String condition, long limit) {
            var query = sql.query("SELECT seq FROM entry WHERE " + condition + " ORDER BY seq");
            (limit == 0 ? query : query.bind("limit", limit)).forEach(row -> {
                long seq = row.integer("seq");
                findings.add("E-ENTRY", "entry " + seq, "stands far from every other", seq);
            });
        }

        /** Whether there was a group, so that the next may be there too. */
        private boolean read(long tile) {
            EntryBlock block = reader.read(tile);
            if (block.count() == Tile.FULL) {
                size = block.base() + Tile.FULL;
                submit(new UnderWay(tile, block.size(), true, pool.submit(() -> blocks.check(block))));
            } else if (block.count() > 0) {
                EntryRows rows = rows(tile);
                size = rows.base() + rows.width;
                long next = first(rows.base() + Tile.FULL);
                boolean isLast = next < 0 || next / Tile.FULL > tile + MAX_GAP;
                submit(rows, !isLast || rows.width == Tile.FULL);
            }
            return block.count() > 0;
        }

        private EntryRows rows(long tile) {
            var rows = new EntryRows(tile);
            sql.query("SELECT " + EntryRows.COLUMNS + " FROM entry e LEFT JOIN entry_index i ON i.seq = e.seq"
                            + " WHERE e.seq >= :from AND e.seq < :to ORDER BY e.seq")
                    .bind("from", rows.base())
                    .bind("to", rows.base() + Tile.FULL)
                    .forEach(row -> rows.put(EntryRows.Entry.of(row)));
            return rows;
        }

        private void submit(EntryRows rows, boolean full) {
            linesWithoutEntry += linesWithoutEntry(rows.base());
            submit(new UnderWay(rows.index, 0, full, pool.submit(() -> groups.check(rows, full))));
        }

        private void submit(UnderWay group) {
            underWay.add(group);
            bytesUnderWay += group.size;
            while (underWay.size() > MAX_UNDER_WAY || bytesUnderWay > MAX_BYTES_UNDER_WAY && !underWay.isEmpty()) {
                take(underWay.poll());
            }
        }

        private void take(UnderWay group) {
            bytesUnderWay -= group.size;
            try {
                GroupCheck.Result result = group.result.get();
                if (result == null) {
                    linesWithoutEntry += linesWithoutEntry(group.tile * Tile.FULL);
                    result = groups.check(rows(group.tile), group.full);
                }
                LedgerWalk.this.take(result, consumer);
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

    /** Lines of the index within a group that was not found to be right as a whole. */
    private long linesWithoutEntry(long base) {
        return sql.query("""
                        SELECT COUNT(*) AS n FROM entry_index i WHERE i.seq >= :from AND i.seq < :to
                            AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.seq = i.seq)""")
                .bind("from", base)
                .bind("to", base + Tile.FULL)
                .first(row -> row.integer("n"))
                .orElse(0L);
    }

    /** Lines of the index outside of every group. */
    private long linesOutside(long end) {
        long groups = Math.ceilDiv(end, (long) Tile.FULL) * Tile.FULL;
        return sql.query("""
                        SELECT COUNT(*) AS n FROM entry_index i WHERE (i.seq < 0 OR i.seq >= :end)
                            AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.seq = i.seq)""").bind("end", groups).first(row -> row.integer("n")).orElse(0L);
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

    /** Whether a root is known at a size above {@code before} and below {@code end}. */
    private boolean isSigned(long before, long end) {
        long next = checkpoints.next(before + 1);
        return next >= 0 && next < end;
    }

    /** Leaf by leaf, where roots between are known. */
    private void grow(CompactRange growing, GroupCheck.Result result) {
        for (int i = 0; i < result.width; i++) {
            growing.append(result.hashes, i * Hashing.SIZE);
            if (growing != range && i == result.width - 1) {
                return;
            }
            compare(growing);
        }
    }

    private void grow(GroupCheck.Result result) {
        long before = range.size();
        long end = before + result.width;
        boolean isFull = result.width == Tile.FULL;
        if (!isFull || isSigned(before, end)) {
            grow(isFull ? range.copy() : range, result);
        }
        if (isFull) {
            byte[] root = result.root;
            range.appendSubtree(root, 0, TILE_HEIGHT);
            tower.full(root);
            compare(range);
        }
        if (range.size() == tiledSize
                && tiledRange.isPresent()
                && !Arrays.equals(tiledRange.get(), range.toByteArray())) {
            findings.add("E-ROW", "ledger_int", "the append state is not that of the entries");
        }
    }

    private void compare(CompactRange grown) {
        if (checkpoints.next(grown.size()) == grown.size()) {
            checkpoints.reached(grown.size(), grown.root());
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
        long extra = linesWithoutEntry + linesBeyond;
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

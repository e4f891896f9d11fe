package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Writer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The one way to write. Commands queue; one platform thread takes what queued during the last commit, loads what they need, lets each
 * decide in order, and flushes rows and entries in one transaction. Thread-safe. A receipt means committed and forced to disk.
 */
public final class Journal implements AutoCloseable {
    /** Chunks dropped by one call. */
    public static final int MAX_DROPPED = 4_096;

    private final BlockingQueue<Pending<?>> queue;
    private final GroupWriter writer;
    private final Health health;
    private final JournalStats stats;
    private final Records records;
    private final List<RecordListener> recordListeners;
    private final HotRecords hot;
    private final RecordsLoad load;
    private final JournalConfig config;
    private final HotErasure erasure;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Reasons reasons;

    private Journal(JournalSetup setup, Writer session) {
        this.config = setup.config;
        this.queue = new ArrayBlockingQueue<>(setup.config.maxQueued());
        this.health = new Health(setup.onPoisoned, setup.freeBytes, setup.config.minFree());
        this.stats = new JournalStats();
        this.recordListeners = new CopyOnWriteArrayList<>();
        var index = new HotIndex();
        this.load = new RecordsLoad(setup.database, setup.recordKeys, index, setup.older, setup.config);
        this.hot = new HotRecords(setup.config, setup.recordKeys, index, load, recordListeners, setup.nanoTime);
        this.erasure = new HotErasure(setup.recordKeys, hot);
        this.records = new Records(setup.database, setup.recordKeys, index, setup.older, load);
        this.writer = new GroupWriter(session, setup, queue, hot, health, stats);
        writer.load(load);
        this.thread = Thread.ofPlatform().name("journal").start(writer);
    }

    /** A journal to be opened on this store; see {@link JournalSetup}. */
    public static JournalSetup on(Database database, InstantSource clock, JournalConfig config) {
        return new JournalSetup(database, clock, config);
    }

    /** Opens with the usual values of {@link JournalSetup}. */
    public static Journal open(Database database, InstantSource clock, JournalConfig config) {
        return on(database, clock, config).open();
    }

    static Journal open(JournalSetup setup) {
        Writer session = setup.database.openWriter();
        try {
            return new Journal(setup, session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * Queues a command. Completes exceptionally with a {@code ClewException}: the refusal's code, STALE, OVERLOADED when the queue is
     * full, UNAVAILABLE when the group could not be committed (nothing of it happened), READ_ONLY when the disk is full.
     */
    public <R> CompletableFuture<Receipt<R>> submit(Permit permit, Command<R> command) {
        return submit(permit, command, null);
    }

    /** As {@link #submit(Permit, Command)}, with the request id of the caller: {@code req} of the entries. */
    public <R> CompletableFuture<Receipt<R>> submit(Permit permit, Command<R> command, @Nullable Uid request) {
        return enqueue(new Pending<>(permit, command, request));
    }

    /** Queues a command that gets a transaction of its own; see {@link ExclusiveCommand}. Completes as {@link #submit} does. */
    public <R> CompletableFuture<Receipt<R>> submitExclusive(Permit permit, ExclusiveCommand<R> command) {
        return enqueue(new Pending<>(permit, command, null));
    }

    private <R> CompletableFuture<Receipt<R>> enqueue(Pending<R> pending) {
        seal(pending);
        ClewException away = health.away();
        if (closed) {
            pending.fail(Health.stopping());
        } else if (away != null) {
            pending.fail(away);
        } else if (!queue.offer(pending)) {
            pending.fail(new ClewException(
                    ErrorCode.OVERLOADED, "Too many changes are waiting already; try again shortly."));
        }
        return pending.future;
    }

    private void seal(Pending<?> pending) {
        Reasons sealing = reasons;
        Reason reason = pending.permit.reason();
        if (sealing != null && reason != null && reason.hasText()) {
            pending.because(sealing.seal(pending.permit.scope(), reason.text()));
        }
    }

    /** Submits and waits; throws what {@link #submit} completes with. */
    public <R> Receipt<R> write(Permit permit, Command<R> command) {
        return await(submit(permit, command));
    }

    /** Waits for a receipt; throws the {@code ClewException} it completes with, with the waiting caller's stack. */
    public static <R> Receipt<R> await(CompletableFuture<Receipt<R>> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ClewException failure) {
                throw new ClewException(failure.code(), String.valueOf(failure.getMessage()), failure);
            }
            throw e;
        }
    }

    /** Seals the text of a reason; on the thread of who submits. */
    @FunctionalInterface
    public interface Reasons {
        Body seal(int scope, String text);
    }

    /** By what texts of reasons are sealed; each is kept with the entries it was given for, unless they keep one of their own. */
    public void keepReasons(Reasons sealing) {
        reasons = sealing;
    }

    /** The gate to ask again about permits older than {@link #accessEpoch}. */
    public void recheckWith(PermitCheck gate) {
        writer.recheckWith(gate);
    }

    /** Tells {@code listener} of every commit that appends entries. */
    public void onCommitted(CommitListener listener) {
        writer.listen(listener);
    }

    /** Tells {@code listener} of high-rate records after their commit, and of batches. */
    public void onRecords(RecordListener listener) {
        recordListeners.add(listener);
    }

    /** Reads high-rate records, hot or compacted. */
    public Records records() {
        return records;
    }

    /** What the writer has done so far. */
    public JournalStats stats() {
        return stats;
    }

    /** Commands that wait. */
    public int queued() {
        return queue.size();
    }

    /** Why no change can be stored at present though the disk has room, for a person; empty when changes are taken. */
    public Optional<String> ailment() {
        ClewException away = health.away();
        return away == null ? Optional.empty() : Optional.of(String.valueOf(away.getMessage()));
    }

    /** Whether changes are refused for want of room. */
    public boolean isReadOnly() {
        return health.isReadOnly();
    }

    /** Whether the store can no longer be trusted; the process is about to end. */
    public boolean isPoisoned() {
        return health.isPoisoned();
    }

    /**
     * Drops batches up to {@code throughSeq}, whose records now lie in a segment, with their chunks: housekeeping, in a group of its own.
     * The newest batch of a namespace keeps its row, which says up to where its chunks are covered. At most {@value #MAX_DROPPED} chunks
     * a call, and one batch more.
     *
     * @return how many chunks were dropped; call again until it is 0
     */
    public CompletableFuture<Receipt<Integer>> dropChunks(Permit permit, String namespace, long throughSeq) {
        return submitExclusive(permit, transaction -> {
            OptionalLong through = droppedThrough(transaction, namespace, throughSeq);
            return through.isEmpty() ? 0 : drop(transaction, namespace, through.getAsLong());
        });
    }

    /** The last chunk of the last batch that one call drops: whole batches, so that one is hot or not, never half. */
    private static OptionalLong droppedThrough(Exclusive transaction, String namespace, long throughSeq) {
        return transaction
                .sql()
                .query("""
                        SELECT last_chunk FROM batch WHERE ns = :ns AND seq <= :seq
                            AND first_chunk <= (SELECT MIN(chunk) FROM hot_chunk WHERE ns = :ns) + %d
                        ORDER BY last_chunk DESC LIMIT 1""".formatted(MAX_DROPPED))
                .bind("ns", namespace)
                .bind("seq", throughSeq)
                .first(row -> OptionalLong.of(row.integer("last_chunk")))
                .orElse(OptionalLong.empty());
    }

    private int drop(Exclusive transaction, String namespace, long lastChunk) {
        List<Long> chunks = transaction
                .sql()
                .query("SELECT chunk FROM hot_chunk WHERE ns = :ns AND chunk <= :last ORDER BY chunk")
                .bind("ns", namespace)
                .bind("last", lastChunk)
                .list(row -> row.integer("chunk"));
        if (chunks.isEmpty()) {
            return 0;
        }
        var delete = transaction.change("DELETE FROM hot_chunk WHERE ns = :ns AND chunk <= :last");
        delete.bind("ns", namespace).bind("last", lastChunk);
        delete.run();
        var batches = transaction.change("""
                DELETE FROM batch WHERE ns = :ns AND last_chunk <= :last
                    AND seq < (SELECT MAX(seq) FROM batch WHERE ns = :ns)""");
        batches.bind("ns", namespace).bind("last", lastChunk);
        batches.run();
        hot.drop(chunks);
        return chunks.size();
    }

    /**
     * Waits until everything submitted before is committed and every record of it lies in a batch. What was sealed under a key that is
     * gone by then was refused or can be listed afterwards.
     */
    public void settle(Permit permit) {
        await(enqueue(new Pending<>(permit, Settled.NOW, null, true)));
    }

    /** Decides nothing; its group closes every batch. */
    private enum Settled implements Command<Boolean> {
        NOW;

        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return Decision.unchanged(true);
        }
    }

    /**
     * Empties records that a subject's key sealed, after the key was destroyed: those in chunks, in groups of their own of about 4 MiB
     * each, then those in segments. Their submissions stay, and so does every proof. The bytes leave the store's files with
     * {@link #scrub}.
     *
     * @return how many were emptied
     */
    public long eraseRecords(Permit permit, byte[] keyId) {
        List<Long> chunks = records.chunksUnder(keyId);
        long emptied = 0;
        for (int from = 0; from < chunks.size(); ) {
            List<Long> rest = chunks.subList(from, chunks.size());
            var done = await(submitExclusive(permit, transaction -> erasure.run(transaction, rest, keyId)))
                    .answer();
            from += done.chunks();
            emptied += done.records();
        }
        records.forgetKept();
        return emptied + records.older().erase(keyId);
    }

    /** Takes records out of the duplicate window, whose client ids are free again. */
    public void forgetSeen(Permit permit, List<OlderRecords.Seen> freed) {
        await(submitExclusive(permit, transaction -> {
            freed.forEach(each -> hot.forgetSeen(each.clientKey(), each.id()));
            return freed.size();
        }));
    }

    /** Most records, and for how long, whose repeats are noticed by client id. */
    public record DuplicateWindow(int records, Duration age) {}

    public DuplicateWindow duplicateWindow() {
        return new DuplicateWindow(config.duplicateWindow(), Duration.ofSeconds(SeenWindow.MAX_AGE_MICROS / 1_000_000));
    }

    /** Removes what is stored of the bodies of these entries, after their key was destroyed: housekeeping. Their leaves stay. */
    public void eraseBodies(Permit permit, List<Long> seqs) {
        await(submitExclusive(permit, transaction -> {
            for (long seq : seqs) {
                var update = transaction.change("UPDATE entry SET body = NULL WHERE seq = :seq");
                update.bind("seq", seq);
                update.run();
            }
            return seqs.size();
        }));
    }

    /** Waits until nothing deleted is left in the store's files, free pages and log included. */
    public void scrub() {
        try {
            writer.scrub().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ClewException failure ? failure : e;
        }
    }

    /** Number of committed changes of access; permits carry the one they were given in. */
    public long accessEpoch() {
        return writer.accessEpoch();
    }

    /** Finishes what was accepted, then closes the write session. */
    @Override
    public void close() {
        closed = true;
        load.close();
        writer.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}

package dev.clew.server.journal;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.StorageException;
import dev.clew.server.storage.Writer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer: takes what queued, and for each group loads, lets decide in order, flushes, commits, answers. One platform thread (a JDBC
 * call would pin a virtual one) owns everything here.
 */
final class GroupWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);
    private static final long IDLE_MILLIS = 25;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long nobody must have asked for anything he waits for before groups grow. */
    private static final long BULK_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Permit SELF = Permit.system(Permission.RUN_WRITE, Scopes.INSTANCE);

    private final Writer writer;
    private final JournalSetup setup;
    private final BlockingQueue<Pending<?>> queue;
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Table<?>, TableCodec<?>> codecs = new HashMap<>();
    private final Graph graph = new Graph();
    private final HotRecords records;
    private final Decider decider;
    private final ArrayDeque<Pending<?>> carried = new ArrayDeque<>();
    private final Pace pace;
    private final Health health;
    private final JournalStats stats;
    private final WallClock clock;
    private final Scrubbing scrubbing = new Scrubbing();
    private Tail tail;

    /** Whether it was stored is not known; what it would change in memory waits until it is. */
    private @Nullable Group lost;

    private long nextLookNanos = System.nanoTime();
    private long lastHurriedNanos;

    /** Commands that are taken at most in bulk: what bytes cut off was loaded for nothing. */
    private int bulkFits;

    private volatile long accessEpoch;
    private volatile boolean stopping;

    GroupWriter(
            Writer writer,
            JournalSetup setup,
            BlockingQueue<Pending<?>> queue,
            HotRecords records,
            Health health,
            JournalStats stats) {
        this.writer = writer;
        this.setup = setup;
        this.queue = queue;
        this.records = records;
        this.health = health;
        this.stats = stats;
        this.pace = new Pace(setup.config);
        this.clock = new WallClock(setup.clock, setup.nanoTime);
        this.decider = new Decider(writer, records, clock::micros, setup.config.maxGroupBytes());
        this.tail = Tail.read(writer);
        clock.requireNotBefore(tail.lastMicros, setup.acceptClock);
        records.rebuild(writer, tail);
        this.accessEpoch = tail.accessEpoch;
        this.lastHurriedNanos = setup.nanoTime.getAsLong();
        this.bulkFits = setup.config.maxBulk();
    }

    void recheckWith(PermitCheck check) {
        decider.recheckWith(check);
    }

    void listen(CommitListener listener) {
        listeners.add(listener);
    }

    /** Starts reading what is stored of records; to be called once, before the thread runs. */
    void load(RecordsLoad load) {
        load.start(tail.nextChunk, tail.lastMicros);
    }

    long accessEpoch() {
        return accessEpoch;
    }

    CompletableFuture<Boolean> scrub() {
        return scrubbing.ask();
    }

    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        var group = new ArrayList<Pending<?>>();
        try {
            while (!stopping || !queue.isEmpty() || !carried.isEmpty()) {
                gather(group);
                if (!group.isEmpty() || records.isDue() || clock.jumped()) {
                    commit(group, group.stream().anyMatch(each -> each.settles));
                    group.clear();
                } else if (health.isTryDue() || isLookDue()) {
                    look();
                }
                tidy();
            }
            if (records.hasUnleaved() && !health.isPoisoned() && lost == null) {
                commit(group, true);
            }
        } catch (InterruptedException e) {
            LOG.debug("The writer was interrupted");
        } finally {
            close();
        }
    }

    private void close() {
        try {
            writer.close();
        } catch (StorageException e) {
            LOG.warn("The write session could not be closed failure={}", e.failure());
        }
        carried.forEach(each -> each.fail(Health.stopping()));
        queue.forEach(each -> each.fail(Health.stopping()));
        scrubbing.stop();
    }

    private void tidy() {
        if (!health.isPoisoned() && health.away() == null) {
            try {
                scrubbing.run(writer);
                writer.tidy();
            } catch (StorageException e) {
                health.failed(e, false);
            }
        }
    }

    /** A store of several processes is looked at while nobody writes: it may be gone, or another process may have it. */
    private boolean isLookDue() {
        return writer.isShared() && !health.isPoisoned() && System.nanoTime() - nextLookNanos >= 0;
    }

    /** Finds out whether the store answers, and brings back what waits for that. */
    private void look() {
        nextLookNanos = System.nanoTime() + LOOK_NANOS;
        if (health.refusal() != null) {
            return;
        }
        try {
            if (resolveLost()) {
                writer.begin();
                if (writer.isShared()) {
                    Tail.lock(writer);
                }
                writer.rollback();
                health.succeeded();
            }
        } catch (StorageException e) {
            rollback(e);
            health.failed(e, false);
        }
    }

    /** Whether nothing is unknown any more. */
    private boolean resolveLost() {
        Group group = lost;
        if (group == null) {
            return true;
        }
        switch (LostCommit.ask(writer, group)) {
            case STORED -> committed(group);
            case NOT_STORED -> records.failed();
            case UNKNOWN -> {
                return false;
            }
        }
        lost = null;
        return true;
    }

    private void gather(List<Pending<?>> group) throws InterruptedException {
        take(group, pace.groupSize());
        if (group.isEmpty()) {
            Pending<?> first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
            if (first == null) {
                return;
            }
            group.add(first);
            take(group, pace.groupSize());
        }
        if (!group.stream().allMatch(Pending::isUnhurried)) {
            lastHurriedNanos = setup.nanoTime.getAsLong();
        } else if (setup.nanoTime.getAsLong() - lastHurriedNanos > BULK_AFTER_NANOS) {
            gatherBulk(group);
        }
        for (int i = 0; i < group.size(); i++) {
            if (group.get(i).isExclusive()) {
                carry(group, Math.max(i, 1));
            }
        }
    }

    private void take(List<Pending<?>> group, int most) {
        while (group.size() < most && !carried.isEmpty()) {
            group.add(carried.poll());
        }
        queue.drainTo(group, most - group.size());
    }

    /** Rows that fall anywhere in large indexes cost a page each; many in one transaction share pages. */
    private void gatherBulk(List<Pending<?>> group) {
        int before = group.size();
        take(group, Math.min(bulkFits, pace.bulkSize()));
        for (int i = before; i < group.size(); i++) {
            if (!group.get(i).isUnhurried()) {
                carry(group, i);
            }
        }
    }

    /** Leaves what comes from {@code from} on to the next group, in order. */
    private void carry(List<Pending<?>> group, int from) {
        List<Pending<?>> rest = group.subList(from, group.size());
        rest.reversed().forEach(carried::addFirst);
        rest.clear();
    }

    private void commit(List<Pending<?>> pending, boolean closeAll) {
        ClewException refusal = health.refusal();
        if (refusal != null) {
            pending.forEach(each -> each.fail(refusal));
            return;
        }
        Group group = null;
        boolean committing = false;
        try {
            long started = System.nanoTime();
            if (!resolveLost()) {
                pending.forEach(each -> each.fail(Health.unavailable(null)));
                return;
            }
            writer.begin();
            if (writer.isShared()) {
                tail = Tail.lock(writer);
            }
            group = decide(pending);
            if (group.writes() || !records.isEmpty() || closeAll || records.isDue()) {
                group.flush(writer, records, clock.micros(), closeAll);
                stats.flushed(pending.size(), group.entries().size(), System.nanoTime() - started);
                pace.worked(pending.size(), System.nanoTime() - started);
                committing = true;
                long flushed = System.nanoTime();
                writer.commit();
                pace.committed(System.nanoTime() - flushed);
                committed(group);
            } else {
                writer.rollback();
                records.failed();
            }
            pending.forEach(Pending::complete);
            nextLookNanos = System.nanoTime() + LOOK_NANOS;
            health.succeeded();
        } catch (StorageException e) {
            failed(pending, group, committing, e);
        } catch (RuntimeException e) {
            LOG.error("A group could not be written", e);
            undo(e);
            ClewException answer = e instanceof ClewException known ? known : Health.unavailable(e);
            pending.forEach(each -> each.fail(answer));
        }
    }

    private Group decide(List<Pending<?>> pending) {
        Group group = newGroup();
        if (clock.jumped()) {
            noteClock(group);
        }
        if (!pending.isEmpty() && pending.getFirst().isExclusive()) {
            decider.run(group, pending.getFirst());
            if (pending.getFirst().isRefused()) {
                // What it wrote before it refused must not stay.
                writer.rollback();
                writer.begin();
                return newGroup();
            }
            return group;
        }
        int decided = decider.decide(group, pending, false);
        bulkFits = decided < pending.size() ? 2 * decided : Math.min(2 * bulkFits, setup.config.maxBulk());
        carry(pending, decided);
        if (!group.overlay.confirm(writer)) {
            // A row that a command inserts was there already: decide all of it again, looking at every row.
            records.failed();
            group = newGroup();
            carry(pending, decider.decide(group, pending, true));
        }
        return group;
    }

    private Group newGroup() {
        records.begin();
        return new Group(new Overlay(codecs, records), tail.copy(), graph, setup.randomness, setup.namespaceOf);
    }

    private void noteClock(Group group) {
        var about = Node.of(Kind.KEY, Uid.of(setup.randomness.salt()));
        long micros = Math.max(clock.micros(), group.tail.lastMicros + 1);
        LOG.warn("The clock of this machine jumped seconds={}", clock.jumpSeconds());
        group.add(
                new Group.Actor(SELF, setup.randomness.request(micros), null),
                List.of(Change.of(Act.LEDGER_CLOCK, about).event()),
                List.of(),
                micros);
        clock.noted();
        stats.clockJumped();
    }

    private void committed(Group group) {
        long first = tail.nextSeq;
        tail = group.tail;
        accessEpoch = tail.accessEpoch;
        graph.committed();
        records.committed();
        if (tail.nextSeq > first) {
            for (CommitListener listener : listeners) {
                listener.committed(first, tail.nextSeq - 1);
            }
        }
    }

    private void failed(List<Pending<?>> pending, @Nullable Group group, boolean committing, StorageException e) {
        health.failed(e, committing);
        if (committing && group != null && e.failure() == StorageException.Failure.GONE) {
            settle(pending, group, e);
            return;
        }
        undo(e);
        ClewException answer = committing && health.isPoisoned() ? Health.unknown(e) : health.answer(e);
        pending.forEach(each -> each.fail(answer));
    }

    /** The answer to a commit was lost with its connection: no caller is told anything that may be untrue. */
    private void settle(List<Pending<?>> pending, Group group, StorageException e) {
        LostCommit.Outcome outcome;
        try {
            outcome = LostCommit.await(writer, group);
        } catch (StorageException taken) {
            health.failed(taken, false);
            outcome = LostCommit.Outcome.UNKNOWN;
        }
        switch (outcome) {
            case STORED -> {
                committed(group);
                pending.forEach(Pending::complete);
                health.succeeded();
            }
            case NOT_STORED -> {
                undo(e);
                ClewException answer = health.answer(e);
                pending.forEach(each -> each.fail(answer));
                health.succeeded();
            }
            case UNKNOWN -> {
                lost = group;
                ClewException answer = Health.unknown(e);
                pending.forEach(each -> each.fail(answer));
            }
        }
    }

    private void undo(RuntimeException e) {
        records.failed();
        rollback(e);
    }

    private void rollback(RuntimeException e) {
        try {
            writer.rollback();
        } catch (StorageException again) {
            e.addSuppressed(again);
        }
    }
}

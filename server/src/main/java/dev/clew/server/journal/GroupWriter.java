package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.StorageException;
import dev.clew.server.storage.Writer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer: takes what queued, and for each group loads, lets decide in order, flushes, commits, answers. One platform thread (a JDBC
 * call would pin a virtual one) owns everything here.
 */
final class GroupWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);
    private static final long IDLE_MILLIS = 50;

    private final Writer writer;
    private final InstantSource clock;
    private final JournalConfig config;
    private final BlockingQueue<Pending<?>> queue;
    private final Randomness randomness;
    private final IntFunction<String> namespaceOf;
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Table<?>, TableCodec<?>> codecs = new HashMap<>();
    private final Graph graph = new Graph();
    private final HotRecords records = new HotRecords();
    private final ArrayDeque<Pending<?>> carried = new ArrayDeque<>();
    private final Pace pace;
    private Tail tail;
    private volatile long accessEpoch;
    private volatile @Nullable PermitCheck permitCheck;
    private volatile boolean stopping;

    GroupWriter(
            Writer writer,
            InstantSource clock,
            JournalConfig config,
            BlockingQueue<Pending<?>> queue,
            Randomness randomness,
            IntFunction<String> namespaceOf) {
        this.writer = writer;
        this.clock = clock;
        this.config = config;
        this.queue = queue;
        this.randomness = randomness;
        this.namespaceOf = namespaceOf;
        this.pace = new Pace(config);
        this.tail = Tail.read(writer);
        this.accessEpoch = tail.accessEpoch;
    }

    void recheckWith(PermitCheck check) {
        permitCheck = check;
    }

    void listen(CommitListener listener) {
        listeners.add(listener);
    }

    long accessEpoch() {
        return accessEpoch;
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
                if (!group.isEmpty()) {
                    commit(group);
                    group.clear();
                }
                writer.tidy();
            }
        } catch (InterruptedException e) {
            LOG.debug("The writer was interrupted");
        } finally {
            writer.close();
        }
    }

    private void gather(List<Pending<?>> group) throws InterruptedException {
        int most = pace.groupSize();
        while (group.size() < most && !carried.isEmpty()) {
            group.add(carried.poll());
        }
        if (group.isEmpty()) {
            Pending<?> first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
            if (first == null) {
                return;
            }
            group.add(first);
        }
        queue.drainTo(group, most - group.size());
    }

    private void commit(List<Pending<?>> pending) {
        try {
            long started = System.nanoTime();
            writer.begin();
            var group = newGroup();
            List<Pending<?>> decided = decide(group, pending, null);
            if (!group.overlay.confirm(writer)) {
                // A row that a command inserts was there already: decide all of it again, looking at every row.
                group = newGroup();
                decided = decide(group, decided, writer);
            }
            if (group.writes()) {
                group.flush(writer);
                pace.worked(decided.size(), System.nanoTime() - started);
                writer.commit();
                committed(group);
            } else {
                writer.rollback();
            }
            decided.forEach(Pending::complete);
        } catch (StorageException e) {
            failed(pending, e);
        } catch (RuntimeException e) {
            LOG.error("A group could not be written", e);
            failed(pending, e);
        }
    }

    private Group newGroup() {
        return new Group(new Overlay(codecs, records), tail.copy(), graph, randomness, namespaceOf);
    }

    private void committed(Group group) {
        long first = tail.nextSeq;
        tail = group.tail;
        accessEpoch = tail.accessEpoch;
        graph.committed();
        if (tail.nextSeq > first) {
            for (CommitListener listener : listeners) {
                listener.committed(first, tail.nextSeq - 1);
            }
        }
    }

    private void failed(List<Pending<?>> pending, RuntimeException e) {
        carried.removeAll(pending);
        try {
            writer.rollback();
        } catch (StorageException again) {
            e.addSuppressed(again);
        }
        LOG.error("A group was rolled back", e);
        var answer = new ClewException(
                ErrorCode.UNAVAILABLE,
                "The change could not be stored and nothing of it happened; try again shortly.",
                e);
        pending.forEach(each -> each.fail(answer));
    }

    /** Decides what fits; what does not is carried to the next group. Gives the commands whose outcome this group holds. */
    private List<Pending<?>> decide(Group group, List<Pending<?>> pending, @Nullable Writer loadFrom) {
        for (Pending<?> each : pending) {
            want(group, each, null);
        }
        group.overlay.load(writer);
        var decided = new ArrayList<Pending<?>>(pending.size());
        var again = new ArrayList<Pending<?>>();
        for (int i = 0; i < pending.size(); i++) {
            if (group.weight() > config.maxGroupBytes() || group.tail.accessEpoch != tail.accessEpoch) {
                pending.subList(i, pending.size()).reversed().forEach(carried::addFirst);
                break;
            }
            Pending<?> each = pending.get(i);
            decided.add(each);
            if (!decideOne(group, each, true, loadFrom)) {
                again.add(each);
            }
        }
        if (!again.isEmpty()) {
            group.overlay.load(writer);
            again.forEach(each -> decideOne(group, each, false, loadFrom));
        }
        return decided;
    }

    private static void want(Group group, Pending<?> each, @Nullable Needs more) {
        try {
            group.overlay.want(more == null ? each.command.needs() : more);
        } catch (RuntimeException e) {
            each.refuse(e);
        }
    }

    /** False when the command needs more rows: it is asked again, after the others, when they are loaded. */
    private <R> boolean decideOne(Group group, Pending<R> pending, boolean mayNeedMore, @Nullable Writer loadFrom) {
        try {
            recheck(group, pending);
            var moment = new Moment(Math.max(nowMicros(), group.tail.lastMicros + 1));
            Decision<R> decision = pending.command.decide(group.overlay, moment);
            switch (decision) {
                case Decision.Accepted<R> accepted -> {
                    group.overlay.complete(accepted.changes(), loadFrom);
                    accept(group, pending, accepted, moment);
                }
                case Decision.Refused<R>(var code, var message) -> pending.refuse(new ClewException(code, message));
                case Decision.Stale<R>() ->
                    pending.refuse(new ClewException(
                            ErrorCode.STALE,
                            "What the change rests on has changed meanwhile; read again and repeat it."));
                case Decision.More<R>(var needs) -> {
                    if (mayNeedMore) {
                        want(group, pending, needs);
                        return false;
                    }
                    throw new IllegalStateException("A command may ask for more rows once");
                }
            }
        } catch (ClewException e) {
            pending.refuse(e);
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("Command {} failed", pending.command.getClass().getName(), e);
            pending.refuse(new ClewException(ErrorCode.INTERNAL, "The change failed; see the server's log.", e));
        } finally {
            group.overlay.forgetNumbers();
        }
        return true;
    }

    private <R> void accept(Group group, Pending<R> pending, Decision.Accepted<R> accepted, Moment moment) {
        byte[] request = pending.request != null ? pending.request.bytes() : group.newRequest(moment.micros());
        var actor = new Group.Actor(pending.permit, request);
        List<BuiltEntry> entries = group.add(actor, accepted.changes(), accepted.housekeeping(), moment.micros());
        pending.answer(accepted.answer(), entries);
    }

    private void recheck(Group group, Pending<?> pending) {
        PermitCheck check = permitCheck;
        if (check != null && pending.permit.accessEpoch() < group.tail.accessEpoch) {
            check.recheck(pending.permit);
        }
    }

    private long nowMicros() {
        var now = clock.instant();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1_000;
    }
}

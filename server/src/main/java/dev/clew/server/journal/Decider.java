package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.StorageException;
import dev.clew.server.storage.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the commands of one group decide, in order; what they decide goes into the {@link Group}. Confined to the writer. */
final class Decider {
    private static final Logger LOG = LoggerFactory.getLogger(Decider.class);

    private final Writer writer;
    private final HotRecords records;
    private final LongSupplier nowMicros;
    private final long maxBytes;
    private volatile @Nullable PermitCheck permitCheck;

    Decider(Writer writer, HotRecords records, LongSupplier nowMicros, long maxBytes) {
        this.writer = writer;
        this.records = records;
        this.nowMicros = nowMicros;
        this.maxBytes = maxBytes;
    }

    void recheckWith(PermitCheck check) {
        permitCheck = check;
    }

    /**
     * Decides commands from the first on until the group is full.
     *
     * @param careful looks at every row before it is inserted, instead of assuming it absent
     * @return how many were decided; the others belong to the next group
     */
    int decide(Group group, List<Pending<?>> pending, boolean careful) {
        long accessEpoch = group.tail.accessEpoch;
        for (Pending<?> each : pending) {
            want(group, each, null);
        }
        group.overlay.load(writer);
        var again = new ArrayList<Pending<?>>();
        int decided = 0;
        while (decided < pending.size()
                && group.weight() + records.bytes() <= maxBytes
                && group.tail.accessEpoch == accessEpoch) {
            Pending<?> each = pending.get(decided);
            decided++;
            if (!decideOne(group, each, true, careful)) {
                again.add(each);
            }
        }
        if (!again.isEmpty()) {
            group.overlay.load(writer);
            again.forEach(each -> decideOne(group, each, false, careful));
        }
        return decided;
    }

    private static void want(Group group, Pending<?> each, @Nullable Needs more) {
        try {
            group.overlay.want(more == null ? each.command().needs() : more);
            if (each.claim != null && each.claim.isFirst(each)) {
                group.overlay.want(Needs.of(KeptRequest.TABLE, each.claim.rowKey()));
            }
        } catch (RuntimeException e) {
            each.refuse(internal(each, e));
        }
    }

    /** False when the command needs more rows: it is asked again, after the others, when they are loaded. */
    private <R> boolean decideOne(Group group, Pending<R> pending, boolean mayNeedMore, boolean careful) {
        try {
            recheck(group, pending);
            requireFree(group, pending);
            var moment = new Moment(Math.max(nowMicros.getAsLong(), group.tail.lastMicros + 1));
            switch (pending.command().decide(group.overlay, moment)) {
                case Decision.Accepted<R> accepted -> accept(group, pending, accepted, moment, careful);
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
            pending.refuse(internal(pending, e));
        } finally {
            group.overlay.forgetNumbers();
        }
        return true;
    }

    private <R> void accept(
            Group group, Pending<R> pending, Decision.Accepted<R> accepted, Moment moment, boolean careful) {
        group.overlay.complete(accepted.changes(), careful ? writer : null);
        var entries =
                group.add(actor(group, pending, moment), accepted.changes(), accepted.housekeeping(), moment.micros());
        if (!accepted.records().isEmpty()) {
            records.add(group.namespace(pending.permit.scope()), accepted.records(), moment.micros());
            group.touch();
        }
        Idempotency.Claim claim = pending.claim;
        boolean writes = !entries.isEmpty()
                || !accepted.records().isEmpty()
                || !accepted.housekeeping().isEmpty();
        if (claim != null && writes && claim.isFirst(pending)) {
            claim.take(pending);
            long first = entries.isEmpty() ? -1 : entries.getFirst().seq();
            group.note(new RowWrite.Put<>(KeptRequest.TABLE, claim.row(moment.micros(), first)));
        }
        pending.answer(accepted.answer(), entries);
    }

    /** A request that was carried out under its key is not carried out again. */
    private static void requireFree(Group group, Pending<?> pending) {
        Idempotency.Claim claim = pending.claim;
        if (claim != null && claim.isFirst(pending)) {
            var found = group.overlay.find(KeptRequest.TABLE, claim.rowKey());
            if (found.isPresent()) {
                throw claim.refusal(found.get());
            }
        }
    }

    /** Runs a command that has the transaction to itself. */
    <R> void run(Group group, Pending<R> pending) {
        try {
            recheck(group, pending);
            var moment = new Moment(Math.max(nowMicros.getAsLong(), group.tail.lastMicros + 1));
            var exclusive = new ExclusiveGroup(writer, group, actor(group, pending, moment), moment);
            R answer = pending.exclusive().run(exclusive);
            exclusive.finish();
            pending.answer(answer, group.entries());
        } catch (ClewException e) {
            pending.refuse(e);
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            pending.refuse(internal(pending, e));
        }
    }

    private static Group.Actor actor(Group group, Pending<?> pending, Moment moment) {
        byte[] request = pending.request != null
                ? pending.request.bytes()
                : group.randomness().request(moment.micros());
        return new Group.Actor(pending.permit, request, pending.reason());
    }

    private void recheck(Group group, Pending<?> pending) {
        PermitCheck check = permitCheck;
        if (check != null && pending.permit.accessEpoch() < group.tail.accessEpoch) {
            check.recheck(pending.permit);
        }
    }

    private static ClewException internal(Pending<?> pending, RuntimeException e) {
        LOG.error("A command failed kind={}", pending.kind(), e);
        return new ClewException(ErrorCode.INTERNAL, "The change failed; see the server's log.", e);
    }
}

package dev.clew.server.privacy;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.encoding.ErasureBody.Place;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Journal;
import dev.clew.server.ports.PersonalData;
import dev.clew.server.vault.Erasing;
import dev.clew.server.vault.Vault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Carries out one erasure after the other, on one platform thread: flag, wait for writers, list, destroy, enter, note, forget, verify,
 * finish. What is done is read from the vault and the rows, so that it may be called again after any step.
 */
final class Execution {
    /** A list larger than memory should hold is no person. */
    private static final int MAX_RECORDS = 10_000_000;

    private static final int PAGE = 10_000;
    private static final Permit SYSTEM = Permit.system(Permission.SUBJECT_ERASE, Scopes.DEFAULT_ORGANISATION);

    private final Journal journal;
    private final Entries entries;
    private final Vault vault;
    private final ErasureStore store;
    private final List<PersonalData> data;
    private final ErasureLog log;
    private final Handles handles;
    private final Duration backupHorizon;
    private final Consumer<ErasureStep> passed;
    private final ReentrantLock rewriting = new ReentrantLock();

    Execution(
            Journal journal,
            Entries entries,
            Vault vault,
            ErasureStore store,
            List<PersonalData> data,
            ErasureLog log,
            Handles handles,
            Duration backupHorizon,
            Consumer<ErasureStep> passed) {
        this.journal = journal;
        this.entries = entries;
        this.vault = vault;
        this.store = store;
        this.data = List.copyOf(data);
        this.log = log;
        this.handles = handles;
        this.backupHorizon = backupHorizon;
        this.passed = passed;
    }

    /** Goes on up to the line for restores: from then on the person's data cannot be opened, here or after a restore. */
    void destroy(Uid erasure) {
        var open = vault.erasing().find(erasure);
        if (open.isEmpty()) {
            return;
        }
        Erasing.Open now = open.get();
        Erasure row = store.find(erasure).orElseGet(() -> repeated(erasure));
        Claim claim = store.claim(erasure).orElseGet(() -> ofSystem(open.get(), row.scope()));
        passed.accept(ErasureStep.CLAIMED);
        if (now.step() == Erasing.Step.REQUESTED) {
            now = vault.erasing().begin(erasure);
            passed.accept(ErasureStep.FLAGGED);
        }
        if (now.step() == Erasing.Step.FLAGGED) {
            journal.settle(SYSTEM);
            passed.accept(ErasureStep.SETTLED);
            now = vault.erasing().list(erasure, new ErasureBody(affected(now.psid()), "", 0, 0).encode());
            passed.accept(ErasureStep.LISTED);
        }
        if (now.step() == Erasing.Step.LISTED) {
            now = vault.erasing().destroy(erasure);
            handles.forget(now.psid());
            passed.accept(ErasureStep.DESTROYED);
        }
        long horizon = now.destroyedMicros() + backupHorizon.toNanos() / 1_000;
        journal.write(
                claim.permit(), new ErasureCommand.Execute(row, claim, places(now), now.destroyedMicros(), horizon));
        passed.accept(ErasureStep.ENTERED);
        note(now, claim.mac());
        passed.accept(ErasureStep.NOTED);
    }

    /** Waits until no file is being rewritten; what is returned is closed by the same thread. */
    AutoCloseable hold() {
        rewriting.lock();
        return rewriting::unlock;
    }

    /** Removes what is left of the person, proves it, and forgets who it was. */
    void forget(Uid erasure) {
        rewriting.lock();
        try {
            forgetNow(erasure);
        } finally {
            rewriting.unlock();
        }
    }

    private void forgetNow(Uid erasure) {
        var open = vault.erasing().find(erasure);
        if (open.isPresent()) {
            Uid psid = open.get().psid();
            for (PersonalData each : data) {
                each.forget(psid);
            }
            List<Long> own = places(open.get()).stream()
                    .filter(place -> place.inner() == Place.OWN)
                    .map(Place::seq)
                    .toList();
            if (!own.isEmpty()) {
                journal.eraseBodies(SYSTEM, own);
            }
            journal.scrub();
            if (data.stream().anyMatch(each -> each.holds(psid))) {
                throw new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "Erasure %s left something of the person in a file; it is tried again."
                                .formatted(erasure.dashed()));
            }
            passed.accept(ErasureStep.FORGOTTEN);
            journal.write(SYSTEM, new ErasureCommand.Verify(erasure));
            passed.accept(ErasureStep.VERIFIED);
            vault.erasing().finish(erasure);
            passed.accept(ErasureStep.FINISHED);
        }
        journal.write(SYSTEM, new ErasureCommand.Release(erasure));
    }

    /** An erasure of which a restored copy knows no request, and so not where it was made. */
    private static Erasure repeated(Uid erasure) {
        return Erasure.requested(
                erasure,
                Scopes.DEFAULT_PROJECT,
                LegalBasis.RESTORE,
                SYSTEM.who(),
                erasure.epochMillis() * 1_000,
                null,
                null);
    }

    /** Brings a request up to date whose execution a restored copy has not seen, and of whose subject it has nothing. */
    void close(Erasure row, ErasureLog.Line line) {
        if (row.state() == Erasure.State.REQUESTED || row.state() == Erasure.State.EXECUTED) {
            var claim =
                    new Claim(row.uid(), SYSTEM.who(), null, row.scope(), null, null, false, line.mac(), line.micros());
            long horizon = line.micros() + backupHorizon.toNanos() / 1_000;
            journal.write(SYSTEM, new ErasureCommand.Execute(row, claim, List.of(), line.micros(), horizon));
            journal.write(SYSTEM, new ErasureCommand.Verify(row.uid()));
            journal.write(SYSTEM, new ErasureCommand.Release(row.uid()));
        }
    }

    /** What goes on although nobody's claim is left: a copy was restored whose vault is ahead of its rows. */
    private Claim ofSystem(Erasing.Open open, int scope) {
        return new Claim(
                open.erasure(),
                SYSTEM.who(),
                null,
                scope,
                null,
                null,
                false,
                vault.index(open.namespace(), open.psid().bytes()),
                open.destroyedMicros());
    }

    private List<Place> affected(Uid psid) {
        var places = new ArrayList<Place>();
        for (PersonalData each : data) {
            Uid after = Subjects.FIRST;
            List<PersonalData.Item> page = each.list(psid, after, PAGE);
            while (!page.isEmpty()) {
                for (PersonalData.Item item : page) {
                    places.add(new Place(item.seq(), item.index()));
                }
                if (places.size() > MAX_RECORDS) {
                    throw new IllegalStateException("More records under one subject than can be listed");
                }
                after = page.getLast().id();
                page = page.size() < PAGE ? List.of() : each.list(psid, after, PAGE);
            }
        }
        vault.tagKey(psid)
                .ifPresent(tagKey -> store.about(tagKey)
                        .forEach(request -> entries
                                .find(
                                        new Entries.Filter(null, null, null, request.node(), null, null),
                                        Long.MAX_VALUE,
                                        Entries.MAX_PAGE)
                                .stream()
                                .filter(entry -> isSealed(entry.act()))
                                .forEach(entry -> places.add(new Place(entry.seq(), Place.OWN)))));
        places.sort(null);
        return places;
    }

    /** Entries of ours whose text is sealed under the subject's key. */
    private static boolean isSealed(String act) {
        return act.equals(Act.SUBJECT_ERASE_REQUEST.text()) || act.equals(Act.SUBJECT_ERASE_REFUSE.text());
    }

    private static List<Place> places(Erasing.Open open) {
        return open.affected().length == 0
                ? List.of()
                : ErasureBody.decode(open.affected()).affected();
    }

    private void note(Erasing.Open open, byte[] mac) {
        var row = store.find(open.erasure()).orElseThrow();
        long seq = entries
                .find(
                        new Entries.Filter(null, Act.SUBJECT_ERASE.text(), null, row.node(), null, null),
                        Long.MAX_VALUE,
                        Entries.MAX_PAGE)
                .stream()
                .mapToLong(Entries.Head::seq)
                .min()
                .orElseThrow();
        try {
            log.append(new ErasureLog.Line(seq, open.destroyedMicros(), open.erasure(), mac, open.namespace()));
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "Erasure %s destroyed its key, but the file of erasures cannot be written; it goes on when it can."
                            .formatted(open.erasure().dashed()),
                    e);
        }
    }
}

package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Requests that name a key of their own are carried out once: a row says so in the transaction of the first change that the request makes,
 * and the answer is added to it before it is sent. Thread-safe.
 */
public final class Idempotency {
    /** How long a key is remembered. */
    public static final Duration KEPT = Duration.ofDays(7);

    private static final ScopedValue<Claim> CLAIM = ScopedValue.newInstance();
    private static final Permit SELF = Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE);
    private static final Duration TIDIED_EVERY = Duration.ofHours(1);

    private final Journal journal;
    private final Database database;
    private final InstantSource clock;
    private final AtomicReference<Instant> tidied = new AtomicReference<>(Instant.EPOCH);

    public Idempotency(Journal journal, Database database, InstantSource clock) {
        this.journal = journal;
        this.database = database;
        this.clock = clock;
    }

    public static Tables tables() {
        return Tables.of(KeptRequest.TABLE);
    }

    /** One request under its key, on its way. */
    public static final class Claim {
        private final String who;
        private final Uid key;
        private final byte[] digest;
        private @Nullable Pending<?> first;

        /**
         * @param who principal: another one's equal key is another key
         * @param digest of everything that was asked
         */
        public Claim(String who, Uid key, byte[] digest) {
            this.who = who;
            this.key = key;
            this.digest = digest.clone();
        }

        Uid key() {
            return key;
        }

        Key rowKey() {
            return Key.of(who, key.bytes());
        }

        boolean isOf(Permit permit) {
            return permit.who().equals(who);
        }

        /** Whether this is the change that says that the request was carried out: the first one that is accepted. */
        synchronized boolean isFirst(Pending<?> pending) {
            return first == null || first == pending;
        }

        synchronized void take(Pending<?> pending) {
            first = pending;
        }

        synchronized void giveBack(Pending<?> pending) {
            if (first == pending) {
                first = null;
            }
        }

        KeptRequest row(long micros, long firstSeq) {
            return new KeptRequest(who, key.bytes(), digest, micros, firstSeq, 0, null);
        }

        /** Why a request whose key is taken is not carried out. */
        ClewException refusal(KeptRequest found) {
            return Arrays.equals(found.digest(), digest) ? taken(found.firstSeq()) : reused();
        }
    }

    /**
     * What is known of a key.
     *
     * @param status of its answer, or 0 while none is kept
     * @param answer sealed, or null when it was not kept
     * @param since when it was carried out
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Known(int status, byte @Nullable [] answer, Instant since, long firstSeq) {}

    /** The claim under which this thread makes changes, if any. */
    static @Nullable Claim current() {
        return CLAIM.isBound() ? CLAIM.get() : null;
    }

    /** Runs a request under its claim: the first change that this thread makes as {@code who} takes the key. */
    public static <T> T under(Claim claim, Callable<T> request) throws Exception {
        return ScopedValue.where(CLAIM, claim).call(request::call);
    }

    /**
     * What became of a key; empty when it is free.
     *
     * @throws ClewException IDEMPOTENCY_KEY_REUSED when something else was asked under it
     */
    public Optional<Known> find(Claim claim) {
        Optional<KeptRequest> found = database.read(sql -> KeptRequest.find(sql, claim.who, claim.key.bytes()))
                .filter(row -> since(row).isAfter(clock.instant().minus(KEPT)));
        if (found.isPresent() && !Arrays.equals(found.get().digest(), claim.digest)) {
            throw reused();
        }
        return found.map(row -> new Known(row.status(), row.answer(), since(row), row.firstSeq()));
    }

    /** Keeps the answer of a request whose change took its key. One round trip; nothing when no change did. */
    public void answered(Claim claim, int status, byte @Nullable [] sealed) {
        journal.write(SELF, new Answered(claim, status, sealed));
        tidy();
    }

    private record Answered(Claim claim, int status, byte @Nullable [] sealed) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.of(KeptRequest.TABLE, claim.rowKey());
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return state.find(KeptRequest.TABLE, claim.rowKey())
                    .filter(row -> row.status() == 0 && Arrays.equals(row.digest(), claim.digest))
                    .map(row -> Decision.housekeeping(
                            true, List.of(new RowWrite.Put<>(KeptRequest.TABLE, row.answered(status, sealed)))))
                    .orElseGet(() -> Decision.unchanged(false));
        }
    }

    /** Forgets keys that are old enough, now and then. */
    private void tidy() {
        Instant now = clock.instant();
        Instant last = tidied.get();
        if (last.isBefore(now.minus(TIDIED_EVERY)) && tidied.compareAndSet(last, now)) {
            journal.submitExclusive(SELF, transaction -> {
                var old = transaction.change("DELETE FROM request WHERE time_us < :before");
                old.bind("before", ChronoUnit.MICROS.between(Instant.EPOCH, now.minus(KEPT)));
                return old.run();
            });
        }
    }

    private static Instant since(KeptRequest row) {
        return Instant.EPOCH.plus(row.micros(), ChronoUnit.MICROS);
    }

    private static ClewException reused() {
        return new ClewException(
                ErrorCode.IDEMPOTENCY_KEY_REUSED,
                "This Idempotency-Key was used for another request; take a new key for what is asked now.");
    }

    /** @param firstSeq of its entries, or −1 */
    public static ClewException taken(long firstSeq) {
        return new ClewException(
                ErrorCode.IDEMPOTENCY_KEY_TAKEN,
                "A request with this Idempotency-Key is being carried out, or was and its answer is not kept%s; it is not carried out again. Read what it made."
                        .formatted(firstSeq < 0 ? "" : ": see entry " + firstSeq));
    }
}

package dev.clew.server.access;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.MerkleTree;
import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.vault.SealedRecords;
import dev.clew.server.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who looked at whose data, durable before the answer; who was denied what, counted over 10 s. Thread-safe. Bodies are sealed under the
 * key of (scope, access, day).
 */
public final class AuditRecords implements PersonalReads, AutoCloseable {
    private static final String DATA_CLASS = "access";
    private static final int MAX_COUNTED = 10_000;
    private static final int MAX_RECORDS = 10_000;

    private final Journal journal;
    private final Vault vault;
    private final InstantSource clock;
    private final Map<Denial, Count> denials = new ConcurrentHashMap<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("denials").daemon().unstarted(task));

    private record Denial(String who, @Nullable Permission permission, String code, int scope) {}

    /**
     * How often, and of what.
     *
     * @param id the one thing that was asked for, as it was named; null when it was several or none
     */
    private record Count(
            long count,
            long firstMicros,
            long lastMicros,
            @Nullable String id) {
        Count plus(Count one) {
            return new Count(count + 1, firstMicros, one.lastMicros(), Objects.equals(id, one.id()) ? id : null);
        }
    }

    public AuditRecords(Journal journal, Vault vault, InstantSource clock) {
        this.journal = journal;
        this.vault = vault;
        this.clock = clock;
        ticker.scheduleWithFixedDelay(this::flush, 10, 10, TimeUnit.SECONDS);
    }

    @Override
    public void record(Permit permit, String namespace, @Nullable String purpose, int fields, List<Uid> records) {
        HotRecord read = append(permit, namespace, purpose, fields, records);
        note(permit.who(), purpose, read.id(), records);
    }

    @Override
    public void recordSubject(
            Permit permit,
            String namespace,
            @Nullable String purpose,
            int fields,
            @Nullable Uid psid,
            List<Uid> records) {
        HotRecord read = append(permit, namespace, purpose, fields, records);
        if (psid != null) {
            long now = nowMicros();
            List<Uid> about = records.isEmpty() ? List.of(read.id()) : records;
            vault.noteAccess(about.stream()
                    .map(id -> new Vault.Access(psid, read.id(), id, permit.who(), purpose == null ? "" : purpose, now))
                    .toList());
        }
    }

    private HotRecord append(Permit permit, String namespace, @Nullable String purpose, int fields, List<Uid> records) {
        if (records.size() > MAX_RECORDS) {
            throw new IllegalArgumentException("At most %d records a read".formatted(MAX_RECORDS));
        }
        byte[] body = new FieldMap()
                .put(1, purpose)
                .put(2, permit.reason() == null ? null : permit.reason().text())
                .put(3, (long) fields)
                .put(5, "api")
                .put(6, (long) records.size())
                .put(7, records.size() < 2 ? null : root(records))
                .put(8, records.size() == 1 ? records.getFirst() : null)
                .toBytes();
        HotRecord read = seal(Act.ACCESS_PERSONAL, permit.who(), namespace, permit.scope(), "access/1", body);
        journal.write(permit, new Append(List.of(read)));
        return read;
    }

    /** Merkle root over the ids in their order, so that one of them can be proven to have been read without naming the others. */
    private static byte[] root(List<Uid> records) {
        return MerkleTree.of(records.stream().map(Uid::bytes).toList()).root();
    }

    /** What answers "who looked at this person": found by the key, for records of persons. */
    private void note(String who, @Nullable String purpose, Uid read, List<Uid> records) {
        long now = nowMicros();
        var accesses = new ArrayList<Vault.Access>();
        for (Uid id : records) {
            journal.records()
                    .find(id)
                    .filter(record ->
                            !Submission.decode(record.submission()).tags().isEmpty())
                    .ifPresent(record -> accesses.add(new Vault.Access(
                            Uid.of(record.keyId()), read, id, who, purpose == null ? "" : purpose, now)));
        }
        if (!accesses.isEmpty()) {
            vault.noteAccess(accesses);
        }
    }

    /**
     * Counts a denial; the record follows within 10 s. Never blocks.
     *
     * @param permission what was asked, null when the request did not get as far as that
     * @param id of what was asked for, as the request named it; kept as an HMAC only, since a name may tell of a person
     */
    public void denied(String who, @Nullable Permission permission, String code, int scope, @Nullable String id) {
        if (denials.size() < MAX_COUNTED) {
            long now = nowMicros();
            denials.merge(new Denial(who, permission, code, scope), new Count(1, now, now, id), Count::plus);
        }
    }

    /** Writes what was counted. */
    public void flush() {
        var records = new ArrayList<HotRecord>();
        for (Denial denial : List.copyOf(denials.keySet())) {
            Count count = denials.remove(denial);
            if (count != null) {
                Permission permission = denial.permission();
                byte[] body = new FieldMap()
                        .put(1, permission == null ? null : permission.text())
                        .put(2, denial.code())
                        .put(3, count.count())
                        .put(4, count.id() == null || permission == null ? null : kind(permission))
                        .put(5, count.id() == null ? null : index(count.id()))
                        .put(6, count.firstMicros())
                        .put(7, count.lastMicros())
                        .toBytes();
                records.add(seal(
                        Act.AUTHZ_DENIED, denial.who(), Scopes.DEFAULT_NAMESPACE, denial.scope(), "denied/1", body));
            }
        }
        if (!records.isEmpty()) {
            journal.write(Permit.system(Permission.AUDIT_READ, Scopes.INSTANCE), new Append(records));
        }
    }

    /** What a permission is about: {@code deployment} of {@code deployment.kill}. */
    private static String kind(Permission permission) {
        return permission.text().substring(0, permission.text().indexOf('.'));
    }

    private byte[] index(String id) {
        return vault.index(Scopes.DEFAULT_NAMESPACE, id.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        ticker.shutdown();
        flush();
    }

    private HotRecord seal(Act act, String who, String namespace, int scope, String mediaType, byte[] body) {
        Uid id = Uid.next(clock.millis());
        Vault.Sealed sealed = vault.sealForBucket(namespace, scope, DATA_CLASS, nowMicros(), mediaType, body);
        return SealedRecords.record(
                id,
                act,
                new SealedRecords.Sender(who, null, scope),
                null,
                sealed,
                null,
                null,
                SealedRecords.digest(body));
    }

    private long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    private record Append(List<HotRecord> records) implements Command<Integer> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            return Decision.records(records.size(), records);
        }
    }
}

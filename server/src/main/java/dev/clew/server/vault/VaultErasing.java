package dev.clew.server.vault;

import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.KeyStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Erasure in the vault; see {@link Erasing}. Thread-safe. */
final class VaultErasing implements Erasing {
    private static final String PURPOSE = "erasure";

    private final KeyRing ring;
    private final SubjectKeys subjects;
    private final KeyStore store;
    private final VaultWriter writer;

    VaultErasing(KeyRing ring, SubjectKeys subjects, KeyStore store, VaultWriter writer) {
        this.ring = ring;
        this.subjects = subjects;
        this.store = store;
        this.writer = writer;
    }

    @Override
    public Optional<Open> request(Uid erasure, Uid psid) {
        return writer.run((rows, summary) -> {
                    var known = find(rows, erasure);
                    var subject = rows.subjectByPsid(psid.bytes());
                    return known.isPresent() || subject.isEmpty()
                            ? known
                            : Optional.of(
                                    put(rows, summary, erasure, subject.get().organisation(), psid));
                })
                .map(this::opened);
    }

    @Override
    public Open repeat(Uid erasure, String namespace, Uid psid) {
        return opened(writer.run(
                (rows, summary) -> find(rows, erasure).orElseGet(() -> put(rows, summary, erasure, namespace, psid))));
    }

    private KeyStore.ErasureRow put(KeyStore.Writes rows, Summary summary, Uid erasure, String namespace, Uid psid) {
        rows.erasures().stream()
                .filter(other -> Uid.of(other.psid()).equals(psid))
                .findFirst()
                .ifPresent(other -> {
                    throw new VaultWriter.Refused(
                            ErrorCode.ALREADY_EXISTS,
                            "Erasure %s of this subject is open already; execute or refuse that one."
                                    .formatted(Uid.of(other.request()).dashed()));
                });
        var row = new KeyStore.ErasureRow(
                erasure.bytes(), psid.bytes(), namespace, Step.REQUESTED.ordinal(), null, ring.micros());
        rows.putErasure(row);
        summary.added(row);
        return row;
    }

    @Override
    public void withdraw(Uid erasure) {
        writer.run((rows, summary) -> {
            find(rows, erasure)
                    .filter(row -> row.step() == Step.REQUESTED.ordinal())
                    .ifPresent(row -> {
                        rows.deleteErasure(row.request());
                        summary.removed(row);
                    });
            return true;
        });
        scrub();
    }

    @Override
    public Open begin(Uid erasure) {
        KeyStore.ErasureRow begun = writer.run((rows, summary) -> {
            var old = require(rows, erasure);
            if (old.step() >= Step.FLAGGED.ordinal()) {
                return old;
            }
            rows.subjectByPsid(old.psid()).ifPresent(subject -> flag(rows, summary, subject));
            var row = new KeyStore.ErasureRow(
                    old.request(), old.psid(), old.organisation(), Step.FLAGGED.ordinal(), null, old.micros());
            rows.putErasure(row);
            summary.removed(old);
            summary.added(row);
            summary.raiseEpoch();
            return row;
        });
        subjects.evict(begun.psid());
        return opened(begun);
    }

    private void flag(KeyStore.Writes rows, Summary summary, KeyStore.SubjectRow old) {
        var flagged = ring.wrapSubject(
                old.organisation(),
                old.lookup(),
                old.psid(),
                ring.unwrapSubject(old),
                old.flags() | SubjectKeys.ERASING,
                old.createdMicros());
        rows.updateSubject(flagged);
        summary.removed(old);
        summary.added(flagged);
    }

    @Override
    public Open list(Uid erasure, byte[] affected) {
        return opened(writer.run((rows, summary) -> {
            var old = require(rows, erasure);
            if (old.step() >= Step.LISTED.ordinal()) {
                return old;
            }
            return replace(rows, summary, old, Step.LISTED, 0, affected);
        }));
    }

    @Override
    public Open destroy(Uid erasure) {
        KeyStore.ErasureRow done = writer.run((rows, summary) -> {
            var old = require(rows, erasure);
            if (old.step() < Step.LISTED.ordinal()) {
                throw new VaultWriter.Refused(
                        ErrorCode.WRONG_STATE, "The key of an erasure is destroyed after what it touches was listed.");
            }
            rows.subjectByPsid(old.psid()).ifPresent(subject -> {
                rows.deleteSubject(old.psid());
                summary.removed(subject);
                summary.raiseEpoch();
            });
            return old.step() >= Step.DESTROYED.ordinal()
                    ? old
                    : replace(
                            rows,
                            summary,
                            old,
                            Step.DESTROYED,
                            ring.micros(),
                            opened(old).affected());
        });
        subjects.evict(done.psid());
        scrub();
        return opened(done);
    }

    @Override
    public void finish(Uid erasure) {
        writer.run((rows, summary) -> {
            find(rows, erasure).ifPresent(row -> {
                dropAccesses(rows, summary, row.psid());
                rows.deleteErasure(row.request());
                summary.removed(row);
            });
            return true;
        });
        scrub();
    }

    @Override
    public List<Open> open() {
        return store.read(KeyStore.Reads::erasures).stream()
                .sorted(Comparator.comparingLong(KeyStore.ErasureRow::micros))
                .map(this::opened)
                .toList();
    }

    @Override
    public Optional<Open> find(Uid erasure) {
        return store.read(rows -> find(rows, erasure)).map(this::opened);
    }

    @Override
    public List<Matched> matching(Predicate<Matched> matches) {
        return store.read(rows -> {
            var found = new ArrayList<Matched>();
            rows.eachSubject(row -> {
                var subject = new Matched(row.organisation(), Uid.of(row.psid()));
                if (matches.test(subject)) {
                    found.add(subject);
                }
            });
            return found;
        });
    }

    /** On the writer's thread, outside its transaction, so that the truncated log holds nothing of what was deleted. */
    private void scrub() {
        writer.afterwards(store::scrub);
    }

    private static void dropAccesses(KeyStore.Writes rows, Summary summary, byte[] psid) {
        var page = rows.accesses(psid, Long.MAX_VALUE, Integer.MAX_VALUE);
        page.forEach(summary::removed);
        rows.deleteAccesses(psid);
    }

    private KeyStore.ErasureRow replace(
            KeyStore.Writes rows,
            Summary summary,
            KeyStore.ErasureRow old,
            Step step,
            long destroyedMicros,
            byte[] affected) {
        byte[] plain = ByteBuffer.allocate(Long.BYTES + affected.length)
                .putLong(destroyedMicros)
                .put(affected)
                .array();
        var row = new KeyStore.ErasureRow(
                old.request(),
                old.psid(),
                old.organisation(),
                step.ordinal(),
                ring.sealValue(old.organisation(), PURPOSE, old.request(), plain),
                old.micros());
        rows.putErasure(row);
        summary.removed(old);
        summary.added(row);
        return row;
    }

    private Open opened(KeyStore.ErasureRow row) {
        byte @Nullable [] sealed = row.affected();
        byte[] plain = sealed == null
                ? new byte[Long.BYTES]
                : ring.openValue(row.organisation(), PURPOSE, row.request(), sealed);
        return new Open(
                Uid.of(row.request()),
                Uid.of(row.psid()),
                row.organisation(),
                Step.values()[Math.toIntExact(row.step())],
                Arrays.copyOfRange(plain, Long.BYTES, plain.length),
                ByteBuffer.wrap(plain).getLong());
    }

    private static Optional<KeyStore.ErasureRow> find(KeyStore.Reads rows, Uid erasure) {
        return rows.erasures().stream()
                .filter(row -> Uid.of(row.request()).equals(erasure))
                .findFirst();
    }

    private static KeyStore.ErasureRow require(KeyStore.Reads rows, Uid erasure) {
        return find(rows, erasure)
                .orElseThrow(() -> new VaultWriter.Refused(
                        ErrorCode.NOT_FOUND, "The vault has no erasure %s under way.".formatted(erasure)));
    }
}

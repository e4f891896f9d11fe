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
    public Optional<Open> begin(Uid erasure, Uid psid) {
        Optional<KeyStore.ErasureRow> begun = writer.run((rows, summary) -> {
            var existing = find(rows, erasure);
            if (existing.isPresent()) {
                return existing;
            }
            var subject = rows.subjectByPsid(psid.bytes());
            if (subject.isEmpty()) {
                return Optional.empty();
            }
            KeyStore.SubjectRow old = subject.get();
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
            var row = new KeyStore.ErasureRow(
                    erasure.bytes(), psid.bytes(), old.organisation(), Step.FLAGGED.ordinal(), null, ring.micros());
            rows.putErasure(row);
            summary.added(row);
            summary.raiseEpoch();
            return Optional.of(row);
        });
        subjects.evict(psid.bytes());
        return begun.map(this::opened);
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
    public int destroyMatching(Predicate<Matched> matches) {
        int destroyed = writer.run((rows, summary) -> {
            var gone = new ArrayList<KeyStore.SubjectRow>();
            rows.eachSubject(row -> {
                if (matches.test(new Matched(row.organisation(), Uid.of(row.psid())))) {
                    gone.add(row);
                }
            });
            for (var row : gone) {
                rows.deleteSubject(row.psid());
                summary.removed(row);
                dropAccesses(rows, summary, row.psid());
            }
            if (!gone.isEmpty()) {
                summary.raiseEpoch();
            }
            return gone.size();
        });
        if (destroyed > 0) {
            subjects.evictAll();
            scrub();
        }
        return destroyed;
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

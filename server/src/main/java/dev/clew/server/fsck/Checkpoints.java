package dev.clew.server.fsck;

import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignedNote;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Everything that was ever signed and kept: checkpoints of the directory and the anchor beside it. Roots are compared when the walk comes
 * past their size. Signatures, a millisecond each, are checked by a thread beside it, and told of when the walk has ended. Memory: 3 kB a
 * kept checkpoint until its signatures were checked. Confined to one thread.
 */
final class Checkpoints {
    private record Expected(String where, byte[] root, Signatures signatures) {}

    /**
     * A note whose signatures are being checked.
     *
     * @param fits whether it says what its row says
     * @param problem empty when both keys of the log signed it
     */
    private record Signatures(String where, boolean fits, CompletableFuture<Optional<String>> problem) {
        boolean areGood() {
            return problem.join().isEmpty();
        }
    }

    private final StoredLog log;
    private final Findings findings;
    private final TreeMap<Long, List<Expected>> expected = new TreeMap<>();
    private final List<Signatures> signed = new ArrayList<>();
    private final ExecutorService beside = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("fsck-signatures").unstarted(task));
    private long newest;
    private long checked;
    private boolean anchored;

    Checkpoints(StoredLog log, Findings findings) {
        this.log = log;
        this.findings = findings;
    }

    void read(Sql sql) {
        log.forEach(
                sql,
                signed -> {
                    newest = Math.max(newest, signed.size());
                    judge("checkpoint " + signed.size(), signed.note(), signed.size(), signed.root());
                },
                size -> findings.add("E-CHECKPOINT", "checkpoint " + size, "its row is not what was written"));
        anchor();
    }

    private void judge(String where, String text, long size, byte[] root) {
        try {
            SignedNote note = SignedNote.parse(text.getBytes(StandardCharsets.UTF_8));
            Checkpoint checkpoint = Checkpoint.parse(note.text());
            checked++;
            boolean fits = checkpoint.origin().equals(log.origin())
                    && checkpoint.size() == size
                    && Arrays.equals(checkpoint.root(), root);
            var signatures = new Signatures(where, fits, CompletableFuture.supplyAsync(() -> problemOf(note), beside));
            signed.add(signatures);
            if (fits) {
                expect(size, new Expected(where, root, signatures));
            }
        } catch (NoteException e) {
            findings.add("E-CHECKPOINT", where, "has no good signature: " + e.getMessage());
        }
    }

    private Optional<String> problemOf(SignedNote note) {
        try {
            return note.verify(List.of(log.ed25519(), log.mlDsa44())).size() < 2
                    ? Optional.of("is not signed with both keys of the log")
                    : Optional.empty();
        } catch (NoteException e) {
            return Optional.of("has no good signature: " + e.getMessage());
        }
    }

    private void anchor() {
        try {
            Optional<byte[]> anchor = log.anchor();
            if (anchor.isEmpty()) {
                return;
            }
            SignedNote note = SignedNote.parse(anchor.get());
            Checkpoint checkpoint = Checkpoint.parse(note.text());
            if (note.verify(List.of(log.ed25519(), log.mlDsa44())).size() < 2
                    || !checkpoint.origin().equals(log.origin())) {
                findings.add("E-ANCHOR", "anchor", "is not signed by this log");
                return;
            }
            anchored = true;
            var good = new Signatures("anchor", true, CompletableFuture.completedFuture(Optional.empty()));
            expect(checkpoint.size(), new Expected("anchor", checkpoint.root(), good));
        } catch (IOException e) {
            findings.add("E-ANCHOR", "anchor", "cannot be read");
        } catch (NoteException e) {
            findings.add("E-ANCHOR", "anchor", "is damaged: " + e.getMessage());
        }
    }

    private void expect(long size, Expected one) {
        expected.computeIfAbsent(size, _ -> new ArrayList<>(1)).add(one);
    }

    /** The next size at which a root is known, at or above {@code size}; −1 when there is none. */
    long next(long size) {
        Long next = expected.ceilingKey(size);
        return next == null ? -1 : next;
    }

    /** The walk has come to a size that {@link #next} named. */
    void reached(long size, byte[] root) {
        for (Expected each : expected.getOrDefault(size, List.of())) {
            if (!Arrays.equals(each.root, root) && each.signatures.areGood()) {
                findings.add(
                        "E-ROOT",
                        each.where,
                        "the entries below %d are not those that were signed: history was altered".formatted(size));
            }
        }
    }

    /** The walk has ended at this size. */
    void ended(long size) {
        expected.tailMap(size, false)
                .forEach((signedSize, all) -> all.stream()
                        .filter(each -> each.signatures.areGood())
                        .forEach(each -> beyond(signedSize, each.where, size)));
    }

    /** Waits until all were checked, and tells of those that are not good. The last thing asked of it. */
    void signatures() {
        for (Signatures each : signed) {
            Optional<String> problem = each.problem.join();
            if (problem.isPresent()) {
                findings.add("E-CHECKPOINT", each.where, problem.get());
            } else if (!each.fits) {
                findings.add("E-CHECKPOINT", each.where, "its note says something else than its row");
            }
        }
        beside.shutdown();
    }

    private void beyond(long signedSize, String where, long size) {
        if (where.equals("anchor")) {
            findings.add(
                    "E-ROLLBACK",
                    "anchor",
                    "knows %d entries, this directory has %d: it is an older copy".formatted(signedSize, size));
        } else {
            findings.add(
                    "E-LOST",
                    where,
                    "was signed, but only %d entries are there: acknowledged ones are missing".formatted(size));
        }
    }

    long checked() {
        return checked;
    }

    boolean isAnchored() {
        return anchored;
    }
}

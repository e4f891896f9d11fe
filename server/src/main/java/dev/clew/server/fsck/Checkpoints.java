package dev.clew.server.fsck;

import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignedNote;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that was ever signed and kept: checkpoints of the directory and the anchor beside it. Signatures are checked when they are
 * read, roots when the walk comes past their size. Memory: 32 bytes a kept checkpoint. Confined to one thread.
 */
final class Checkpoints {
    private record Expected(String where, byte[] root) {}

    private final StoredLog log;
    private final Findings findings;
    private final TreeMap<Long, List<Expected>> expected = new TreeMap<>();
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
            if (note.verify(List.of(log.ed25519(), log.mlDsa44())).size() < 2) {
                findings.add("E-CHECKPOINT", where, "is not signed with both keys of the log");
            } else if (!checkpoint.origin().equals(log.origin())
                    || checkpoint.size() != size
                    || !Arrays.equals(checkpoint.root(), root)) {
                findings.add("E-CHECKPOINT", where, "its note says something else than its row");
            } else {
                expect(size, where, root);
            }
        } catch (NoteException e) {
            findings.add("E-CHECKPOINT", where, "has no good signature: " + e.getMessage());
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
            expect(checkpoint.size(), "anchor", checkpoint.root());
        } catch (IOException e) {
            findings.add("E-ANCHOR", "anchor", "cannot be read");
        } catch (NoteException e) {
            findings.add("E-ANCHOR", "anchor", "is damaged: " + e.getMessage());
        }
    }

    private void expect(long size, String where, byte[] root) {
        expected.merge(size, List.of(new Expected(where, root)), (a, b) -> {
            var both = new java.util.ArrayList<>(a);
            both.addAll(b);
            return both;
        });
    }

    /** The next size at which a root is known, at or above {@code size}; −1 when there is none. */
    long next(long size) {
        Long next = expected.ceilingKey(size);
        return next == null ? -1 : next;
    }

    /** The walk has come to a size that {@link #next} named. */
    void reached(long size, byte[] root) {
        for (Expected each : expected.getOrDefault(size, List.of())) {
            if (!Arrays.equals(each.root, root)) {
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
                .forEach((signedSize, all) -> all.forEach(each -> {
                    if (each.where.equals("anchor")) {
                        findings.add(
                                "E-ROLLBACK",
                                "anchor",
                                "knows %d entries, this directory has %d: it is an older copy"
                                        .formatted(signedSize, size));
                    } else {
                        findings.add(
                                "E-LOST",
                                each.where,
                                "was signed, but only %d entries are there: acknowledged ones are missing"
                                        .formatted(size));
                    }
                }));
    }

    long checked() {
        return checked;
    }

    boolean isAnchored() {
        return anchored;
    }
}

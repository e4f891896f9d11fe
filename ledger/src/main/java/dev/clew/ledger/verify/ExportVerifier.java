package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileNodes;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.ProofException;
import dev.clew.ledger.witness.Policy;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Verifies a whole export: every entry, tile, change list, record and payload that is in it. All findings, in order. */
final class ExportVerifier {
    private final ExportFiles files;
    private final Policy policy;
    private final Optional<SavedCheckpoint> saved;
    private final Optional<String> expectId;
    private final ReportBuilder report;

    ExportVerifier(
            ExportFiles files,
            Policy policy,
            String policySource,
            Optional<SavedCheckpoint> saved,
            Optional<String> expectId) {
        this.files = files;
        this.policy = policy;
        this.saved = saved;
        this.expectId = expectId;
        this.report = new ReportBuilder("export", policySource);
    }

    VerifierReport verify() {
        try {
            check();
        } catch (CheckFailed e) {
            report.add(e.finding());
        }
        return report.build();
    }

    private void check() throws CheckFailed {
        SignedNote note;
        Checkpoint checkpoint;
        byte[] file = files.read("checkpoint")
                .orElseThrow(() -> CheckFailed.missing(Check.E01, "checkpoint is not in the export"));
        try {
            note = SignedNote.parse(file);
            checkpoint = Checkpoint.parse(note.text());
        } catch (NoteException e) {
            throw CheckFailed.failure(Check.E01, "malformed proof: line 1: checkpoint: " + e.getMessage());
        }
        report.log(checkpoint);
        Trust trust = Trust.of(note, checkpoint, policy);
        report.trust(trust);
        boolean needsPrefix = saved.isPresent() && !saved.get().compare(checkpoint);

        ExportWalk walk = new ExportWalk(files, policy, report, expectId);
        List<byte[]> tileRoots = walk.entries(checkpoint.size(), ExportRange.read(files, checkpoint.size()));
        checkParents(tileRoots, checkpoint.size());
        trying(() -> checkRoot(checkpoint));
        walk.emptySlots();
        trying(() -> walk.lastTime(trust));
        trying(walk::expected);
        if (needsPrefix) {
            checkPrefix(saved.get().checkpoint(), checkpoint.size());
        }
    }

    private interface Step {
        void run() throws CheckFailed;
    }

    /** One failed check at the end does not hide the next. */
    private void trying(Step step) {
        try {
            step.run();
        } catch (CheckFailed e) {
            report.add(e.finding());
        }
    }

    /** E15 between levels: every full tile's root stands in its parent. */
    private void checkParents(List<byte[]> levelZeroRoots, long size) throws CheckFailed {
        List<byte[]> roots = levelZeroRoots;
        for (int level = 0; !roots.isEmpty(); level++) {
            List<byte[]> next = new ArrayList<>();
            for (int first = 0; first < roots.size(); first += Tile.FULL) {
                Tile tile = Tile.at(level + 1, first / Tile.FULL, size);
                byte[] parent = read(tile);
                if (parent.length == 0) {
                    continue;
                }
                for (int i = 0; i < tile.width(); i++) {
                    compare(new Tile(level, first + i, Tile.FULL), roots.get(first + i), parent, i * Hashing.SIZE);
                }
                if (tile.isFull()) {
                    next.add(rootOf(parent));
                }
            }
            roots = next;
        }
    }

    private void compare(Tile child, byte[] root, byte[] parent, int at) {
        boolean known = root.length == Hashing.SIZE;
        if (known && !Arrays.equals(root, 0, Hashing.SIZE, parent, at, at + Hashing.SIZE)) {
            report.add(ExportFiles.mismatch(child, "its root is " + CanonicalText.hex(root))
                    .finding());
        }
    }

    /** A parent tile, or nothing once a finding says that it is missing or of the wrong length. */
    private byte[] read(Tile tile) {
        try {
            return files.hashTile(tile);
        } catch (CheckFailed e) {
            report.add(e.finding());
            return new byte[0];
        }
    }

    static byte[] rootOf(byte[] fullTile) {
        byte[] root = new byte[Hashing.SIZE];
        Hashing.foldInto(fullTile.clone(), Tile.FULL, root, 0);
        return root;
    }

    /** E15 at the top: the tiles of the right edge hash to the signed root. */
    private void checkRoot(Checkpoint checkpoint) throws CheckFailed {
        byte[] root = rootAt(checkpoint.size(), checkpoint.size());
        if (!MessageDigest.isEqual(root, checkpoint.root())) {
            int top = 0;
            while (Tile.available(top + 1, checkpoint.size()) > 0) {
                top++;
            }
            String path = checkpoint.size() == 0
                    ? "tile/0/000"
                    : Tile.at(top, 0, checkpoint.size()).path();
            throw CheckFailed.failure(
                    Check.E15,
                    "tile " + path + " does not hash to its parent: the tiles give root " + CanonicalText.base64(root)
                            + ", signed root " + CanonicalText.base64(checkpoint.root()));
        }
    }

    private byte[] rootAt(long wanted, long size) throws CheckFailed {
        try {
            return new TileNodes(
                            tile -> {
                                try {
                                    return files.hashTile(tile);
                                } catch (CheckFailed e) {
                                    throw new TileFailure(e);
                                }
                            },
                            size)
                    .rootAt(wanted);
        } catch (TileFailure e) {
            throw e.failed;
        } catch (IOException | ProofException e) {
            throw CheckFailed.missing(Check.E15, "a tile cannot be read");
        }
    }

    /** E11: the tiles, verified by now, give the root of the checkpoint that was kept. */
    private void checkPrefix(Checkpoint older, long size) throws CheckFailed {
        if (!MessageDigest.isEqual(rootAt(older.size(), size), older.root())) {
            throw CheckFailed.failure(
                    Check.E11,
                    SavedCheckpoint.rewritten(older.size(), saved.get().savedAt(), size));
        }
    }

    /** Carries a finding through the reader's interface. */
    private static final class TileFailure extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient CheckFailed failed;

        TileFailure(CheckFailed failed) {
            super(failed);
            this.failed = failed;
        }
    }
}

package dev.clew.server.ledgers;

import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tiles.RightEdge;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.journal.Entries;
import dev.clew.server.storage.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Brings the tree to the size of the committed entries and compares it with everything that was ever signed or anchored. Refuses to go
 * on rather than sign something else.
 */
final class Recovery {
    /** What was found: the tree at the committed size, and the newest published state. */
    record State(TileFiles files, RightEdge edge, long forcedSize, Published published) {}

    private Recovery() {}

    static State run(Database database, Entries entries, Path directory, LogKeys keys, Anchor anchor)
            throws IOException {
        Path root = directory.resolve("ledger").resolve("tile");
        Files.createDirectories(root);
        var files = new TileFiles(root);
        Optional<LedgerRows.Tiled> tiled = database.read(LedgerRows::tiled);
        Optional<LedgerRows.Signed> signed = database.read(LedgerRows::newest);
        Optional<Checkpoint> anchored = anchor.read(keys.ed25519().verifierKey());
        long size = entries.size();
        signed.ifPresent(newest -> requireSigned(newest, keys));
        if (signed.isPresent() && signed.get().size() > size) {
            throw Damage.lost(signed.get().size(), size);
        }
        if (anchored.isPresent() && anchored.get().size() > size) {
            throw Damage.rollback(anchored.get().size(), size);
        }
        RightEdge edge = start(files, tiled);
        long forced = edge.size();
        var stops = new Stops(signed, anchored);
        long lastMicros = -1;
        Published published = Published.empty();
        if (signed.isPresent() && signed.get().size() == edge.size()) {
            published = published(signed.get(), edge);
        }
        while (edge.size() < size) {
            long from = edge.size();
            List<byte[]> leaves = entries.leaves(from, Math.min(size, from + Entries.MAX_PAGE));
            if (leaves.isEmpty()) {
                throw Damage.entry(from);
            }
            for (byte[] leaf : leaves) {
                lastMicros = requireEntry(leaf, edge.size(), lastMicros);
                edge.append(leaf);
                if (signed.isPresent() && signed.get().size() == edge.size()) {
                    published = published(signed.get(), edge);
                }
            }
        }
        stops.requireAll(edge, files);
        return new State(files, edge, forced, published);
    }

    private static RightEdge start(TileFiles files, Optional<LedgerRows.Tiled> tiled) throws IOException {
        if (tiled.isEmpty()) {
            return new RightEdge(files);
        }
        var range = CompactRange.of(tiled.get().size(), tiled.get().compact());
        try {
            return RightEdge.resume(files, range, tile -> tile.isFull() ? files.read(tile) : folded(files, tile));
        } catch (IOException e) {
            throw Damage.tile("at size " + tiled.get().size());
        }
    }

    /** A partial tile above the lowest level: only full ones are files, and each of its hashes is the root of a full one below. */
    private static byte[] folded(TileFiles files, Tile tile) throws IOException {
        if (tile.level() < 1) {
            throw new IOException("The log is tiled at a size that ends within a tile");
        }
        byte[] hashes = new byte[tile.width() * Hashing.SIZE];
        for (int i = 0; i < tile.width(); i++) {
            byte[] below = files.read(new Tile(tile.level() - 1, tile.index() * Tile.FULL + i, Tile.FULL));
            if (below.length != Tile.FULL_BYTES) {
                throw new IOException("A full tile has another length");
            }
            Hashing.foldInto(below, Tile.FULL, hashes, i * Hashing.SIZE);
        }
        return hashes;
    }

    private static long requireEntry(byte[] leaf, long seq, long lastMicros) {
        try {
            Leaf decoded = Leaf.decode(leaf);
            if (decoded.seq() == seq && decoded.timeMicros() > lastMicros) {
                return decoded.timeMicros();
            }
        } catch (CborException e) {
            // said below
        }
        throw Damage.entry(seq);
    }

    private static void requireSigned(LedgerRows.Signed newest, LogKeys keys) {
        try {
            SignedNote note = note(newest);
            var signatures = note.verify(
                    List.of(keys.ed25519().verifierKey(), keys.mlDsa44().verifierKey()));
            Checkpoint checkpoint = Checkpoint.parse(note.text());
            if (signatures.size() == 2
                    && checkpoint.size() == newest.size()
                    && Arrays.equals(checkpoint.root(), newest.root())) {
                return;
            }
        } catch (NoteException e) {
            // said below
        }
        throw Damage.row("ledger_cp");
    }

    private static SignedNote note(LedgerRows.Signed signed) {
        return SignedNote.parse(signed.note().getBytes(StandardCharsets.UTF_8));
    }

    private static Published published(LedgerRows.Signed signed, RightEdge edge) {
        return new Published(signed.size(), signed.root(), note(signed), 0, edge.snapshot());
    }

    /** Roots that must come out at certain sizes. */
    private static final class Stops {
        private final Optional<LedgerRows.Signed> signed;
        private final Optional<Checkpoint> anchored;

        Stops(Optional<LedgerRows.Signed> signed, Optional<Checkpoint> anchored) {
            this.signed = signed;
            this.anchored = anchored;
        }

        /** Compares them from tiles and edge. */
        void requireAll(RightEdge edge, TileFiles files) throws IOException {
            var nodes = new dev.clew.ledger.tiles.TileNodes(
                    tile -> {
                        int level = tile.isEntries() ? 0 : tile.level();
                        boolean isFull = (tile.index() + 1) * Tile.FULL <= Tile.available(level, edge.size());
                        return isFull ? files.read(tile) : edge.read(tile);
                    },
                    edge.size());
            if (signed.isPresent()
                    && signed.get().size() > 0
                    && !Arrays.equals(
                            signed.get().root(), nodes.rootAt(signed.get().size()))) {
                throw Damage.root(signed.get().size());
            }
            if (anchored.isPresent()
                    && anchored.get().size() > 0
                    && !Arrays.equals(
                            anchored.get().root(), nodes.rootAt(anchored.get().size()))) {
                throw Damage.rollback(anchored.get().size(), edge.size());
            }
        }
    }
}

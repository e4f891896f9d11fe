package dev.clew.server.fsck;

import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tiles.EntryBundle;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Kind;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks 256 entries on their own, row by row: rows against bundle and tile, each leaf, its line of the index, its change list, its body.
 * Says of everything that is wrong what it is; {@link BlockCheck} is the quick look before. What needs the entries before is left to
 * {@link LedgerWalk}. Thread-safe: the part that several threads share.
 */
final class GroupCheck {
    private final TileReader tiles;
    private final long forced;
    private final boolean withItems;
    private final BodyCheck bodies;

    /**
     * Checks groups.
     *
     * @param forced below this size every full tile must be on disk
     * @param withItems whether change lists are decoded
     */
    GroupCheck(TileReader tiles, long forced, boolean withItems, BodyCheck bodies) {
        this.tiles = tiles;
        this.forced = forced;
        this.withItems = withItems;
        this.bodies = bodies;
    }

    /** A finding before it is known when it was right. */
    record Raw(String code, String where, String what, long seq) {}

    /** One entry that was read: what later steps need of it. */
    record Entry(long seq, long micros, Submission submission, List<ChangeList.Item> items) {}

    /** What a group gave. */
    static final class Result {
        final long base;
        final byte[] hashes;
        /** Over a full group, once {@link #ended}. */
        final byte[] root = new byte[Hashing.SIZE];

        final int width;
        final List<Entry> entries = new ArrayList<>();
        final List<Raw> findings = new ArrayList<>();
        final List<Long> withoutBody = new ArrayList<>();
        final List<ErasureBody> erasures = new ArrayList<>();
        long saltedUnopened;
        /** Whether every leaf is known, so that the tree can go on. */
        boolean isComplete = true;

        Result(long base, int width) {
            this.base = base;
            this.width = width;
            this.hashes = new byte[width * Hashing.SIZE];
        }

        void add(String code, String where, String what, long seq) {
            findings.add(new Raw(code, where, what, seq));
        }

        /** Computes the root over a full group's hashes, on the thread that checked it. */
        Result ended() {
            if (width == Tile.FULL) {
                Hashing.foldInto(hashes.clone(), width, root, 0);
            }
            return this;
        }
    }

    Result check(EntryRows rows, boolean full) {
        int width = full ? Tile.FULL : rows.width;
        var result = new Result(rows.base(), width);
        List<byte[]> bundle = full ? bundle(rows, result) : List.of();
        byte[] tile = full ? tile(rows, result) : new byte[0];
        for (int i = 0; i < width; i++) {
            EntryRows.Entry row = rows.entries[i];
            boolean agree = row != null && isAsFiled(row, i, bundle, tile, result.hashes);
            byte[] leaf = row != null && agree ? row.leaf() : leaf(rows, i, bundle, tile, result);
            if (leaf == null) {
                result.isComplete = false;
                result.add("E-ENTRY", "entry " + (rows.base() + i), "is missing", -1);
                continue;
            }
            if (!agree) {
                Hashing.leafInto(leaf, 0, leaf.length, result.hashes, i * Hashing.SIZE);
            }
            if (row != null) {
                entry(row, leaf, result);
            }
        }
        return result.ended();
    }

    /** The usual case, one hash: row, bundle and tile say the same. Leaves the hash in {@code hashes}. */
    private static boolean isAsFiled(EntryRows.Entry row, int i, List<byte[]> bundle, byte[] tile, byte[] hashes) {
        byte[] leaf = row.leaf();
        if (leaf == null || (!bundle.isEmpty() && !Arrays.equals(leaf, bundle.get(i)))) {
            return false;
        }
        int at = i * Hashing.SIZE;
        Hashing.leafInto(leaf, 0, leaf.length, hashes, at);
        return tile.length == 0 || Arrays.equals(hashes, at, at + Hashing.SIZE, tile, at, at + Hashing.SIZE);
    }

    private List<byte[]> bundle(EntryRows rows, Result result) {
        Tile name = Tile.entries(rows.index, Tile.FULL);
        byte[] bytes = file(name, rows.base(), result);
        if (bytes.length == 0) {
            return List.of();
        }
        try {
            if (EntryBundle.prefixLength(bytes, Tile.FULL) == bytes.length) {
                return EntryBundle.decode(bytes, Tile.FULL);
            }
            result.add("E-BUNDLE", name.path(), "is longer than its 256 entries", rows.base());
        } catch (IllegalArgumentException e) {
            result.add("E-BUNDLE", name.path(), "does not hold 256 entries", rows.base());
        }
        return List.of();
    }

    private byte[] tile(EntryRows rows, Result result) {
        Tile name = new Tile(0, rows.index, Tile.FULL);
        byte[] bytes = file(name, rows.base(), result);
        if (bytes.length != 0 && bytes.length != Tile.FULL_BYTES) {
            result.add("E-TILE", name.path(), "has %d bytes, not 8192".formatted(bytes.length), rows.base());
            return new byte[0];
        }
        return bytes;
    }

    /** A file's bytes; none when it is not there, which above the forced size is what a kill leaves. */
    private byte[] file(Tile name, long base, Result result) {
        try {
            byte[] bytes = tiles.read(name);
            if (bytes.length == 0) {
                result.add(name.isEntries() ? "E-BUNDLE" : "E-TILE", name.path(), "is empty", base);
            }
            return bytes;
        } catch (IOException e) {
            if (base + Tile.FULL <= forced) {
                result.add(name.isEntries() ? "E-BUNDLE" : "E-TILE", name.path(), "is missing or cannot be read", base);
            }
            return new byte[0];
        }
    }

    /** The leaf that two of row, bundle and tile agree on, and a finding for the third. */
    private static byte @Nullable [] leaf(EntryRows rows, int i, List<byte[]> bundle, byte[] tile, Result result) {
        long seq = rows.base() + i;
        EntryRows.Entry row = rows.entries[i];
        byte[] ofRow = row == null ? null : row.leaf();
        byte[] ofBundle = bundle.isEmpty() ? null : bundle.get(i);
        if (row == null && ofBundle != null) {
            result.add("E-ENTRY", "entry " + seq, "its row is missing; the bundle holds it", seq);
        }
        if (ofRow == null) {
            hashed(ofBundle, tile, i, seq, result);
            return ofBundle;
        }
        boolean rowFits = tile.length == 0 || fits(ofRow, tile, i);
        if (ofBundle != null && !Arrays.equals(ofRow, ofBundle)) {
            boolean bundleFits = tile.length == 0 || fits(ofBundle, tile, i);
            if (rowFits) {
                result.add(
                        "E-BUNDLE",
                        Tile.entries(rows.index, Tile.FULL).path(),
                        "entry %d was altered".formatted(seq),
                        seq);
                return ofRow;
            }
            result.add("E-ENTRY", "entry " + seq, "its row was altered", seq);
            if (!bundleFits) {
                result.add(
                        "E-TILE", new Tile(0, rows.index, Tile.FULL).path(), "hash %d was altered".formatted(i), seq);
            }
            return ofBundle;
        }
        if (!rowFits) {
            result.add(
                    "E-TILE",
                    new Tile(0, rows.index, Tile.FULL).path(),
                    "hash %d is not that of entry %d".formatted(i, seq),
                    seq);
        }
        return ofRow;
    }

    private static void hashed(byte @Nullable [] leaf, byte[] tile, int i, long seq, Result result) {
        if (leaf != null && tile.length > 0 && !fits(leaf, tile, i)) {
            result.add("E-BUNDLE", "entry " + seq, "is not the one of its tile", seq);
        }
    }

    private static boolean fits(byte[] leaf, byte[] tile, int i) {
        return Arrays.equals(Hashing.leaf(leaf), 0, Hashing.SIZE, tile, i * Hashing.SIZE, (i + 1) * Hashing.SIZE);
    }

    private void entry(EntryRows.Entry row, byte[] leafData, Result result) {
        long seq = row.seq();
        String where = "entry " + seq;
        try {
            Leaf leaf = Leaf.decode(leafData);
            Submission said = leaf.decodeSubmission();
            if (leaf.seq() != seq) {
                result.add("E-ENTRY", where, "says it is entry " + leaf.seq(), seq);
            }
            if (leaf.timeMicros() != row.micros()) {
                result.add("E-ENTRY", where, "its row has another time than its leaf", seq);
            }
            index(row, leaf, said, result);
            List<ChangeList.Item> items = changes(row, said, result);
            bodies.check(seq, row.body(), said, result);
            result.entries.add(new Entry(seq, leaf.timeMicros(), said, items));
        } catch (CborException e) {
            result.add("E-ENTRY", where, "is not a canonical entry: " + e.getMessage(), seq);
        }
    }

    private static void index(EntryRows.Entry row, Leaf leaf, Submission said, Result result) {
        var resource = said.resource();
        Long scope = said.scope();
        boolean same = row.act() != null
                && row.act().equals(said.act())
                && Objects.equals(row.who(), said.who())
                && Objects.equals(row.indexedMicros(), leaf.timeMicros())
                && Objects.equals(row.scope(), scope == null ? 0L : scope)
                && Objects.equals(row.kind(), resource == null ? 0L : number(resource.kind()))
                && Arrays.equals(row.uid(), resource == null ? null : resource.uid());
        if (!same) {
            result.add(
                    "E-INDEX",
                    "entry_index " + row.seq(),
                    row.act() == null ? "is missing" : "does not say what the entry says",
                    row.seq());
        }
    }

    static long number(String kind) {
        return Kind.parse(kind).map(Kind::number).orElse(-1);
    }

    private List<ChangeList.Item> changes(EntryRows.Entry row, Submission said, Result result) {
        byte[] list = row.changes();
        byte[] committed = said.newDigest();
        String where = "change list of entry " + row.seq();
        if (list == null || committed == null) {
            if (list != null || committed != null) {
                result.add("E-CHANGES", where, list == null ? "is missing" : "belongs to no entry", row.seq());
            }
            return List.of();
        }
        if (!MessageDigest.isEqual(ChangeList.digest(list), committed)) {
            result.add("E-CHANGES", where, "was altered", row.seq());
            return List.of();
        }
        try {
            return withItems ? ChangeList.decode(list) : List.of();
        } catch (CborException e) {
            result.add("E-CHANGES", where, "is malformed: " + e.getMessage(), row.seq());
            return List.of();
        }
    }
}

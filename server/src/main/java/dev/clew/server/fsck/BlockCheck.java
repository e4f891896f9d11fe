package dev.clew.server.fsck;

import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.ledger.tree.Hashing;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The quick look at 256 entries: makes every check of {@link GroupCheck} and says only whether all of them hold, or what a body is. Where
 * one does not, the rows are read one by one and looked at there. Thread-safe.
 */
final class BlockCheck {
    private final TileReader tiles;
    private final long forced;
    private final boolean withItems;
    private final BodyCheck bodies;

    /** As {@link GroupCheck}. */
    BlockCheck(TileReader tiles, long forced, boolean withItems, BodyCheck bodies) {
        this.tiles = tiles;
        this.forced = forced;
        this.withItems = withItems;
        this.bodies = bodies;
    }

    /** What 256 entries gave that are as they were written; null when a closer look is due. */
    GroupCheck.@Nullable Result check(EntryBlock block) {
        try {
            return new Look(block).check();
        } catch (CborException | IndexOutOfBoundsException | IOException e) {
            return null;
        }
    }

    /** A file's bytes; none where a kill may have left none. */
    private byte[] file(Tile tile, long base) throws IOException {
        try {
            byte[] bytes = tiles.read(tile);
            if (bytes.length == 0) {
                throw new IOException("An empty file");
            }
            return bytes;
        } catch (IOException e) {
            if (base + Tile.FULL <= forced) {
                throw e;
            }
            return new byte[0];
        }
    }

    /** One block being looked at: where each of its parts was read up to. */
    private final class Look {
        private final EntryBlock block;
        private final Numbers numbers;
        private final StringBuilder index = new StringBuilder(Tile.FULL * 64);
        private final byte[] bundle;
        private int leafAt;
        private int changesAt;
        private int bundleAt;
        private int uidAt;

        Look(EntryBlock block) throws IOException {
            this.block = block;
            this.numbers = new Numbers(block.numbers());
            this.bundle = file(Tile.entries(block.tile(), Tile.FULL), block.base());
        }

        GroupCheck.@Nullable Result check() throws IOException {
            var result = new GroupCheck.Result(block.base(), Tile.FULL);
            for (int i = 0; i < Tile.FULL; i++) {
                if (!entry(i, result)) {
                    return null;
                }
            }
            byte[] tile = file(new Tile(0, block.tile(), Tile.FULL), block.base());
            boolean whole = numbers.isAtEnd()
                    && leafAt == block.leaves().length
                    && changesAt == block.changes().length
                    && bundleAt == bundle.length
                    && uidAt == block.uids().length
                    && (tile.length == 0 || Arrays.equals(tile, result.hashes))
                    && block.index().contentEquals(index)
                    && result.findings.isEmpty();
            return whole ? result.ended() : null;
        }

        private boolean entry(int i, GroupCheck.Result result) {
            long seq = numbers.next();
            long micros = numbers.next();
            int length = (int) numbers.next();
            long changes = numbers.next();
            if (seq != block.base() + i
                    || length < 0
                    || length > EntryBlock.MAX_VALUE
                    || changes > EntryBlock.MAX_VALUE
                    || !isInBundle(length)) {
                return false;
            }
            Hashing.leafInto(block.leaves(), leafAt, length, result.hashes, i * Hashing.SIZE);
            Leaf leaf = Leaf.decode(block.leaves(), leafAt, length);
            leafAt += length;
            if (leaf.seq() != seq || leaf.timeMicros() != micros) {
                return false;
            }
            Submission said = leaf.decodeSubmission();
            if (!isInIndex(said, micros) || !isChanged(said.newDigest(), (int) changes)) {
                return false;
            }
            bodies.check(seq, block.bodies().get(seq), said, result);
            result.entries.add(new GroupCheck.Entry(seq, micros, said, items((int) changes)));
            return true;
        }

        private boolean isInBundle(int length) {
            if (bundle.length == 0) {
                return true;
            }
            int from = bundleAt + 2;
            int said = (bundle[bundleAt] & 0xff) << 8 | (bundle[bundleAt + 1] & 0xff);
            bundleAt = from + length;
            return said == length && Arrays.equals(bundle, from, bundleAt, block.leaves(), leafAt, leafAt + length);
        }

        /** Adds the line that the index must have; all of them are compared at once. A comma in a name would make two lines look like others. */
        private boolean isInIndex(Submission said, long micros) {
            var resource = said.resource();
            Long scope = said.scope();
            index.append(index.isEmpty() ? "" : ",")
                    .append(said.act())
                    .append(',')
                    .append(said.who())
                    .append(',')
                    .append(resource == null ? 0 : GroupCheck.number(resource.kind()))
                    .append(',')
                    .append(scope == null ? 0 : scope)
                    .append(',')
                    .append(micros)
                    .append(',');
            if (resource == null) {
                index.append(-1);
                return isPlain(said);
            }
            byte[] uid = resource.uid();
            index.append(uid.length);
            uidAt += uid.length;
            return isPlain(said) && Arrays.equals(uid, 0, uid.length, block.uids(), uidAt - uid.length, uidAt);
        }

        private static boolean isPlain(Submission said) {
            return said.act().indexOf(',') < 0 && said.who().indexOf(',') < 0;
        }

        private boolean isChanged(byte @Nullable [] committed, int length) {
            if (committed == null || length < 0) {
                return committed == null && length < 0;
            }
            changesAt += length;
            return MessageDigest.isEqual(ChangeList.digest(block.changes(), changesAt - length, length), committed);
        }

        private List<ChangeList.Item> items(int length) {
            return withItems && length >= 0
                    ? ChangeList.decode(Arrays.copyOfRange(block.changes(), changesAt - length, changesAt))
                    : List.of();
        }
    }

    /** Decimal numbers with commas between them, read one after the other. */
    private static final class Numbers {
        private final String text;
        private int at;

        Numbers(String text) {
            this.text = text;
        }

        long next() {
            boolean negative = text.charAt(at) == '-';
            at += negative ? 1 : 0;
            long value = 0;
            for (; at < text.length() && text.charAt(at) != ','; at++) {
                int digit = text.charAt(at) - '0';
                if (digit < 0 || digit > 9) {
                    throw new IndexOutOfBoundsException("not a number");
                }
                value = value * 10 + digit;
            }
            at++;
            return negative ? -value : value;
        }

        boolean isAtEnd() {
            return at > text.length();
        }
    }
}

package dev.clew.server.ledgers;

import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.tiles.RightEdge;
import dev.clew.ledger.tiles.Tile;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Housekeeping;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.RowWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One platform thread that turns committed entries into hashes, full tiles and, at most every {@code ledger.checkpoint_within}, a
 * signed checkpoint. Its writes go through the journal's queue like everyone's.
 */
final class Integrator implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Integrator.class);
    private static final int CHUNK = Entries.MAX_PAGE;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final Permit PERMIT = Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE);

    private final Journal journal;
    private final Entries entries;
    private final RightEdge edge;
    private final TileFiles files;
    private final Anchor anchor;
    private final LogKeys keys;
    private final String origin;
    private final long withinNanos;
    private final InstantSource clock;
    private final Consumer<Published> publish;
    private final Consumer<Throwable> poison;
    private volatile long committed;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private long forcedSize;
    private long publishedSize;
    private long publishedAt;
    private final KeptCheckpoints kept = new KeptCheckpoints();

    Integrator(
            Journal journal,
            Entries entries,
            RightEdge edge,
            TileFiles files,
            Anchor anchor,
            LogKeys keys,
            String origin,
            Duration within,
            InstantSource clock,
            long forcedSize,
            long publishedSize,
            Consumer<Published> publish,
            Consumer<Throwable> poison) {
        this.journal = journal;
        this.entries = entries;
        this.edge = edge;
        this.files = files;
        this.anchor = anchor;
        this.keys = keys;
        this.origin = origin;
        this.withinNanos = within.toNanos();
        this.clock = clock;
        this.forcedSize = forcedSize;
        this.publishedSize = publishedSize;
        this.committed = edge.size();
        this.publish = publish;
        this.poison = poison;
        this.publishedAt = System.nanoTime() - withinNanos;
        files.waitUntil(() -> stopping);
    }

    /** Entries below {@code size} are committed. Called on the writer's thread. */
    void grown(long size) {
        committed = size;
        LockSupport.unpark(thread);
    }

    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (!stopping) {
                if (step()) {
                    rest();
                } else {
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
            integrate();
            if (edge.size() > publishedSize) {
                publish(true);
            }
        } catch (Room.None e) {
            LOG.warn("Stopped without a last checkpoint: there is no room for the files of the ledger");
        } catch (IOException | UncheckedIOException e) {
            if (e.getCause() instanceof Room.None) {
                LOG.warn("Stopped without the last tiles: there is no room for the files of the ledger");
            } else {
                poison.accept(e);
            }
        } catch (ClewException e) {
            if (!stopping) {
                poison.accept(e);
            }
        }
    }

    /** One round; false when the store does not take part at present, which the next rounds make up for. */
    private boolean step() throws IOException {
        try {
            integrate();
            if (edge.size() > publishedSize && System.nanoTime() - publishedAt >= withinNanos) {
                publish(false);
            }
            return true;
        } catch (ClewException e) {
            if (e.code().category() == ErrorCode.Category.CAPACITY || e.code() == ErrorCode.TIMEOUT) {
                return false;
            }
            throw e;
        }
    }

    /** Whoever wakes it may have done so while it waited for the journal: what for is looked at first. */
    private void rest() {
        if (stopping || committed > edge.size()) {
            return;
        }
        if (edge.size() > publishedSize) {
            LockSupport.parkNanos(Math.max(1, publishedAt + withinNanos - System.nanoTime()));
        } else {
            LockSupport.parkNanos(withinNanos);
        }
    }

    /** Appends what was committed since; forces full tiles, then says so in a row. */
    private void integrate() throws IOException {
        while (edge.size() < committed) {
            long from = edge.size();
            List<byte[]> leaves = entries.leaves(from, Math.min(committed, from + CHUNK));
            if (leaves.isEmpty()) {
                throw Damage.entry(from);
            }
            for (byte[] leaf : leaves) {
                if (leaf.length == 0) {
                    throw Damage.entry(edge.size());
                }
                edge.append(leaf);
            }
        }
        if (files.hasUnforced()) {
            files.force();
            long full = edge.size() / Tile.FULL * Tile.FULL;
            if (full > forcedSize && full == edge.size()) {
                tiled(full);
            } else if (full > forcedSize) {
                tiledBelow(full);
            }
        }
    }

    /** The append state at the last full tile: its parents' full tiles and the full part of the edge. */
    private void tiledBelow(long full) throws IOException {
        var below = dev.clew.ledger.tree.CompactRange.of(full, hashesAt(full));
        tiled(full, below);
    }

    private void tiled(long full) {
        tiled(full, edge.range());
    }

    private void tiled(long full, dev.clew.ledger.tree.CompactRange range) {
        var row = new LedgerRows.Tiled(full, range.toByteArray());
        journal.write(PERMIT, new Housekeeping(List.of(new RowWrite.Put<>(LedgerRows.TILED, row))));
        forcedSize = full;
    }

    private byte[] hashesAt(long size) throws IOException {
        var hashes = new ArrayList<byte[]>();
        long at = 0;
        var nodes = new dev.clew.ledger.tiles.TileNodes(
                tile -> tile.isFull() ? readFull(tile) : edge.read(tile), edge.size());
        for (int bit = 62; bit >= 0; bit--) {
            long width = 1L << bit;
            if ((size & width) != 0) {
                hashes.add(nodes.node(bit, at >> bit));
                at += width;
            }
        }
        byte[] all = new byte[hashes.size() * 32];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(hashes.get(i), 0, all, i * 32, 32);
        }
        return all;
    }

    private byte[] readFull(Tile tile) throws IOException {
        return files.read(tile);
    }

    /** Signs, commits the row, moves the anchor, then answers it. */
    private void publish(boolean last) throws IOException {
        Instant now = clock.instant();
        var checkpoint = new Checkpoint(origin, edge.size(), edge.root());
        var note = checkpoint.sign(now.getEpochSecond(), keys.signers());
        var rows = new ArrayList<RowWrite<?>>();
        rows.add(new RowWrite.Put<>(
                LedgerRows.SIGNED, new LedgerRows.Signed(checkpoint.size(), checkpoint.root(), note.toString())));
        kept.outdated(checkpoint.size(), now)
                .ifPresent(size -> rows.add(new RowWrite.Delete<>(LedgerRows.SIGNED, Key.of(size))));
        journal.write(PERMIT, new Housekeeping(rows));
        Room.await(anchor.file(), () -> stopping, () -> anchor.write(note.toString(), last));
        publishedSize = checkpoint.size();
        publishedAt = System.nanoTime();
        publish.accept(new Published(
                checkpoint.size(),
                checkpoint.root(),
                note,
                ChronoUnit.MICROS.between(Instant.EPOCH, now),
                edge.snapshot()));
    }
}

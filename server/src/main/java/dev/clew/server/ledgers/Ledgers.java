package dev.clew.server.ledgers;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.proof.ProofExtra;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.tiles.EntryBundle;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileNodes;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.ledger.tree.ConsistencyProof;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.RowWrite;
import dev.clew.server.journal.State;
import dev.clew.server.journal.Tables;
import dev.clew.server.storage.Blocking;
import dev.clew.server.storage.Database;
import dev.clew.server.vault.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The log as others see it: tiles, checkpoints, proofs. Thread-safe. Everything is answered against one published state, from memory
 * and tile files, never from the writer's transaction.
 */
public final class Ledgers implements AutoCloseable {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private final Database database;
    private final Entries entries;
    private final LogKeys keys;
    private final LedgerRows.Identity identity;
    private final Anchor anchor;
    private final TileCache tiles;
    private final Integrator integrator;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final Blocking blocking = new Blocking("tiles", 4, 4_096);
    private volatile Published published;

    private Ledgers(
            Database database,
            Journal journal,
            Entries entries,
            LogKeys keys,
            LedgerRows.Identity identity,
            Recovery.State recovered,
            Anchor anchor,
            LedgerConfig config,
            InstantSource clock,
            Consumer<Throwable> poison) {
        this.database = database;
        this.entries = entries;
        this.keys = keys;
        this.identity = identity;
        this.anchor = anchor;
        this.tiles = new TileCache(recovered.files());
        this.published = recovered.published();
        this.integrator = new Integrator(
                journal,
                entries,
                recovered.edge(),
                recovered.files(),
                anchor,
                keys,
                identity.origin(),
                config.checkpointWithin(),
                clock,
                recovered.forcedSize(),
                recovered.published().size(),
                this::publish,
                poison);
        this.thread = Thread.ofPlatform().name("integrator").start(integrator);
        journal.onCommitted((first, last) -> integrator.grown(last + 1));
        integrator.grown(entries.size());
    }

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(LedgerRows.IDENTITY, LedgerRows.TILED, LedgerRows.SIGNED);
    }

    /**
     * Opens the log of a data directory: its name and keys at the first start, recovery and the rollback guard at each.
     *
     * @param poison told when integration fails for good: no more signatures, the process must end
     * @throws ClewException LEDGER_DAMAGED, ROLLED_BACK or KEY_MISSING, with what to do
     */
    public static Ledgers open(
            Database database,
            Journal journal,
            Vault vault,
            Path directory,
            LedgerConfig config,
            InstantSource clock,
            Consumer<Throwable> poison) {
        var entries = new Entries(database);
        var stored = database.read(LedgerRows::identity);
        String origin = stored.map(LedgerRows.Identity::origin)
                .orElseGet(() -> config.origin().isEmpty() ? randomOrigin() : config.origin());
        LogKeys keys = LogKeys.of(vault, origin);
        stored.ifPresent(keys::require);
        Anchor anchor = Anchor.of(config.anchorFile(), origin);
        if (stored.isEmpty()) {
            var identity = keys.identity(origin);
            journal.write(Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE), new Open(identity));
        }
        try {
            var recovered = Recovery.run(database, entries, directory, keys, anchor);
            return new Ledgers(
                    database,
                    journal,
                    entries,
                    keys,
                    stored.orElseGet(() -> keys.identity(origin)),
                    recovered,
                    anchor,
                    config,
                    clock,
                    poison);
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.LEDGER_DAMAGED,
                    "The ledger's files cannot be read; check the disk, then restore a copy of the data directory.",
                    e);
        }
    }

    /** Where the last checkpoint is remembered outside the data directory. */
    public Path anchorFile() {
        return anchor.file();
    }

    /** The name of the log. */
    public String origin() {
        return identity.origin();
    }

    /** The trust policy that pins this log. */
    public String policy() {
        return keys.policy();
    }

    /** The name of this log and the id of its key, as a verifier key begins: {@code clew.example+0a1b2c3d}. */
    public String nameAndKeyId() {
        return keys.nameAndKeyId();
    }

    /** Size of the newest signed checkpoint. */
    public long size() {
        return published.size();
    }

    /** Microseconds at which the newest checkpoint was signed; 0 before the first one. */
    public long publishedMicros() {
        return published.micros();
    }

    /** The newest signed checkpoint; empty for at most a moment after the very first start. */
    public Optional<SignedNote> checkpoint() {
        return Optional.ofNullable(published.note());
    }

    /** Waits until a signed checkpoint covers this entry; false when the time ran out. */
    public boolean awaitIntegrated(long seq, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        lock.lock();
        try {
            while (published.size() <= seq) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                grown.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A tile or bundle at any width the published log has.
     *
     * @throws ClewException NOT_FOUND when the log has no such tile yet
     */
    public byte[] tile(Tile tile) {
        Published at = published;
        int level = tile.isEntries() ? 0 : tile.level();
        long available = Tile.available(level, at.size()) - tile.index() * Tile.FULL;
        if (available < tile.width()) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND, "The log of size %d has no tile %s yet.".formatted(at.size(), tile.path()));
        }
        byte[] bytes = io(() -> reader(at).read(tile));
        int length = tile.isEntries() ? EntryBundle.prefixLength(bytes, tile.width()) : tile.width() * Hashing.SIZE;
        return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Leaf data of an entry below the published size. */
    public byte[] leaf(long seq) {
        Published at = published;
        require(seq, at.size());
        int place = (int) (seq % Tile.FULL);
        long index = seq / Tile.FULL;
        int width = (int) Math.min(Tile.FULL, at.size() - index * Tile.FULL);
        byte[] bundle = io(() -> reader(at).read(Tile.entries(index, width)));
        return EntryBundle.decode(bundle, width).get(place);
    }

    /** Proof that an entry is in the newest signed log; {@code extra} rides along. */
    public TlogProof proof(long seq, UnaryOperator<ProofExtra> extra) {
        Published at = published;
        require(seq, at.size());
        SignedNote note = note(at);
        byte[] leaf = leaf(seq);
        var inclusion = io(() -> new TileNodes(reader(at), at.size()).inclusion(seq));
        return TlogProof.of(extra.apply(ProofExtra.ofLeaf(leaf)), inclusion, note);
    }

    /** Proof against an earlier size: the smallest signed checkpoint at or above it. */
    public TlogProof proofAt(long seq, long size) {
        Published at = published;
        require(size - 1, at.size());
        var signed = database.read(sql -> LedgerRows.covering(sql, size))
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND, "No kept checkpoint covers size %d; ask without size.".formatted(size)));
        require(seq, signed.size());
        var inclusion = io(() -> new TileNodes(reader(at), signed.size()).inclusion(seq));
        return TlogProof.of(
                ProofExtra.ofLeaf(leaf(seq)),
                inclusion,
                SignedNote.parse(signed.note().getBytes(StandardCharsets.UTF_8)));
    }

    /** Proof that the log of size {@code to} continues the one of size {@code from}. */
    public ConsistencyProof consistency(long from, long to) {
        Published at = published;
        if (from < 1 || from > to || to > at.size()) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A consistency proof needs 1 ≤ from ≤ to ≤ %d, not %d and %d.".formatted(at.size(), from, to));
        }
        return io(() -> new TileNodes(reader(at), to).consistency(from));
    }

    /** Signed checkpoints that are kept, newest first, below a size. */
    public List<Checkpoint> checkpoints(long below, int limit) {
        return database.read(sql -> LedgerRows.page(sql, below, limit)).stream()
                .map(signed -> new Checkpoint(identity.origin(), signed.size(), signed.root()))
                .toList();
    }

    public Entries entries() {
        return entries;
    }

    /** Integrates and signs what is committed, then stops. */
    @Override
    public void close() {
        integrator.stop();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(Published next) {
        lock.lock();
        try {
            published = next;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private TileReader reader(Published at) {
        return tile -> {
            int level = tile.isEntries() ? 0 : tile.level();
            boolean isFull = (tile.index() + 1) * Tile.FULL <= Tile.available(level, at.size());
            return isFull ? tiles.read(tile) : at.edge().read(tile);
        };
    }

    private static SignedNote note(Published at) {
        SignedNote note = at.note();
        if (note == null) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "The first checkpoint is being signed; ask again shortly.");
        }
        return note;
    }

    private static void require(long seq, long size) {
        if (seq < 0 || seq >= size) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND,
                    "The newest signed log has %d entries; there is no proof of entry %d yet.".formatted(size, seq));
        }
    }

    private <T> T io(Blocking.Call<T> work) {
        try {
            return blocking.call(work);
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.LEDGER_DAMAGED,
                    "A tile of the ledger cannot be read; check the disk, then restore a copy of the data directory.",
                    e);
        }
    }

    private static String randomOrigin() {
        byte[] random = new byte[26];
        new SecureRandom().nextBytes(random);
        var name = new StringBuilder("clew.local/");
        for (byte b : random) {
            name.append(ALPHABET.charAt(b & 31));
        }
        return name.toString();
    }

    /** The first entry of a log, with the row that fixes its name and keys. */
    private record Open(LedgerRows.Identity identity) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            byte[] digest = Hashing.sha256(identity.ed25519().getBytes(StandardCharsets.UTF_8));
            Node key = Node.of(Kind.KEY, Uid.of(Arrays.copyOf(digest, 16)));
            List<RowWrite<?>> rows = List.of(new RowWrite.Put<>(LedgerRows.IDENTITY, identity));
            return new Decision.Accepted<>(
                    List.of(Change.of(Act.LEDGER_OPEN, key)
                            .scope(Scopes.INSTANCE)
                            .event()),
                    rows,
                    List.of(),
                    true);
        }
    }

    /** Full tiles lately read, at most {@value #TILES}; memory ≤ 2 MiB of hashes plus bundles. Thread-safe. */
    private static final class TileCache implements TileReader {
        private static final int TILES = 256;

        private final TileReader files;
        private final Map<String, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
                return size() > TILES;
            }
        };

        TileCache(TileReader files) {
            this.files = files;
        }

        @Override
        public byte[] read(Tile tile) throws IOException {
            Tile full = tile.withWidth(Tile.FULL);
            String path = full.path();
            byte @Nullable [] bytes;
            synchronized (kept) {
                bytes = kept.get(path);
            }
            if (bytes == null) {
                bytes = files.read(full);
                synchronized (kept) {
                    kept.put(path, bytes);
                }
            }
            return bytes;
        }
    }
}

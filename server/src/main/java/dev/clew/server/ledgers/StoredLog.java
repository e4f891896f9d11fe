package dev.clew.server.ledgers;

import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.VerifierKey;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.Sql;
import dev.clew.server.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log as it lies in a data directory: name, public keys, signed checkpoints, tile files, anchor. Only reads, and needs no secret key;
 * for exports and checks, which judge what they find. Immutable.
 */
public final class StoredLog {
    private final LedgerRows.Identity identity;
    private final VerifierKey ed25519;
    private final VerifierKey mlDsa44;
    private final Path root;
    private final Path anchor;
    private final byte @Nullable [] anchorBefore;

    private StoredLog(
            LedgerRows.Identity identity,
            VerifierKey ed25519,
            VerifierKey mlDsa44,
            Path root,
            Path anchor,
            byte @Nullable [] anchorBefore) {
        this.anchorBefore = anchorBefore;
        this.identity = identity;
        this.ed25519 = ed25519;
        this.mlDsa44 = mlDsa44;
        this.root = root;
        this.anchor = anchor;
    }

    /** One kept checkpoint, its check value verified and nothing else. */
    public record Signed(long size, byte[] root, String note) {}

    /**
     * The log of a directory; empty when none was begun in it.
     *
     * @throws ClewException ROW_DAMAGED when the row that names it is not what was written
     */
    public static Optional<StoredLog> of(Sql sql, Path directory, LedgerConfig config) {
        return LedgerRows.identity(sql).map(identity -> {
            try {
                return new StoredLog(
                        identity,
                        VerifierKey.parse(identity.ed25519()),
                        VerifierKey.parse(identity.mlDsa44()),
                        directory.resolve("ledger").resolve("tile"),
                        Anchor.of(config.anchorFile(), identity.origin()).file(),
                        null);
            } catch (NoteException e) {
                throw new ClewException(
                        ErrorCode.ROW_DAMAGED,
                        "E-ROW ledger_identity: the log's public keys are no keys. Restore a copy of the data directory.",
                        e);
            }
        });
    }

    public String origin() {
        return identity.origin();
    }

    public VerifierKey ed25519() {
        return ed25519;
    }

    public VerifierKey mlDsa44() {
        return mlDsa44;
    }

    /**
     * Compares the keys of the vault with those the log began with.
     *
     * @throws ClewException KEY_MISSING when they are others
     */
    public void requireKeys(Vault vault) {
        LogKeys.of(vault, identity.origin()).require(identity);
    }

    /** The trust policy that pins this log. */
    public String policy() {
        return LogKeys.policy(ed25519, mlDsa44);
    }

    /** Full tiles and bundles. */
    public TileReader tiles() {
        return new TileFiles(root);
    }

    /** Where the last checkpoint is remembered outside the directory. */
    public Path anchorFile() {
        return anchor;
    }

    /** The same log with the anchor as it is now, for a comparison with what is read of the directory later. */
    public StoredLog withAnchorOfNow() throws IOException {
        return new StoredLog(
                identity, ed25519, mlDsa44, root, anchor, Files.exists(anchor) ? Files.readAllBytes(anchor) : null);
    }

    /** What the anchor holds, now or as it was remembered; empty when there is none. */
    public Optional<byte[]> anchor() throws IOException {
        if (anchorBefore != null) {
            return Optional.of(anchorBefore);
        }
        return Files.exists(anchor) ? Optional.of(Files.readAllBytes(anchor)) : Optional.empty();
    }

    /** The newest signed checkpoint. */
    public Optional<Signed> newest(Sql sql) {
        return LedgerRows.newest(sql).map(StoredLog::signed);
    }

    /**
     * Every kept checkpoint, smallest first.
     *
     * @param damaged told of the sizes whose row is not what was written
     */
    public void forEach(Sql sql, Consumer<Signed> consumer, Consumer<Long> damaged) {
        LedgerRows.forEach(sql, signed -> consumer.accept(signed(signed)), damaged);
    }

    /** Below this size every full tile was forced to disk; 0 before the first. */
    public long forcedSize(Sql sql) {
        return LedgerRows.tiled(sql).map(LedgerRows.Tiled::size).orElse(0L);
    }

    /** The append state at {@link #forcedSize}; empty before the first. */
    public Optional<byte[]> compactRange(Sql sql) {
        return LedgerRows.tiled(sql).map(LedgerRows.Tiled::compact);
    }

    private static Signed signed(LedgerRows.Signed row) {
        return new Signed(row.size(), row.root(), row.note());
    }
}

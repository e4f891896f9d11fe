package dev.clew.server.backup;

import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignedNote;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.ledgers.LedgerConfig;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.ledgers.Succession;
import dev.clew.server.privacy.ErasureLog;
import dev.clew.server.storage.FileTrees;
import dev.clew.server.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a data directory of an archive. Checks everything that can be checked without keys before it copies, verifies every byte while
 * it does, and leaves to the first start what needs keys: repeating erasures, and a new name for a log that lost entries. Nothing stays
 * of a restore that fails.
 */
public final class Restore {
    private final Order order;
    private final LedgerConfig ledger;
    private final String erasuresSetting;

    /**
     * What to restore from what.
     *
     * @param keys the key archive, null when the keys come another way
     * @param rootKey the saved root key, null when it is put in place later
     * @param erasures the newest file of erasures, null to take the one beside the log's anchor
     * @param erasuresUnknown goes on with the archive's own file, which tells of nothing after the archive
     * @param loseEntries gives the log a new name although its anchor knows more entries than the archive
     */
    public record Order(
            Path source,
            Path directory,
            @Nullable Path keys,
            @Nullable Path rootKey,
            @Nullable Path erasures,
            boolean erasuresUnknown,
            boolean loseEntries) {}

    /**
     * What was restored.
     *
     * @param anchored entries that the log's anchor knows, null when none was found
     * @param erasures lines of the file of erasures that the first start repeats
     * @param origin name of the log in the archive; with {@code loses} the first start gives it another
     */
    public record Report(
            String origin,
            String madeAt,
            long entries,
            @Nullable Long anchored,
            boolean loses,
            int erasures,
            boolean erasuresKnown,
            boolean hasKeys,
            boolean hasRootKey,
            long files,
            long bytes) {}

    public Restore(Order order, LedgerConfig ledger, String erasuresSetting) {
        this.order = order;
        this.ledger = ledger;
        this.erasuresSetting = erasuresSetting;
    }

    /**
     * Runs.
     *
     * @throws ClewException INVALID_ARGUMENT for archives that do not fit, CONFLICT codes for what needs a decision, each with what to do
     */
    public Report run() {
        try {
            requireEmpty(order.directory());
            Manifest manifest = Manifest.read(order.source(), Manifest.DATA);
            requireKeys(manifest);
            StoredLog log = log();
            Optional<Long> anchored = anchored(log);
            boolean loses = anchored.isPresent() && anchored.get() > manifest.entries();
            if (loses && !order.loseEntries()) {
                throw rollback(anchored.get(), manifest);
            }
            Path erasures = erasures(log, manifest);
            boolean known = !erasures.equals(order.source().resolve("erasures"));
            return copy(manifest, anchored.orElse(null), loses || order.loseEntries(), erasures, known);
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "The archive could not be restored; check that both places can be read and written and have room.",
                    e);
        }
    }

    private Report copy(Manifest manifest, @Nullable Long anchored, boolean loses, Path erasures, boolean erasuresKnown)
            throws IOException {
        Path directory = order.directory();
        makePrivate(directory);
        try {
            Path keys = directory.resolve("keys");
            makePrivate(keys);
            var copied = new Verified(order.source(), directory).run(manifest);
            Path archive = order.keys();
            if (archive != null) {
                new Verified(archive, keys).run(Manifest.read(archive, Manifest.KEYS));
            }
            Path root = order.rootKey();
            if (root != null) {
                Files.copy(root, keys.resolve("root.key"));
                restrict(keys.resolve("root.key"), "rw-------");
            }
            Files.deleteIfExists(directory.resolve("erasures"));
            if (Files.exists(erasures)) {
                Files.copy(erasures, directory.resolve(RestoredCopy.ERASURES), StandardCopyOption.REPLACE_EXISTING);
            }
            byte[] digest =
                    Sums.sha256().digest(Files.readAllBytes(order.source().resolve(Manifest.FILE)));
            RestoredCopy.leave(directory, manifest, digest, loses, erasuresKnown);
            return new Report(
                    manifest.origin(),
                    manifest.madeAt().toString(),
                    manifest.entries(),
                    anchored,
                    loses,
                    Files.exists(erasures) ? ErasureLog.read(erasures).size() : 0,
                    erasuresKnown,
                    archive != null,
                    root != null,
                    copied.files,
                    copied.bytes);
        } catch (IOException | RuntimeException e) {
            FileTrees.delete(directory);
            throw e;
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (Files.exists(directory) && !(Files.isDirectory(directory) && Backups.isEmpty(directory))) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" exists and is not empty; restore into a new directory.".formatted(directory));
        }
    }

    /** Older keys than data would make what was sealed in between look erased. */
    private void requireKeys(Manifest data) {
        Path archive = order.keys();
        if (archive == null) {
            if (order.rootKey() != null) {
                throw new ClewException(
                        ErrorCode.USAGE, "A root key opens the keys of a key archive; name that too, with --keys.");
            }
            return;
        }
        Manifest keys = Manifest.read(archive, Manifest.KEYS);
        if (!Succession.ancestor(keys.origin()).equals(Succession.ancestor(data.origin()))) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The key archive is of log %s, the archive of log %s; give the keys that belong to it."
                            .formatted(keys.origin(), data.origin()));
        }
        if (keys.madeAt().isBefore(data.madeAt())) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The key archive was made %s, before the archive (%s): what was sealed in between would look erased. Give the one made with it, or a later one."
                            .formatted(keys.madeAt(), data.madeAt()));
        }
    }

    private StoredLog log() {
        Path file = order.source().resolve("clew.db");
        if (!Files.isRegularFile(file)) {
            throw Sums.damaged(order.source(), "clew.db");
        }
        try (var database = SqliteDatabase.openReadOnly(file)) {
            return database.read(sql -> StoredLog.of(sql, order.directory(), ledger))
                    .orElseThrow(() -> Sums.damaged(order.source(), "clew.db"));
        }
    }

    /** Entries that the anchor of this machine knows, if it has one of this log. */
    private static Optional<Long> anchored(StoredLog log) throws IOException {
        if (!Files.isRegularFile(log.anchorFile())) {
            return Optional.empty();
        }
        try {
            SignedNote note = SignedNote.parse(Files.readAllBytes(log.anchorFile()));
            return note.verify(List.of(log.ed25519())).isEmpty()
                    ? Optional.empty()
                    : Optional.of(Checkpoint.parse(note.text()).size());
        } catch (NoteException e) {
            return Optional.empty();
        }
    }

    private static ClewException rollback(long anchored, Manifest manifest) {
        return new ClewException(
                ErrorCode.ROLLED_BACK,
                "E-ROLLBACK: the log's anchor knows %d entries, the archive of %s has %d. Restore a newer archive; or, if there is none, give --lose-entries: the log then keeps its first %d entries and goes on as %s.r<n> with new keys, so that nobody mistakes it for the one that knew more."
                        .formatted(
                                anchored,
                                manifest.madeAt(),
                                manifest.entries(),
                                manifest.entries(),
                                Succession.ancestor(manifest.origin())));
    }

    /** The newest list of erasures: given, or beside the anchor; the archive's own only when told to. */
    private Path erasures(StoredLog log, Manifest manifest) throws IOException {
        Path own = order.source().resolve("erasures");
        Path live = erasuresSetting.isEmpty()
                ? log.anchorFile().resolveSibling(log.anchorFile().getFileName() + ".erasures")
                : Path.of(erasuresSetting);
        Path given = order.erasures();
        Path newest = given != null ? given : Files.isRegularFile(live) ? live : null;
        if (newest == null) {
            if (order.erasuresUnknown()) {
                return own;
            }
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Nothing says who was erased after the archive was made: there is no file of erasures beside the log's anchor here. Give the newest one that was kept, from the server's state directory or a later backup, with --erasures; or go on without with --erasures-unknown.");
        }
        if (!Succession.ancestor(ErasureLog.originOf(newest)).equals(Succession.ancestor(manifest.origin()))) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The file of erasures \"%s\" is of log %s, the archive of log %s."
                            .formatted(newest, ErasureLog.originOf(newest), manifest.origin()));
        }
        if (Files.isRegularFile(own)) {
            Set<?> lines = ErasureLog.read(newest).stream()
                    .map(ErasureLog.Line::erasure)
                    .collect(Collectors.toCollection(HashSet::new));
            if (!ErasureLog.read(own).stream().allMatch(line -> lines.contains(line.erasure()))) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "The file of erasures \"%s\" is older than the archive; give the newest one."
                                .formatted(newest));
            }
        }
        return newest;
    }

    private static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(directory);
        restrict(directory, "rwx------");
    }

    private static void restrict(Path path, String permissions) throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    /** Copies what an archive's list names, comparing every file with its digest. */
    private static final class Verified {
        private final Path from;
        private final Path to;
        private long files;
        private long bytes;

        Verified(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        Verified run(Manifest manifest) throws IOException {
            Sums.read(from, manifest.sums(), (path, sha256) -> {
                Path target = to.resolve(path);
                Files.createDirectories(Sums.parent(target));
                Files.copy(from.resolve(path), target);
                if (!MessageDigest.isEqual(digest(target), sha256)) {
                    throw Sums.damaged(from, path);
                }
                files++;
                bytes += Files.size(target);
            });
            if (files != manifest.files()) {
                throw Sums.damaged(from, Sums.FILE);
            }
            return this;
        }

        /** Of what arrived, forced to disk. */
        private static byte[] digest(Path file) throws IOException {
            var digest = Sums.sha256();
            try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                var buffer = ByteBuffer.allocate(256 * 1024);
                while (channel.read(buffer.clear()) >= 0) {
                    digest.update(buffer.flip());
                }
                channel.force(true);
            }
            return digest.digest();
        }
    }
}

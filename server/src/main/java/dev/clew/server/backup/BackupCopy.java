package dev.clew.server.backup;

import dev.clew.ledger.tiles.Tile;
import dev.clew.server.journal.Entries;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.FileTrees;
import dev.clew.server.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * Makes one backup. The order makes it consistent while the server writes:
 *
 * <ol>
 *   <li>the database, a snapshot: from it everything else is judged;
 *   <li>the keys: a key is durable before the first row that needs it, so those of the snapshot are in a later copy;
 *   <li>files that may be rewritten, while what rewrites them rests;
 *   <li>files that never change, tiles and blobs: durable before the row that names them, so those of the snapshot are there; newer ones
 *       do no harm;
 *   <li>the erasures, so that the list is never older than what it is about;
 *   <li>the manifest, which makes it an archive.
 * </ol>
 */
final class BackupCopy {
    private static final Pattern BLOB = Pattern.compile("[0-9a-f]{64}");
    private static final String DATABASE = "clew.db";
    private static final String VAULT = "vault.db";
    private static final String ERASURES = "erasures";

    private final Source source;
    private final Path target;
    private final Path keys;
    private final Instant now;

    BackupCopy(Source source, Path target, Path keys, Instant now) {
        this.source = source;
        this.target = target;
        this.keys = keys;
        this.now = now;
    }

    /** @param digest SHA-256 of the manifest: what the archive is known by */
    @SuppressWarnings("ArrayRecordComponent")
    record Made(Manifest manifest, byte[] digest) {}

    private record Copied(String origin, long entries, String checkpoint, long forced) {}

    /** The archive; nothing of it is left behind when it fails. */
    Made run() throws IOException {
        makePrivate(target);
        try {
            makePrivate(keys);
            return copy();
        } catch (IOException | RuntimeException e) {
            FileTrees.delete(target);
            FileTrees.delete(keys);
            throw e;
        }
    }

    private Made copy() throws IOException {
        try (var sums = new Sums(target)) {
            Deque<AutoCloseable> held = new ArrayDeque<>();
            Copied copied;
            try {
                source.holds().forEach(hold -> held.push(hold.take()));
                source.database().copyTo(target.resolve(DATABASE));
                source.keys().accept(keys.resolve(VAULT));
                copied = inspect();
                sums.add(DATABASE);
                tree(sums, "decisions");
            } finally {
                release(held);
            }
            tiles(sums, copied.forced());
            blobs(sums);
            if (Files.exists(source.erasures())) {
                sums.copy(source.erasures(), ERASURES);
            }
            var manifest = new Manifest(
                    Manifest.DATA,
                    copied.origin(),
                    now,
                    source.version(),
                    copied.entries(),
                    copied.checkpoint(),
                    sums.files(),
                    sums.bytes(),
                    sums.finish());
            finishKeys(copied);
            byte[] bytes = manifest.encode();
            Sums.write(target.resolve(Manifest.FILE), bytes);
            return new Made(manifest, Sums.sha256().digest(bytes));
        }
    }

    private void finishKeys(Copied copied) throws IOException {
        try (var sums = new Sums(keys)) {
            sums.add(VAULT);
            var manifest = new Manifest(
                    Manifest.KEYS,
                    copied.origin(),
                    now,
                    source.version(),
                    copied.entries(),
                    "",
                    sums.files(),
                    sums.bytes(),
                    sums.finish());
            Sums.write(keys.resolve(Manifest.FILE), manifest.encode());
        }
    }

    /** What the copy itself says: not what the server says by now. */
    private Copied inspect() {
        try (var copy = SqliteDatabase.openReadOnly(target.resolve(DATABASE))) {
            long entries = new Entries(copy).size();
            return copy.read(sql -> {
                var log = StoredLog.of(sql, source.directory(), source.ledger()).orElseThrow();
                return new Copied(
                        log.origin(),
                        entries,
                        log.newest(sql).map(StoredLog.Signed::note).orElse(""),
                        log.forcedSize(sql));
            });
        }
    }

    /** The full tiles and bundles below a size: no more, for what comes after it the copy does not know. */
    private void tiles(Sums sums, long size) throws IOException {
        for (long index = 0; index < size / Tile.FULL; index++) {
            tile(sums, Tile.entries(index, Tile.FULL));
        }
        for (int level = 0; Tile.available(level, size) >= Tile.FULL; level++) {
            for (long index = 0; index < Tile.available(level, size) / Tile.FULL; index++) {
                tile(sums, new Tile(level, index, Tile.FULL));
            }
        }
    }

    private void tile(Sums sums, Tile tile) throws IOException {
        String path = "ledger/" + tile.path();
        sums.copy(source.directory().resolve(path), path);
    }

    private void blobs(Sums sums) throws IOException {
        walk(source.directory().resolve("blobs").resolve("sha256"), (file, name) -> {
            if (BLOB.matcher(name).matches()) {
                copyIfThere(sums, file);
            }
        });
    }

    /** Everything below a folder but what is derived or not finished. */
    private void tree(Sums sums, String folder) throws IOException {
        walk(source.directory().resolve(folder), (file, name) -> {
            if (!name.endsWith(".parquet") && !name.endsWith(".new")) {
                copyIfThere(sums, file);
            }
        });
    }

    private interface Visit {
        void file(Path file, String name) throws IOException;
    }

    /** Files that come or go meanwhile are no reason to stop. */
    private static void walk(Path root, Visit visit) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    visit.file(file, String.valueOf(file.getFileName()));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    /** A file that goes while it is copied is one that the snapshot does not name: what it names is kept. */
    private void copyIfThere(Sums sums, Path file) throws IOException {
        try {
            sums.copy(file, source.directory().relativize(file).toString());
        } catch (NoSuchFileException e) {
            if (Files.exists(file)) {
                throw e;
            }
        }
    }

    private static void release(Deque<AutoCloseable> held) throws IOException {
        while (!held.isEmpty()) {
            try {
                held.pop().close();
            } catch (Exception e) {
                throw new IOException("not released", e);
            }
        }
    }

    private static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(Sums.parent(directory));
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
        }
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }
}

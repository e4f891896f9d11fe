package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Table;
import java.nio.charset.StandardCharsets;

/**
 * A file of a run, logged model or experiment: a path and the digest of its bytes.
 *
 * @param path relative to the owner's root, segments separated by {@code /}
 */
public record StoredFile(long owner, String path, byte[] sha256, long size, long storedAt) {
    /** Longest path, in characters. */
    public static final int MAX_PATH = 4_096;

    static final Table<StoredFile> FILES = Table.<StoredFile>state("artifact_file")
            .key(1, "owner", INTEGER, StoredFile::owner)
            .key(2, "path_id", BLOB, row -> pathId(row.path()))
            .column(3, "path", TEXT, StoredFile::path)
            .column(4, "sha256", BLOB, StoredFile::sha256)
            .column(5, "size", INTEGER, StoredFile::size)
            .column(6, "stored_at", INTEGER, StoredFile::storedAt)
            .reads(row -> new StoredFile(
                    row.integer("owner"),
                    row.text("path"),
                    row.bytes("sha256"),
                    row.integer("size"),
                    row.integer("stored_at")));
    static final String COLUMNS = "owner, path_id, path, sha256, size, stored_at";

    static Key key(long owner, String path) {
        return Key.of(owner, pathId(path));
    }

    /** Paths may be personal, so their digest is the key. */
    private static byte[] pathId(String path) {
        return sha256(path.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] sha256(byte[] bytes) {
        return Hashing.sha256(bytes);
    }
}

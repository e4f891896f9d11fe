package dev.clew.server.segments;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.storage.Disk;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte of every segment in force and compares: each file with its row and with its check values, each record with its inner
 * hash, each batch with its entry of the ledger, each body with the digest its record names, each index with what it indexes. In memory:
 * about 40 bytes a record of one segment. Needs no key. Confined to one thread; blocks.
 */
public final class SegmentCheck {
    private static final int READ = 1 << 20;
    private static final String MISSING =
            "the file is missing (if a server wrote it anew meanwhile, for an erasure, check again)";

    private final SegmentFiles files;
    private final List<SegmentRow> rows;
    private final List<Finding> ofRows;

    /**
     * Something that is not what was written.
     *
     * @param file its name, or {@code segment} for a row of that table
     * @param offset of the damaged block in its file; of a row, its first seq
     */
    public record Finding(String file, long offset, String what) {
        @Override
        public String toString() {
            return "%s at %d: %s".formatted(file, offset, what);
        }
    }

    SegmentCheck(SegmentFiles files, List<SegmentRow> rows, List<Finding> ofRows) {
        this.files = files;
        this.rows = rows;
        this.ofRows = ofRows;
    }

    /**
     * Reads which segments are in force: one statement.
     *
     * @param dataDirectory the one that holds {@code decisions/}
     */
    public static SegmentCheck of(Sql sql, Path dataDirectory) {
        var rows = new ArrayList<SegmentRow>();
        var findings = new ArrayList<Finding>();
        SegmentRow.forEach(sql, row -> {
            try {
                rows.add(SegmentRow.read(row));
            } catch (ClewException e) {
                findings.add(new Finding("segment", row.integer("first_seq"), "the row is not what was written"));
            }
        });
        return new SegmentCheck(new SegmentFiles(dataDirectory.resolve(Segments.DIRECTORY), Disk.REAL), rows, findings);
    }

    /**
     * Checks all of them.
     *
     * @param ledger what entry {@code seq} of the log says of a batch, or null when it is no batch entry; asked once for each batch in a
     *     segment, so that the caller knows which batches are covered
     */
    public void run(LongFunction<@Nullable BatchRef> ledger, Consumer<Finding> findings) {
        ofRows.forEach(findings);
        requireDisjoint(findings);
        for (SegmentRow row : rows) {
            check(row, ledger, findings);
        }
    }

    private void requireDisjoint(Consumer<Finding> findings) {
        var ends = new HashMap<String, Long>();
        for (SegmentRow row : rows) {
            Long end = ends.put(row.namespace(), row.lastSeq());
            if (end != null && end >= row.firstSeq()) {
                findings.accept(new Finding("segment", row.firstSeq(), "it begins before the one before it ends"));
            }
        }
    }

    private void check(SegmentRow row, LongFunction<@Nullable BatchRef> ledger, Consumer<Finding> findings) {
        var seen = new EvidenceCheck.@Nullable Seen[1];
        checked(
                files.evidence(row),
                FileKind.EVIDENCE,
                row.evidence(),
                findings,
                (file, ofFile) -> seen[0] = new EvidenceCheck(file, row, ledger, ofFile).check());
        checked(
                files.bodies(row),
                FileKind.BODIES,
                row.bodies(),
                findings,
                (file, ofFile) -> new BodiesCheck(file, row, seen[0], ofFile).check());
        if (row.seenSha256() != null) {
            requireRegistered(files.seen(row), row.seenSha256(), new FileFindings(name(files.seen(row)), findings));
        }
    }

    /** A look at one open file. */
    @FunctionalInterface
    private interface Look {
        void at(BlockFile file, FileFindings findings) throws IOException;
    }

    private void checked(
            Path path, FileKind kind, BlockWriter.Finished registered, Consumer<Finding> findings, Look look) {
        var ofFile = new FileFindings(name(path), findings);
        try (BlockFile file = BlockFile.open(files.disk(), path, kind)) {
            look.at(file, ofFile);
        } catch (DamagedFile e) {
            ofFile.add(e.offset(), e.what());
        } catch (NoSuchFileException e) {
            ofFile.add(0, MISSING);
        } catch (IllegalArgumentException | CborException | IOException e) {
            ofFile.add(0, "the file cannot be read: " + e.getClass().getSimpleName());
        }
        if (ofFile.isEmpty()) {
            requireRegistered(path, registered.sha256(), ofFile);
        }
    }

    /** What the frame does not show: another file under this name, or one that was made to fit. */
    private static void requireRegistered(Path path, byte[] expected, FileFindings findings) {
        try {
            findings.require(Arrays.equals(sha256(path), expected), 0, "the file is not the one that was registered");
        } catch (NoSuchFileException e) {
            findings.add(0, MISSING);
        } catch (IOException e) {
            findings.add(0, "the file cannot be read");
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static byte[] sha256(Path path) throws IOException {
        MessageDigest digest = Hashing.newSha256();
        byte[] some = new byte[READ];
        try (InputStream in = Files.newInputStream(path)) {
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                digest.update(some, 0, read);
            }
        }
        return digest.digest();
    }
}

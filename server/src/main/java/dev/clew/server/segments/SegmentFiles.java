package dev.clew.server.segments;

import dev.clew.server.storage.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The directory of segments: {@code <first seq>-<last seq>.evd}, {@code ….<generation>.bod}, {@code ….<generation>.seen}, in 16
 * hexadecimal digits. Which of them are in force is said by rows; a file that no row names is left over and swept at the next start.
 * Stateless.
 */
final class SegmentFiles {
    private static final String SEEN = "seen";
    private static final String NEW = ".new";

    private final Path directory;
    private final Disk disk;

    SegmentFiles(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    Disk disk() {
        return disk;
    }

    Path evidence(SegmentRow row) {
        return evidence(row.firstSeq(), row.lastSeq());
    }

    Path evidence(long firstSeq, long lastSeq) {
        return directory.resolve("%s.%s".formatted(range(firstSeq, lastSeq), FileKind.EVIDENCE.extension()));
    }

    Path bodies(SegmentRow row) {
        return bodies(row.firstSeq(), row.lastSeq(), row.generation());
    }

    Path bodies(long firstSeq, long lastSeq, int generation) {
        return directory.resolve(
                "%s.%d.%s".formatted(range(firstSeq, lastSeq), generation, FileKind.BODIES.extension()));
    }

    Path seen(SegmentRow row) {
        return seen(row.firstSeq(), row.lastSeq(), row.generation());
    }

    Path seen(long firstSeq, long lastSeq, int generation) {
        return directory.resolve("%s.%d.%s".formatted(range(firstSeq, lastSeq), generation, SEEN));
    }

    private static String range(long firstSeq, long lastSeq) {
        return "%016x-%016x".formatted(firstSeq, lastSeq);
    }

    /** A name for a file that is being written. */
    Path fresh(long firstSeq, String extension) throws IOException {
        Path file = directory.resolve("%016x.%s%s".formatted(firstSeq, extension, NEW));
        disk.delete(file);
        return file;
    }

    Path freshSeen(long firstSeq) throws IOException {
        return fresh(firstSeq, SEEN);
    }

    /** Gives written and forced files their names, and forces those. */
    void install(List<Path> written, List<Path> names) throws IOException {
        for (int i = 0; i < written.size(); i++) {
            disk.rename(written.get(i), names.get(i));
        }
        disk.forceDirectory(directory);
    }

    /** Deletes files of which no row speaks any more. */
    void delete(List<Path> files) throws IOException {
        for (Path file : files) {
            disk.delete(file);
        }
        disk.forceDirectory(directory);
    }

    /** Makes the directory and deletes what an unclean stop left over. */
    void sweep(List<SegmentRow> rows) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            disk.forceDirectory(
                    Objects.requireNonNull(directory.toAbsolutePath().getParent(), "it lies in another one"));
        }
        Set<Path> known = new HashSet<>();
        for (SegmentRow row : rows) {
            known.add(evidence(row));
            known.add(bodies(row));
            known.add(seen(row));
        }
        var left = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (isOurs(file) && !known.contains(file)) {
                    left.add(file);
                }
            }
        }
        if (!left.isEmpty()) {
            delete(left);
        }
    }

    private static boolean isOurs(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith("." + FileKind.EVIDENCE.extension())
                || name.endsWith("." + FileKind.BODIES.extension())
                || name.endsWith("." + SEEN)
                || name.endsWith(NEW);
    }
}

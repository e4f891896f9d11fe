package dev.clew.benchmarks;

import dev.clew.server.cli.ClewCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Flips bytes of a copy of the data directory, one at a time, and tells what became of each. Confined to one thread. */
final class FlipsWorker {
    private static final int ASKED_ANYWAY = 25;

    /**
     * One byte to flip.
     *
     * @param file relative to the folder that holds the directory and its anchor
     */
    record Flip(FlipKind kind, Path file, long offset) {}

    /** What became of a flip. */
    enum Verdict {
        REPORTED,
        REFUSED,
        SAME_ROWS,
        SAME_ANSWERS,
        UNDETECTED
    }

    /** @param where what is other than it was, if that went unreported */
    record Found(FlipKind kind, Verdict verdict, @Nullable String where) {}

    private final FlipsDirectory directory;
    private final List<String> answers;
    private final Map<Path, String> rows = new HashMap<>();

    /**
     * @param directory a copy that is the worker's own
     * @param answers of the clean directory
     */
    FlipsWorker(FlipsDirectory directory, List<String> answers) {
        this.directory = directory;
        this.answers = answers;
    }

    /** @throws IllegalStateException when the clean copy is not clean, or does not answer as it did */
    void check() throws Exception {
        if (!answers.equals(directory.answers()) || fsck("--state") != 0) {
            throw new IllegalStateException("the clean directory does not answer the same twice, or is not clean");
        }
    }

    /** Flips one bit of it, looks, and flips it back. */
    Found flip(Flip flip, Random random) throws Exception {
        int bit = 1 << random.nextInt(8);
        boolean isRead = flip.offset >= FlipsRows.HEADER;
        boolean isAsked = flip.kind != FlipKind.DATABASE || !isRead || random.nextInt(ASKED_ANYWAY) == 0;
        Path file = directory.root().resolve(flip.file);
        String before = flip.kind == FlipKind.DATABASE ? digest(file) : "";
        xor(file, flip.offset, bit);
        try {
            if (isReported(flip)) {
                return new Found(flip.kind, Verdict.REPORTED, null);
            }
            if (flip.kind == FlipKind.DATABASE && !FlipsRows.digest(file).equals(before)) {
                return asked(flip, bit, "another row is read");
            }
            return isAsked ? asked(flip, bit, null) : new Found(flip.kind, Verdict.SAME_ROWS, null);
        } finally {
            xor(file, flip.offset, bit);
        }
    }

    /** Of the clean file. */
    private String digest(Path file) {
        return rows.computeIfAbsent(file, FlipsRows::digest);
    }

    /** @param known why this flip is a fault whatever is answered, or null */
    private Found asked(Flip flip, int bit, @Nullable String known) throws Exception {
        List<String> found;
        try {
            found = directory.answers();
        } catch (RuntimeException e) {
            return new Found(flip.kind, Verdict.REFUSED, null);
        }
        String other = known;
        for (int i = 0; other == null && i < answers.size(); i++) {
            if (i >= found.size() || !found.get(i).equals(answers.get(i))) {
                other = "answer %d is %s".formatted(i, i < found.size() ? shortened(found.get(i)) : "missing");
            }
        }
        return other == null
                ? new Found(flip.kind, Verdict.SAME_ANSWERS, null)
                : new Found(
                        flip.kind,
                        Verdict.UNDETECTED,
                        "%s at %d, bit %d: %s".formatted(flip.file, flip.offset, bit, other));
    }

    private static String shortened(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    /** With {@code --state} all that is checked without it is checked too, so what is found without it is found. */
    private boolean isReported(Flip flip) {
        return (flip.kind != FlipKind.DATABASE && fsck() != 0) || fsck("--state") != 0;
    }

    private int fsck(String... options) {
        var command = new ArrayList<>(
                List.of("fsck", directory.data().toString(), "--set", "ledger.anchor_file=" + directory.anchor()));
        command.addAll(List.of(options));
        return ClewCommand.run(command.toArray(String[]::new));
    }

    private static void xor(Path path, long offset, int bit) throws IOException {
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(offset);
            int value = file.read();
            file.seek(offset);
            file.write(value ^ bit);
        }
    }
}

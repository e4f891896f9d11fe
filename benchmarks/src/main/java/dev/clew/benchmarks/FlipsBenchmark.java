package dev.clew.benchmarks;

import dev.clew.server.cli.ClewCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * {@code clew bench flips [--files N] [--blobs N] [--databases N] [--seed S] [--minutes M] [--data DIR]}: is whatever is damaged found? Flips one bit of
 * one byte of a small data directory at a time and runs {@code clew fsck --state}. What it does not report must change nothing: in a
 * database every row and every index is read again and compared, elsewhere, and for a sample of the former, a server is started on a copy
 * and a fixed script is asked. An answer other than that of the clean directory is an undetected fault. A directory that the server refuses
 * to start on counts as reported.
 */
public final class FlipsBenchmark {
    private static final int SAMPLED = 300;
    private static final int ASKED_ANYWAY = 25;
    private static final int SAVED_EVERY = 50;

    /**
     * How many bytes are flipped, all of them when there are no more.
     *
     * @param files of tiles, anchor, segments, keys and what else there is
     * @param blobs of stored files, which are many bytes of one kind
     * @param databases of the databases
     */
    public record Drawn(int files, int blobs, int databases) {}

    /** What it came to. */
    public record Outcome(long flips, long reported, long undetected, List<String> undetectedWhere) {}

    private final Path root;
    private final long seed;
    private final FlipsDirectory directory;
    private final FlipsTally tally;
    private List<String> answers = List.of();
    private Map<Path, String> rows = Map.of();

    private record Flip(FlipKind kind, Path file, long offset) {}

    private FlipsBenchmark(Path root, long seed, FlipsTally tally) {
        this.root = root;
        this.seed = seed;
        this.directory = new FlipsDirectory(root);
        this.tally = tally;
    }

    static void main(String... arguments) throws Exception {
        var given = new Arguments(List.of("files", "blobs", "databases", "seed", "minutes", "data"), arguments);
        String data = given.text("data", "");
        Path root = data.isEmpty() ? Files.createTempDirectory("clew-flips") : Files.createDirectories(Path.of(data));
        int minutes = given.number("minutes", 100_000);
        Outcome outcome = run(
                root,
                Long.parseLong(given.text("seed", "1")),
                new Drawn(
                        given.number("files", SAMPLED),
                        given.number("blobs", SAMPLED),
                        given.number("databases", SAMPLED)),
                Duration.ofMinutes(minutes));
        if (data.isEmpty()) {
            FlipsDirectory.delete(root);
        }
        if (outcome.undetected() > 0) {
            throw new IllegalStateException(outcome.undetected() + " flips changed an answer and were not reported");
        }
    }

    /**
     * Flips and compares; prints and writes the table.
     *
     * @param root kept, with how far it came: a run with the same seed on the same directory goes on there
     * @param drawn how many bytes are flipped of each kind
     * @param most stops after so long, not counting what is made ready first
     */
    public static Outcome run(Path root, long seed, Drawn drawn, Duration most) throws Exception {
        var report = new Report("flips");
        var benchmark = new FlipsBenchmark(root, seed, FlipsTally.readOrBegin(root, seed));
        PrintStream out = System.out;
        PrintStream err = System.err;
        // What commands print about each flip is not looked at.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        System.setErr(System.out);
        try {
            benchmark.flip(drawn, most);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        report.line("seed", "%d", seed);
        report.line("script", "%d answers, compared with the clean run", benchmark.answers.size());
        benchmark.tally.tell(report);
        report.close();
        return benchmark.tally.outcome();
    }

    private void flip(Drawn drawn, Duration most) throws Exception {
        if (tally.isNew()) {
            directory.fill();
            directory.remember(tally);
        } else {
            directory.recall(tally);
        }
        answers = directory.answers(root);
        if (!answers.equals(directory.answers(root)) || fsck("--state") != 0) {
            throw new IllegalStateException("the clean directory does not answer the same twice, or is not clean");
        }
        List<Flip> all = bytes();
        rows = new TreeMap<>();
        for (Flip flip : all) {
            if (flip.kind == FlipKind.DATABASE && !rows.containsKey(flip.file)) {
                rows.put(flip.file, FlipsRows.digest(flip.file));
            }
        }
        List<Flip> chosen = chosen(all, drawn);
        tally.wanted = chosen.size();
        long untilNanos = System.nanoTime() + most.toNanos();
        while (tally.done < chosen.size() && System.nanoTime() < untilNanos) {
            one(chosen.get(tally.done), new Random(seed * 1_000_003 + tally.done));
            tally.done++;
            if (tally.done % SAVED_EVERY == 0) {
                tally.write(root);
            }
        }
        tally.write(root);
    }

    /** Every byte of the directory and of its anchor; locks and what a database makes anew are left out. */
    private List<Flip> bytes() throws IOException {
        var all = new ArrayList<Flip>();
        try (var walk = Files.walk(directory.data())) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(".lock") && !name.endsWith("-shm") && !name.endsWith("-wal")) {
                    add(FlipKind.of(directory.data().relativize(file)), file, all);
                }
            }
        }
        add(FlipKind.ANCHOR, directory.anchor(), all);
        return all;
    }

    private void add(FlipKind kind, Path file, List<Flip> to) throws IOException {
        long size = Files.size(file);
        tally.size(kind, root.relativize(file).toString(), size);
        for (long offset = 0; offset < size; offset++) {
            to.add(new Flip(kind, file, offset));
        }
    }

    /** So many of each, drawn by seed and in the order drawn: an interrupted run has a fair sample. */
    private List<Flip> chosen(List<Flip> all, Drawn drawn) {
        var random = new Random(seed);
        var files = new ArrayList<Flip>();
        var blobs = new ArrayList<Flip>();
        var databases = new ArrayList<Flip>();
        for (Flip flip : all) {
            (switch (flip.kind) {
                        case FILE -> blobs;
                        case DATABASE -> databases;
                        default -> files;
                    })
                    .add(flip);
        }
        var chosen = new ArrayList<Flip>();
        draw(files, drawn.files, random, chosen);
        draw(blobs, drawn.blobs, random, chosen);
        draw(databases, drawn.databases, random, chosen);
        Collections.shuffle(chosen, random);
        return chosen;
    }

    private static void draw(List<Flip> of, int most, Random random, List<Flip> to) {
        Collections.shuffle(of, random);
        to.addAll(of.subList(0, Math.min(most, of.size())));
    }

    private void one(Flip flip, Random random) throws Exception {
        int bit = 1 << random.nextInt(8);
        boolean asked =
                flip.kind != FlipKind.DATABASE || flip.offset < FlipsRows.HEADER || random.nextInt(ASKED_ANYWAY) == 0;
        FlipsTally.Kind kind = tally.kind(flip.kind);
        kind.flips++;
        xor(flip, bit);
        try {
            if (isReported(flip)) {
                kind.reported++;
            } else if (flip.kind == FlipKind.DATABASE
                    && !FlipsRows.digest(flip.file).equals(rows.get(flip.file))) {
                ask(kind, flip, bit, "another row is read");
            } else if (asked) {
                ask(kind, flip, bit, null);
            } else {
                kind.sameRows++;
            }
        } finally {
            xor(flip, bit);
        }
    }

    /** @param known why this flip is a fault whatever is answered, or null */
    private void ask(FlipsTally.Kind kind, Flip flip, int bit, @org.jspecify.annotations.Nullable String known)
            throws Exception {
        List<String> found;
        try {
            found = directory.answers(root);
        } catch (RuntimeException e) {
            kind.refused++;
            return;
        }
        String other = known;
        for (int i = 0; other == null && i < answers.size(); i++) {
            if (i >= found.size() || !found.get(i).equals(answers.get(i))) {
                other = "answer %d is %s".formatted(i, i < found.size() ? shortened(found.get(i)) : "missing");
            }
        }
        if (other == null) {
            kind.sameAnswers++;
        } else {
            kind.undetected++;
            tally.undetected.add("%s at %d, bit %d: %s".formatted(root.relativize(flip.file), flip.offset, bit, other));
        }
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

    private static void xor(Flip flip, int bit) throws IOException {
        try (var file = new RandomAccessFile(flip.file.toFile(), "rw")) {
            file.seek(flip.offset);
            int value = file.read();
            file.seek(flip.offset);
            file.write(value ^ bit);
        }
    }
}

package dev.clew.benchmarks;

import dev.clew.benchmarks.FlipsWorker.Flip;
import dev.clew.benchmarks.FlipsWorker.Found;
import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code clew bench flips [--files N] [--blobs N] [--databases N] [--seed S] [--minutes M] [--workers N] [--data DIR]}: is whatever is damaged found? Flips
 * one bit of one byte of a small data directory at a time and runs {@code clew fsck --state}. What it does not report must change nothing: in a
 * database every row and every index is read again and compared, elsewhere, and for a sample of the former, a server is started on a copy
 * and a fixed script is asked. An answer other than that of the clean directory is an undetected fault. A directory that the server refuses
 * to start on counts as reported.
 */
public final class FlipsBenchmark {
    private static final int SAMPLED = 300;
    private static final int SAVED_EVERY = 50;
    private static final int AHEAD = 64;

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
    private final int workers;
    private final FlipsDirectory directory;
    private final FlipsTally tally;
    private List<String> answers = List.of();

    private FlipsBenchmark(Path root, long seed, int workers, FlipsTally tally) {
        this.root = root;
        this.seed = seed;
        this.workers = workers;
        this.directory = new FlipsDirectory(root);
        this.tally = tally;
    }

    static void main(String... arguments) throws Exception {
        var given =
                new Arguments(List.of("files", "blobs", "databases", "seed", "minutes", "workers", "data"), arguments);
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
                given.number("workers", Runtime.getRuntime().availableProcessors()),
                Duration.ofMinutes(minutes));
        if (data.isEmpty()) {
            FileTrees.delete(root);
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
     * @param workers how many flip at once, each in a copy of its own
     * @param most stops after so long, not counting what is made ready first
     */
    public static Outcome run(Path root, long seed, Drawn drawn, int workers, Duration most) throws Exception {
        var report = new Report("flips");
        var benchmark = new FlipsBenchmark(root, seed, workers, FlipsTally.readOrBegin(root, seed));
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
        report.line("workers", "%d", workers);
        benchmark.tally.tell(report);
        report.close();
        return benchmark.tally.outcome();
    }

    private void flip(Drawn drawn, Duration most) throws Exception {
        if (tally.isNew()) {
            directory.fill();
            directory.remember(tally);
            tally.write(root);
        } else {
            directory.recall(tally);
        }
        answers = directory.answers();
        List<Flip> chosen = chosen(bytes(), drawn);
        tally.wanted = chosen.size();
        Path copies = Files.createTempDirectory(root, "workers");
        try (var pool = Executors.newFixedThreadPool(workers)) {
            var free = new ArrayBlockingQueue<FlipsWorker>(workers);
            for (int i = 0; i < workers; i++) {
                var worker = new FlipsWorker(directory.copy(copies.resolve("worker" + i)), answers);
                worker.check();
                free.add(worker);
            }
            make(chosen, pool, free, System.nanoTime() + most.toNanos());
        } finally {
            FileTrees.delete(copies);
        }
    }

    /** Counted in the order drawn: a series that is interrupted goes on with the first flip that was not counted. */
    private void make(List<Flip> chosen, ExecutorService pool, BlockingQueue<FlipsWorker> free, long untilNanos)
            throws Exception {
        var made = new ArrayDeque<Future<Found>>();
        int next = tally.done;
        while (true) {
            while (made.size() < AHEAD && next < chosen.size() && System.nanoTime() < untilNanos) {
                Flip flip = chosen.get(next);
                var random = new Random(seed * 1_000_003 + next);
                made.add(pool.submit(() -> {
                    FlipsWorker worker = free.take();
                    try {
                        return worker.flip(flip, random);
                    } finally {
                        free.add(worker);
                    }
                }));
                next++;
            }
            if (made.isEmpty()) {
                tally.write(root);
                return;
            }
            tally.add(made.remove().get());
            if (tally.done % SAVED_EVERY == 0) {
                tally.write(root);
            }
        }
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
            to.add(new Flip(kind, root.relativize(file), offset));
        }
    }

    /** So many of each, drawn by seed and in the order drawn: an interrupted run has a fair sample. */
    private List<Flip> chosen(List<Flip> all, Drawn drawn) {
        var random = new Random(seed);
        var files = new ArrayList<Flip>();
        var blobs = new ArrayList<Flip>();
        var databases = new ArrayList<Flip>();
        for (Flip flip : all) {
            (switch (flip.kind()) {
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
}

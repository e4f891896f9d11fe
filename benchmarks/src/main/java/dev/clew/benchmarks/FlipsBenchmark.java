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
import java.util.Random;

/**
 * Is whatever is damaged found? Flips one bit of one byte of a small data directory at a time and runs {@code clew fsck --state}: where it
 * reports nothing, the server is started on a copy and a fixed script is asked; an answer other than that of the clean directory is an
 * undetected fault. A directory that the server refuses to start on counts as reported.
 *
 * <p>Arguments: {@code --long} (every byte of tiles, anchor, segments, keys and files, then every byte of the databases; else a sample),
 * {@code --seed N}, {@code --minutes N} (stops there and says how far it came; default 1, long 600).
 */
final class FlipsBenchmark {
    private static final int SAMPLED_FILES = 300;
    private static final int SAMPLED_DATABASES = 300;

    private final PrintStream out = System.out;
    private final List<String> undetected = new ArrayList<>();
    private long reported;
    private long harmless;
    private long refused;

    private record Flip(Path file, long offset) {}

    static void main(String... arguments) throws Exception {
        boolean isLong = false;
        long seed = 1;
        long minutes = 0;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--long" -> isLong = true;
                case "--seed" -> seed = Long.parseLong(arguments[++i]);
                case "--minutes" -> minutes = Long.parseLong(arguments[++i]);
                default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
            }
        }
        Path root = Files.createTempDirectory("clew-flips");
        try {
            var benchmark = new FlipsBenchmark();
            benchmark.run(root, isLong, seed, Duration.ofMinutes(minutes > 0 ? minutes : isLong ? 600 : 1));
            if (!benchmark.undetected.isEmpty()) {
                throw new IllegalStateException(
                        benchmark.undetected.size() + " flips changed an answer and were not reported");
            }
        } finally {
            FlipsDirectory.delete(root);
        }
    }

    private void run(Path root, boolean isLong, long seed, Duration most) throws Exception {
        var report = new Report("flips");
        var directory = new FlipsDirectory(root);
        directory.fill();
        // What commands print about each flip is not looked at.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        List<String> clean = directory.answers(root);
        if (!clean.equals(directory.answers(root)) || fsck(directory) != 0) {
            throw new IllegalStateException("the clean directory does not answer the same twice, or is not clean");
        }
        var files = new ArrayList<Flip>();
        var databases = new ArrayList<Flip>();
        try (var all = Files.walk(directory.data())) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(".lock") && !name.endsWith("-shm") && !name.endsWith("-wal")) {
                    add(file, name.endsWith(".db") ? databases : files);
                }
            }
        }
        add(directory.anchor(), files);
        int bytes = files.size() + databases.size();
        var random = new Random(seed);
        if (!isLong) {
            Collections.shuffle(files, random);
            files.subList(Math.min(SAMPLED_FILES, files.size()), files.size()).clear();
        }
        Collections.shuffle(databases, random);
        if (!isLong) {
            databases
                    .subList(Math.min(SAMPLED_DATABASES, databases.size()), databases.size())
                    .clear();
        }
        var flips = new ArrayList<Flip>(files);
        flips.addAll(databases);
        if (!isLong) {
            Collections.shuffle(flips, random);
        }
        long until = System.nanoTime() + most.toNanos();
        int done = 0;
        for (Flip flip : flips) {
            if (System.nanoTime() > until) {
                break;
            }
            one(directory, root, flip, 1 << random.nextInt(8), clean);
            if (++done % 500 == 0) {
                out.printf("%,d of %,d flips, %d undetected%n", done, flips.size(), undetected.size());
            }
        }
        System.setOut(out);
        report.line("script", "%d answers, compared with the clean run", clean.size());
        report.line("directory", "%,d bytes; seed %d", bytes, seed);
        report.line("flips", "%,d of %,d wanted", done, flips.size());
        report.line("reported", "%,d by fsck --state, %,d by a start that refuses", reported, refused);
        report.line("without effect", "%,d: not reported, and every answer is the same", harmless);
        report.line("undetected", "%d", undetected.size());
        undetected.forEach(each -> report.line("  ", "%s", each));
        report.close();
    }

    private static void add(Path file, List<Flip> to) throws IOException {
        long size = Files.size(file);
        for (long offset = 0; offset < size; offset++) {
            to.add(new Flip(file, offset));
        }
    }

    private void one(FlipsDirectory directory, Path root, Flip flip, int bit, List<String> clean) throws Exception {
        xor(flip, bit);
        try {
            if (fsck(directory) != 0) {
                reported++;
                return;
            }
            judge(directory, root, flip, bit, clean);
        } finally {
            xor(flip, bit);
        }
    }

    private void judge(FlipsDirectory directory, Path root, Flip flip, int bit, List<String> clean) throws Exception {
        List<String> answers;
        try {
            answers = directory.answers(root);
        } catch (RuntimeException e) {
            refused++;
            return;
        }
        if (answers.equals(clean)) {
            harmless++;
            return;
        }
        for (int i = 0; i < clean.size(); i++) {
            if (i >= answers.size() || !answers.get(i).equals(clean.get(i))) {
                undetected.add("%s at %d, bit %d: answer %d is %s"
                        .formatted(
                                root.relativize(flip.file),
                                flip.offset,
                                bit,
                                i,
                                i < answers.size() ? shortened(answers.get(i)) : "missing"));
                return;
            }
        }
    }

    private static String shortened(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    private static int fsck(FlipsDirectory directory) {
        return ClewCommand.run(
                "fsck", directory.data().toString(), "--state", "--set", "ledger.anchor_file=" + directory.anchor());
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

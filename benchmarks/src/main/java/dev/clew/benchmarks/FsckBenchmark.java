package dev.clew.benchmarks;

import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code clew fsck} in a process of its own, as an operator runs it: without and with {@code --state}, on a directory that
 * {@link FsckLedger} wrote. Each run must find nothing.
 *
 * <p>{@code --entries} written (1 000 000), {@code --data} directory that is kept and used again.
 */
final class FsckBenchmark {
    private static final Pattern COUNT = Pattern.compile("\"(entries|hot_records|compacted_batches)\"\\s*:\\s*(\\d+)");
    private static final List<String> FLAGS = List.of(
            "-Xmx448m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:MaxDirectMemorySize=48m",
            "--enable-native-access=ALL-UNNAMED");
    private static final double BAR = 300_000;
    private static final double MAX_MIB = 512;

    private final Report report = new Report("fsck");
    private final Path root;

    private FsckBenchmark(Path root) {
        this.root = root;
    }

    static void main(String... arguments) throws Exception {
        var read = new Arguments(List.of("entries", "data"), arguments);
        long entries = read.number("entries", 1_000_000);
        String data = read.text("data", "");
        boolean kept = !data.isEmpty();
        Path root = kept ? Path.of(data).toAbsolutePath() : Files.createTempDirectory("clew-bench");
        try {
            new FsckBenchmark(root).run(entries);
        } finally {
            if (!kept) {
                FileTrees.delete(root);
            }
        }
    }

    private void run(long entries) throws Exception {
        var ledger = new FsckLedger(root);
        long missing = entries - ledger.entries();
        if (missing > 0) {
            long begin = System.nanoTime();
            int decisions = missing < entries ? 0 : (int) Math.min(200_000, entries / 5);
            ledger.write(missing, decisions);
            report.line(
                    "directory",
                    "%,d entries of runs, %,d decisions, written in %.0f s",
                    missing,
                    decisions,
                    since(begin));
        }
        report.line("database", "%,d bytes", Files.size(root.resolve("data/clew.db")));
        double rate = check("fsck");
        report.line("bar", "%,.0f entries/s without --state", BAR);
        check("fsck --state", "--state");
        report.close();
        if (rate < BAR) {
            System.err.println("below the bar; how busy was the machine? see the load averages");
        }
    }

    /** Runs it, and gives its rate over the whole run, start of the process included. */
    private double check(String what, String... options) throws IOException, InterruptedException {
        var command = new ArrayList<>(ServedProcess.launched(FLAGS));
        command.add("fsck");
        command.addAll(List.of(root.resolve("data").toString(), "--json"));
        command.addAll(List.of("--set", "ledger.anchor_file=" + root.resolve("anchor")));
        command.addAll(List.of(options));
        Path out = root.resolve("report.json");
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        double resident = 0;
        double cpu = 0;
        while (process.isAlive()) {
            resident = Math.max(resident, peakMiB(process));
            cpu = Math.max(
                    cpu,
                    process.info()
                            .totalCpuDuration()
                            .map(d -> d.toNanos() / 1e9)
                            .orElse(0.0));
            Thread.sleep(50);
        }
        double seconds = since(begin);
        String text = Files.readString(out, StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    "%s found something in a directory that nobody touched: %s".formatted(what, text));
        }
        long entries = 0;
        var counts = new StringBuilder();
        Matcher matcher = COUNT.matcher(text);
        while (matcher.find()) {
            entries = matcher.group(1).equals("entries") ? Long.parseLong(matcher.group(2)) : entries;
            counts.append(counts.isEmpty() ? "" : ", ")
                    .append("%,d %s".formatted(Long.parseLong(matcher.group(2)), matcher.group(1)));
        }
        double rate = entries / seconds;
        report.line(
                what,
                "%,.0f entries/s: %.1f s, %.1f s of CPU (%.2f µs an entry); at most %.0f MiB resident (bar %.0f); %s",
                rate,
                seconds,
                cpu,
                cpu * 1e6 / Math.max(1, entries),
                resident,
                MAX_MIB,
                counts);
        return rate;
    }

    private static double peakMiB(Process process) {
        try (var lines = Files.lines(Path.of("/proc/%d/status".formatted(process.pid())))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1_024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}

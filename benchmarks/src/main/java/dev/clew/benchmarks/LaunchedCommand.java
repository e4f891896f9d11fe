package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command as {@code ./clew} runs it: a process of its own, start of the virtual machine included. */
final class LaunchedCommand {
    private static final long TICKS_A_SECOND = 100;

    private LaunchedCommand() {}

    /**
     * Runs the command three times and reports the first and the best run; its answer is thrown away unless it fails.
     *
     * @param bar what is asked of it, in words
     * @throws IllegalStateException if its exit code is another one
     */
    static void run(Report report, String bar, int exitCode, String... arguments) throws IOException {
        run(3, report, bar, exitCode, arguments);
    }

    /** The same, so many times. */
    static void run(int times, Report report, String bar, int exitCode, String... arguments) throws IOException {
        List<String> flags = new ArrayList<>(List.of("-Xmx448m"));
        Path cache = Path.of(System.getenv().getOrDefault("CLEW_HOME", "."), "server", "target", "clew-files.aot");
        if (Files.exists(cache)) {
            flags.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        List<String> command = ServedProcess.java(flags);
        // The launcher sizes these for servers only.
        command.removeIf(flag -> flag.startsWith("-Xmn") || flag.startsWith("-XX:TrimNative"));
        double first = Double.NaN;
        Usage best = new Usage(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0);
        for (int i = 0; i < times; i++) {
            Usage usage = once(command, exitCode, arguments);
            first = i == 0 ? usage.seconds() : first;
            best = new Usage(
                    Math.min(best.seconds(), usage.seconds()),
                    Math.min(best.cpuSeconds(), usage.cpuSeconds()),
                    Math.max(best.mebibytes(), usage.mebibytes()));
        }
        report.line(
                "  clew " + arguments[0] + ", whole command",
                "%.2f s, first run %.2f s, CPU %.2f s, at most %,d MiB resident, exit %d%s",
                best.seconds(),
                first,
                best.cpuSeconds(),
                best.mebibytes(),
                exitCode,
                bar);
    }

    /**
     * Runs it once.
     *
     * @param launched the virtual machine with its flags, up to the name of the command
     */
    static Usage once(List<String> launched, int exitCode, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(launched);
        command.addAll(List.of(arguments));
        Path said = Files.createTempFile("clew-command", ".txt");
        try {
            long start = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            Usage usage = watch(process);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (process.exitValue() != exitCode) {
                throw new IllegalStateException("clew " + String.join(" ", arguments) + " ended with "
                        + process.exitValue() + ": " + end(said));
            }
            return new Usage(seconds, usage.cpuSeconds(), usage.mebibytes());
        } finally {
            Files.deleteIfExists(said);
        }
    }

    /** The last characters of what the command said: its reason stands there. */
    private static String end(Path said) throws IOException {
        String text = Files.readString(said);
        return text.substring(Math.max(0, text.length() - 4_000)).strip();
    }

    /** What a command took; {@code mebibytes} resident at most. */
    record Usage(double seconds, double cpuSeconds, long mebibytes) {}

    /** Looks every five milliseconds: what a process has used is gone with it. */
    private static Usage watch(Process process) throws IOException {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        Usage usage = new Usage(0, 0, 0);
        try {
            while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
                usage = look(proc, usage);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return usage;
    }

    private static Usage look(Path proc, Usage before) {
        try {
            String stat = Files.readString(proc.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return new Usage(
                    0,
                    (double) ticks / TICKS_A_SECOND,
                    Math.max(before.mebibytes(), Measured.peakMebibytes(proc.resolve("status"))));
        } catch (IOException | RuntimeException e) {
            return before; // It has just ended.
        }
    }
}

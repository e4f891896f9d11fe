package dev.clew.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.function.DoubleSupplier;

/** Work in this process, measured: the first run as a caller of a fresh process has it, and the best of three. */
final class Measured {
    private static final int REPEATS = 3;

    private Measured() {}

    /** Reports first and best seconds and the CPU of the best; returns the best. */
    static double work(Report report, String what, DoubleSupplier work) {
        double first = Double.NaN;
        double best = Double.POSITIVE_INFINITY;
        double cpu = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPEATS; i++) {
            long usedBefore = cpuNanos();
            long start = System.nanoTime();
            double result = work.getAsDouble();
            double seconds = (System.nanoTime() - start) / 1e9;
            first = i == 0 ? seconds : first;
            best = Math.min(best, seconds);
            cpu = Math.min(cpu, (cpuNanos() - usedBefore) / 1e9);
            if (Double.isNaN(result)) {
                throw new IllegalStateException(what + " has no result.");
            }
        }
        report.line(what, "%.3f s, first run %.3f s, CPU %.3f s", best, first, cpu);
        return best;
    }

    static void memory(Report report, String bar) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            long mebibytes = lines.filter(line -> line.startsWith("VmHWM"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(-1);
            report.line("  peak resident memory", "%,d MiB%s", mebibytes, bar);
        }
    }

    /** A Parquet file of so many rows whose columns are these expressions over {@code range}; the same seed, the same rows. */
    static Path parquet(Path file, int rows, String cells) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET threads = 1");
            statement.execute("SELECT setseed(0.5)");
            statement.execute("COPY (SELECT %s FROM range(%d)) TO '%s' (FORMAT parquet)".formatted(cells, rows, file));
        }
        return file;
    }

    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}

package dev.clew.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
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

    /** Reports the most memory this process has had since {@link #forgetMemory}: resident, and on the heap. */
    static void memory(Report report, String bar) throws IOException {
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        report.line(
                "  peak memory",
                "%,d MiB resident, %,d MiB of it on the heap%s",
                peakMebibytes(Path.of("/proc/self/status")),
                heap >> 20,
                bar);
    }

    /** What was held before is no part of the peaks. */
    static void forgetMemory() throws IOException {
        System.gc();
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    }

    /** The most resident memory that a {@code status} file of {@code /proc} tells of. */
    static long peakMebibytes(Path status) throws IOException {
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(-1);
        }
    }

    /** A Parquet file of so many rows whose columns are these expressions over {@code range}; the same seed, the same rows. */
    static Path parquet(Path file, long rows, double seed, String cells) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET threads = 1");
            statement.execute("SET memory_limit = '1GiB'");
            statement.execute("SELECT setseed(" + seed + ")");
            statement.execute("COPY (SELECT %s FROM range(%d)) TO '%s' (FORMAT parquet)".formatted(cells, rows, file));
        }
        return file;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}

package dev.clew.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Lines of a benchmark: printed as they come, and written to {@code benchmarks/results/NAME.txt} at the end. */
final class Report {
    private final String name;
    private final StringBuilder text = new StringBuilder();

    /** Begins with what the figures depend on: machine, load, versions. */
    Report(String name) {
        this.name = name;
        var os = ManagementFactory.getOperatingSystemMXBean();
        line("benchmark", "%s, %s", name, Instant.now().truncatedTo(ChronoUnit.SECONDS));
        line("machine", "%d cores, %s %s, %s", os.getAvailableProcessors(), os.getName(), os.getVersion(), processor());
        line("java", "%s", Runtime.version());
        load("before");
    }

    void line(String what, String format, Object... values) {
        String line = String.format(Locale.ROOT, "%-28s %s%n", what, String.format(Locale.ROOT, format, values));
        System.out.print(line);
        text.append(line);
    }

    void load(String when) {
        line(
                "load average " + when,
                "%.2f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** What a load was answered with. */
    void load(String what, Load.Outcome outcome, double cpuOfServer) {
        line(
                what,
                "%,.0f requests/s, %,.0f items/s; p50 %.2f ms, p99 %.2f ms, max %.1f ms; %d connections, %.1f s",
                outcome.requests() / outcome.seconds(),
                outcome.items() / outcome.seconds(),
                outcome.millis(0.50),
                outcome.millis(0.99),
                outcome.millis(1.0),
                outcome.connections(),
                outcome.seconds());
        line(
                "  CPU",
                "generator %.2f cores, server %.2f cores: %.1f µs an item",
                outcome.cpuSeconds() / outcome.seconds(),
                cpuOfServer / outcome.seconds(),
                cpuOfServer * 1e6 / Math.max(1, outcome.items()));
    }

    /** Writes the file. */
    void close() {
        load("after");
        try {
            Path folder = Path.of(System.getenv().getOrDefault("CLEW_HOME", "."), "benchmarks", "results");
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name + ".txt"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException e) {
            return "unknown processor";
        }
    }
}

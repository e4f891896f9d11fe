package dev.clew.benchmarks;

import dev.clew.server.storage.FileTrees;
import dev.clew.statistics.Sample;
import dev.clew.statistics.test.KolmogorovSmirnov;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code clew drift} on two Parquet files of normal numbers, three columns of which have moved, beside Evidently; the exact
 * Kolmogorov–Smirnov test at 10⁴ × 10⁴ beside scipy. With {@code --columns} beyond 10 the first 10 are also judged by themselves: time is
 * to grow with the columns, memory is not.
 */
final class DriftBenchmark {
    private DriftBenchmark() {}

    static void main(String... arguments) throws IOException, SQLException {
        var given = new Arguments(List.of("rows", "columns", "rival"), arguments);
        int rows = given.number("rows", 1_000_000);
        int columns = given.number("columns", 10);
        boolean rival = given.text("rival", columns > 10 ? "no" : "yes").equals("yes");
        var report = new Report(columns == 10 ? "drift" : "drift-" + columns + "-columns");
        Path folder = Files.createTempDirectory("clew-drift");
        try {
            Path reference = write(folder.resolve("reference.parquet"), rows, columns, 0.1, 0);
            Path current = write(folder.resolve("current.parquet"), rows, columns, 0.2, 0.3);
            report.line("files", "%,d and %,d rows, %d columns of doubles", rows, rows, columns);
            String left = reference.toString();
            String right = current.toString();
            // Three of ten is less than half: the table as a whole has not drifted.
            if (columns > 10) {
                String ten = IntStream.range(0, 10).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
                LaunchedCommand.run(1, report, ", 10 of the columns", 0, "drift", left, right, "--columns", ten);
                LaunchedCommand.run(1, report, ", all of them", 0, "drift", left, right);
            } else {
                LaunchedCommand.run(report, "; bars 3 s and 300 MB", 0, "drift", left, right);
                exactTest(report, rival);
            }
            if (rival) {
                RivalScript.evidently("drift").run(report, reference, current);
            }
        } finally {
            FileTrees.delete(folder);
            report.close();
        }
    }

    private static Path write(Path file, int rows, int columns, double seed, double shift) throws SQLException {
        String cells = IntStream.range(0, columns)
                .mapToObj(i -> "sqrt(-2 * ln(random() + 1e-12)) * cos(6.283185307179586 * random()) + %s AS c%d"
                        .formatted(i < 3 ? shift : 0, i))
                .collect(Collectors.joining(", "));
        return Measured.parquet(file, rows, seed, cells);
    }

    private static void exactTest(Report report, boolean rival) throws IOException {
        var random = new SplittableRandom(1);
        double[] a = random.doubles(10_000).toArray();
        double[] b = random.doubles(9_999).map(x -> Math.pow(x, 1.02)).toArray();
        Sample left = Sample.of(a);
        Sample right = Sample.of(b);
        Measured.work(
                report,
                "exact KS 10^4 x 10^4, bar 0.1 s",
                () -> KolmogorovSmirnov.compare(left, right).pValue());
        report.line("  p", "%s", KolmogorovSmirnov.compare(left, right).pValue());
        if (rival) {
            Path numbers = Files.createTempFile("clew-ks", ".txt");
            try {
                Files.writeString(numbers, text(a) + "\n" + text(b) + "\n");
                RivalScript.evidently("ks").run(report, numbers);
            } finally {
                Files.delete(numbers);
            }
        }
    }

    private static String text(double[] values) {
        return java.util.Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
    }
}

package dev.clew.benchmarks;

import dev.clew.quality.table.Batch;
import dev.clew.quality.table.Selection;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import dev.clew.statistics.Sample;
import dev.clew.statistics.drift.Column;
import dev.clew.statistics.drift.ColumnDrift;
import dev.clew.statistics.drift.Drift;
import dev.clew.statistics.drift.DriftSettings;
import dev.clew.statistics.sketch.NumberSketch;
import dev.clew.statistics.test.KolmogorovSmirnov;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Drift of 1 M × 1 M rows × 10 columns from Parquet, exact Kolmogorov–Smirnov at 10⁴ × 10⁴, updates and merges of sketches. Beside
 * it Evidently. Arguments: rows (default 1 000 000), {@code alone} to leave the rival out.
 */
final class DriftBenchmark {
    private static final int COLUMNS = 10;

    private DriftBenchmark() {}

    static void main(String... arguments) throws IOException, SQLException {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        var report = new Report("drift");
        Path folder = Files.createTempDirectory("clew-drift");
        try {
            Path reference = write(folder.resolve("reference.parquet"), rows, 0.0);
            Path current = write(folder.resolve("current.parquet"), rows, 0.3);
            Measured.work(report, "drift from Parquet, bar 3 s", () -> drift(reference, current));
            Measured.memory(report, ", bar 300 MB");
            exactTest(report);
            sketches(report);
            if (arguments.length < 2) {
                new RivalScript("evidently", "0.7.21", "drift", List.of("pyarrow==26.0.1"))
                        .run(report, reference, current);
            }
        } finally {
            Measured.delete(folder);
            report.close();
        }
    }

    private static Path write(Path file, int rows, double shift) throws SQLException {
        StringBuilder cells = new StringBuilder();
        for (int i = 0; i < COLUMNS; i++) {
            cells.append(i == 0 ? "" : ", ")
                    .append("sqrt(-2 * ln(random() + 1e-12)) * cos(6.283185307179586 * random()) + %s AS c%d"
                            .formatted(i < 3 ? shift : 0, i));
        }
        return Measured.parquet(file, rows, cells.toString());
    }

    private static double drift(Path reference, Path current) {
        var drift = new Drift(DriftSettings.evidently());
        int drifted = 0;
        var options = TableOptions.DEFAULTS.withMemoryBytes(128L << 20);
        try (var left = Table.open(reference, options);
                var right = Table.open(current, options)) {
            for (int i = 0; i < COLUMNS; i++) {
                ColumnDrift found = drift.column("c" + i, numbers(left, "c" + i), numbers(right, "c" + i));
                drifted += found instanceof ColumnDrift.Judged judged && judged.drifted() ? 1 : 0;
            }
        }
        if (drifted != 3) {
            throw new IllegalStateException("Three columns were shifted and " + drifted + " are said to have drifted.");
        }
        return drifted;
    }

    private static Column numbers(Table table, String name) {
        double[] values = new double[Math.toIntExact(table.rowCount())];
        int next = 0;
        try (var batches = table.batches(Selection.number(name))) {
            for (Batch batch : batches) {
                System.arraycopy(batch.numbers(0), 0, values, next, batch.rows());
                next += batch.rows();
            }
        }
        return new Column.Numbers(Sample.taking(values, next));
    }

    private static void exactTest(Report report) {
        var random = new SplittableRandom(1);
        Sample a = Sample.of(random.doubles(10_000).toArray());
        Sample b = Sample.of(random.doubles(9_999).map(x -> Math.pow(x, 1.02)).toArray());
        Measured.work(
                report,
                "exact KS 10^4 x 10^4, bar 0.1 s",
                () -> KolmogorovSmirnov.compare(a, b).pValue());
    }

    private static void sketches(Report report) {
        double[] values = new SplittableRandom(2).doubles(1 << 20).toArray();
        double seconds = Measured.work(report, "sketch, 2^23 updates", () -> {
            var sketch = new NumberSketch(NumberSketch.WINDOW);
            for (int round = 0; round < 8; round++) {
                for (double value : values) {
                    sketch.add(value);
                }
            }
            return sketch.mean();
        });
        report.line("  rate", "%.1f M values/s in one thread, bar 20", 8 * values.length / seconds / 1e6);
        List<NumberSketch> hours = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            var hour = new NumberSketch(NumberSketch.WINDOW);
            Arrays.stream(values, i * 100, i * 100 + 1_000).forEach(hour::add);
            hours.add(hour);
        }
        Measured.work(
                report,
                "merge of 10 000, bar 0.05 s",
                () -> NumberSketch.merged(hours, NumberSketch.WINDOW).mean());
    }
}

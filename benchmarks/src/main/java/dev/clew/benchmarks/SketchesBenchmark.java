package dev.clew.benchmarks;

import dev.clew.statistics.sketch.BinnedCounts;
import dev.clew.statistics.sketch.KeySketch;
import dev.clew.statistics.sketch.LevelSketch;
import dev.clew.statistics.sketch.NumberSketch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Updates and merges of sketches in one thread; the merge of many numbers takes a second one. No rival keeps such hours. */
final class SketchesBenchmark {
    private static final int VALUES = 1 << 23;
    private static final int HOURS = 10_000;
    private static final int ROWS_AN_HOUR = 1_000;

    private SketchesBenchmark() {}

    static void main(String... arguments) throws Exception {
        new Arguments(List.of(), arguments);
        var report = new Report("sketches");
        double[] values = new SplittableRandom(2).doubles(1 << 20).toArray();
        rate(report, "numbers, one sketch", VALUES, ", bar 20", () -> {
            var sketch = new NumberSketch(NumberSketch.WINDOW);
            for (int i = 0; i < VALUES; i++) {
                sketch.add(values[i & values.length - 1]);
            }
            return sketch.rank(0.5);
        });
        rate(report, "numbers, 1 000 a sketch", VALUES, ", bar 20", () -> {
            double sum = 0;
            for (int from = 0; from < VALUES; from += ROWS_AN_HOUR) {
                var sketch = new NumberSketch(NumberSketch.WINDOW);
                for (int i = 0; i < ROWS_AN_HOUR; i++) {
                    sketch.add(values[from + i & values.length - 1]);
                }
                sum += sketch.mean();
            }
            return sum;
        });
        rate(report, "fixed edges, 20 bins", VALUES, "", () -> {
            double[] edges = new double[21];
            for (int i = 0; i < edges.length; i++) {
                edges[i] = i / 20.0;
            }
            var sketch = new BinnedCounts(edges);
            for (int i = 0; i < VALUES; i++) {
                sketch.add(values[i & values.length - 1]);
            }
            return sketch.count();
        });
        String[] names = new String[4_096];
        for (int i = 0; i < names.length; i++) {
            names[i] = "level " + i;
        }
        rate(report, "levels, 4 096 of them", 1 << 21, "", () -> {
            var sketch = new LevelSketch();
            for (int i = 0; i < 1 << 21; i++) {
                sketch.add(names[(int) (values[i & values.length - 1] * names.length)]);
            }
            return sketch.distinct();
        });
        rate(report, "keys, 4 096 of them", 1 << 21, "", () -> {
            var sketch = new KeySketch();
            for (int i = 0; i < 1 << 21; i++) {
                sketch.add(names[(int) (values[i & values.length - 1] * names.length)]);
            }
            return sketch.size().estimate();
        });
        merges(report, values);
        Measured.memory(report, "");
        report.close();
    }

    private static void merges(Report report, double[] values) {
        List<NumberSketch> hours = new ArrayList<>();
        List<byte[]> stored = new ArrayList<>();
        long bytes = 0;
        for (int hour = 0; hour < HOURS; hour++) {
            var sketch = new NumberSketch(NumberSketch.WINDOW);
            for (int i = 0; i < ROWS_AN_HOUR; i++) {
                sketch.add(values[hour * 100 + i & values.length - 1]);
            }
            hours.add(sketch);
            stored.add(sketch.toBytes());
            bytes += stored.getLast().length;
        }
        // Twenty times before, since a server that merges hours has merged some already.
        for (int i = 0; i < 20; i++) {
            NumberSketch.merged(hours, NumberSketch.WINDOW);
        }
        Measured.work(report, "merge of 10 000, bar 0.05 s", () -> {
            NumberSketch merged = NumberSketch.merged(hours, NumberSketch.WINDOW);
            if (merged.count() != (long) HOURS * ROWS_AN_HOUR || Math.abs(merged.rank(0.5) - 0.5) > 0.02) {
                throw new IllegalStateException("The merged sketch does not hold what was merged.");
            }
            return merged.mean();
        });
        report.line("  stored", "%,d bytes a sketch of 1 000 values", bytes / HOURS);
        Measured.work(
                report,
                "  read from bytes and merged",
                () -> NumberSketch.merged(stored.stream().map(NumberSketch::of).toList(), NumberSketch.WINDOW)
                        .mean());
    }

    private static void rate(
            Report report, String what, int count, String bar, java.util.function.DoubleSupplier work) {
        double seconds = Measured.work(report, what, work);
        report.line("  rate", "%.1f M values/s in one thread%s", count / seconds / 1e6, bar);
    }
}

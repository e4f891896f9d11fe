package dev.clew.server.protocol.mlflow;

import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Points of one metric of several runs, for charts. Holds one run's points at a time and at most {@value #MAX_POINTS} of them, in the
 * order they were logged. Confined to one request.
 */
final class MetricSamples {
    static final int MAX_STEPS = 2_500;

    /** Points of one run that are looked at. */
    private static final int MAX_POINTS = 1_000_000;

    private static final Comparator<Point> BY_TIME = Comparator.comparingLong(Point::timestamp)
            .thenComparingLong(Point::step)
            .thenComparingDouble(Point::value);
    private static final Comparator<Point> BY_STEP = Comparator.comparingLong(Point::step)
            .thenComparingLong(Point::timestamp)
            .thenComparingDouble(Point::value);

    record Point(String run, String key, double value, long timestamp, long step) {
        static void write(Out out, Point point) throws IOException {
            out.text("key", point.key)
                    .number("value", point.value)
                    .integer("timestamp", point.timestamp)
                    .integer("step", point.step)
                    .text("run_id", point.run);
        }
    }

    private final Tracking tracking;
    private final int project;
    private final String key;

    MetricSamples(Tracking tracking, int project, String key) {
        this.tracking = tracking;
        this.project = project;
        this.key = key;
    }

    /** The first points of the runs, by run id, time, step and value. */
    List<Point> first(List<String> runs, int limit) {
        var found = new ArrayList<Point>();
        for (String run : new TreeSet<>(runs)) {
            if (found.size() < limit) {
                found.addAll(points(run).stream()
                        .sorted(BY_TIME)
                        .limit(limit - found.size())
                        .toList());
            }
        }
        return found;
    }

    /**
     * Points at evenly chosen steps of all that the runs have together, each run's own first and last step among them. A run with many
     * points at one step is thinned to twice {@code wanted}, first and last kept.
     *
     * @param wanted steps to choose, 1 to {@value #MAX_STEPS}
     */
    List<Point> sampled(List<String> runs, long start, long end, int wanted) {
        var all = new StepSet();
        var ends = new ArrayList<Ends>();
        for (String run : runs) {
            var own = new StepSet();
            int[] seen = {0};
            tracking.steps(Ids.run(run), project, key, step -> {
                if (step >= start && step <= end) {
                    own.add(step);
                }
                return ++seen[0] < MAX_POINTS;
            });
            long[] steps = own.sorted();
            all.addAll(steps);
            ends.add(steps.length == 0 ? new Ends(start, start) : new Ends(steps[0], steps[steps.length - 1]));
        }
        var chosen = new Chosen(chosen(all.sorted(), wanted));
        var found = new ArrayList<Point>();
        for (int i = 0; i < runs.size(); i++) {
            Ends own = ends.get(i);
            String run = runs.get(i);
            var points = new ArrayList<Point>();
            each(run, (value, timestamp, step) -> {
                if (chosen.contains(step) || step == own.first || step == own.last) {
                    points.add(new Point(run, key, value, timestamp, step));
                }
            });
            points.sort(BY_STEP);
            found.addAll(thinned(points, 2 * wanted));
        }
        return found;
    }

    private record Ends(long first, long last) {}

    /** Steps to look up again and again, most often in ascending order: then each costs one comparison. */
    private static final class Chosen {
        private final long[] steps;
        private int next;

        Chosen(long[] ascending) {
            this.steps = ascending;
        }

        boolean contains(long step) {
            if (next > 0 && step <= steps[next - 1]) {
                next = 0;
            }
            if (next < steps.length && steps[next] < step) {
                int found = Arrays.binarySearch(steps, next, steps.length, step);
                next = found < 0 ? -found - 1 : found;
            }
            return next < steps.length && steps[next] == step;
        }
    }

    /** Ascending. */
    private static long[] chosen(long[] steps, int wanted) {
        if (steps.length <= wanted) {
            return steps;
        }
        long[] chosen = new long[wanted + 1];
        for (int i = 0; i < wanted; i++) {
            chosen[i] = steps[(int) ((long) i * steps.length / wanted)];
        }
        chosen[wanted] = steps[steps.length - 1];
        return chosen;
    }

    private static List<Point> thinned(List<Point> points, int most) {
        if (points.size() <= most + 2) {
            return points;
        }
        var thinned = new ArrayList<Point>();
        for (int i = 0; i < most; i++) {
            thinned.add(points.get((int) ((long) i * points.size() / most)));
        }
        thinned.add(points.getLast());
        return thinned;
    }

    private List<Point> points(String run) {
        var points = new ArrayList<Point>();
        each(run, (value, timestamp, step) -> points.add(new Point(run, key, value, timestamp, step)));
        return points;
    }

    @FunctionalInterface
    private interface Each {
        void take(double value, long timestamp, long step);
    }

    /** The run's points in the order they were logged, {@value #MAX_POINTS} at most. */
    private void each(String run, Each each) {
        int[] seen = {0};
        tracking.history(Ids.run(run), project, key, 0, (value, timestamp, step, _, _) -> {
            each.take(value, timestamp, step);
            return ++seen[0] < MAX_POINTS;
        });
    }
}

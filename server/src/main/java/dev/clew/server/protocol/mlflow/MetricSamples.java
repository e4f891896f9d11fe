package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Uid;
import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

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
                found.addAll(points(run, _ -> true).stream()
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
        var all = new TreeSet<Long>();
        var ends = new ArrayList<Set<Long>>();
        for (String run : runs) {
            var own = new TreeSet<Long>();
            points(run, point -> {
                if (point.step >= start && point.step <= end) {
                    own.add(point.step);
                }
                return false;
            });
            all.addAll(own);
            ends.add(own.isEmpty() ? Set.of() : new HashSet<>(List.of(own.first(), own.last())));
        }
        Set<Long> chosen = chosen(all.stream().mapToLong(Long::longValue).toArray(), wanted);
        var found = new ArrayList<Point>();
        for (int i = 0; i < runs.size(); i++) {
            Set<Long> own = ends.get(i);
            var points = points(runs.get(i), point -> chosen.contains(point.step) || own.contains(point.step));
            found.addAll(thinned(points.stream().sorted(BY_STEP).toList(), 2 * wanted));
        }
        return found;
    }

    private static Set<Long> chosen(long[] steps, int wanted) {
        if (steps.length <= wanted) {
            return new HashSet<>(Arrays.stream(steps).boxed().toList());
        }
        var chosen = new HashSet<Long>();
        for (int i = 0; i < wanted; i++) {
            chosen.add(steps[(int) ((long) i * steps.length / wanted)]);
        }
        chosen.add(steps[steps.length - 1]);
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

    private List<Point> points(String run, Predicate<Point> wanted) {
        Uid uid = Ids.run(run);
        var points = new ArrayList<Point>();
        int[] seen = {0};
        tracking.history(uid, project, key, 0, (value, timestamp, step, _, _) -> {
            var point = new Point(run, key, value, timestamp, step);
            if (wanted.test(point)) {
                points.add(point);
            }
            return ++seen[0] < MAX_POINTS;
        });
        return points;
    }
}

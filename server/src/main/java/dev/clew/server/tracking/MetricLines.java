package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * One metric of several runs as lines that a chart can draw at once: read one run after another, thinned while they are read, all over
 * the same cells of the axis. Thread-safe; blocks for the store.
 */
public final class MetricLines {
    public static final int MAX_RUNS = 100;
    public static final int MAX_CELLS = 4_096;

    /** Cells that one answer holds, over all runs: about 4 MB while they are filled. */
    static final int ALL_CELLS = 131_072;

    /** Points that one answer looks at: about two seconds' work. */
    private static final long MAX_POINTS = 20_000_000;

    private final TrackingStore store;
    private final Keys keys;
    private final MetricHistory history;

    MetricLines(TrackingStore store, Keys keys, MetricHistory history) {
        this.store = store;
        this.keys = keys;
        this.history = history;
    }

    /** What lies on the axis across. */
    public enum Axis {
        /** Steps as they were logged. */
        STEP,
        /** Milliseconds since 1970. */
        TIME,
        /** Milliseconds since the run began. */
        RELATIVE
    }

    /**
     * What is asked.
     *
     * @param from least place on the axis, included
     * @param to greatest place on the axis, included
     * @param smoothing weight of what went before in an exponential moving average over all points in the order they were logged, 0
     *     (none) to less than 1; early values are not drawn to zero
     * @param cells most stretches of the axis, 4 to {@value #MAX_CELLS}, and {@value #ALL_CELLS} over all runs; each gives at most two
     *     points
     */
    public record Asked(String metric, List<Uid> runs, Axis axis, long from, long to, double smoothing, int cells) {}

    /** Points of a line in order of place, as columns. */
    public record Columns(long[] at, double[] value) {}

    /**
     * One run's line.
     *
     * @param count points that were logged in this part of the axis
     * @param notFinite how many of them are NaN or infinite, which are not drawn
     * @param complete whether all points were looked at
     */
    public record Line(Uid run, long count, long notFinite, boolean complete, Columns points) {}

    /**
     * Lines in the order of the runs asked for; a run without such points, or out of sight, has none.
     *
     * @param width of a cell of the axis: at 1 no point was left out
     */
    public record Lines(long width, List<Line> lines) {}

    public Lines of(Asked asked, AuthorizedScope scope) {
        long key = keys.names(List.of(asked.metric())).known()[0];
        if (key < 0) {
            return new Lines(1, List.of());
        }
        var runs = new HashMap<Uid, Run>();
        store.runs(asked.runs()).stream()
                .filter(run -> scope.contains(run.scope()))
                .forEach(run -> runs.put(run.uid(), run));
        int cells = Math.min(asked.cells(), ALL_CELLS / Math.max(1, runs.size()));
        var read = new ArrayList<Reading>();
        long left = MAX_POINTS;
        for (Uid uid : asked.runs()) {
            Run run = runs.get(uid);
            if (run != null) {
                var reading = new Reading(asked, run, cells, left);
                history.forEach(run.nid(), key, reading);
                left = reading.left;
                read.add(reading);
            }
        }
        int shift = read.stream().mapToInt(each -> each.thinning.shift()).max().orElse(0);
        return new Lines(
                1L << shift,
                read.stream()
                        .filter(each -> each.thinning.count() > 0)
                        .map(each -> each.line(shift))
                        .toList());
    }

    /** Smooths and thins the points of one run as they come. */
    private static final class Reading implements MetricHistory.Each {
        private final Asked asked;
        private final Run run;
        private final long origin;
        private final Thinning thinning;
        private long left;
        private boolean isComplete = true;
        private double mean;
        private double weight;

        Reading(Asked asked, Run run, int cells, long left) {
            this.asked = asked;
            this.run = run;
            this.origin = asked.axis() == Axis.RELATIVE ? run.startTime() : 0;
            this.thinning = new Thinning(cells);
            this.left = left;
        }

        @Override
        public boolean take(Points points, int i) {
            if (left-- <= 0) {
                left = 0;
                isComplete = false;
                return false;
            }
            double value = smoothed(points.value[i]);
            long at = asked.axis() == Axis.STEP ? points.step[i] : points.ts[i] - origin;
            if (at >= asked.from() && at <= asked.to()) {
                thinning.add(at, value);
            }
            return true;
        }

        private double smoothed(double value) {
            if (asked.smoothing() == 0 || !Double.isFinite(value)) {
                return value;
            }
            mean = mean * asked.smoothing() + (1 - asked.smoothing()) * value;
            weight = weight * asked.smoothing() + (1 - asked.smoothing());
            return mean / weight;
        }

        Line line(int shift) {
            thinning.widenTo(shift);
            return new Line(run.uid(), thinning.count(), thinning.notFinite(), isComplete, thinning.points());
        }
    }
}

package dev.clew.server.tracking;

import java.util.Arrays;

/**
 * The points of one line, thinned while they are read: places on its axis share a cell, and of each cell the least and the most stay, so
 * that no peak is lost. A cell is one place wide at first and twice as wide whenever the line would need more than {@code most} cells; at
 * one place the last point counts. Cells begin at multiples of their width: lines of one width share them. Confined to one thread.
 */
final class Thinning {
    /** At this the cells are four, whatever the places. */
    private static final int WIDEST = 62;

    private final int most;
    private int shift;
    private long low;
    private long high = -1;
    private long[] leastAt;
    private long[] mostAt;
    private double[] least;
    private double[] greatest;
    private boolean[] isFilled;
    private long lastAt = Long.MIN_VALUE;
    private double last;
    private long count;
    private long notFinite;

    /** @param most cells, at least 4 */
    Thinning(int most) {
        this.most = most;
        this.leastAt = new long[most];
        this.mostAt = new long[most];
        this.least = new double[most];
        this.greatest = new double[most];
        this.isFilled = new boolean[most];
    }

    /** Points taken, those that are no numbers among them. */
    long count() {
        return count;
    }

    /** Points that have no place on a chart: NaN and infinities. */
    long notFinite() {
        return notFinite;
    }

    /** Cells are two to this power wide. */
    int shift() {
        return shift;
    }

    void add(long at, double value) {
        count++;
        if (!Double.isFinite(value)) {
            notFinite++;
            return;
        }
        if (at >= lastAt) {
            lastAt = at;
            last = value;
        }
        int i = cellOf(at);
        if (!isFilled[i] || shift == 0) {
            isFilled[i] = true;
            leastAt[i] = at;
            mostAt[i] = at;
            least[i] = value;
            greatest[i] = value;
            return;
        }
        if (value < least[i]) {
            least[i] = value;
            leastAt[i] = at;
        }
        if (value > greatest[i]) {
            greatest[i] = value;
            mostAt[i] = at;
        }
    }

    /** Makes room for the place, widening cells until there is. */
    private int cellOf(long at) {
        while (true) {
            long cell = at >> shift;
            if (high < low) {
                low = cell;
                high = cell;
                return 0;
            }
            long newLow = Math.min(low, cell);
            long newHigh = Math.max(high, cell);
            long span = newHigh - newLow;
            // A span beyond what a long holds is negative here.
            if (span >= 0 && span < most) {
                if (newLow < low) {
                    moveUp((int) (low - newLow));
                }
                low = newLow;
                high = newHigh;
                return (int) (cell - low);
            }
            widenTo(shift + 1);
        }
    }

    private void moveUp(int by) {
        int held = (int) (high - low) + 1;
        System.arraycopy(leastAt, 0, leastAt, by, held);
        System.arraycopy(mostAt, 0, mostAt, by, held);
        System.arraycopy(least, 0, least, by, held);
        System.arraycopy(greatest, 0, greatest, by, held);
        System.arraycopy(isFilled, 0, isFilled, by, held);
        Arrays.fill(isFilled, 0, by, false);
    }

    /** Makes cells wider; narrower they do not get. */
    void widenTo(int wanted) {
        while (shift < Math.min(wanted, WIDEST)) {
            long newLow = low >> 1;
            int held = (int) (high - low) + 1;
            var before = isFilled.clone();
            Arrays.fill(isFilled, false);
            for (int i = 0; i < held; i++) {
                if (before[i]) {
                    join(i, (int) (((low + i) >> 1) - newLow));
                }
            }
            high = high < low ? newLow - 1 : high >> 1;
            low = newLow;
            shift++;
        }
    }

    /** Takes one cell into another of the wider ones, which never lies behind it. */
    private void join(int from, int into) {
        if (!isFilled[into]) {
            isFilled[into] = true;
            leastAt[into] = leastAt[from];
            mostAt[into] = mostAt[from];
            least[into] = least[from];
            greatest[into] = greatest[from];
            return;
        }
        if (least[from] < least[into]) {
            least[into] = least[from];
            leastAt[into] = leastAt[from];
        }
        if (greatest[from] > greatest[into]) {
            greatest[into] = greatest[from];
            mostAt[into] = mostAt[from];
        }
    }

    /** What stays, in order of place: of each cell the least and the most, and the last point of the line. */
    MetricLines.Columns points() {
        int held = (int) (high - low) + 1;
        var at = new long[2 * held + 1];
        var value = new double[2 * held + 1];
        int n = 0;
        for (int i = 0; i < held; i++) {
            if (!isFilled[i]) {
                continue;
            }
            boolean isLeastFirst = leastAt[i] <= mostAt[i];
            at[n] = isLeastFirst ? leastAt[i] : mostAt[i];
            value[n++] = isLeastFirst ? least[i] : greatest[i];
            if (leastAt[i] != mostAt[i]) {
                at[n] = isLeastFirst ? mostAt[i] : leastAt[i];
                value[n++] = isLeastFirst ? greatest[i] : least[i];
            }
        }
        if (n > 0 && at[n - 1] < lastAt) {
            at[n] = lastAt;
            value[n++] = last;
        }
        return new MetricLines.Columns(Arrays.copyOf(at, n), Arrays.copyOf(value, n));
    }
}

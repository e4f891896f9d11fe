package dev.clew.statistics.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adaptive windowing: keeps the longest window of recent values whose older and newer part have the same mean; a change is a cut at which
 * they differ by more than chance allows.
 *
 * <p>Bifet and Gavaldà (2007), "Learning from time-changing data with adaptive windowing", the ADWIN2 variant: values are summarised in
 * an exponential histogram (row i holds blocks of 2ⁱ values), so memory and time per value grow with the logarithm of the window. The
 * cut is |μ₀ − μ₁| &gt; √(2/m·σ²·δ′) + 2/(3m)·δ′ with 1/m = 1/(n₀ − l + 1) + 1/(n₁ − l + 1), δ′ = ln(2·ln n/δ) and l the shortest part.
 * Equal to river 0.26's {@code ADWIN} step by step (golden/streams.json).
 */
public final class Adwin implements ChangeDetector {
    private static final int MAX_ROWS = 62;

    private final Settings settings;
    private final List<Row> rows = new ArrayList<>();
    private double total;
    private double squares;
    private long width;
    private long ticks;
    private boolean changed;
    private long changes;

    /**
     * When a change is a change.
     *
     * @param delta probability of a false alarm per check, in (0, 1)
     * @param clock check every so many values, at least 1
     * @param maxBlocks blocks per row before two of them join, 1 to 255
     * @param shortest values a part of the window needs to be looked at, at least 1
     * @param grace no check before so many values, at least 0
     */
    public record Settings(double delta, int clock, int maxBlocks, int shortest, int grace) {
        /** river's: 0.002, every 32 values, 5 blocks, 5 values, 10 values. */
        public static final Settings DEFAULT = new Settings(0.002, 32, 5, 5, 10);

        /** Refuses values outside their range. */
        public Settings {
            if (!(delta > 0 && delta < 1)
                    || clock < 1
                    || maxBlocks < 1
                    || maxBlocks > 255
                    || shortest < 1
                    || grace < 0) {
                throw new IllegalArgumentException(
                        "ADWIN needs a delta in (0, 1), a clock, shortest part and blocks (up to 255) of at least 1 and a grace of at least 0; it has %s, %d, %d, %d and %d."
                                .formatted(delta, clock, shortest, maxBlocks, grace));
            }
        }
    }

    /** Blocks of one size, the oldest first. */
    private static final class Row {
        private final double[] totals;
        private final double[] squares;
        private int size;

        Row(int maxBlocks) {
            totals = new double[maxBlocks + 1];
            squares = new double[maxBlocks + 1];
        }

        void add(double total, double square) {
            totals[size] = total;
            squares[size++] = square;
        }

        void drop(int count) {
            System.arraycopy(totals, count, totals, 0, size - count);
            System.arraycopy(squares, count, squares, 0, size - count);
            size -= count;
        }
    }

    /** A detector that has seen nothing. */
    public Adwin(Settings settings) {
        this.settings = settings;
        rows.add(new Row(settings.maxBlocks));
    }

    @Override
    public boolean update(double value) {
        ChangeDetector.requireFinite(value);
        if (changed) {
            forget();
        }
        insert(value);
        ticks++;
        changed = ticks % settings.clock == 0 && width > settings.grace && shrink();
        changes += changed ? 1 : 0;
        return changed;
    }

    private void forget() {
        rows.clear();
        rows.add(new Row(settings.maxBlocks));
        total = 0;
        squares = 0;
        width = 0;
        ticks = 0;
        changed = false;
    }

    private void insert(double value) {
        rows.getFirst().add(value, 0);
        width++;
        if (width > 1) {
            double gap = value - total / (width - 1);
            squares += (width - 1) * gap * gap / width;
        }
        total += value;
        join();
    }

    /** Where a row is overfull its two oldest blocks become one of the next row. */
    private void join() {
        for (int i = 0; rows.get(i).size == settings.maxBlocks + 1; i++) {
            Row row = rows.get(i);
            double block = blockSize(i);
            double gap = row.totals[0] / block - row.totals[1] / block;
            if (i + 1 == rows.size()) {
                rows.add(new Row(settings.maxBlocks));
            }
            rows.get(i + 1)
                    .add(row.totals[0] + row.totals[1], row.squares[0] + row.squares[1] + block * 0.5 * gap * gap);
            row.drop(2);
        }
    }

    private static double blockSize(int row) {
        return (double) (1L << row);
    }

    /** Drops the oldest block as long as some cut shows a change. */
    private boolean shrink() {
        boolean any = false;
        while (hasCut()) {
            dropOldest();
            any = true;
        }
        return any;
    }

    private boolean hasCut() {
        double older = 0;
        double newer = width;
        double olderTotal = 0;
        double newerTotal = total;
        for (int i = rows.size() - 1; i >= 0; i--) {
            Row row = rows.get(i);
            for (int k = 0; k < row.size; k++) {
                older += blockSize(i);
                newer -= blockSize(i);
                olderTotal += row.totals[k];
                newerTotal -= row.totals[k];
                if (i == 0 && k == row.size - 1) {
                    return false;
                }
                if (newer >= settings.shortest
                        && older >= settings.shortest
                        && differ(older, newer, olderTotal / older - newerTotal / newer)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean differ(double older, double newer, double gap) {
        double confidence = Math.log(2 * Math.log((double) width) / settings.delta);
        double reciprocal = 1 / (older - settings.shortest + 1) + 1 / (newer - settings.shortest + 1);
        double limit = Math.sqrt(2 * reciprocal * (squares / width) * confidence) + 2.0 / 3 * confidence * reciprocal;
        return Math.abs(gap) > limit;
    }

    private void dropOldest() {
        int last = rows.size() - 1;
        Row row = rows.get(last);
        double block = blockSize(last);
        double mean = row.totals[0] / block;
        width -= 1L << last;
        total -= row.totals[0];
        double gap = mean - total / width;
        squares -= row.squares[0] + block * width * gap * gap / (block + width);
        row.drop(1);
        if (row.size == 0) {
            rows.remove(last);
        }
    }

    @Override
    public long count() {
        return width;
    }

    @Override
    public long changes() {
        return changes;
    }

    @Override
    public double mean() {
        return width == 0 ? 0 : total / width;
    }

    /** Sum of squared deviations from the mean within the window; divided by {@link #count} it is the variance. */
    public double squares() {
        return squares;
    }

    @Override
    public byte[] state() {
        int blocks = rows.stream().mapToInt(row -> row.size).sum();
        // Blocks of the first row are single values: their squares are 0 and not stored.
        int reals = 2 * blocks - rows.getFirst().size;
        var state = ByteBuffer.allocate(2 + (12 + rows.size() + reals) * Long.BYTES)
                .put(State.VERSION)
                .put(State.ADWIN)
                .putDouble(settings.delta)
                .putLong(settings.clock)
                .putLong(settings.maxBlocks)
                .putLong(settings.shortest)
                .putLong(settings.grace)
                .putDouble(total)
                .putDouble(squares)
                .putLong(width)
                .putLong(ticks)
                .putLong(changed ? 1 : 0)
                .putLong(changes)
                .putLong(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            state.putLong(row.size);
            for (int k = 0; k < row.size; k++) {
                state.putDouble(row.totals[k]);
                if (i > 0) {
                    state.putDouble(row.squares[k]);
                }
            }
        }
        return Arrays.copyOf(state.array(), state.position());
    }

    static Adwin read(State.Reader state) {
        var settings = new Settings(
                state.real(),
                state.whole(1, Integer.MAX_VALUE),
                state.whole(1, 255),
                state.whole(1, Integer.MAX_VALUE),
                state.whole(0, Integer.MAX_VALUE));
        var read = new Adwin(settings);
        read.total = state.real();
        read.squares = state.real();
        read.width = state.whole();
        read.ticks = state.whole();
        read.changed = state.whole(0, 1) == 1;
        read.changes = state.whole();
        int rows = state.whole(1, MAX_ROWS);
        read.rows.clear();
        for (int i = 0; i < rows; i++) {
            Row row = new Row(settings.maxBlocks);
            int size = state.whole(0, settings.maxBlocks);
            for (int k = 0; k < size; k++) {
                row.add(state.real(), i > 0 ? state.real() : 0);
            }
            read.rows.add(row);
        }
        state.end();
        return read;
    }
}

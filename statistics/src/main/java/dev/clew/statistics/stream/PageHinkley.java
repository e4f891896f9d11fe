package dev.clew.statistics.stream;

import java.nio.ByteBuffer;

/**
 * Page–Hinkley test: faded sums of the deviations from the running mean, upwards and downwards; a change is a sum that has moved by more
 * than a threshold from its extreme.
 *
 * <p>Page (1954), "Continuous inspection schemes". Equal to river 0.26's {@code PageHinkley(mode="both")} step by step
 * (golden/streams.json).
 */
public final class PageHinkley implements ChangeDetector {
    private final Settings settings;
    private long count;
    private double mean;
    private double up;
    private double down;
    private double lowest = Double.POSITIVE_INFINITY;
    private double highest = -1;
    private boolean changed;
    private long changes;

    /**
     * When a change is a change.
     *
     * @param leastCount values needed before a change can be seen, at least 1
     * @param delta deviation that is tolerated
     * @param threshold how far a sum must move, above 0
     * @param fading weight of the past per step, in (0, 1]
     */
    public record Settings(int leastCount, double delta, double threshold, double fading) {
        /** river's: 30 values, 0.005, 50, 0.9999. */
        public static final Settings DEFAULT = new Settings(30, 0.005, 50, 1 - 0.0001);

        /** Refuses values outside their range. */
        public Settings {
            if (leastCount < 1 || !(threshold > 0) || !(fading > 0 && fading <= 1) || !Double.isFinite(delta)) {
                throw new IllegalArgumentException(
                        "Page-Hinkley needs at least 1 value, a finite delta, a threshold above 0 and a fading in (0, 1]; it has %d, %s, %s and %s."
                                .formatted(leastCount, delta, threshold, fading));
            }
        }
    }

    /** A detector that has seen nothing. */
    public PageHinkley(Settings settings) {
        this.settings = settings;
    }

    @Override
    public boolean update(double value) {
        ChangeDetector.requireFinite(value);
        if (changed) {
            forget();
        }
        count++;
        mean += 1.0 / count * (value - mean);
        double gap = value - mean;
        up = settings.fading * up + gap - settings.delta;
        down = settings.fading * down + gap + settings.delta;
        lowest = Math.min(lowest, up);
        highest = Math.max(highest, down);
        changed = count >= settings.leastCount
                && (up - lowest > settings.threshold || highest - down > settings.threshold);
        changes += changed ? 1 : 0;
        return changed;
    }

    private void forget() {
        count = 0;
        mean = 0;
        up = 0;
        down = 0;
        lowest = Double.POSITIVE_INFINITY;
        highest = -1;
        changed = false;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long changes() {
        return changes;
    }

    @Override
    public double mean() {
        return mean;
    }

    @Override
    public byte[] state() {
        return ByteBuffer.allocate(2 + 12 * Long.BYTES)
                .put(State.VERSION)
                .put(State.PAGE_HINKLEY)
                .putLong(settings.leastCount)
                .putDouble(settings.delta)
                .putDouble(settings.threshold)
                .putDouble(settings.fading)
                .putLong(count)
                .putDouble(mean)
                .putDouble(up)
                .putDouble(down)
                .putDouble(lowest)
                .putDouble(highest)
                .putLong(changed ? 1 : 0)
                .putLong(changes)
                .array();
    }

    static PageHinkley read(State.Reader state) {
        var settings = new Settings(state.whole(1, Integer.MAX_VALUE), state.real(), state.real(), state.real());
        var read = new PageHinkley(settings);
        read.count = state.whole();
        read.mean = state.real();
        read.up = state.real();
        read.down = state.real();
        read.lowest = state.real();
        read.highest = state.real();
        read.changed = state.whole(0, 1) == 1;
        read.changes = state.whole();
        state.end();
        return read;
    }
}

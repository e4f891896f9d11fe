package dev.clew.server.common;

/**
 * An allowance that fills up evenly until it is full. It may be overdrawn: who asks while anything is left gets what he asks for, and waits
 * afterwards. Thread-safe; times are of {@link System#nanoTime} or any clock that does not go back.
 */
public final class Bucket {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double most;
    private double left;
    private long at;

    /** @param most what is there when it is full, as it is at first */
    public Bucket(double perSecond, double most, long nowNanos) {
        this.perSecond = perSecond;
        this.most = most;
        this.left = most;
        this.at = nowNanos;
    }

    /** Nanoseconds until so much is there; 0 when it is. */
    public synchronized long nanosUntil(double amount, long nowNanos) {
        refill(nowNanos);
        return left >= amount ? 0 : (long) Math.ceil((amount - left) / perSecond * NANOS);
    }

    public synchronized void take(double amount, long nowNanos) {
        refill(nowNanos);
        left -= amount;
    }

    /** Whether nothing was taken lately, so that it need not be kept. */
    public synchronized boolean isFull(long nowNanos) {
        refill(nowNanos);
        return left >= most;
    }

    private void refill(long nowNanos) {
        if (nowNanos > at) {
            left = Math.min(most, left + (nowNanos - at) / NANOS * perSecond);
            at = nowNanos;
        }
    }
}

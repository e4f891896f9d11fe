package dev.clew.server.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Tells on standard error how far long work has come: after a second, then once a second. Confined to one thread. */
final class Progress implements LongConsumer {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LOOK_EVERY = 1_024;

    private final String what;
    private final long total;
    private final long started = System.nanoTime();
    private long saidAt = started;
    private long calls;

    /** @param total 0 when it is not known */
    Progress(String what, long total) {
        this.what = what;
        this.total = total;
    }

    @Override
    public void accept(long done) {
        if (++calls % LOOK_EVERY != 0 || System.nanoTime() - saidAt < EVERY_NANOS) {
            return;
        }
        saidAt = System.nanoTime();
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(saidAt - started));
        Console.warn(
                total > 0
                        ? "%,d of %,d %s, %,d a second".formatted(done, total, what, done * 1_000 / millis)
                        : "%,d %s, %,d a second".formatted(done, what, done * 1_000 / millis));
    }
}

package dev.clew.server.cli;

import dev.clew.quality.table.Progress;
import java.util.concurrent.atomic.AtomicLong;

/** One line on a terminal that says how far long work has come; silent elsewhere and while work is short. Thread-safe. */
final class TerminalProgress implements Progress {
    private static final long AFTER_NANOS = 1_000_000_000;
    private static final long EVERY_NANOS = 200_000_000;

    private final long started = System.nanoTime();
    private final AtomicLong saidAt = new AtomicLong(started + AFTER_NANOS - EVERY_NANOS);

    private TerminalProgress() {}

    /** For a terminal; hears nothing otherwise. */
    static Progress onTerminal() {
        var console = System.console();
        return console != null && console.isTerminal() ? new TerminalProgress() : Progress.NONE;
    }

    @Override
    public void at(String stage, double share) {
        long now = System.nanoTime();
        long before = saidAt.get();
        if (now - before < EVERY_NANOS || !saidAt.compareAndSet(before, now)) {
            return;
        }
        String percent = Double.isNaN(share) ? "" : " %3.0f %%".formatted(share * 100);
        System.err.print("\r\u001B[K" + stage + percent + (share >= 1 ? "\r\u001B[K" : ""));
        System.err.flush();
    }
}

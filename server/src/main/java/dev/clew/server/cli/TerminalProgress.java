package dev.clew.server.cli;

import dev.clew.quality.table.Progress;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One line on a terminal that says how far long work has come; silent elsewhere and while work is short. It stands on standard error, so
 * that it is seen while the answer goes into a file, and gives way to what is printed. Thread-safe.
 */
final class TerminalProgress implements Progress {
    private static final long AFTER_NANOS = 1_000_000_000;
    private static final long EVERY_NANOS = 200_000_000;
    private static final String EMPTY_LINE = "\r\u001B[K";
    private static final Object LINE = new Object();
    private static boolean isShown;

    private final AtomicLong saidAt = new AtomicLong(System.nanoTime() + AFTER_NANOS - EVERY_NANOS);

    private TerminalProgress() {}

    /** For a terminal; hears nothing otherwise. */
    static Progress onTerminal() {
        return isTerminal() ? new TerminalProgress() : Progress.NONE;
    }

    /** The launcher looks at standard error; the virtual machine itself knows only whether standard input and output are one. */
    private static boolean isTerminal() {
        var console = System.console();
        return "1".equals(System.getenv("CLEW_TERMINAL")) || console != null && console.isTerminal();
    }

    @Override
    public void at(String stage, double share) {
        long now = System.nanoTime();
        long before = saidAt.get();
        if (now - before < EVERY_NANOS || !saidAt.compareAndSet(before, now)) {
            return;
        }
        String percent = Double.isNaN(share) ? "" : " %3.0f %%".formatted(share * 100);
        synchronized (LINE) {
            System.err.print(EMPTY_LINE + stage + percent);
            System.err.flush();
            isShown = true;
        }
    }

    /** Takes the line away, before something else is printed. */
    static void clear() {
        synchronized (LINE) {
            if (isShown) {
                System.err.print(EMPTY_LINE);
                System.err.flush();
                isShown = false;
            }
        }
    }
}

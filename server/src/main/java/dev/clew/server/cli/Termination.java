package dev.clew.server.cli;

import java.util.concurrent.CountDownLatch;

/**
 * The end of a process that serves, by SIGTERM or Ctrl-C: what was accepted is finished, then the exit code is 0. Closing in the hook of the
 * runtime lets everything be answered; halting there makes the code 0 instead of 143.
 */
public final class Termination {
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Termination() {}

    /** Closes with this when the process is told to end. */
    public static Termination closing(Runnable close) {
        var termination = new Termination();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            close.run();
            termination.stopped.countDown();
            Runtime.getRuntime().halt(ExitCode.OK);
        }));
        return termination;
    }

    /** Waits until then. */
    public void await() throws InterruptedException {
        stopped.await();
    }
}

package dev.clew.explain.internal;

import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Runs the same work in several threads; the workers share it out themselves. */
public final class Parallel {
    private Parallel() {}

    /** Runs {@code worker} in the calling thread and in {@code threads − 1} others; throws what the first failure threw. */
    public static void run(int threads, Runnable worker) {
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var others = new ArrayList<Thread>();
        for (int i = 1; i < threads; i++) {
            others.add(Thread.ofPlatform().daemon().name("explain-" + i).start(() -> guarded(worker, failures)));
        }
        guarded(worker, failures);
        boolean interrupted = false;
        for (Thread other : others) {
            while (other.isAlive()) {
                try {
                    other.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (failures.peek()) {
            case null -> {}
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            case Throwable failure -> throw new IllegalStateException("a worker failed", failure);
        }
    }

    private static void guarded(Runnable worker, ConcurrentLinkedQueue<Throwable> failures) {
        try {
            worker.run();
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }
}

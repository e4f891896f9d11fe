package dev.clew.server.protocol.mlflow;

import java.util.Arrays;

/**
 * Steps, each once, without an object for each. Those of a training run come in order, so that hardly anything is ever sorted. Confined
 * to one thread.
 *
 * <p>Beyond {@value #MOST} different ones every other is let go, as often as needed: an even choice among those that stay is as good.
 */
final class StepSet {
    static final int MOST = 2_000_000;

    private long[] steps = new long[1_024];
    private int size;
    private boolean ascending = true;

    void add(long step) {
        if (size > 0 && step <= steps[size - 1]) {
            if (step == steps[size - 1]) {
                return;
            }
            ascending = false;
        }
        if (size == steps.length) {
            tidy();
            if (size > steps.length / 2) {
                steps = Arrays.copyOf(steps, steps.length * 2);
            }
        }
        ascending &= size == 0 || step > steps[size - 1];
        steps[size++] = step;
    }

    void addAll(long[] more) {
        if (size == 0) {
            steps = more.length == 0 ? steps : more.clone();
            size = more.length;
            return;
        }
        for (long step : more) {
            add(step);
        }
    }

    /** Ascending, each once. */
    long[] sorted() {
        tidy();
        return Arrays.copyOf(steps, size);
    }

    private void tidy() {
        if (!ascending) {
            Arrays.sort(steps, 0, size);
            int kept = 0;
            for (int i = 0; i < size; i++) {
                if (kept == 0 || steps[i] != steps[kept - 1]) {
                    steps[kept++] = steps[i];
                }
            }
            size = kept;
            ascending = true;
        }
        while (size > MOST) {
            for (int i = 0; i < size; i += 2) {
                steps[i / 2] = steps[i];
            }
            size = (size + 1) / 2;
        }
    }
}

package dev.clew.statistics.draw;

import java.util.random.RandomGenerator;

/** Successes of independent trials: exact where fewer than 64 are expected on a side, else the rounded normal limit. Stateless. */
public final class BinomialDraw {
    private static final int EXACT_UP_TO = 64;

    private BinomialDraw() {}

    /**
     * One draw.
     *
     * @param trials at least 0
     * @param p probability of a success; below 0 and above 1 count as these
     */
    public static long next(RandomGenerator random, long trials, double p) {
        if (trials <= 0 || p <= 0) {
            return 0;
        }
        if (p >= 1) {
            return trials;
        }
        double smaller = Math.min(p, 1 - p);
        long count = trials * smaller < EXACT_UP_TO
                ? byWaiting(random, trials, smaller)
                : Math.clamp(
                        Math.round(
                                trials * smaller + random.nextGaussian() * Math.sqrt(trials * smaller * (1 - smaller))),
                        0L,
                        trials);
        return p <= 0.5 ? count : trials - count;
    }

    /** Devroye (1986), p. 525: sums geometric waiting times, expected time n·p. */
    private static long byWaiting(RandomGenerator random, long trials, double p) {
        double log = Math.log1p(-p);
        long passed = 0;
        long count = -1;
        while (passed <= trials) {
            passed += (long) Math.min(Math.log1p(-random.nextDouble()) / log, (double) trials) + 1;
            count++;
        }
        return count;
    }
}

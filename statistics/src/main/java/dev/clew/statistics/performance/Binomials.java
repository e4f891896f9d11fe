package dev.clew.statistics.performance;

import java.util.random.RandomGenerator;

/** Binomial draws for parametric redraws of counts: exact for few trials, the rounded normal limit for many. */
final class Binomials {
    private static final int EXACT_UP_TO = 64;

    private Binomials() {}

    static long draw(RandomGenerator random, long trials, double p) {
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

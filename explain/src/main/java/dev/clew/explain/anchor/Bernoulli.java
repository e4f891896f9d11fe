package dev.clew.explain.anchor;

/**
 * Confidence bounds of a share by the Kullback–Leibler divergence of Bernoulli distributions (Kaufmann and Kalyanakrishnan,
 * "Information complexity in bandit subset selection", COLT 2013, section 4): all q with n · KL(share, q) ≤ level.
 */
final class Bernoulli {
    private static final int STEPS = 60;

    private Bernoulli() {}

    static double divergence(double p, double q) {
        double p1 = Math.clamp(p, 1e-16, 1 - 1e-16);
        double q1 = Math.clamp(q, 1e-16, 1 - 1e-16);
        return p1 * StrictMath.log(p1 / q1) + (1 - p1) * StrictMath.log((1 - p1) / (1 - q1));
    }

    /** Largest share that {@code level} does not exclude; 1 without samples. */
    static double upper(double share, long samples, double level) {
        return bound(share, samples, level, 1);
    }

    /** Least share that {@code level} does not exclude; 0 without samples. */
    static double lower(double share, long samples, double level) {
        return bound(share, samples, level, 0);
    }

    private static double bound(double share, long samples, double level, double end) {
        if (samples == 0) {
            return end;
        }
        double inside = share;
        double outside = end;
        for (int i = 0; i < STEPS; i++) {
            double middle = (inside + outside) / 2;
            if (divergence(share, middle) * samples > level) {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        return inside;
    }
}

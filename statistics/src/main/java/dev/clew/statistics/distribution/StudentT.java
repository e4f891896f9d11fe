package dev.clew.statistics.distribution;

/** Student's t distribution. Stateless, thread-safe; accuracy as {@link Beta}. */
public final class StudentT {
    private StudentT() {}

    /**
     * P(|T| &gt; |t|).
     *
     * @param t the statistic; ±∞ gives 0, NaN gives NaN
     * @param degrees degrees of freedom, above 0
     */
    public static double twoSided(double t, double degrees) {
        if (Double.isInfinite(t)) {
            return 0;
        }
        double square = t * t;
        return Beta.regularized(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square));
    }

    /**
     * The t with P(|T| &gt; t) = alpha, by bisection to the last bits of what {@link #twoSided} resolves.
     *
     * @param alpha in (0, 1)
     * @param degrees degrees of freedom, above 0
     * @return above 0; NaN outside the domain
     */
    public static double twoSidedQuantile(double alpha, double degrees) {
        if (!(alpha > 0 && alpha < 1 && degrees > 0)) {
            return Double.NaN;
        }
        double low = 0;
        double high = 1;
        while (twoSided(high, degrees) > alpha) {
            low = high;
            high *= 2;
        }
        while (true) {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high) {
                return middle;
            }
            if (twoSided(middle, degrees) > alpha) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}

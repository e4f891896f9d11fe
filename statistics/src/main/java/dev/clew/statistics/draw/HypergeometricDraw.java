package dev.clew.statistics.draw;

import dev.clew.statistics.distribution.Hypergeometric;
import java.util.random.RandomGenerator;

/** How many marked items a sample without replacement holds, by inversion outwards from the mode. Stateless. */
public final class HypergeometricDraw {
    private HypergeometricDraw() {}

    /**
     * One draw.
     *
     * @param marked items that count, at least 0
     * @param unmarked other items, at least 0
     * @param draws size of the sample, at most all items
     */
    public static long next(RandomGenerator random, long marked, long unmarked, long draws) {
        long low = Math.max(0, draws - unmarked);
        long high = Math.min(marked, draws);
        if (low == high) {
            return low;
        }
        long mode = Math.clamp((long) ((draws + 1.0) * (marked + 1.0) / (marked + unmarked + 2.0)), low, high);
        double u = random.nextDouble();
        double massUp = Hypergeometric.mass(mode, marked, unmarked, draws);
        double massDown = massUp;
        u -= massUp;
        long up = mode;
        long down = mode;
        while (u > 0 && (up < high || down > low)) {
            if (up < high) {
                massUp *= (double) (marked - up) * (draws - up) / ((up + 1.0) * (unmarked - draws + up + 1));
                up++;
                u -= massUp;
                if (u <= 0) {
                    return up;
                }
            }
            if (down > low) {
                massDown *= (double) down * (unmarked - draws + down) / ((marked - down + 1.0) * (draws - down + 1));
                down--;
                u -= massDown;
                if (u <= 0) {
                    return down;
                }
            }
        }
        return mode;
    }
}

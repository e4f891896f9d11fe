package dev.clew.statistics.sketch;

import java.util.random.RandomGenerator;

/**
 * Random numbers whose state is one number that can be stored: SplitMix64 (Steele, Lea, Flood 2014). The stream itself stirs the state, so
 * that one stream draws alike every time and two streams do not. Confined to one thread.
 */
final class Draws implements RandomGenerator {
    private long state = 0x9E3779B97F4A7C15L;

    long state() {
        return state;
    }

    void restore(long stored) {
        state = stored;
    }

    void stir(double value) {
        // Multiplied, since differences that recur would cancel in what is only shifted and added without carry.
        long mixed = (state ^ Double.doubleToRawLongBits(value)) * 0xD1342543DE82EF95L;
        state = mixed ^ (mixed >>> 29);
    }

    @Override
    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** In (0, 1], so that its logarithm is finite. */
    @Override
    public double nextDouble() {
        return ((nextLong() >>> 11) + 1) * 0x1.0p-53;
    }

    /** Of the gamma distribution, by Marsaglia and Tsang (2000), for a shape of at least 1. */
    double gamma(double shape) {
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = nextGaussian();
            double v = 1 + c * x;
            v = v * v * v;
            if (v > 0 && Math.log(nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }
}

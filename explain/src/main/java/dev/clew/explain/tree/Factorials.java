package dev.clew.explain.tree;

/** The weights of interventional attributions, as products that neither overflow nor cancel. */
final class Factorials {
    private static final int KNOWN = 64;
    private static final double[][] POSITIVE = new double[KNOWN][KNOWN];

    static {
        for (int a = 1; a < KNOWN; a++) {
            for (int b = 0; b < KNOWN; b++) {
                POSITIVE[a][b] = compute(a, b);
            }
        }
    }

    private Factorials() {}

    /** (a−1)!·b!/(a+b)!, a ≥ 1. */
    static double positive(int a, int b) {
        return a < KNOWN && b < KNOWN ? POSITIVE[a][b] : compute(a, b);
    }

    /** a!·(b−1)!/(a+b)!, b ≥ 1. */
    static double negative(int a, int b) {
        return positive(b, a);
    }

    /** 1/a times the product of i/(a+i) for i = 1 … b. */
    private static double compute(int a, int b) {
        double value = 1.0 / a;
        for (int i = 1; i <= b; i++) {
            value *= (double) i / (a + i);
        }
        return value;
    }
}

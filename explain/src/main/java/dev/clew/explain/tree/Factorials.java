package dev.clew.explain.tree;

/** The weights of interventional attributions and interactions, as products that neither overflow nor cancel. */
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

    /** ½·(a−2)!·b!/(a+b−1)!, a ≥ 2: interaction of two features on the same side. */
    static double alike(int a, int b) {
        return positive(a - 1, b) / 2;
    }

    /** −½·(a−1)!·(b−1)!/(a+b−1)!, a and b ≥ 1: interaction of features on different sides. */
    static double mixed(int a, int b) {
        return -positive(a, b - 1) / 2;
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

package dev.clew.explain.model;

/** Training weights of nodes, NaN where unknown; kept as floats where that loses nothing, as the files of XGBoost hold them. Immutable. */
final class Covers {
    private final float[] narrow;
    private final double[] wide;

    private Covers(float[] narrow, double[] wide) {
        this.narrow = narrow;
        this.wide = wide;
    }

    /** The first {@code count} of these. */
    static Covers of(double[] covers, int count) {
        float[] narrow = new float[count];
        for (int v = 0; v < count; v++) {
            narrow[v] = (float) covers[v];
            if (Double.compare(narrow[v], covers[v]) != 0) {
                return new Covers(new float[0], java.util.Arrays.copyOf(covers, count));
            }
        }
        return new Covers(narrow, new double[0]);
    }

    double of(int node) {
        return wide.length == 0 ? narrow[node] : wide[node];
    }

    /** Whether every node has one. */
    boolean areKnown() {
        for (int v = 0; v < Math.max(narrow.length, wide.length); v++) {
            if (Double.isNaN(of(v))) {
                return false;
            }
        }
        return true;
    }
}

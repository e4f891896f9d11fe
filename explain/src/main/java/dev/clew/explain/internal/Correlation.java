package dev.clew.explain.internal;

import dev.clew.explain.model.Rows;

/** Pearson's correlation of two features. */
public final class Correlation {
    private Correlation() {}

    /** In [−1, 1], over rows where both are present; 0 for constants. */
    public static double of(Rows rows, int a, int b) {
        double n = 0;
        double meanA = 0;
        double meanB = 0;
        for (int i = 0; i < rows.count(); i++) {
            if (!Double.isNaN(rows.get(i, a)) && !Double.isNaN(rows.get(i, b))) {
                n++;
                meanA += rows.get(i, a);
                meanB += rows.get(i, b);
            }
        }
        meanA /= Math.max(1, n);
        meanB /= Math.max(1, n);
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < rows.count(); i++) {
            double x = rows.get(i, a) - meanA;
            double y = rows.get(i, b) - meanB;
            if (!Double.isNaN(x) && !Double.isNaN(y)) {
                ab += x * y;
                aa += x * x;
                bb += y * y;
            }
        }
        return aa > 0 && bb > 0 ? Math.clamp(ab / Math.sqrt(aa * bb), -1, 1) : 0;
    }
}

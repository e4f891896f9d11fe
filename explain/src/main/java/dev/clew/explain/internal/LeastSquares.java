package dev.clew.explain.internal;

/** Weighted linear least squares, optionally with a penalty on the squared coefficients; solved by Cholesky. */
public final class LeastSquares {
    private LeastSquares() {}

    /** @param singular whether the equations had no unique solution, so that the shortest step was forced by a tiny penalty */
    @SuppressWarnings("ArrayRecordComponent")
    public record Solution(double[] coefficients, boolean singular) {}

    /**
     * Minimises Σ w (y − x·b)² + penalty · Σ b².
     *
     * @param x rows × columns
     */
    public static Solution solve(double[][] x, double[] y, double[] w, double penalty) {
        int n = x.length == 0 ? 0 : x[0].length;
        double[][] a = new double[n][n];
        double[] b = new double[n];
        for (int s = 0; s < x.length; s++) {
            for (int i = 0; i < n; i++) {
                double wx = w[s] * x[s][i];
                if (wx == 0) {
                    continue;
                }
                b[i] += wx * y[s];
                for (int j = 0; j <= i; j++) {
                    a[i][j] += wx * x[s][j];
                }
            }
        }
        double trace = 0;
        for (int i = 0; i < n; i++) {
            a[i][i] += penalty;
            trace += a[i][i];
        }
        double[] solution = cholesky(a, b, 0);
        if (solution.length == n) {
            return new Solution(solution, false);
        }
        double ridge = Math.max(1e-12, trace / Math.max(1, n) * 1e-10);
        double[] forced = cholesky(a, b, ridge);
        return new Solution(forced.length == n ? forced : new double[n], true);
    }

    /** Solves with the lower triangle of {@code a}; longer than {@code b} if it is not positive definite. */
    public static double[] cholesky(double[][] a, double[] b, double ridge) {
        int n = b.length;
        double[][] l = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j] + (i == j ? ridge : 0);
                for (int k = 0; k < j; k++) {
                    sum -= l[i][k] * l[j][k];
                }
                if (i != j) {
                    l[i][j] = sum / l[j][j];
                } else if (sum > 1e-13 * Math.abs(a[i][i]) && sum > 0) {
                    l[i][i] = Math.sqrt(sum);
                } else {
                    return new double[n + 1];
                }
            }
        }
        double[] x = b.clone();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= l[i][k] * x[k];
            }
            x[i] /= l[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                x[i] -= l[k][i] * x[k];
            }
            x[i] /= l[i][i];
        }
        return x;
    }
}

package dev.clew.explain.tree;

import org.jspecify.annotations.Nullable;

/**
 * The inner loops of {@link BlockKernel}: plain counted loops over the first {@code n} elements of whole arrays, which is
 * the form that HotSpot turns into vector instructions. One method each, so that each is compiled on its own.
 *
 * <p>{@code c, h, to, sum} hold one quadrature node; {@code at} is its F0 in the constants {@code a} and {@code k} their
 * stride. {@code p} is null for nodes that have no earlier edge on their feature, and they have no F0 then.
 */
final class Loops {
    private Loops() {}

    /** m = the rank is below the bound. */
    private static void below(int[] rank, int bound, double[] m, int n) {
        for (int j = 0; j < n; j++) {
            m[j] = (rank[j] - bound) >>> 31;
        }
    }

    static void below(int[] rank, int bound, double @Nullable [] p, double[] m, int n) {
        if (p == null) {
            below(rank, bound, m, n);
            return;
        }
        for (int j = 0; j < n; j++) {
            m[j] = p[j] * ((rank[j] - bound) >>> 31);
        }
    }

    /** The right edge is taken where the left one is not. */
    private static void complement(double[] m, double[] to, int n) {
        for (int j = 0; j < n; j++) {
            to[j] = 1 - m[j];
        }
    }

    static void difference(double @Nullable [] p, double[] m, double[] to, int n) {
        if (p == null) {
            complement(m, to, n);
            return;
        }
        for (int j = 0; j < n; j++) {
            to[j] = p[j] - m[j];
        }
    }

    /** Of every quadrature node: to = c · factor. */
    static void extend(
            double[][] c, double[][] to, double[] a, int at, int k, double @Nullable [] p, double[] m, int n) {
        for (int i = 0; i < k; i++) {
            if (p == null) {
                extend(c[i], to[i], a, at + i, k, m, n);
            } else {
                extend(c[i], to[i], a, at + i, k, p, m, n);
            }
        }
    }

    private static void extend(double[] c, double[] to, double[] a, int at, int k, double[] m, int n) {
        double f1 = a[at + k];
        double f2 = a[at + 2 * k];
        for (int j = 0; j < n; j++) {
            to[j] = c[j] * Math.fma(m[j], f2, f1);
        }
    }

    private static void extend(double[] c, double[] to, double[] a, int at, int k, double[] p, double[] m, int n) {
        double f0 = a[at];
        double f1 = a[at + k];
        double f2 = a[at + 2 * k];
        for (int j = 0; j < n; j++) {
            to[j] = c[j] * Math.fma(m[j], f2, Math.fma(p[j], f1, f0));
        }
    }

    /** Leaves: sum += c · credit, c = c · factor. */
    private static void leaf(double[] c, double[] sum, double[] a, int at, int k, double[] m, int n) {
        double f1 = a[at + k];
        double f2 = a[at + 2 * k];
        double c1 = a[at + 3 * k];
        double c2 = a[at + 4 * k];
        for (int j = 0; j < n; j++) {
            double x = c[j];
            double left = m[j];
            sum[j] = Math.fma(x, Math.fma(left, c2, c1), sum[j]);
            c[j] = x * Math.fma(left, f2, f1);
        }
    }

    static void leaf(double[] c, double[] sum, double[] a, int at, int k, double @Nullable [] p, double[] m, int n) {
        if (p == null) {
            leaf(c, sum, a, at, k, m, n);
            return;
        }
        double f0 = a[at];
        double f1 = a[at + k];
        double f2 = a[at + 2 * k];
        double c1 = a[at + 3 * k];
        double c2 = a[at + 4 * k];
        for (int j = 0; j < n; j++) {
            double x = c[j];
            double left = m[j];
            double open = p[j];
            sum[j] = Math.fma(x, Math.fma(left, c2, open * c1), sum[j]);
            c[j] = x * Math.fma(left, f2, Math.fma(open, f1, f0));
        }
    }

    /** A subtree beside another: sum += h · credit, to = c + h. */
    private static void join(
            double[] c, double[] h, double[] to, double[] sum, double[] a, int at, int k, double[] m, int n) {
        double c1 = a[at + 3 * k];
        double c2 = a[at + 4 * k];
        for (int j = 0; j < n; j++) {
            double x = h[j];
            sum[j] = Math.fma(x, Math.fma(m[j], c2, c1), sum[j]);
            to[j] = c[j] + x;
        }
    }

    static void join(
            double[] c,
            double[] h,
            double[] to,
            double[] sum,
            double[] a,
            int at,
            int k,
            double @Nullable [] p,
            double[] m,
            int n) {
        if (p == null) {
            join(c, h, to, sum, a, at, k, m, n);
            return;
        }
        double c1 = a[at + 3 * k];
        double c2 = a[at + 4 * k];
        for (int j = 0; j < n; j++) {
            double x = h[j];
            sum[j] = Math.fma(x, Math.fma(m[j], c2, p[j] * c1), sum[j]);
            to[j] = c[j] + x;
        }
    }

    /** sum += h · credit. */
    private static void credit(double[] h, double[] sum, double[] a, int at, int k, double[] m, int n) {
        double c1 = a[at + 3 * k];
        double c2 = a[at + 4 * k];
        for (int j = 0; j < n; j++) {
            sum[j] = Math.fma(h[j], Math.fma(m[j], c2, c1), sum[j]);
        }
    }

    static void credit(double[] h, double[] sum, double[] a, int at, int k, double @Nullable [] p, double[] m, int n) {
        if (p == null) {
            credit(h, sum, a, at, k, m, n);
            return;
        }
        double c1 = a[at + 3 * k];
        double c2 = a[at + 4 * k];
        for (int j = 0; j < n; j++) {
            sum[j] = Math.fma(h[j], Math.fma(m[j], c2, p[j] * c1), sum[j]);
        }
    }

    /** to = base + mask · step. */
    static void blend(double[] mask, double base, double step, double[] to, int n) {
        for (int j = 0; j < n; j++) {
            to[j] = Math.fma(mask[j], step, base);
        }
    }

    static void add(double[] from, double[] sum, int n) {
        for (int j = 0; j < n; j++) {
            sum[j] += from[j];
        }
    }

    static void multiplyAdd(double[] x, double[] y, double[] sum, int n) {
        for (int j = 0; j < n; j++) {
            sum[j] = Math.fma(x[j], y[j], sum[j]);
        }
    }
}

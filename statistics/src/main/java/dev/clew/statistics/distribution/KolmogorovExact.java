package dev.clew.statistics.distribution;

/** The two exact algorithms for P(D_n ≤ x) of small samples or small statistics. */
final class KolmogorovExact {
    private static final int SCALE_BITS = 128;
    private static final double BIG = 0x1p128;
    private static final double SMALL = 0x1p-128;

    private KolmogorovExact() {}

    /**
     * Durbin's matrix in the form of Marsaglia, Tsang and Wang (2003), "Evaluating Kolmogorov's Distribution": the middle
     * element of n!/nⁿ·Hⁿ, where x = (k − h)/n and H has 2k − 1 rows.
     */
    static double durbin(int n, double x) {
        double nx = n * x;
        if (nx <= 0.5) {
            return 0;
        }
        int k = (int) Math.ceil(nx);
        int m = 2 * k - 1;
        double[] matrix = durbinMatrix(k - nx, m);
        double[] power = identity(m);
        int powerExponent = 0;
        int exponent = 0;
        int middle = (k - 1) * m + k - 1;
        for (int rest = n; rest > 0; rest /= 2) {
            if (rest % 2 == 1) {
                power = multiply(power, matrix, m);
                powerExponent += exponent;
            }
            matrix = multiply(matrix, matrix, m);
            exponent *= 2;
            if (Math.abs(matrix[middle]) > BIG) {
                for (int i = 0; i < matrix.length; i++) {
                    matrix[i] *= SMALL;
                }
                exponent += SCALE_BITS;
            }
        }
        double p = power[middle];
        for (int i = 1; i <= n; i++) {
            p = i * p / n;
            if (Math.abs(p) < SMALL) {
                p *= BIG;
                powerExponent -= SCALE_BITS;
            }
        }
        return Math.scalb(p, powerExponent);
    }

    private static double[] durbinMatrix(double h, int m) {
        double[] column = new double[m];
        double[] reciprocalFactorials = new double[m];
        double factor = 1;
        for (int j = 1; j <= m; j++) {
            reciprocalFactorials[j - 1] = factor;
            factor /= j;
            column[j - 1] = (1 - Math.pow(h, j)) * factor;
        }
        column[m - 1] = (1 + Math.pow(Math.max(2 * h - 1, 0), m) - 2 * Math.pow(h, m)) * factor;
        double[] matrix = new double[m * m];
        for (int i = 1; i < m; i++) {
            for (int row = i - 1; row < m; row++) {
                matrix[row * m + i] = reciprocalFactorials[row - i + 1];
            }
        }
        for (int row = 0; row < m; row++) {
            matrix[row * m] = column[row];
        }
        for (int i = 0; i < m; i++) {
            matrix[(m - 1) * m + i] = column[m - 1 - i];
        }
        return matrix;
    }

    private static double[] identity(int m) {
        double[] matrix = new double[m * m];
        for (int i = 0; i < m; i++) {
            matrix[i * m + i] = 1;
        }
        return matrix;
    }

    private static double[] multiply(double[] left, double[] right, int m) {
        double[] product = new double[m * m];
        for (int i = 0; i < m; i++) {
            for (int k = 0; k < m; k++) {
                double factor = left[i * m + k];
                if (factor != 0) {
                    for (int j = 0; j < m; j++) {
                        product[i * m + j] += factor * right[k * m + j];
                    }
                }
            }
        }
        return product;
    }

    /**
     * Pomeranz (1974), algorithm 487, in the form of Simard and L'Ecuyer section 2.3: 2n + 2 rows, each the one before convolved
     * with one of three Poisson-like weights; rows are rescaled so that nothing underflows.
     */
    static double pomeranz(int n, double x) {
        double t = n * x;
        int whole = (int) Math.floor(t);
        double fraction = t - whole;
        double g = Math.min(fraction, 1 - fraction);
        int size = 2 * (whole + 1);
        double[][] weights = {powers(g / n, size), powers(2 * g / n, size), powers((1 - 2 * g) / n, size)};
        double[] row = new double[n + 1];
        double[] next = new double[n + 1];
        row[0] = 1;
        int exponent = 0;
        int from = 0;
        int to = Math.max(0, lastColumn(0, n, whole, fraction));
        for (int i = 1; i <= 2 * n + 1; i++) {
            int first = firstColumn(i, n, whole, fraction);
            int last = lastColumn(i, n, whole, fraction);
            double[] weight = i == 1 || i == 2 * n + 1 ? weights[0] : i % 2 == 1 ? weights[1] : weights[2];
            double top = 0;
            java.util.Arrays.fill(next, 0);
            for (int j = first; j <= last; j++) {
                double sum = 0;
                for (int s = Math.max(from, j - size + 1); s <= Math.min(j, to); s++) {
                    sum += row[s] * weight[j - s];
                }
                next[j] = sum;
                top = Math.max(top, sum);
            }
            if (top > 0 && top < SMALL) {
                for (int j = first; j <= last; j++) {
                    next[j] *= BIG;
                }
                exponent -= SCALE_BITS;
            }
            double[] swap = row;
            row = next;
            next = swap;
            from = first;
            to = last;
        }
        double p = row[n];
        for (int m = 1; m <= n; m++) {
            if (Math.abs(p) > BIG) {
                p *= SMALL;
                exponent += SCALE_BITS;
            }
            p *= m;
        }
        return Math.scalb(p, exponent);
    }

    private static double[] powers(double base, int size) {
        double[] powers = new double[size];
        powers[0] = 1;
        for (int i = 1; i < size; i++) {
            powers[i] = powers[i - 1] * base / i;
        }
        return powers;
    }

    private static int firstColumn(int row, int n, int whole, double fraction) {
        int up = fraction > 0 ? 1 : 0;
        int round = fraction > 0.5 ? 1 : 0;
        int first;
        if (row == 0) {
            first = -whole - up - 1;
        } else if ((row + 1) % 2 != 0) {
            first = (row + 1) / 2 - 1 - whole - 1;
        } else if ((row + 1) / 2 == n + 1) {
            first = n - whole - up - 1;
        } else {
            first = (row + 1) / 2 - 1 - whole - round - 1;
        }
        return Math.max(first + 2, 0);
    }

    private static int lastColumn(int row, int n, int whole, double fraction) {
        int up = fraction > 0 ? 1 : 0;
        int round = fraction > 0.5 ? 1 : 0;
        int last;
        if (row == 0) {
            last = whole + up - 1;
        } else if ((row + 1) % 2 != 0) {
            last = (row + 1) / 2 + whole + round - 1;
        } else if ((row + 1) / 2 == n + 1) {
            last = n + whole + up - 1;
        } else {
            last = (row + 1) / 2 + whole - 1 + up - 1;
        }
        return Math.min(last, n);
    }
}

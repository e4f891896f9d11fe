package dev.clew.explain.lime;

import dev.clew.explain.internal.LeastSquares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Every knot of the lasso's path of coefficients, from none to least squares, by least angle regression. Efron, Hastie, Johnstone,
 * Tibshirani (2004), "Least angle regression", section 3.1. Columns that depend on those already in the regression stay out.
 */
final class LassoPath {
    private static final int MOST_KNOTS = 500;
    private static final double TINY = 1e-12;

    private final double[][] gram;
    private final double[] start;
    private final double[] coefficients;
    private final List<Integer> active = new ArrayList<>();
    private final boolean[] excluded;

    private LassoPath(double[][] x, double[] y) {
        int n = x[0].length;
        gram = new double[n][n];
        start = new double[n];
        for (int s = 0; s < x.length; s++) {
            for (int i = 0; i < n; i++) {
                start[i] += x[s][i] * y[s];
                for (int j = 0; j <= i; j++) {
                    gram[i][j] += x[s][i] * x[s][j];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                gram[j][i] = gram[i][j];
            }
        }
        coefficients = new double[n];
        excluded = new boolean[n];
    }

    /**
     * Follows the path, at most {@value #MOST_KNOTS} knots.
     *
     * @param x rows × columns, centred; {@code y} likewise
     * @return coefficients at each knot, all zero at the first
     */
    static List<double[]> of(double[][] x, double[] y) {
        return new LassoPath(x, y).follow();
    }

    /** The columns of the last knot that has at most {@code most} of them; those of the first step if every knot has more. */
    static int[] choose(double[][] x, double[] y, int most) {
        List<double[]> knots = of(x, y);
        for (int k = knots.size() - 1; k > 1; k--) {
            int[] columns = columns(knots.get(k));
            if (columns.length <= most) {
                return columns;
            }
        }
        return columns(knots.get(Math.min(1, knots.size() - 1)));
    }

    private static int[] columns(double[] knot) {
        return IntStream.range(0, knot.length).filter(j -> knot[j] != 0).toArray();
    }

    private List<double[]> follow() {
        List<double[]> knots = new ArrayList<>(List.of(coefficients.clone()));
        double first = Arrays.stream(start).map(Math::abs).max().orElse(0);
        boolean dropped = false;
        while (knots.size() < MOST_KNOTS) {
            double[] correlation = correlation();
            double largest = dropped ? largestActive(correlation) : enter(correlation);
            if (active.isEmpty() || largest <= TINY * first) {
                break;
            }
            double[] signs = active.stream()
                    .mapToDouble(j -> Math.signum(correlation[j]))
                    .toArray();
            double[] direction = LeastSquares.cholesky(activeGram(), signs, 0);
            if (direction.length != signs.length) {
                excluded[active.removeLast()] = true;
                continue;
            }
            dropped = step(correlation, largest, direction);
            knots.add(coefficients.clone());
        }
        return knots;
    }

    private double[] correlation() {
        double[] left = start.clone();
        for (int i = 0; i < left.length; i++) {
            for (int j : active) {
                left[i] -= gram[i][j] * coefficients[j];
            }
        }
        return left;
    }

    private double largestActive(double[] correlation) {
        return active.stream().mapToDouble(j -> Math.abs(correlation[j])).max().orElse(0);
    }

    /** Lets in the column that goes with the residual most. */
    private double enter(double[] correlation) {
        int best = -1;
        for (int j = 0; j < correlation.length; j++) {
            if (!excluded[j]
                    && !active.contains(j)
                    && (best < 0 || Math.abs(correlation[j]) > Math.abs(correlation[best]))) {
                best = j;
            }
        }
        if (best < 0) {
            return largestActive(correlation);
        }
        if (gram[best][best] > 0 && Math.abs(correlation[best]) > 0) {
            active.add(best);
        }
        return Math.max(largestActive(correlation), Math.abs(correlation[best]));
    }

    private double[][] activeGram() {
        return active.stream()
                .map(i -> active.stream().mapToDouble(j -> gram[i][j]).toArray())
                .toArray(double[][]::new);
    }

    /**
     * Moves along the direction until another column goes with the residual as well, an active one comes to 0, or nothing is left.
     *
     * @param direction per unit by which the correlations of active columns fall
     * @return whether an active column came to 0 and left
     */
    private boolean step(double[] correlation, double largest, double[] direction) {
        double length = largest;
        for (int j = 0; j < correlation.length; j++) {
            if (excluded[j] || active.contains(j)) {
                continue;
            }
            double along = 0;
            for (int a = 0; a < direction.length; a++) {
                along += gram[j][active.get(a)] * direction[a];
            }
            length = nearer(length, (largest - correlation[j]) / (1 - along));
            length = nearer(length, (largest + correlation[j]) / (1 + along));
        }
        int leaving = -1;
        for (int a = 0; a < direction.length; a++) {
            double until = -coefficients[active.get(a)] / direction[a];
            if (until > 0 && until < length) {
                length = until;
                leaving = a;
            }
        }
        for (int a = 0; a < direction.length; a++) {
            coefficients[active.get(a)] += length * direction[a];
        }
        if (leaving < 0) {
            return false;
        }
        coefficients[active.remove(leaving)] = 0;
        return true;
    }

    private static double nearer(double length, double candidate) {
        return candidate > 0 && candidate < length ? candidate : length;
    }
}

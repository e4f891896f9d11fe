package dev.clew.quality.profile;

import dev.clew.statistics.SortedValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What two columns have to do with each other, on rows in memory. */
final class Pairs {
    private Pairs() {}

    /** Pearson's r over the rows where both have a finite value; NaN without spread. */
    static double pearson(double[] x, double[] y) {
        return pearson(sums(x, y));
    }

    /** Pearson's r of such sums. */
    static double pearson(double[] sums) {
        return sums[3] == 0 || sums[4] == 0
                ? Double.NaN
                : Math.max(-1, Math.min(1, sums[5] / Math.sqrt(sums[3] * sums[4])));
    }

    /**
     * Sums over the rows where both have a finite value: how many rows, the means of x and y, the sums of squares of x and of y around
     * them, the sum of products.
     */
    static double[] sums(double[] x, double[] y) {
        double meanX = 0;
        double meanY = 0;
        int n = 0;
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                meanX += x[i];
                meanY += y[i];
                n++;
            }
        }
        if (n == 0) {
            return new double[6];
        }
        meanX /= n;
        meanY /= n;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                double a = x[i] - meanX;
                double b = y[i] - meanY;
                xx += a * a;
                yy += b * b;
                xy += a * b;
            }
        }
        return new double[] {n, meanX, meanY, xx, yy, xy};
    }

    /** Ranks of finite values, from 1, ties averaged; NaN elsewhere. */
    static double[] ranks(double[] values) {
        // −0 counts as 0, which sorting would tell apart.
        double[] sorted = Arrays.stream(values)
                .filter(Double::isFinite)
                .map(value -> value + 0.0)
                .sorted()
                .toArray();
        // The rank that values share stands where the first of them does, so that one search finds it.
        double[] shared = new double[sorted.length];
        for (int from = 0; from < sorted.length; ) {
            int to = from + 1;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            shared[from] = (from + 1 + to) / 2.0;
            from = to;
        }
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            ranks[i] = Double.isFinite(values[i]) ? shared[SortedValues.countBelow(sorted, values[i])] : Double.NaN;
        }
        return ranks;
    }

    /** Cramér's V with Bergsma's correction over the rows where both have a value; NaN where it has none. */
    static double cramer(@Nullable String[] x, @Nullable String[] y) {
        Map<String, Integer> left = new HashMap<>();
        Map<String, Integer> right = new HashMap<>();
        List<int[]> cells = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            String a = x[i];
            String b = y[i];
            if (a != null && b != null) {
                Integer row = left.get(a);
                Integer column = right.get(b);
                int r = row == null ? left.size() : row;
                int c = column == null ? right.size() : column;
                left.putIfAbsent(a, r);
                right.putIfAbsent(b, c);
                cells.add(new int[] {r, c});
            }
        }
        int r = left.size();
        int c = right.size();
        double n = cells.size();
        if (r < 2 || c < 2 || n < 2) {
            return Double.NaN;
        }
        double[][] table = new double[r][c];
        double[] rows = new double[r];
        double[] columns = new double[c];
        for (int[] cell : cells) {
            table[cell[0]][cell[1]]++;
            rows[cell[0]]++;
            columns[cell[1]]++;
        }
        double chi = 0;
        for (int i = 0; i < r; i++) {
            for (int j = 0; j < c; j++) {
                double expected = rows[i] * columns[j] / n;
                chi += (table[i][j] - expected) * (table[i][j] - expected) / expected;
            }
        }
        double phi = Math.max(0, chi / n - (r - 1.0) * (c - 1.0) / (n - 1));
        double kept = Math.min(r - (r - 1.0) * (r - 1.0) / (n - 1), c - (c - 1.0) * (c - 1.0) / (n - 1)) - 1;
        return kept <= 0 ? Double.NaN : Math.min(1, Math.sqrt(phi / kept));
    }
}

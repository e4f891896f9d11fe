package dev.clew.explain.internal;

import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where a decision tree of three levels over one feature splits, to tell labels apart by entropy: LIME's third way of making bins.
 *
 * <p>Values are rounded to float and split halfway between neighbours that differ by more than 1e-7, as scikit-learn 1.9 does it.
 */
final class EntropyCuts {
    private static final int LEVELS = 3;
    private static final double DIFFERENT = 1e-7;

    private final float[] values;
    private final int[] labels;
    private final int classes;
    private final List<Double> cuts = new ArrayList<>();

    private EntropyCuts(float[] values, int[] labels, int classes) {
        this.values = values;
        this.labels = labels;
        this.classes = classes;
    }

    /** Cuts in ascending order; none if the labels are all the same. Missing values are left out. */
    static double[] of(Rows rows, int feature, int[] labels) {
        Integer[] order = new Integer[rows.count()];
        Arrays.setAll(order, i -> i);
        Integer[] present = Arrays.stream(order)
                .filter(i -> !Double.isNaN(rows.get(i, feature)))
                .sorted(Comparator.comparingDouble(i -> rows.get(i, feature)))
                .toArray(Integer[]::new);
        float[] values = new float[present.length];
        int[] own = new int[present.length];
        int classes = 1;
        for (int i = 0; i < present.length; i++) {
            values[i] = (float) rows.get(present[i], feature);
            own[i] = labels[present[i]];
            classes = Math.max(classes, own[i] + 1);
        }
        var found = new EntropyCuts(values, own, classes);
        found.split(0, values.length, LEVELS);
        return found.cuts.stream().mapToDouble(cut -> cut).sorted().distinct().toArray();
    }

    private void split(int from, int to, int levels) {
        int[] right = new int[classes];
        for (int i = from; i < to; i++) {
            right[labels[i]]++;
        }
        if (levels == 0 || entropy(right, to - from) <= Math.ulp(1.0)) {
            return;
        }
        int[] left = new int[classes];
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = from + 1; i < to; i++) {
            left[labels[i - 1]]++;
            right[labels[i - 1]]--;
            if (values[i] <= values[i - 1] + DIFFERENT) {
                continue;
            }
            double impurity = (i - from) * entropy(left, i - from) + (to - i) * entropy(right, to - i);
            if (impurity < least) {
                least = impurity;
                best = i;
            }
        }
        if (best < 0) {
            return;
        }
        cuts.add(values[best - 1] / 2.0 + values[best] / 2.0);
        split(from, best, levels - 1);
        split(best, to, levels - 1);
    }

    private static double entropy(int[] counts, int total) {
        double sum = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / total;
                sum -= share * StrictMath.log(share) / StrictMath.log(2);
            }
        }
        return sum;
    }
}

package dev.clew.statistics.estimation;

import java.util.ArrayList;
import java.util.List;

/**
 * Ten random splits into nine tenths to fit and one tenth to judge, both with the shares of the two labels: scikit-learn 1.9's
 * {@code StratifiedShuffleSplit(10, test_size=0.1, random_state=42)}, row by row.
 *
 * @param fit row numbers
 * @param judge row numbers
 */
record StratifiedSplit(int[] fit, int[] judge) {
    private static final int SPLITS = 10;
    private static final int SEED = 42;

    static List<StratifiedSplit> of(boolean[] labels) {
        int[][] rows = byLabel(labels);
        int judged = (int) Math.ceil(0.1 * labels.length);
        var random = new NumpyRandom(SEED);
        List<StratifiedSplit> splits = new ArrayList<>();
        for (int split = 0; split < SPLITS; split++) {
            int[] fits = share(rows[0].length, rows[1].length, labels.length - judged, random);
            int[] judges = share(rows[0].length - fits[0], rows[1].length - fits[1], judged, random);
            int[] fit = new int[fits[0] + fits[1]];
            int[] judge = new int[judges[0] + judges[1]];
            int atFit = 0;
            int atJudge = 0;
            for (int label = 0; label < 2; label++) {
                int[] order = random.permutation(rows[label].length);
                for (int i = 0; i < fits[label]; i++) {
                    fit[atFit++] = rows[label][order[i]];
                }
                for (int i = 0; i < judges[label]; i++) {
                    judge[atJudge++] = rows[label][order[fits[label] + i]];
                }
            }
            random.shuffle(fit);
            random.shuffle(judge);
            splits.add(new StratifiedSplit(fit, judge));
        }
        return splits;
    }

    private static int[][] byLabel(boolean[] labels) {
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        int[][] rows = {new int[labels.length - positives], new int[positives]};
        int[] next = new int[2];
        for (int i = 0; i < labels.length; i++) {
            int label = labels[i] ? 1 : 0;
            rows[label][next[label]++] = i;
        }
        return rows;
    }

    /** How many of the draws fall on each label: rounded down, a draw left over goes to the larger remainder, of equal ones by lot. */
    private static int[] share(int negatives, int positives, int draws, NumpyRandom random) {
        double total = (double) negatives + positives;
        double ofNegatives = negatives / total * draws;
        double ofPositives = positives / total * draws;
        int[] shares = {(int) Math.floor(ofNegatives), (int) Math.floor(ofPositives)};
        int left = draws - shares[0] - shares[1];
        if (left > 0) {
            double remainders = (ofNegatives - shares[0]) - (ofPositives - shares[1]);
            int winner = remainders == 0 ? random.permutation(2)[0] : remainders > 0 ? 0 : 1;
            shares[winner]++;
        }
        return shares;
    }
}

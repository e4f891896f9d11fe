package dev.clew.statistics.performance;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Pooled;
import dev.clew.statistics.draw.BinomialDraw;
import dev.clew.statistics.interval.Means;
import dev.clew.statistics.interval.Rates;
import java.util.SplittableRandom;

/**
 * How well scores rank and how far they can be read as probabilities. Rows with equal scores count as one step, so no number here
 * depends on the order of the rows.
 *
 * <p>Agree with scikit-learn 1.9 within 1e-9 (golden/performance.json). O(n log n) once; immutable, thread-safe.
 */
public final class Scores {
    private static final int ROUNDS = 2_000;

    private final Sample up;
    private final Sample down;
    /** Distinct scores, descending, with the rows of both classes at each. */
    private final double[] levels;

    private final int[] positivesAt;
    private final int[] negativesAt;

    private Scores(Sample up, Sample down) {
        this.up = up;
        this.down = down;
        int distinct = Pooled.distinct(down, up);
        levels = new double[distinct];
        positivesAt = new int[distinct];
        negativesAt = new int[distinct];
        int[] next = {distinct};
        Pooled.forEach(down, up, (value, negatives, positives) -> {
            next[0]--;
            levels[next[0]] = value;
            negativesAt[next[0]] = negatives;
            positivesAt[next[0]] = positives;
        });
    }

    /**
     * Reads scores.
     *
     * @param labels the truth
     * @param scores finite, same length
     * @throws IllegalArgumentException if the lengths differ or a score is NaN or infinite
     */
    public static Scores of(boolean[] labels, double[] scores) {
        Confusion.requireEqual(labels.length, scores.length);
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        double[] up = new double[positives];
        double[] down = new double[labels.length - positives];
        int atUp = 0;
        int atDown = 0;
        for (int i = 0; i < labels.length; i++) {
            if (!Double.isFinite(scores[i])) {
                throw new IllegalArgumentException(
                        "Row %d has the score %s; leave rows without a finite score out.".formatted(i, scores[i]));
            }
            if (labels[i]) {
                up[atUp++] = scores[i];
            } else {
                down[atDown++] = scores[i];
            }
        }
        return new Scores(Sample.taking(up, up.length), Sample.taking(down, down.length));
    }

    /** Rows labelled positive. */
    public int positives() {
        return up.size();
    }

    /** All rows. */
    public int rows() {
        return up.size() + down.size();
    }

    /** Whether every score lies in [0, 1]. */
    public boolean areProbabilities() {
        return levels.length > 0 && levels[0] <= 1 && levels[levels.length - 1] >= 0;
    }

    /** Area under the ROC curve with DeLong's interval, held to [0, 1]; undefined if a class is absent. */
    public Estimate rocAuc() {
        RocAuc.Estimate roc = RocAuc.estimate(down, up);
        double half = Rates.Z * roc.standardError();
        return new Estimate(roc.area(), Math.max(0, roc.area() - half), Math.min(1, roc.area() + half), rows());
    }

    /**
     * Average precision Σ(Rᵢ − Rᵢ₋₁)·Pᵢ over descending thresholds, without interpolation. The interval is the logit interval of Boyd,
     * Eng and Page (2013), "Area under the precision-recall curve", section 3.2, on the number of positives.
     *
     * @return undefined without positives
     */
    public Estimate averagePrecision() {
        if (positives() == 0) {
            return Estimate.undefined(rows());
        }
        double sum = 0;
        long found = 0;
        long seen = 0;
        for (int i = 0; i < levels.length; i++) {
            found += positivesAt[i];
            seen += positivesAt[i] + negativesAt[i];
            sum += (double) positivesAt[i] / positives() * found / seen;
        }
        double odds = Math.log(sum / (1 - sum));
        double error = 1 / Math.sqrt(positives() * sum * (1 - sum));
        boolean open = sum > 0 && sum < 1;
        return new Estimate(
                sum,
                open ? logistic(odds - Rates.Z * error) : sum,
                open ? logistic(odds + Rates.Z * error) : sum,
                rows());
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** Mean of −ln p(label), scores clipped to [2⁻⁵², 1 − 2⁻⁵²] as scikit-learn does; undefined without rows. */
    public Estimate logLoss() {
        var means = new Means();
        for (int i = 0; i < levels.length; i++) {
            double p = Math.clamp(levels[i], 0x1p-52, 1 - 0x1p-52);
            double q = Math.clamp(1 - levels[i], 0x1p-52, 1 - 0x1p-52);
            add(means, -Math.log(p), positivesAt[i]);
            add(means, -Math.log(q), negativesAt[i]);
        }
        return means.estimate();
    }

    /** Mean of (score − label)²; undefined without rows. */
    public Estimate brier() {
        var means = new Means();
        for (int i = 0; i < levels.length; i++) {
            add(means, (levels[i] - 1) * (levels[i] - 1), positivesAt[i]);
            add(means, levels[i] * levels[i], negativesAt[i]);
        }
        return means.estimate();
    }

    private static void add(Means means, double value, int times) {
        for (int i = 0; i < times; i++) {
            means.add(value);
        }
    }

    /**
     * Expected calibration error over bins of equal frequency: Σ nᵦ/n·|mean score − share of positives|. Rows of one score are spread
     * evenly where a bin's edge cuts them. The interval is the percentile interval of 2 000 binomial redraws of the positives per
     * bin; the error of a perfect model is above 0 by chance, so read its low end.
     *
     * @param bins at least 1; fewer are used if there are fewer rows
     */
    public Estimate calibrationError(int bins) {
        if (rows() == 0) {
            return Estimate.undefined(0);
        }
        Calibration.Bin[] filled = Calibration.bins(levels, positivesAt, negativesAt, Math.min(bins, rows()));
        double value = 0;
        for (Calibration.Bin bin : filled) {
            value += bin.rows() / rows() * Math.abs(bin.score() - bin.positives() / bin.rows());
        }
        var random = new SplittableRandom(29);
        double[] drawn = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (Calibration.Bin bin : filled) {
                long trials = Math.max(1, Math.round(bin.rows()));
                double share = (double) BinomialDraw.next(random, trials, bin.positives() / bin.rows()) / trials;
                drawn[round] += bin.rows() / rows() * Math.abs(bin.score() - share);
            }
        }
        java.util.Arrays.sort(drawn);
        return new Estimate(value, drawn[(int) (ROUNDS * 0.025)], drawn[(int) (ROUNDS * 0.975)], rows());
    }

    /** The bins of {@link #calibrationError}, ascending by score. */
    public java.util.List<Calibration.Bin> calibration(int bins) {
        return rows() == 0
                ? java.util.List.of()
                : java.util.List.of(Calibration.bins(levels, positivesAt, negativesAt, Math.min(bins, rows())));
    }

    /**
     * Largest gap between the score distributions of both classes. The interval is Newcombe's for the two rates at that score, the
     * score taken as given.
     *
     * @return undefined if a class is absent
     */
    public Estimate separation() {
        if (up.size() == 0 || down.size() == 0) {
            return Estimate.undefined(rows());
        }
        long hits = 0;
        long alarms = 0;
        Estimate best = Estimate.plain(0, rows());
        long bestHits = 0;
        long bestAlarms = 0;
        for (int i = 0; i < levels.length; i++) {
            hits += positivesAt[i];
            alarms += negativesAt[i];
            double gap = Math.abs((double) hits / up.size() - (double) alarms / down.size());
            if (gap > best.value()) {
                best = Estimate.plain(gap, rows());
                bestHits = hits;
                bestAlarms = alarms;
            }
        }
        Estimate a = Rates.wilson(bestHits, up.size());
        Estimate b = Rates.wilson(bestAlarms, down.size());
        Estimate gap = a.value() >= b.value() ? Rates.difference(a, b) : Rates.difference(b, a);
        return new Estimate(best.value(), gap.low(), gap.high(), rows());
    }

    /**
     * Lift at the top: recall among the highest scores over their share of the rows. Rows tied at the cut count by their share of
     * positives. The interval is Wilson's of that recall.
     *
     * @param share of the rows, in (0, 1]; at least one row
     * @return undefined without positives
     */
    public Estimate lift(double share) {
        if (positives() == 0) {
            return Estimate.undefined(rows());
        }
        double top = Math.max(1, Math.ceil(share * rows()));
        double left = top;
        double found = 0;
        for (int i = 0; i < levels.length && left > 0; i++) {
            double at = (double) positivesAt[i] + negativesAt[i];
            double taken = Math.min(left, at);
            found += positivesAt[i] * taken / at;
            left -= taken;
        }
        double of = top / rows();
        return Rates.wilson(found, positives()).map(recall -> recall / of);
    }
}

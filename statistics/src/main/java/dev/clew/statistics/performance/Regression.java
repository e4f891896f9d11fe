package dev.clew.statistics.performance;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distribution.Normal;
import dev.clew.statistics.interval.Means;
import dev.clew.statistics.interval.Rates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far predicted numbers lie from the truth; the error of a row is prediction − target.
 *
 * <p>Agrees with scikit-learn 1.9 and Evidently 0.7.21 within 1e-9 (golden/performance.json). Immutable, thread-safe.
 */
public final class Regression {
    private static final double EPSILON = 0x1p-52;

    private final double[] targets;
    private final double[] errors;

    private Regression(double[] targets, double[] errors) {
        this.targets = targets;
        this.errors = errors;
    }

    /**
     * From targets and predictions.
     *
     * @param targets finite
     * @param predictions finite, same length
     * @throws IllegalArgumentException if the lengths differ or a value is NaN or infinite
     */
    public static Regression of(double[] targets, double[] predictions) {
        Confusion.requireEqual(targets.length, predictions.length);
        double[] errors = new double[targets.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = predictions[i] - targets[i];
            if (!Double.isFinite(errors[i])) {
                throw new IllegalArgumentException(
                        "Row %d has the target %s and the prediction %s; leave rows without finite numbers out."
                                .formatted(i, targets[i], predictions[i]));
            }
        }
        return new Regression(targets.clone(), errors);
    }

    /**
     * Every number by name: {@code mean_error, error_std, mae, rmse, mape, r2, max_error, median_absolute_error}. {@code error_std}
     * has divisor n − 1.
     */
    public Map<String, Estimate> metrics() {
        var errorMean = new Means();
        var absolute = new Means();
        var squared = new Means();
        for (double error : errors) {
            errorMean.add(error);
            absolute.add(Math.abs(error));
            squared.add(error * error);
        }
        Map<String, Estimate> metrics = new LinkedHashMap<>();
        metrics.put("mean_error", errorMean.estimate());
        metrics.put("error_std", Estimate.plain(errorMean.standardDeviation(), errors.length));
        metrics.put("mae", absolute.estimate());
        metrics.put("rmse", squared.estimate().map(square -> Math.sqrt(Math.max(0, square))));
        metrics.put("mape", meanAbsolutePercentageError());
        metrics.put("r2", determination());
        Sample sorted = absoluteErrors();
        metrics.put(
                "max_error", errors.length == 0 ? Estimate.undefined(0) : Estimate.plain(sorted.max(), errors.length));
        metrics.put("median_absolute_error", Estimate.plain(sorted.quantile(0.5), errors.length));
        return metrics;
    }

    private Sample absoluteErrors() {
        double[] absolute = new double[errors.length];
        for (int i = 0; i < errors.length; i++) {
            absolute[i] = Math.abs(errors[i]);
        }
        return Sample.taking(absolute, absolute.length);
    }

    /** Mean of 100·|error|/max(|target|, 2⁻⁵²), in percent; scikit-learn's times 100. */
    public Estimate meanAbsolutePercentageError() {
        var means = new Means();
        for (int i = 0; i < errors.length; i++) {
            means.add(100 * Math.abs(errors[i]) / Math.max(Math.abs(targets[i]), EPSILON));
        }
        return means.estimate();
    }

    /**
     * What Evidently 0.7.21 calls MAPE: it divides by max(target, 2⁻⁵²), so that a single negative target makes the mean explode. Only
     * for comparing with its reports; equal to {@link #meanAbsolutePercentageError} if every target is positive.
     */
    public Estimate meanAbsolutePercentageErrorAsEvidently() {
        var means = new Means();
        for (int i = 0; i < errors.length; i++) {
            means.add(100 * Math.abs(errors[i]) / Math.max(targets[i], EPSILON));
        }
        return means.estimate();
    }

    /**
     * R² = 1 − Σ error²/Σ(target − mean)². The interval is the normal one with the standard error of its influence function. A constant
     * target gives 1 if every error is 0, else 0, as scikit-learn does, without an interval.
     *
     * @return undefined for fewer than 2 rows
     */
    public Estimate determination() {
        int n = errors.length;
        if (n < 2) {
            return Estimate.undefined(n);
        }
        double mean = Sample.of(targets).mean();
        double residual = 0;
        double total = 0;
        for (int i = 0; i < n; i++) {
            residual += errors[i] * errors[i];
            total += (targets[i] - mean) * (targets[i] - mean);
        }
        if (total == 0) {
            return Estimate.plain(residual == 0 ? 1 : 0, n);
        }
        double share = residual / total;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double influence = errors[i] * errors[i] - share * (targets[i] - mean) * (targets[i] - mean);
            squares += influence * influence;
        }
        double half = Rates.Z * Math.sqrt(squares) / total;
        return new Estimate(1 - share, 1 - share - half, Math.min(1, 1 - share + half), n);
    }

    /**
     * The errors of the rows that are underestimated most, of the majority, and of those overestimated most.
     *
     * @param low 5 % quantile of the error (linear interpolation)
     * @param high 95 % quantile
     * @param underestimated mean error of the rows at or below {@code low}
     * @param majority mean error of the rows strictly between
     * @param overestimated mean error of the rows at or above {@code high}
     */
    public record ErrorGroups(
            double low, double high, Estimate underestimated, Estimate majority, Estimate overestimated) {}

    /** Splits the rows by their error, as Evidently's underperformance table does. */
    public ErrorGroups errorGroups() {
        Sample sorted = Sample.of(errors);
        double low = sorted.quantile(0.05);
        double high = sorted.quantile(0.95);
        Means[] groups = {new Means(), new Means(), new Means()};
        for (double error : errors) {
            // A row at both edges belongs to both groups, as in the reference.
            if (error <= low) {
                groups[0].add(error);
            }
            if (error > low && error < high) {
                groups[1].add(error);
            }
            if (error >= high) {
                groups[2].add(error);
            }
        }
        return new ErrorGroups(low, high, groups[0].estimate(), groups[1].estimate(), groups[2].estimate());
    }

    /**
     * Where a feature lies in the rows that are underestimated most, in all rows, and in those overestimated most.
     *
     * @param underestimated mean of the feature where the error is at or below its 5 % quantile
     * @param overall mean over all rows
     * @param overestimated mean where the error is at or above its 95 % quantile
     * @param rangePercent distance of both means in percent of the feature's range; 0 if they are equal
     */
    public record NumberBias(double underestimated, double overall, double overestimated, double rangePercent) {}

    /**
     * The same of a feature with levels: the most frequent one of each group, of equally frequent ones the first in the order of the rows.
     *
     * @param differs whether they are not all the same
     */
    public record LevelBias(String underestimated, String overall, String overestimated, boolean differs) {}

    /**
     * Where errors lie along a feature, as Evidently's error bias table.
     *
     * @param feature a finite number per row
     * @throws IllegalArgumentException if there are no rows or their number differs
     */
    public NumberBias errorBias(double[] feature) {
        ErrorGroups groups = groupsFor(feature.length);
        var all = new Means();
        var under = new Means();
        var over = new Means();
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < feature.length; i++) {
            all.add(feature[i]);
            least = Math.min(least, feature[i]);
            most = Math.max(most, feature[i]);
            if (errors[i] <= groups.low()) {
                under.add(feature[i]);
            }
            if (errors[i] >= groups.high()) {
                over.add(feature[i]);
            }
        }
        double low = under.estimate().value();
        double high = over.estimate().value();
        return new NumberBias(
                low, all.estimate().value(), high, low == high ? 0 : 100 * Math.abs(high - low) / (most - least));
    }

    /**
     * The same for levels.
     *
     * @param feature a level per row
     * @throws IllegalArgumentException if there are no rows or their number differs
     */
    public LevelBias errorBias(List<String> feature) {
        ErrorGroups groups = groupsFor(feature.size());
        Map<String, Integer> all = new LinkedHashMap<>();
        Map<String, Integer> under = new LinkedHashMap<>();
        Map<String, Integer> over = new LinkedHashMap<>();
        for (int i = 0; i < errors.length; i++) {
            all.merge(feature.get(i), 1, Integer::sum);
            if (errors[i] <= groups.low()) {
                under.merge(feature.get(i), 1, Integer::sum);
            }
            if (errors[i] >= groups.high()) {
                over.merge(feature.get(i), 1, Integer::sum);
            }
        }
        String low = mostFrequent(under);
        String usual = mostFrequent(all);
        String high = mostFrequent(over);
        return new LevelBias(low, usual, high, !low.equals(usual) || !high.equals(usual));
    }

    private static String mostFrequent(Map<String, Integer> counts) {
        String best = "";
        int most = 0;
        for (var level : counts.entrySet()) {
            if (level.getValue() > most) {
                best = level.getKey();
                most = level.getValue();
            }
        }
        return best;
    }

    private ErrorGroups groupsFor(int rows) {
        if (rows != errors.length || rows == 0) {
            throw new IllegalArgumentException(
                    "A feature needs one value for each of the %d rows, and at least one; it has %d. Give it for the same rows."
                            .formatted(errors.length, rows));
        }
        return errorGroups();
    }

    /**
     * How near the errors come to a normal distribution: the least-squares line through the ordered errors over Filliben's (1975) order
     * statistic medians, scipy's {@code probplot}.
     *
     * @param slope of the line, an estimate of the standard deviation
     * @param intercept of the line, an estimate of the mean
     * @param correlation r in [0, 1]; near 1 for normal errors; NaN for fewer than 2 distinct errors
     */
    public record Normality(double slope, double intercept, double correlation) {}

    /** The normal quantile-quantile line of the errors. */
    public Normality normality() {
        Sample sorted = Sample.of(errors);
        int n = sorted.size();
        double meanX = 0;
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = Normal.quantile(median(i, n));
            meanX += x[i] / n;
        }
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < n; i++) {
            double y = sorted.at(i) - sorted.mean();
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * y;
            yy += y * y;
        }
        double slope = xy / xx;
        return new Normality(slope, sorted.mean() - slope * meanX, xy / Math.sqrt(xx * yy));
    }

    private static double median(int i, int n) {
        double last = Math.pow(0.5, 1.0 / n);
        if (i == n - 1) {
            return last;
        }
        return i == 0 ? 1 - last : (i + 1 - 0.3175) / (n + 0.365);
    }
}

package dev.clew.statistics.performance;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.interval.Means;
import dev.clew.statistics.interval.Rates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How good a model with several classes is: each class against the rest, and the mean over classes ("macro").
 *
 * <p>Agrees with scikit-learn 1.9 ({@code average="macro", multi_class="ovr", zero_division=0}) within 1e-9
 * (golden/performance.json). Immutable, thread-safe.
 */
public final class MultiClassification {
    private final List<String> classes;
    private final long[][] counts;
    private final double[][] scores;
    private final int[] labels;

    private MultiClassification(List<String> classes, long[][] counts, int[] labels, double[][] scores) {
        this.classes = List.copyOf(classes);
        this.counts = counts;
        this.labels = labels;
        this.scores = scores;
    }

    /**
     * From class indices.
     *
     * @param classes names, at least 2; a label is an index into them
     * @param labels the truth
     * @param predictions same length
     * @throws IllegalArgumentException if the lengths differ, an index is outside the classes, or there are fewer than 2 classes
     */
    public static MultiClassification of(List<String> classes, int[] labels, int[] predictions) {
        return of(classes, labels, predictions, new double[0][]);
    }

    /**
     * From class indices and scores.
     *
     * @param classes names, at least 2
     * @param labels the truth
     * @param predictions same length
     * @param scores one array of P(class) per class, each as long as the labels; finite
     * @throws IllegalArgumentException if lengths differ or an index is outside the classes
     */
    public static MultiClassification of(List<String> classes, int[] labels, int[] predictions, double[][] scores) {
        Confusion.requireEqual(labels.length, predictions.length);
        if (classes.size() < 2) {
            throw new IllegalArgumentException(
                    "A classification needs at least 2 classes; there is %s. Check the target column."
                            .formatted(classes));
        }
        if (scores.length != 0 && scores.length != classes.size()) {
            throw new IllegalArgumentException(
                    "Every class needs one column of scores; there are %d classes and %d columns."
                            .formatted(classes.size(), scores.length));
        }
        long[][] counts = new long[classes.size()][classes.size()];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]][predictions[i]]++;
        }
        for (double[] column : scores) {
            Confusion.requireEqual(labels.length, column.length);
        }
        return new MultiClassification(classes, counts, labels.clone(), scores.clone());
    }

    /** Names of the classes. */
    public List<String> classes() {
        return classes;
    }

    /** Rows labelled so and predicted so, by index. */
    public long count(int label, int prediction) {
        return counts[label][prediction];
    }

    /** One class against the rest. */
    public Confusion against(int one) {
        long predicted = 0;
        long labelled = 0;
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            predicted += counts[i][one];
            labelled += counts[one][i];
            for (long count : counts[i]) {
                total += count;
            }
        }
        long hits = counts[one][one];
        return new Confusion(hits, predicted - hits, labelled - hits, total - predicted - labelled + hits);
    }

    /** Scores of one class against the rest, if the model gave scores. */
    public Optional<Scores> scoresOf(int one) {
        if (scores.length == 0) {
            return Optional.empty();
        }
        boolean[] is = new boolean[labels.length];
        for (int i = 0; i < is.length; i++) {
            is[i] = labels[i] == one;
        }
        return Optional.of(Scores.of(is, scores[one]));
    }

    /** Precision, recall, F1, specificity and, with scores, ROC AUC of one class against the rest. */
    public Map<String, Estimate> metricsOf(int one) {
        Confusion confusion = against(one);
        Map<String, Estimate> metrics = new LinkedHashMap<>();
        metrics.put("precision", confusion.precision());
        metrics.put("recall", confusion.recall());
        metrics.put("f1", confusion.f1());
        metrics.put("specificity", confusion.specificity());
        scoresOf(one).ifPresent(ranked -> metrics.put("roc_auc", ranked.rocAuc()));
        return metrics;
    }

    /**
     * Every number by name: {@code accuracy, precision, recall, f1, specificity} (macro), {@code balanced_accuracy, mcc}, and with
     * scores {@code roc_auc, average_precision} (macro), {@code log_loss, brier} (sum over classes).
     */
    public Map<String, Estimate> metrics() {
        Map<String, Estimate> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", accuracy());
        metrics.put("precision", macro(Confusion::precision));
        metrics.put("recall", macro(Confusion::recall));
        metrics.put("f1", macro(Confusion::f1));
        metrics.put("specificity", macro(Confusion::specificity));
        metrics.put("balanced_accuracy", balancedAccuracy());
        metrics.put("mcc", Estimate.plain(matthews(), total()));
        if (scores.length != 0) {
            metrics.put("roc_auc", macroScores(Scores::rocAuc));
            metrics.put("average_precision", macroScores(Scores::averagePrecision));
            metrics.put("log_loss", logLoss());
            metrics.put("brier", brier());
        }
        return metrics;
    }

    private long total() {
        return labels.length;
    }

    /** Share of rows predicted as labelled. */
    public Estimate accuracy() {
        long hits = 0;
        for (int i = 0; i < counts.length; i++) {
            hits += counts[i][i];
        }
        return Rates.wilson(hits, total());
    }

    /** Mean over all classes; the interval takes the classes as independent. */
    public Estimate macro(Function<Confusion, Estimate> metric) {
        Estimate[] each = new Estimate[counts.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = metric.apply(against(i));
        }
        return withRows(Rates.mean(each));
    }

    private Estimate macroScores(Function<Scores, Estimate> metric) {
        Estimate[] each = new Estimate[counts.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = metric.apply(scoresOf(i).orElseThrow());
        }
        return withRows(Rates.mean(each));
    }

    /** Mean recall of the classes that occur among the labels. */
    public Estimate balancedAccuracy() {
        List<Estimate> each = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            Estimate recall = against(i).recall();
            if (recall.n() > 0) {
                each.add(recall);
            }
        }
        return each.isEmpty() ? Estimate.undefined(0) : withRows(Rates.mean(each.toArray(Estimate[]::new)));
    }

    private Estimate withRows(Estimate estimate) {
        return new Estimate(estimate.value(), estimate.low(), estimate.high(), total());
    }

    /** Gorodkin's (2004) R_K, the correlation of labels and predictions over all classes; 0 if either is constant. */
    private double matthews() {
        double n = total();
        double hits = 0;
        double products = 0;
        double labelled = 0;
        double predicted = 0;
        for (int i = 0; i < counts.length; i++) {
            Confusion one = against(i);
            double is = one.positives();
            double said = one.truePositives() + one.falsePositives();
            hits += one.truePositives();
            products += is * said;
            labelled += is * is;
            predicted += said * said;
        }
        double spread = Math.sqrt(n * n - labelled) * Math.sqrt(n * n - predicted);
        return spread == 0 ? 0 : (hits * n - products) / spread;
    }

    /** Mean of −ln P(label), clipped at 2⁻⁵² as scikit-learn does. */
    private Estimate logLoss() {
        var means = new Means();
        for (int i = 0; i < labels.length; i++) {
            means.add(-Math.log(Math.clamp(scores[labels[i]][i], 0x1p-52, 1 - 0x1p-52)));
        }
        return means.estimate();
    }

    private Estimate brier() {
        var means = new Means();
        for (int i = 0; i < labels.length; i++) {
            double sum = 0;
            for (int one = 0; one < scores.length; one++) {
                double gap = scores[one][i] - (labels[i] == one ? 1 : 0);
                sum += gap * gap;
            }
            means.add(sum);
        }
        return means.estimate();
    }
}

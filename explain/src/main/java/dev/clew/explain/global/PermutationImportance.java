package dev.clew.explain.global;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.Philox;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How much a loss on labelled rows grows when a feature's values change places (Breiman 2001, "Random forests", section 10; Fisher,
 * Rudin, Dominici 2019, "All models are wrong, but many are useful").
 *
 * @param feature column of the feature
 * @param mean of the growth over the repeats, in the unit of the loss; near 0 or below for a feature that does not matter
 * @param deviation standard deviation over the repeats (divided by their number, as scikit-learn's {@code importances_std})
 */
public record PermutationImportance(int feature, double mean, double deviation) {
    /** Usual number of repeats. */
    public static final int REPEATS = 5;

    /** What is lost: smaller is better. Values are what the model reports, rows × outputs. */
    public enum Loss {
        /** Mean squared error of the first output. */
        SQUARED_ERROR,
        /** Mean logarithmic loss; labels are 0 and 1 for one output, else the class's number. */
        LOG_LOSS,
        /** Share of wrong classes, at ½ for one output. */
        ERROR_RATE;

        double of(double[] values, double[] labels, int outputs) {
            double sum = 0;
            for (int i = 0; i < labels.length; i++) {
                sum += one(values, i, labels[i], outputs);
            }
            return sum / labels.length;
        }

        private double one(double[] values, int i, double label, int outputs) {
            double first = values[i * outputs];
            return switch (this) {
                case SQUARED_ERROR -> (first - label) * (first - label);
                case LOG_LOSS -> {
                    double p = outputs == 1 ? (label == 1 ? first : 1 - first) : values[i * outputs + (int) label];
                    yield -StrictMath.log(Math.clamp(p, 1e-15, 1));
                }
                case ERROR_RATE -> {
                    int best = 0;
                    for (int o = 1; o < outputs; o++) {
                        best = values[i * outputs + o] > values[i * outputs + best] ? o : best;
                    }
                    double said = outputs == 1 ? (first >= 0.5 ? 1 : 0) : best;
                    yield said == label ? 0 : 1;
                }
            };
        }
    }

    /**
     * Measures every feature, largest first, ties by column. The model is asked for all rows 1 + features × repeats times, in the
     * calling thread; missing values change places like others.
     *
     * @param labels one per row, finite; for classes whole numbers from 0 on
     * @param repeats at least 1
     * @param seed of the orders; the same seed gives the same result
     * @throws ExplainException {@code BAD_REQUEST} for labels that do not fit, and what the model refuses
     */
    public static List<PermutationImportance> of(
            Model model, Rows rows, double[] labels, Loss loss, int repeats, long seed) {
        int outputs = model.outputs();
        if (labels.length != rows.count() || labels.length == 0 || repeats < 1) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "%d labels for %d rows; one each, and at least one.".formatted(labels.length, rows.count()));
        }
        boolean classes = loss != Loss.SQUARED_ERROR;
        for (double label : labels) {
            if (!Double.isFinite(label)) {
                throw new ExplainException(
                        Code.BAD_REQUEST, "A label is missing or not finite; leave its row out, or give one.");
            }
            if (classes && (label != Math.rint(label) || label < 0 || label >= Math.max(2, outputs))) {
                throw new ExplainException(
                        Code.BAD_REQUEST,
                        "%s needs labels that are whole numbers from 0 to %d."
                                .formatted(loss, Math.max(2, outputs) - 1));
            }
        }
        double[] answers = model.values(rows);
        if (loss == Loss.LOG_LOSS && Arrays.stream(answers).anyMatch(p -> !(p >= 0 && p <= 1))) {
            throw new ExplainException(
                    Code.BAD_REQUEST, "LOG_LOSS needs a model that reports probabilities; use SQUARED_ERROR.");
        }
        double before = loss.of(answers, labels, outputs);
        List<PermutationImportance> all = new ArrayList<>();
        int[] order = new int[rows.count()];
        for (int j = 0; j < rows.width(); j++) {
            double[] worse = new double[repeats];
            for (int r = 0; r < repeats; r++) {
                Arrays.setAll(order, i -> i);
                new Philox(seed, 8L + (long) j * repeats + r).shuffle(order);
                double[] mixed = rows.values().clone();
                for (int i = 0; i < order.length; i++) {
                    mixed[i * rows.width() + j] = rows.get(order[i], j);
                }
                worse[r] = loss.of(model.values(new Rows(mixed, rows.count(), rows.width())), labels, outputs) - before;
            }
            double mean = Arrays.stream(worse).sum() / repeats;
            double squares =
                    Arrays.stream(worse).map(w -> (w - mean) * (w - mean)).sum();
            all.add(new PermutationImportance(j, mean, Math.sqrt(squares / repeats)));
        }
        all.sort(Comparator.comparingDouble((PermutationImportance i) -> -i.mean)
                .thenComparingInt(PermutationImportance::feature));
        return all;
    }
}

package dev.clew.statistics.drift.embedding;

import dev.clew.statistics.Sample;
import dev.clew.statistics.domain.DomainModel;
import dev.clew.statistics.drift.DriftMethod;
import dev.clew.statistics.drift.DriftScores;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Compares two sets of embeddings. Equal to Evidently 0.7.21's {@code embedding_drift_methods} within 1e-9 (golden/embeddings.json), except
 * for {@link EmbeddingMethod#MODEL}. Stateless, thread-safe; no I/O.
 */
public final class EmbeddingDrift {
    /** Vectors of a side beyond which {@code mmd} and the model take every k-th: both need time that grows faster than the rows. */
    public static final int MOST_ROWS = 2_000;

    private static final int FOLDS = 2;

    private EmbeddingDrift() {}

    /**
     * What was found.
     *
     * @param method that was used
     * @param score 0 for equal means and rates; an AUC has 0.5 for equal sides
     * @param threshold above which the score means drift
     */
    public record Result(EmbeddingMethod method, double score, double threshold) {
        /** Whether the embeddings have moved. */
        public boolean drifted() {
            return score > threshold;
        }
    }

    /** Compares with the method's own threshold. */
    public static Result compare(EmbeddingMethod method, Embeddings reference, Embeddings current) {
        return compare(method, reference, current, method.defaultThreshold(), OptionalInt.empty());
    }

    /**
     * Compares.
     *
     * @param threshold above which the score means drift
     * @param components principal components of the reference that both sides are reduced to before; empty: none. Not for
     *     {@link EmbeddingMethod#COSINE}, whose value would be rounding noise, as Evidently's is
     * @throws IllegalArgumentException if the vectors differ in length, a side has too few for the method, or the score is not defined
     */
    public static Result compare(
            EmbeddingMethod method,
            Embeddings reference,
            Embeddings current,
            double threshold,
            OptionalInt components) {
        if (reference.width() != current.width()) {
            throw new IllegalArgumentException(
                    "The embeddings of the reference have %d numbers and the current ones %d; compare those of one model."
                            .formatted(reference.width(), current.width()));
        }
        Embeddings left = reference;
        Embeddings right = current;
        if (components.isPresent()) {
            if (method == EmbeddingMethod.COSINE) {
                throw new IllegalArgumentException(
                        "Principal components put the mean of the reference at 0, which has no angle; choose another method than '%s'."
                                .formatted(method.id()));
            }
            Embeddings.Axes axes = reference.axes(components.getAsInt());
            left = reference.along(axes);
            right = current.along(axes);
        }
        double score = score(method, left, right);
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException(
                    "Method '%s' has no value for these embeddings, which are all equal or 0; choose another method."
                            .formatted(method.id()));
        }
        return new Result(method, score, threshold);
    }

    private static double score(EmbeddingMethod method, Embeddings left, Embeddings right) {
        return switch (method) {
            case EUCLIDEAN -> Math.sqrt(sum(left, right, gap -> gap * gap));
            case CITYBLOCK -> sum(left, right, Math::abs);
            case CHEBYSHEV -> chebyshev(left.mean(), right.mean());
            case COSINE -> cosine(left.mean(), right.mean());
            case RATIO -> ratio(left, right);
            case MODEL -> model(left.thinned(MOST_ROWS), right.thinned(MOST_ROWS));
            case MMD -> discrepancy(left.thinned(MOST_ROWS), right.thinned(MOST_ROWS));
        };
    }

    private static double sum(Embeddings left, Embeddings right, java.util.function.DoubleUnaryOperator part) {
        double[] a = left.mean();
        double[] b = right.mean();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += part.applyAsDouble(a[i] - b[i]);
        }
        return sum;
    }

    private static double chebyshev(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            left += a[i] * a[i];
            right += b[i] * b[i];
        }
        return Math.clamp(1 - product / Math.sqrt(left * right), 0, 2);
    }

    private static double ratio(Embeddings left, Embeddings right) {
        int drifted = 0;
        for (int i = 0; i < left.width(); i++) {
            double distance = DriftScores.of(
                    DriftMethod.WASSERSTEIN, Sample.of(left.component(i)), Sample.of(right.component(i)));
            drifted += DriftMethod.WASSERSTEIN.isDrift(distance, DriftMethod.WASSERSTEIN.defaultThreshold()) ? 1 : 0;
        }
        return (double) drifted / left.width();
    }

    private static double model(Embeddings left, Embeddings right) {
        double[][] columns = new double[left.width()][];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = Arrays.copyOf(left.component(i), left.size() + right.size());
            System.arraycopy(right.component(i), 0, columns[i], left.size(), right.size());
        }
        boolean[] second = new boolean[left.size() + right.size()];
        Arrays.fill(second, left.size(), second.length, true);
        return DomainModel.area(columns, second, FOLDS);
    }

    /** Gretton and others (2012), equation 3. */
    private static double discrepancy(Embeddings left, Embeddings right) {
        int m = left.size();
        int n = right.size();
        if (m < 2 || n < 2) {
            throw new IllegalArgumentException(
                    "A mean discrepancy needs at least 2 embeddings on each side; there are %d and %d."
                            .formatted(m, n));
        }
        double[][] x = vectors(left);
        double[][] y = vectors(right);
        double[] squares = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                squares[i * n + j] = squaredGap(x[i], y[j]);
            }
        }
        double[] distances = Arrays.stream(squares).map(Math::sqrt).sorted().toArray();
        double median = (distances[(distances.length - 1) / 2] + distances[distances.length / 2]) / 2;
        double gamma = 1 / (median * median);
        double across = 0;
        for (double square : squares) {
            across += Math.exp(-gamma * square);
        }
        double unbiased = within(x, gamma) + within(y, gamma) - 2 * across / ((double) m * n);
        return Double.isNaN(unbiased) ? unbiased : Math.max(unbiased, 0);
    }

    private static double within(double[][] vectors, double gamma) {
        double sum = 0;
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += 2 * Math.exp(-gamma * squaredGap(vectors[i], vectors[j]));
            }
        }
        return sum / (vectors.length * (vectors.length - 1.0));
    }

    private static double[][] vectors(Embeddings embeddings) {
        double[][] vectors = new double[embeddings.size()][];
        Arrays.setAll(vectors, embeddings::vector);
        return vectors;
    }

    private static double squaredGap(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}

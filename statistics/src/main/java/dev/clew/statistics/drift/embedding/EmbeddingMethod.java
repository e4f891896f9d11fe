package dev.clew.statistics.drift.embedding;

import dev.clew.statistics.drift.DriftMethod;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How two sets of embeddings are compared, by Evidently's names (0.7.21) and with its default thresholds. Drift is a score above it. */
public enum EmbeddingMethod {
    /** Euclidean distance of the mean vectors. */
    EUCLIDEAN("distance_euclidean", 0.2),
    /** 1 − cosine of the angle between the mean vectors, in [0, 2]. */
    COSINE("distance_cosine", 0.2),
    /** Sum of the differences of the mean vectors' numbers. */
    CITYBLOCK("distance_cityblock", 0.2),
    /** Largest difference of the mean vectors' numbers. */
    CHEBYSHEV("distance_chebyshev", 0.2),
    /** Share of the numbers that have drifted by {@link DriftMethod#WASSERSTEIN} at 0.1. */
    RATIO("ratio", 0.2),
    /**
     * ROC AUC of a model that tells both sides apart, in [0, 1]. Evidently trains a linear one on half of the rows; ours is
     * {@link dev.clew.statistics.domain.DomainModel}, which also sees what is not linear: the same meaning, not the same number.
     */
    MODEL("clew_model", 0.55),
    /**
     * Unbiased maximum mean discrepancy (squared, at least 0) with a Gaussian kernel whose width is the median distance between the sides.
     * Equal to Evidently's up to 1 000 rows a side; of more than {@value EmbeddingDrift#MOST_ROWS} every k-th is taken.
     */
    MMD("mmd", 0.015);

    private final String id;
    private final double threshold;

    EmbeddingMethod(String id, double threshold) {
        this.id = id;
        this.threshold = threshold;
    }

    /** The method called so, if there is one. */
    public static Optional<EmbeddingMethod> named(String id) {
        return Arrays.stream(values()).filter(method -> method.id.equals(id)).findFirst();
    }

    /** All names, comma-separated, for messages. */
    public static String names() {
        return Arrays.stream(values()).map(EmbeddingMethod::id).collect(Collectors.joining(", "));
    }

    /** Name in settings and reports. */
    public String id() {
        return id;
    }

    /** Threshold unless one is set. */
    public double defaultThreshold() {
        return threshold;
    }
}

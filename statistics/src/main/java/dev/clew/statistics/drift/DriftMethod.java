package dev.clew.statistics.drift;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The univariate drift methods, by Evidently's names (0.7.21), with its default thresholds and its side of the threshold; and one of
 * our own, {@link #L_INFINITY}.
 *
 * <p>{@link DriftScores} computes them; each constant says what the score is.
 */
public enum DriftMethod {
    /** p of the two-sample Kolmogorov–Smirnov test. */
    KS("ks", "K-S p_value", Rule.AT_MOST, 0.05, ColumnType.NUMERIC),
    /** First Wasserstein distance over max(population standard deviation of the reference, 0.001). */
    WASSERSTEIN("wasserstein", "Wasserstein distance (normed)", Rule.AT_LEAST, 0.1, ColumnType.NUMERIC),
    /** Jensen–Shannon distance, natural logarithm, over Sturges' bins or levels. */
    JENSEN_SHANNON(
            "jensenshannon", "Jensen-Shannon distance", Rule.AT_LEAST, 0.1, ColumnType.NUMERIC, ColumnType.CATEGORICAL),
    /** Population stability index over Sturges' bins or levels, empty ones filled. */
    PSI("psi", "PSI", Rule.AT_LEAST, 0.1, ColumnType.NUMERIC, ColumnType.CATEGORICAL),
    /** Kullback–Leibler divergence of the current sample from the reference, empty bins filled. */
    KL_DIVERGENCE(
            "kl_div", "Kullback-Leibler divergence", Rule.AT_LEAST, 0.1, ColumnType.NUMERIC, ColumnType.CATEGORICAL),
    /** Hellinger distance over levels, or over Sturges' bins of the distinct values. */
    HELLINGER("hellinger", "Hellinger distance", Rule.AT_LEAST, 0.1, ColumnType.NUMERIC, ColumnType.CATEGORICAL),
    /**
     * Largest difference of a level's share, L∞. Ours: Evidently has none; TensorFlow Data Validation's {@code infinity_norm} of its drift
     * and skew comparators, of all levels.
     */
    L_INFINITY("l_infinity", "L-infinity distance", Rule.ABOVE, 0.1, ColumnType.CATEGORICAL),
    /** p of Pearson's goodness of fit to the reference's shares. */
    CHI_SQUARE("chisquare", "chi-square p_value", Rule.BELOW, 0.05, ColumnType.CATEGORICAL),
    /** p of the z test of two proportions. */
    Z("z", "Z-test p_value", Rule.BELOW, 0.05, ColumnType.CATEGORICAL),
    /** p of Fisher's exact test, two levels. */
    FISHER("fisher_exact", "Fisher's Exact test", Rule.BELOW, 0.1, ColumnType.CATEGORICAL),
    /** p of the likelihood-ratio test. */
    G_TEST("g_test", "g_test", Rule.BELOW, 0.1, ColumnType.CATEGORICAL),
    /** Permutation p of the total variation distance. */
    TOTAL_VARIATION("TVD", "Total-Variation-Distance", Rule.BELOW, 0.1, ColumnType.CATEGORICAL),
    /** p of the Anderson–Darling test, within [0.001, 0.25]. */
    ANDERSON_DARLING("anderson", "Anderson-Darling", Rule.BELOW, 0.1, ColumnType.NUMERIC),
    /** p of the Cramér–von Mises test. */
    CRAMER_VON_MISES("cramer_von_mises", "Cramer-von Mises", Rule.AT_MOST, 0.1, ColumnType.NUMERIC),
    /** p of the Epps–Singleton test. */
    EPPS_SINGLETON("es", "Epps-Singleton", Rule.BELOW, 0.05, ColumnType.NUMERIC),
    /** Energy distance. */
    ENERGY("ed", "Energy-distance", Rule.ABOVE, 0.1, ColumnType.NUMERIC),
    /** One-sided p of the Mann–Whitney test: reference stochastically less than current. */
    MANN_WHITNEY("mannw", "Mann-Whitney U-rank test", Rule.BELOW, 0.05, ColumnType.NUMERIC),
    /** p of Student's t test. */
    T_TEST("t_test", "t_test", Rule.BELOW, 0.05, ColumnType.NUMERIC),
    /** Permutation p of the maximum mean discrepancy. */
    MMD("empirical_mmd", "empirical_mmd", Rule.BELOW, 0.1, ColumnType.NUMERIC),
    /** AUC of a domain classifier above a fixed threshold; our own classifier, see {@link TextDomain}. */
    TEXT_DOMAIN("clew_text_domain", "Text domain classifier AUC", Rule.ABOVE, 0.55, ColumnType.TEXT),
    /** AUC of a domain classifier above this quantile of what chance gives; our own classifier, see {@link TextDomain}. */
    TEXT_DOMAIN_QUANTILE(
            "clew_text_domain_quantile",
            "Text domain classifier AUC (percentile)",
            Rule.QUANTILE,
            0.95,
            ColumnType.TEXT);

    /** On which side of the threshold a score means drift. */
    public enum Rule {
        /** score ≤ threshold; the score is a p-value. */
        AT_MOST,
        /** score &lt; threshold; the score is a p-value. */
        BELOW,
        /** score ≥ threshold; the score is a distance. */
        AT_LEAST,
        /** score &gt; threshold; the score is a distance. */
        ABOVE,
        /** score &gt; the quantile, at the threshold's level, of scores without drift. */
        QUANTILE
    }

    private final String id;
    private final String displayName;
    private final Rule rule;
    private final double threshold;
    private final boolean numeric;
    private final boolean categorical;
    private final boolean text;

    DriftMethod(String id, String displayName, Rule rule, double threshold, ColumnType... types) {
        this.id = id;
        this.displayName = displayName;
        this.rule = rule;
        this.threshold = threshold;
        var suited = EnumSet.copyOf(Arrays.asList(types));
        this.numeric = suited.contains(ColumnType.NUMERIC);
        this.categorical = suited.contains(ColumnType.CATEGORICAL);
        this.text = suited.contains(ColumnType.TEXT);
    }

    /** The method called so, if there is one. */
    public static Optional<DriftMethod> named(String id) {
        return Arrays.stream(values()).filter(method -> method.id.equals(id)).findFirst();
    }

    /** All names, comma-separated, for messages. */
    public static String names() {
        return Arrays.stream(values()).map(DriftMethod::id).collect(Collectors.joining(", "));
    }

    /** Name in settings and reports. */
    public String id() {
        return id;
    }

    /** Evidently's wording, used in its report shape. */
    public String displayName() {
        return displayName;
    }

    /** Which side of the threshold means drift. */
    public Rule rule() {
        return rule;
    }

    /** Threshold unless one is set. */
    public double defaultThreshold() {
        return threshold;
    }

    /** Whether the method is meant for the type. */
    public boolean suits(ColumnType type) {
        return switch (type) {
            case NUMERIC -> numeric;
            case CATEGORICAL -> categorical;
            case TEXT -> text;
        };
    }

    /** Whether the score is a distance (0 = equal) and not a p-value. */
    public boolean isDistance() {
        return rule == Rule.AT_LEAST || rule == Rule.ABOVE;
    }

    /** Whether a p-value takes the shares of the reference for the truth, and so is too small when the reference is a sample. */
    boolean takesReferenceAsExact() {
        return this == CHI_SQUARE || this == G_TEST;
    }

    /** Whether this score means drift at this threshold; false for NaN. */
    public boolean isDrift(double score, double limit) {
        return switch (rule) {
            case AT_MOST -> score <= limit;
            case BELOW -> score < limit;
            case AT_LEAST -> score >= limit;
            case ABOVE, QUANTILE -> score > limit;
        };
    }
}

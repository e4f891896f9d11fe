package dev.clew.statistics.drift.chunked;

import dev.clew.statistics.drift.ColumnType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the drift of a chunk is measured, by NannyML's names. Distances are 0 for equal distributions. */
public enum ChunkMethod {
    /**
     * Jensen–Shannon distance, base 2, in [0, 1]: over Doane's bins of the reference, values outside them being a bin of their own, or
     * over levels.
     */
    JENSEN_SHANNON("jensen_shannon", "Jensen-Shannon distance", ColumnType.NUMERIC, ColumnType.CATEGORICAL),
    /** Hellinger distance ‖√p − √q‖/√2, in [0, 1], over the same bins. */
    HELLINGER("hellinger", "Hellinger distance", ColumnType.NUMERIC, ColumnType.CATEGORICAL),
    /** Largest gap of the distribution functions, in [0, 1]. */
    KOLMOGOROV_SMIRNOV_EXACT("kolmogorov_smirnov_exact", "Kolmogorov-Smirnov statistic", ColumnType.NUMERIC),
    /** The same, but over 10 000 bins if the reference has 10 000 rows or more: too small by up to what a bin holds. */
    KOLMOGOROV_SMIRNOV("kolmogorov_smirnov", "Kolmogorov-Smirnov statistic (binned)", ColumnType.NUMERIC),
    /** First Wasserstein distance, in the unit of the values. */
    WASSERSTEIN_EXACT("wasserstein_exact", "Wasserstein distance", ColumnType.NUMERIC),
    /**
     * The same, but over 10 000 bins if the reference has 10 000 rows or more. If values lie below the reference NannyML counts one row
     * too many of them, which is repeated here: up to (range of the reference)/rows too large.
     */
    WASSERSTEIN("wasserstein", "Wasserstein distance (binned)", ColumnType.NUMERIC),
    /** Statistic of Pearson's test of independence; an alert is p &lt; 0.05, whatever the reference chunks show. */
    CHI2("chi2", "Chi2 statistic", ColumnType.CATEGORICAL),
    /** Largest difference of a share, in [0, 1]. */
    L_INFINITY("l_infinity", "L-Infinity distance", ColumnType.CATEGORICAL);

    private final String id;
    private final String displayName;
    private final boolean numeric;
    private final boolean categorical;

    ChunkMethod(String id, String displayName, ColumnType... types) {
        this.id = id;
        this.displayName = displayName;
        this.numeric = Arrays.asList(types).contains(ColumnType.NUMERIC);
        this.categorical = Arrays.asList(types).contains(ColumnType.CATEGORICAL);
    }

    /** The method called so, if there is one. */
    public static Optional<ChunkMethod> named(String id) {
        return Arrays.stream(values()).filter(method -> method.id.equals(id)).findFirst();
    }

    /** All names, comma-separated, for messages. */
    public static String names() {
        return Arrays.stream(values()).map(ChunkMethod::id).collect(Collectors.joining(", "));
    }

    /** Name in settings and reports. */
    public String id() {
        return id;
    }

    /** NannyML's wording. */
    public String displayName() {
        return displayName;
    }

    /** Whether the method is meant for the type. */
    public boolean suits(ColumnType type) {
        return switch (type) {
            case NUMERIC -> numeric;
            case CATEGORICAL -> categorical;
            case TEXT -> false;
        };
    }

    /** The largest value it can take. */
    double most() {
        return this == KOLMOGOROV_SMIRNOV || this == KOLMOGOROV_SMIRNOV_EXACT ? 1 : Double.POSITIVE_INFINITY;
    }
}

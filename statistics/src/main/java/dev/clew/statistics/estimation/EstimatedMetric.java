package dev.clew.statistics.estimation;

import java.util.Arrays;
import java.util.Optional;

/** What can be estimated without labels; the names are NannyML's. */
public enum EstimatedMetric {
    /** Area under the ROC curve. */
    ROC_AUC("roc_auc"),
    /** Average precision. */
    AVERAGE_PRECISION("average_precision"),
    /** Harmonic mean of precision and recall. */
    F1("f1"),
    /** Share of the positive predictions that are right. */
    PRECISION("precision"),
    /** Share of the positive rows that are found. */
    RECALL("recall"),
    /** Share of the negative rows that are left alone. */
    SPECIFICITY("specificity"),
    /** Share of rows predicted as labelled. */
    ACCURACY("accuracy");

    private final String id;

    EstimatedMetric(String id) {
        this.id = id;
    }

    /** Name in reports. */
    public String id() {
        return id;
    }

    /** The metric called so, if there is one. */
    public static Optional<EstimatedMetric> named(String id) {
        return Arrays.stream(values()).filter(metric -> metric.id.equals(id)).findFirst();
    }

    /** Whether it looks at scores only and not at predicted labels. */
    boolean ranks() {
        return this == ROC_AUC || this == AVERAGE_PRECISION;
    }
}

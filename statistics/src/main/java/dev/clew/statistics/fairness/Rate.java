package dev.clew.statistics.fairness;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.interval.Rates;
import dev.clew.statistics.performance.Confusion;

/** Rates of one group. "Positive" is the favourable outcome. */
public enum Rate {
    /** Predicted positive among all. */
    SELECTION_RATE("selection_rate"),
    /** Labelled positive among all. */
    BASE_RATE("base_rate"),
    /** Predicted positive among labelled positive. */
    TPR("tpr"),
    /** Predicted positive among labelled negative. */
    FPR("fpr"),
    /** Predicted negative among labelled positive. */
    FNR("fnr"),
    /** Predicted negative among labelled negative. */
    TNR("tnr"),
    /** Labelled positive among predicted positive. */
    PPV("ppv"),
    /** Labelled negative among predicted positive. */
    FDR("fdr"),
    /** Labelled positive among predicted negative. */
    FOR("for"),
    /** Labelled negative among predicted negative. */
    NPV("npv"),
    /** Predicted as labelled. */
    ACCURACY("accuracy"),
    /** Predicted otherwise than labelled. */
    ERROR_RATE("error_rate");

    private final String id;

    Rate(String id) {
        this.id = id;
    }

    /** Name in reports. */
    public String id() {
        return id;
    }

    /** Rows the rate counts. */
    double numerator(Confusion of) {
        return switch (this) {
            case SELECTION_RATE -> of.truePositives() + of.falsePositives();
            case BASE_RATE -> of.positives();
            case TPR, PPV -> of.truePositives();
            case FPR, FDR -> of.falsePositives();
            case FNR, FOR -> of.falseNegatives();
            case TNR, NPV -> of.trueNegatives();
            case ACCURACY -> of.truePositives() + of.trueNegatives();
            case ERROR_RATE -> of.falsePositives() + of.falseNegatives();
        };
    }

    /** Rows the rate is taken among. */
    double denominator(Confusion of) {
        return switch (this) {
            case SELECTION_RATE, BASE_RATE, ACCURACY, ERROR_RATE -> of.total();
            case TPR, FNR -> of.positives();
            case FPR, TNR -> of.negatives();
            case PPV, FDR -> of.truePositives() + of.falsePositives();
            case FOR, NPV -> of.falseNegatives() + of.trueNegatives();
        };
    }

    /** The rate; NaN if there are no rows to take it among. */
    public double of(Confusion confusion) {
        double among = denominator(confusion);
        return among > 0 ? numerator(confusion) / among : Double.NaN;
    }

    /** The rate of a group with Wilson's interval; undefined if there are no rows to take it among. */
    public Estimate of(Group group) {
        double among = denominator(group.confusion());
        if (!(among > 0)) {
            return Estimate.undefined(0);
        }
        // Weighted rows carry no more evidence than Kish's effective number of them.
        double scale = group.effectiveRows() / group.confusion().total();
        return Rates.wilson(numerator(group.confusion()) * scale, among * scale);
    }
}

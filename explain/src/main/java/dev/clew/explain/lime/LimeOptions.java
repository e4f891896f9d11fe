package dev.clew.explain.lime;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;

/**
 * How LIME draws its samples and what it keeps of the surrogate.
 *
 * @param discretizer what a number becomes for the surrogate; categories are always the row's or not
 * @param selection how the features of the surrogate are chosen
 * @param features most features of the surrogate, at least 1
 * @param samples rows drawn per explained row, the row itself among them; 10 to 100 000
 * @param aroundRow without bins: numbers are drawn around the row instead of around the mean of the training data
 * @param latinHypercube without bins: numbers fill the strata of a Latin hypercube instead of being drawn one by one
 */
public record LimeOptions(
        Discretizer discretizer,
        Selection selection,
        int features,
        int samples,
        boolean aroundRow,
        boolean latinHypercube) {
    /** What a number becomes for the surrogate. */
    public enum Discretizer {
        /** In the row's quarter of the training data, or not. */
        QUARTILE,
        /** In the row's tenth. */
        DECILE,
        /** In the row's bin, cut where the model's decisions change most clearly. */
        ENTROPY,
        /** The number itself, standardised. */
        NONE
    }

    /** How the features of the surrogate are chosen. */
    public enum Selection {
        /** FORWARD for up to six features, HIGHEST for more. */
        AUTO,
        /** The one that adds most to the weighted R², one after the other. */
        FORWARD,
        /** The largest |coefficient · value| of a regression on all of them. */
        HIGHEST,
        /** Those of the last knot of the lasso's path that has no more than asked. */
        LASSO_PATH,
        /** All of them. */
        NONE
    }

    /** What the reference (marcotcr/lime 0.2) does unless told otherwise. */
    public static final LimeOptions DEFAULT =
            new LimeOptions(Discretizer.QUARTILE, Selection.AUTO, 10, 5_000, false, false);

    private static final int MOST_SAMPLES = 100_000;

    /** @throws ExplainException {@code BAD_REQUEST} for counts out of range, or options that need numbers without bins */
    public LimeOptions {
        if (features < 1 || samples < 10 || samples > MOST_SAMPLES) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "LIME keeps at least 1 feature and draws 10 to %d samples; %d features and %d samples were asked."
                            .formatted(MOST_SAMPLES, features, samples));
        }
        if (discretizer != Discretizer.NONE && (aroundRow || latinHypercube)) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "Drawing around the row and Latin hypercubes belong to numbers without bins; leave out the bins, or those two.");
        }
    }

    /** The same with other bins. */
    public LimeOptions with(Discretizer other) {
        return new LimeOptions(other, selection, features, samples, aroundRow, latinHypercube);
    }

    /** What differs from the defaults, for the digest of the settings. */
    String settings() {
        var text = new StringBuilder("samples=" + samples);
        if (discretizer != DEFAULT.discretizer) {
            text.append(";discretizer=").append(discretizer);
        }
        if (selection != DEFAULT.selection || features != DEFAULT.features) {
            text.append(";selection=").append(selection).append(";features=").append(features);
        }
        return text.append(aroundRow ? ";around=row" : "")
                .append(latinHypercube ? ";drawn=lhs" : "")
                .toString();
    }
}

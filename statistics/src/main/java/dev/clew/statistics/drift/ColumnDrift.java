package dev.clew.statistics.drift;

/** What is known about the drift of one column: a judgement, or why there is none. */
public sealed interface ColumnDrift {
    /** Name of the column. */
    String column();

    /**
     * A judged column.
     *
     * @param column name
     * @param type as compared
     * @param method chosen or asked for
     * @param score a p-value in [0, 1] or a distance, see {@link DriftMethod}
     * @param threshold applied to the score
     * @param drifted whether the score lies on the drift side of the threshold (and, if calibrated, of the null quantile)
     * @param nullQuantile the distance that equal samples of these sizes exceed in 5 of 100 cases; NaN if not asked for
     * @param pAsSamples for {@code chisquare} and {@code g_test}, which take the reference for the truth, the p-value of Pearson's test with
     *     the reference a sample too, which must also lie below the threshold; NaN if not asked for or
     *     if the method itself finds no drift
     * @param reference what the reference looks like
     * @param current what the current sample looks like
     */
    record Judged(
            String column,
            ColumnType type,
            DriftMethod method,
            double score,
            double threshold,
            boolean drifted,
            double nullQuantile,
            double pAsSamples,
            Summary reference,
            Summary current)
            implements ColumnDrift {}

    /**
     * A column that cannot be judged. This is never "no drift".
     *
     * @param column name
     * @param reason what is true and what to do, one sentence for a person
     */
    record NotJudged(String column, Reason reason) implements ColumnDrift {}

    /** Why a column has no judgement. */
    sealed interface Reason {
        /** One sentence for a person: what is missing and what to do. */
        String sentence();
    }

    /**
     * A side has too few usable rows.
     *
     * @param side "reference" or "current"
     * @param needed rows the rule asks for
     * @param had rows with a usable value
     */
    record Insufficient(String side, long needed, long had) implements Reason {
        @Override
        public String sentence() {
            return "The %s sample has %d usable rows and %d are needed; widen the window or lower the minimum."
                    .formatted(side, had, needed);
        }
    }

    /**
     * The method is not defined for these values.
     *
     * @param sentence what is true and what to do
     */
    record NotApplicable(String sentence) implements Reason {}
}

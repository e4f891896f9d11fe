package dev.clew.explain.model;

import java.util.List;

/** A model that can be scored and explained. Immutable and thread-safe, a black box excepted where it says so. */
public sealed interface Model permits TreeEnsemble, LinearModel, BlackBoxModel {
    ModelDescription description();

    FeatureSchema schema();

    /**
     * The same model with other names of its features, for files that name none.
     *
     * @param names one per feature, in order
     * @throws dev.clew.explain.ExplainException {@code BAD_REQUEST} if there are more or fewer, or one twice
     */
    Model named(List<String> names);

    /** Number of explained outputs: 1 for regression and binary classification, else one per class or target. */
    int outputs();

    /** From margins to reported values. */
    Link link();

    /**
     * Margins of a batch, with the precision of the library that wrote the model.
     *
     * @param out row-major, rows × outputs
     * @throws dev.clew.explain.ExplainException {@code ROW_MISMATCH} if the rows have another count of features
     */
    void margins(Rows rows, double[] out);

    /** Margin and reported value of one row. */
    default Prediction predict(double[] row) {
        double[] margins = new double[outputs()];
        margins(new Rows(row, 1, row.length), margins);
        double[] values = margins.clone();
        link().apply(values, 0, values.length);
        return new Prediction(margins, values);
    }

    /** Reported values of a batch, row-major, rows × outputs. */
    default double[] values(Rows rows) {
        double[] out = new double[rows.count() * outputs()];
        margins(rows, out);
        for (int i = 0; i < rows.count(); i++) {
            link().apply(out, i * outputs(), outputs());
        }
        return out;
    }
}

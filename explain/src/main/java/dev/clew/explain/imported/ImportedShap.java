package dev.clew.explain.imported;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.List;
import java.util.Optional;

/**
 * Attributions as another program wrote them: a claim until {@link #check} compares them with a model. The arrays are the caller's to
 * read, nobody's to write.
 *
 * @param values of row r, output o, feature j at {@code (r · outputs + o) · features + j}
 * @param base of row r and output o at {@code r · outputs + o}
 * @param data the explained rows, as numbers, if they were written down
 * @param names of the features, empty if they were not written down
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImportedShap(
        int rows, int outputs, int features, double[] values, double[] base, Optional<Rows> data, List<String> names) {
    /**
     * The same attributions with the rows that they explain, for files without them, such as the folders of {@code mlflow.shap}.
     *
     * @throws ExplainException {@code ROW_MISMATCH} if they are not as many rows of as many features
     */
    public ImportedShap of(Rows explained) {
        if (explained.count() != rows || explained.width() != features) {
            throw new ExplainException(
                    Code.ROW_MISMATCH,
                    "The attributions are of %d rows and %d features; %d rows of %d were given."
                            .formatted(rows, features, explained.count(), explained.width()));
        }
        return new ImportedShap(rows, outputs, features, values, base, Optional.of(explained), names);
    }

    /** {@link #check(Model, Method, Semantics, OutputSpace)} of attributions of margins. */
    public Explanation check(Model model, Method method, Semantics semantics) {
        return check(model, method, semantics, OutputSpace.MARGIN);
    }

    /**
     * The attributions as an explanation of a model: its own margins of the rows, how far base and attributions miss what they
     * explain, and the flag {@code ADDITIVITY_FAILED} where that is more than the writers' float32 allows, 1e-5 of it.
     *
     * @param method what the other program says it used
     * @param semantics likewise
     * @param space whether margins or reported values are explained
     * @throws ExplainException {@code BAD_REQUEST} if the rows were not written down, {@code ROW_MISMATCH} if features or outputs
     *     are other than the model's
     */
    public Explanation check(Model model, Method method, Semantics semantics, OutputSpace space) {
        Rows explained = data.orElseThrow(() -> new ExplainException(
                Code.BAD_REQUEST,
                "The file holds no rows (data), so its attributions cannot be compared with a model; give the rows."));
        if (features != model.schema().size() || outputs != model.outputs()) {
            throw new ExplainException(
                    Code.ROW_MISMATCH,
                    "The attributions are of %d features and %d outputs; the model has %d and %d."
                            .formatted(features, outputs, model.schema().size(), model.outputs()));
        }
        if (!names.isEmpty() && !names.equals(model.schema().names())) {
            throw new ExplainException(
                    Code.ROW_MISMATCH, "The attributions name other features than the model, or in another order.");
        }
        double[] margin = new double[rows * outputs];
        model.margins(explained, margin);
        double[] reported = model.values(explained);
        double[] meant = space == OutputSpace.MARGIN ? margin : reported;
        double[] error = new double[rows];
        for (int i = 0; i < margin.length; i++) {
            double sum = base[i];
            for (int j = 0; j < features; j++) {
                sum += values[i * features + j];
            }
            // The writers sum float32; what they cannot know better is no fault of theirs.
            double off = Math.abs(sum - meant[i]);
            double allowed = 1e-5 * Math.max(1, Math.abs(meant[i]));
            error[i / outputs] = Math.max(error[i / outputs], off <= allowed ? 0 : off);
        }
        return new Explanation(
                rows, outputs, features, values, base, margin, reported, error, null, method, semantics, space);
    }
}

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
 * Attributions as another program wrote them: a claim until {@link #check} compares them with a model.
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
     * The attributions as an explanation of a model: its own margins of the rows, how far base and attributions miss them, and
     * the flag {@code ADDITIVITY_FAILED} where that is more than float32 allows.
     *
     * @param method what the other program says it used
     * @param semantics likewise
     * @throws ExplainException {@code BAD_REQUEST} if the rows were not written down, {@code ROW_MISMATCH} if features or outputs
     *     are other than the model's
     */
    public Explanation check(Model model, Method method, Semantics semantics) {
        Rows explained = data.orElseThrow(() -> new ExplainException(
                Code.BAD_REQUEST,
                "The file holds no rows (data), so its attributions cannot be compared with a model."));
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
        double[] error = new double[rows];
        for (int i = 0; i < margin.length; i++) {
            double sum = base[i];
            for (int j = 0; j < features; j++) {
                sum += values[i * features + j];
            }
            // The writers sum float32; what they cannot know better is no fault of theirs.
            double off = Math.abs(sum - margin[i]);
            double allowed = 1e-5 * Math.max(1, Math.abs(margin[i]));
            error[i / outputs] = Math.max(error[i / outputs], off <= allowed ? 0 : off);
        }
        return new Explanation(
                rows,
                outputs,
                features,
                values,
                base,
                margin,
                model.values(explained),
                error,
                null,
                method,
                semantics,
                OutputSpace.MARGIN);
    }
}

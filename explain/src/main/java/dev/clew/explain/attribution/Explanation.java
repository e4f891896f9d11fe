package dev.clew.explain.attribution;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attributions of a batch, columnar: value of row r, output o, feature j at {@code (r · outputs + o) · features + j}.
 *
 * <p>{@code base}, {@code margin}, {@code prediction} are rows × outputs. The arrays are the caller's to read, nobody's to
 * write.
 *
 * @param prediction what the model reports; in {@code LOG_LOSS} space the loss
 * @param additivityError per row, largest over outputs; NaN for methods that do not add up
 * @param stdError like {@code values}, null for methods without sampling
 * @param rowFlags warnings per row, empty if the method has none
 * @param fidelity how well a surrogate follows the model; null for methods without one
 */
@SuppressWarnings("ArrayRecordComponent")
public record Explanation(
        int rows,
        int outputs,
        int features,
        double[] values,
        double[] base,
        double[] margin,
        double[] prediction,
        double[] additivityError,
        double @Nullable [] stdError,
        Method method,
        Semantics semantics,
        OutputSpace space,
        List<Set<Flag>> rowFlags,
        @Nullable Fidelity fidelity) {

    /**
     * How well surrogates follow the model, rows × outputs.
     *
     * @param score weighted R² on the samples
     * @param local the surrogate's own answer for the row, in what the model reports
     */
    public record Fidelity(double[] score, double[] local) {}

    /** An explanation by a method without a surrogate. */
    public Explanation(
            int rows,
            int outputs,
            int features,
            double[] values,
            double[] base,
            double[] margin,
            double[] prediction,
            double[] additivityError,
            double @Nullable [] stdError,
            Method method,
            Semantics semantics,
            OutputSpace space,
            List<Set<Flag>> rowFlags) {
        this(
                rows,
                outputs,
                features,
                values,
                base,
                margin,
                prediction,
                additivityError,
                stdError,
                method,
                semantics,
                space,
                rowFlags,
                null);
    }

    /** An explanation by a method that gives no warnings of its own. */
    public Explanation(
            int rows,
            int outputs,
            int features,
            double[] values,
            double[] base,
            double[] margin,
            double[] prediction,
            double[] additivityError,
            double @Nullable [] stdError,
            Method method,
            Semantics semantics,
            OutputSpace space) {
        this(
                rows,
                outputs,
                features,
                values,
                base,
                margin,
                prediction,
                additivityError,
                stdError,
                method,
                semantics,
                space,
                List.of());
    }

    /** Relative additivity that every exact method keeps. */
    public static final double ADDITIVITY = 1e-9;

    /**
     * Explanations of parts of a batch as one, in order.
     *
     * @param parts at least one, all by the same explainer
     */
    public static Explanation joined(List<Explanation> parts) {
        Explanation first = parts.getFirst();
        return new Explanation(
                parts.stream().mapToInt(Explanation::rows).sum(),
                first.outputs,
                first.features,
                joined(parts, Explanation::values),
                joined(parts, Explanation::base),
                joined(parts, Explanation::margin),
                joined(parts, Explanation::prediction),
                joined(parts, Explanation::additivityError),
                first.stdError == null ? null : joined(parts, Explanation::errors),
                first.method,
                first.semantics,
                first.space,
                parts.stream().flatMap(part -> part.rowFlags.stream()).toList(),
                first.fidelity == null
                        ? null
                        : new Fidelity(
                                joined(parts, part -> part.fidelity == null ? new double[0] : part.fidelity.score),
                                joined(parts, part -> part.fidelity == null ? new double[0] : part.fidelity.local)));
    }

    private static double[] joined(List<Explanation> parts, Function<Explanation, double[]> column) {
        return parts.stream()
                .flatMapToDouble(part -> Arrays.stream(column.apply(part)))
                .toArray();
    }

    private double[] errors() {
        return stdError == null ? new double[0] : stdError;
    }

    public double value(int row, int output, int feature) {
        return values[(row * outputs + output) * features + feature];
    }

    /** One row as a value of its own. */
    public Attribution row(int row) {
        double[][] phi = new double[outputs][features];
        for (int o = 0; o < outputs; o++) {
            System.arraycopy(values, (row * outputs + o) * features, phi[o], 0, features);
        }
        double[] margins = part(margin, row);
        double size = 1;
        for (double m : margins) {
            size = Math.max(size, Math.abs(m));
        }
        var flags = EnumSet.noneOf(Flag.class);
        if (!rowFlags.isEmpty()) {
            flags.addAll(rowFlags.get(row));
        }
        // Written so that a NaN or infinite error fails too, unless the method claims no additivity at all.
        if (method != Method.LIME_TABULAR
                && method != Method.LIME_TEXT
                && method != Method.SAMPLING
                && !(additivityError[row] <= ADDITIVITY * size)) {
            flags.add(Flag.ADDITIVITY_FAILED);
        }
        return new Attribution(
                part(base, row),
                phi,
                margins,
                part(prediction, row),
                method,
                semantics,
                space,
                additivityError[row],
                flags);
    }

    private double[] part(double[] from, int row) {
        double[] part = new double[outputs];
        System.arraycopy(from, row * outputs, part, 0, outputs);
        return part;
    }

    /** One row with what it rests on, standard errors included. */
    public ExplanationRecord record(int row, Provenance provenance) {
        if (stdError == null) {
            return ExplanationRecord.of(row(row), provenance);
        }
        double[][] errors = new double[outputs][features];
        for (int o = 0; o < outputs; o++) {
            System.arraycopy(stdError, (row * outputs + o) * features, errors[o], 0, features);
        }
        return new ExplanationRecord(row(row), provenance, errors);
    }
}

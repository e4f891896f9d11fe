package dev.clew.explain.attribution;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Attributions of a batch, columnar: value of row r, output o, feature j at {@code (r · outputs + o) · features + j}.
 *
 * <p>{@code base}, {@code margin}, {@code prediction} are rows × outputs. The arrays are the caller's to read, nobody's to
 * write.
 *
 * @param rows at least 0
 * @param outputs of the model, at least 1
 * @param features of the model, or groups of them where those were explained
 * @param values in {@code space}
 * @param base in {@code space}: what is expected of a row of which nothing is known; it differs between rows for base margins and losses
 * @param margin added in double
 * @param prediction what the model reports; in {@code LOG_LOSS} space the loss
 * @param additivityError per row, largest over outputs; NaN for methods that do not add up
 * @param stdError standard errors of the values, in their order and unit; null for methods without sampling
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
        double[] whole = new double
                [parts.stream().mapToInt(part -> column.apply(part).length).sum()];
        int at = 0;
        for (Explanation part : parts) {
            double[] own = column.apply(part);
            System.arraycopy(own, 0, whole, at, own.length);
            at += own.length;
        }
        return whole;
    }

    private double[] errors() {
        return stdError == null ? new double[0] : stdError;
    }

    /** Attribution of one feature, all counted from 0. */
    public double value(int row, int output, int feature) {
        return values[(row * outputs + output) * features + feature];
    }

    /** Whether the method does not claim that base and attributions add up. */
    private boolean isApproximate() {
        return method == Method.LIME_TABULAR || method == Method.LIME_TEXT || method == Method.SAMPLING;
    }

    /** Base and attributions meet what is explained to 1e-9 of it, unless the method does not claim that they do. */
    private boolean addsUp(int row) {
        if (isApproximate()) {
            return true;
        }
        double size = 1;
        for (int o = 0; o < outputs; o++) {
            size = Math.max(size, Math.abs(margin[row * outputs + o]));
        }
        // Written so that a NaN or infinite error fails too.
        return additivityError[row] <= ADDITIVITY * size;
    }

    /**
     * The rows whose attributions may be shown, ascending: all but those with the flag {@code ADDITIVITY_FAILED}. What is said over
     * many rows is said over these.
     */
    public int[] trustworthy() {
        return IntStream.range(0, rows)
                .filter(row ->
                        addsUp(row) && (rowFlags.isEmpty() || !rowFlags.get(row).contains(Flag.ADDITIVITY_FAILED)))
                .toArray();
    }

    /** The explanation of some of the rows, in the given order. */
    public Explanation only(int... chosen) {
        return new Explanation(
                chosen.length,
                outputs,
                features,
                only(values, outputs * features, chosen),
                only(base, outputs, chosen),
                only(margin, outputs, chosen),
                only(prediction, outputs, chosen),
                only(additivityError, 1, chosen),
                stdError == null ? null : only(stdError, outputs * features, chosen),
                method,
                semantics,
                space,
                rowFlags.isEmpty()
                        ? List.of()
                        : Arrays.stream(chosen).mapToObj(rowFlags::get).toList(),
                fidelity == null
                        ? null
                        : new Fidelity(only(fidelity.score, outputs, chosen), only(fidelity.local, outputs, chosen)));
    }

    /**
     * The explanation of one output alone, which takes that much less memory. A row of which another output does not add up keeps the
     * flag that says so.
     */
    public Explanation ofOutput(int output) {
        return new Explanation(
                rows,
                1,
                features,
                column(values, features, output),
                column(base, 1, output),
                column(margin, 1, output),
                column(prediction, 1, output),
                errors(output),
                stdError == null ? null : column(stdError, features, output),
                method,
                semantics,
                space,
                IntStream.range(0, rows).mapToObj(this::flags).toList(),
                fidelity == null
                        ? null
                        : new Fidelity(column(fidelity.score, 1, output), column(fidelity.local, 1, output)));
    }

    /** How far one output alone is from adding up. */
    private double[] errors(int output) {
        double[] errors = additivityError.clone();
        double[] explained = space == OutputSpace.MARGIN ? margin : prediction;
        for (int row = 0; row < rows && !isApproximate(); row++) {
            double sum = base[row * outputs + output];
            for (int j = 0; j < features; j++) {
                sum += value(row, output, j);
            }
            errors[row] = Math.abs(sum - explained[row * outputs + output]);
        }
        return errors;
    }

    private double[] column(double[] from, int width, int output) {
        double[] column = new double[rows * width];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(from, (row * outputs + output) * width, column, row * width, width);
        }
        return column;
    }

    private static double[] only(double[] from, int width, int[] chosen) {
        double[] some = new double[chosen.length * width];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(from, chosen[i] * width, some, i * width, width);
        }
        return some;
    }

    /** One row as a value of its own. */
    public Attribution row(int row) {
        double[][] phi = new double[outputs][features];
        for (int o = 0; o < outputs; o++) {
            System.arraycopy(values, (row * outputs + o) * features, phi[o], 0, features);
        }
        double[] margins = part(margin, row);
        return new Attribution(
                part(base, row),
                phi,
                margins,
                part(prediction, row),
                method,
                semantics,
                space,
                additivityError[row],
                flags(row));
    }

    private Set<Flag> flags(int row) {
        var flags = EnumSet.noneOf(Flag.class);
        if (!rowFlags.isEmpty()) {
            flags.addAll(rowFlags.get(row));
        }
        if (!addsUp(row)) {
            flags.add(Flag.ADDITIVITY_FAILED);
        }
        return flags;
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

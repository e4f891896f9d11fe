package dev.clew.statistics.drift.chunked;

import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Threshold;
import dev.clew.statistics.test.SymmetricEigen;
import java.util.ArrayList;
import java.util.List;

/**
 * Drift of all columns together: how badly the principal components of the reference reconstruct a chunk.
 *
 * <p>Missing numbers become the reference's mean, missing levels its most frequent level, levels their share in the reference (unseen
 * ones 0); columns are standardised; the first components with more than 65 % of the variance are kept. The value of a chunk is the mean
 * Euclidean distance of its rows from their reconstruction, with the standard error of that mean. NannyML 0.13's
 * {@code DataReconstructionDriftCalculator} within 1e-6 (golden/chunks.json). Immutable, thread-safe.
 */
public final class Reconstruction {
    private static final double KEPT_VARIANCE = 0.65;

    private final List<Encoding> columns;
    private final double[] centre;
    private final double[][] components;
    private final Bounds bounds;

    private Reconstruction(List<Encoding> columns, double[] centre, double[][] components, Bounds bounds) {
        this.columns = columns;
        this.centre = centre;
        this.components = components;
        this.bounds = bounds;
    }

    /**
     * What a chunk shows.
     *
     * @param chunk its rows
     * @param value mean reconstruction error; NaN without rows
     * @param samplingError standard error of that mean; NaN for one row
     * @param bounds what the reference chunks set
     */
    public record Value(Chunk chunk, double value, double samplingError, Bounds bounds) {
        /** Whether the value lies outside the bounds. */
        public boolean isAlert() {
            return bounds.isAlert(value);
        }
    }

    /**
     * Fits on a reference. O(rows·columns² + columns³).
     *
     * @param reference columns of the same length, at least 2 of them with a value each
     * @param chunks of the reference
     * @param threshold how bounds follow from the reference chunks
     * @throws IllegalArgumentException if there are fewer than 2 columns, or one without any value
     */
    public static Reconstruction fit(List<Rows> reference, List<Chunk> chunks, Threshold threshold) {
        if (reference.size() < 2) {
            throw new IllegalArgumentException(
                    "Reconstruction looks at columns together and needs at least 2; there is %d."
                            .formatted(reference.size()));
        }
        List<Encoding> encodings = reference.stream()
                .map(column -> Encoding.fit(column).translated(column))
                .toList();
        int rows = reference.getFirst().size();
        int width = encodings.size();
        double[] centre = new double[width];
        double[][] products = new double[width][width];
        double[] row = new double[width];
        for (int i = 0; i < rows; i++) {
            encode(encodings, reference, i, row);
            for (int a = 0; a < width; a++) {
                centre[a] += row[a] / rows;
                for (int b = 0; b <= a; b++) {
                    products[a][b] += row[a] * row[b];
                }
            }
        }
        double total = 0;
        for (int a = 0; a < width; a++) {
            for (int b = 0; b <= a; b++) {
                products[a][b] = products[a][b] / rows - centre[a] * centre[b];
                products[b][a] = products[a][b];
            }
            total += products[a][a];
        }
        double[][] components = kept(SymmetricEigen.of(products), total);
        var unbounded = new Reconstruction(encodings, centre, components, Bounds.NONE);
        double[] values = unbounded.values(reference, chunks).stream()
                .mapToDouble(Value::value)
                .toArray();
        Bounds bounds = threshold.over(values);
        // An error cannot be negative: a lower bound at or below 0 is none, as in NannyML.
        double lower = bounds.lower() <= 0 ? Double.NEGATIVE_INFINITY : bounds.lower();
        return new Reconstruction(encodings, centre, components, new Bounds(lower, bounds.upper()));
    }

    private static double[][] kept(SymmetricEigen eigen, double total) {
        List<double[]> kept = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < eigen.values().length && (kept.isEmpty() || sum / total <= KEPT_VARIANCE); i++) {
            sum += eigen.values()[i];
            kept.add(eigen.vectors()[i]);
        }
        return kept.toArray(double[][]::new);
    }

    private static void encode(List<Encoding> encodings, List<Rows> columns, int row, double[] encoded) {
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = encodings.get(i).of(columns.get(i), row);
        }
    }

    /** Number of components kept. */
    public int components() {
        return components.length;
    }

    /** Between which values a chunk is as in the reference. */
    public Bounds bounds() {
        return bounds;
    }

    /**
     * Measures every chunk.
     *
     * @param rows the columns of the reference in the same order
     */
    public List<Value> values(List<Rows> rows, List<Chunk> chunks) {
        if (rows.size() != columns.size()) {
            throw new IllegalArgumentException(
                    "The reference has %d columns and these rows have %d; give both the same."
                            .formatted(columns.size(), rows.size()));
        }
        List<Encoding> own = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            own.add(columns.get(i).translated(rows.get(i)));
        }
        return chunks.stream().map(chunk -> value(own, rows, chunk)).toList();
    }

    private Value value(List<Encoding> own, List<Rows> rows, Chunk chunk) {
        double[] row = new double[own.size()];
        double mean = 0;
        double squares = 0;
        int count = 0;
        for (int i = chunk.from(); i < chunk.to(); i++) {
            encode(own, rows, i, row);
            double error = error(row);
            count++;
            double gap = error - mean;
            mean += gap / count;
            squares += gap * (error - mean);
        }
        double deviation = Math.sqrt(squares / (count - 1));
        return new Value(chunk, count == 0 ? Double.NaN : mean, deviation / Math.sqrt(count), bounds);
    }

    /** The length of what is left of a row beyond the components. */
    private double error(double[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] -= centre[i];
        }
        double[] left = row.clone();
        for (double[] component : components) {
            double along = 0;
            for (int i = 0; i < row.length; i++) {
                along += row[i] * component[i];
            }
            for (int i = 0; i < row.length; i++) {
                left[i] -= along * component[i];
            }
        }
        double sum = 0;
        for (double value : left) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}

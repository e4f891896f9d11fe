package dev.clew.statistics.drift.chunked;

import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.domain.DomainModel;
import java.util.Arrays;
import java.util.List;

/**
 * Drift of all columns together: can a model tell the rows of a chunk from those of the reference? Its value is the ROC AUC by five-fold
 * cross-validation; 0.5 is no drift.
 *
 * <p>NannyML 0.13's {@code DomainClassifierCalculator} means the same and has the same bounds, but trains LightGBM on folds in
 * the order of the rows: values are near its own where that order means nothing (golden/domain.json), not equal. Here folds are shuffled. Levels are given to the trees as their share in the reference. Of more than {@value #MOST_ROWS} rows of the reference,
 * and of a chunk, every k-th is taken. Immutable, thread-safe.
 */
public final class DomainClassifier {
    /** Rows of a side beyond which it is thinned. */
    public static final int MOST_ROWS = 5_000;

    private static final int FOLDS = 5;
    /** NannyML's. */
    private static final Bounds BOUNDS = new Bounds(0.45, 0.65);

    private final List<Rows> reference;
    private final List<Encoding> columns;
    private final Bounds bounds;

    private DomainClassifier(List<Rows> reference, List<Encoding> columns, Bounds bounds) {
        this.reference = List.copyOf(reference);
        this.columns = columns;
        this.bounds = bounds;
    }

    /**
     * What a chunk shows.
     *
     * @param chunk its rows
     * @param value ROC AUC, in [0, 1]; NaN if the chunk has fewer than 5 rows
     * @param bounds between which a chunk is as the reference
     */
    public record Value(Chunk chunk, double value, Bounds bounds) {
        /** Whether the value lies outside the bounds. */
        public boolean isAlert() {
            return bounds.isAlert(value);
        }
    }

    /** Compares with a reference, alert outside [0.45, 0.65]. */
    public static DomainClassifier of(List<Rows> reference) {
        return of(reference, BOUNDS);
    }

    /**
     * Compares with a reference.
     *
     * @param reference columns of the same length
     * @throws IllegalArgumentException if there is no column, one without any value, or fewer than 5 rows
     */
    public static DomainClassifier of(List<Rows> reference, Bounds bounds) {
        if (reference.isEmpty() || reference.getFirst().size() < FOLDS) {
            throw new IllegalArgumentException(
                    "A domain classifier needs a column and at least %d rows of reference.".formatted(FOLDS));
        }
        List<Encoding> encodings = reference.stream()
                .map(column -> Encoding.fit(column).translated(column))
                .toList();
        return new DomainClassifier(reference, encodings, bounds);
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
        return chunks.stream().map(chunk -> value(rows, chunk)).toList();
    }

    private Value value(List<Rows> rows, Chunk chunk) {
        if (chunk.size() < FOLDS) {
            return new Value(chunk, Double.NaN, bounds);
        }
        int total = reference.getFirst().size();
        int leftStep = step(total);
        int left = (total + leftStep - 1) / leftStep;
        int rightStep = step(chunk.size());
        int right = (chunk.size() + rightStep - 1) / rightStep;
        double[][] values = new double[columns.size()][left + right];
        for (int column = 0; column < values.length; column++) {
            for (int i = 0; i < left; i++) {
                values[column][i] = columns.get(column).of(reference.get(column), i * leftStep);
            }
            Encoding own = columns.get(column).translated(rows.get(column));
            for (int i = 0; i < right; i++) {
                values[column][left + i] = own.of(rows.get(column), chunk.from() + i * rightStep);
            }
        }
        boolean[] second = new boolean[left + right];
        Arrays.fill(second, left, second.length, true);
        return new Value(chunk, DomainModel.area(values, second, FOLDS), bounds);
    }

    private static int step(int rows) {
        return (rows + MOST_ROWS - 1) / MOST_ROWS;
    }
}

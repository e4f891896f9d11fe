package dev.clew.statistics.drift.chunked;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Threshold;
import dev.clew.statistics.distance.Divergence;
import dev.clew.statistics.distance.Ecdf;
import dev.clew.statistics.distance.Proportions;
import dev.clew.statistics.drift.Column;
import dev.clew.statistics.test.CountTests;
import dev.clew.statistics.test.Counts;
import dev.clew.statistics.test.TestResult;
import java.util.List;

/**
 * The drift of one column, chunk by chunk, against a reference.
 *
 * <p>Bounds follow from the reference's own chunks, by default mean + 3 standard deviations. Values and alerts are equal to NannyML
 * 0.13's {@code UnivariateDriftCalculator} within 1e-6 (golden/chunks.json). Immutable, thread-safe.
 */
public final class ChunkDrift {
    private static final double LEVEL = 0.05;

    private final ChunkMethod method;
    private final Column reference;
    private final Binned bins;
    private final Bounds bounds;

    private ChunkDrift(ChunkMethod method, Column reference, Binned bins, Bounds bounds) {
        this.method = method;
        this.reference = reference;
        this.bins = bins;
        this.bounds = bounds;
    }

    /**
     * What a chunk shows.
     *
     * @param chunk its rows
     * @param value NaN if no row has a value
     * @param pValue of {@code chi2}, else NaN
     * @param bounds what the reference chunks set; none for {@code chi2}
     * @param isAlert whether the value lies outside the bounds, or p below 0.05
     * @param rows rows with a value
     */
    public record Value(Chunk chunk, double value, double pValue, Bounds bounds, boolean isAlert, long rows) {}

    /**
     * Fits on a reference.
     *
     * @param reference at least one row with a value
     * @param chunks of the reference
     * @param threshold how bounds follow from the reference chunks
     * @throws IllegalArgumentException if no row has a value or the method is not for this type
     */
    public static ChunkDrift fit(ChunkMethod method, Rows reference, List<Chunk> chunks, Threshold threshold) {
        if (!method.suits(reference.type())) {
            throw new IllegalArgumentException("Method '%s' does not suit a column of type '%s'; choose another of %s."
                    .formatted(method.id(), reference.type().id(), ChunkMethod.names()));
        }
        Column all = reference.range(0, reference.size());
        if (all.size() == 0) {
            throw new IllegalArgumentException(
                    "No row of the reference has a value; choose a reference that holds the column, or leave it out.");
        }
        Binned bins = all instanceof Column.Numbers(var sample) ? Binned.of(method, sample) : Binned.NONE;
        var unbounded = new ChunkDrift(method, all, bins, Bounds.NONE);
        if (method == ChunkMethod.CHI2) {
            return unbounded;
        }
        double[] values = chunks.stream()
                .mapToDouble(chunk -> unbounded.score(reference.range(chunk.from(), chunk.to())))
                .toArray();
        return new ChunkDrift(method, all, bins, threshold.over(values).within(0, method.most()));
    }

    /** Between which values a chunk is as in the reference. */
    public Bounds bounds() {
        return bounds;
    }

    /**
     * Measures every chunk.
     *
     * @throws IllegalArgumentException if the rows are of another type than the reference
     */
    public List<Value> values(Rows rows, List<Chunk> chunks) {
        if (rows.type() != reference.type()) {
            throw new IllegalArgumentException(
                    "The reference holds values of type %s and these rows of type %s; read both with one type."
                            .formatted(reference.type().id(), rows.type().id()));
        }
        return chunks.stream().map(chunk -> value(rows, chunk)).toList();
    }

    private Value value(Rows rows, Chunk chunk) {
        Column current = rows.range(chunk.from(), chunk.to());
        if (method == ChunkMethod.CHI2
                && current.size() > 0
                && reference instanceof Column.Levels(var left)
                && current instanceof Column.Levels(var right)) {
            TestResult test = CountTests.contingency(Counts.of(left, right));
            return new Value(chunk, test.statistic(), test.pValue(), bounds, test.pValue() < LEVEL, current.size());
        }
        double score = score(current);
        return new Value(chunk, score, Double.NaN, bounds, bounds.isAlert(score), current.size());
    }

    private double score(Column current) {
        if (current.size() == 0) {
            return Double.NaN;
        }
        if (reference instanceof Column.Numbers(var left) && current instanceof Column.Numbers(var right)) {
            return score(left, right);
        }
        if (reference instanceof Column.Levels(var left) && current instanceof Column.Levels(var right)) {
            return score(left, right);
        }
        throw new IllegalStateException("Both sides have one type.");
    }

    private double score(Sample left, Sample right) {
        return switch (method) {
            case JENSEN_SHANNON -> Divergence.jensenShannon(bins.proportions(right), 2);
            case HELLINGER -> Divergence.hellingerNorm(bins.proportions(right));
            case KOLMOGOROV_SMIRNOV_EXACT -> Ecdf.largestGap(left, right);
            case KOLMOGOROV_SMIRNOV -> bins.isEmpty() ? Ecdf.largestGap(left, right) : bins.largestGap(right);
            case WASSERSTEIN_EXACT -> Ecdf.wasserstein(left, right);
            case WASSERSTEIN -> bins.isEmpty() ? Ecdf.wasserstein(left, right) : bins.wasserstein(right);
            case CHI2, L_INFINITY -> throw new IllegalStateException(method + " is for levels.");
        };
    }

    private double score(Categories left, Categories right) {
        return switch (method) {
            case JENSEN_SHANNON -> Divergence.jensenShannon(Proportions.of(left, right), 2);
            case HELLINGER -> Divergence.hellingerNorm(Proportions.of(left, right));
            case L_INFINITY -> Divergence.largestGap(Proportions.of(left, right));
            case CHI2 -> CountTests.contingency(Counts.of(left, right)).statistic();
            case KOLMOGOROV_SMIRNOV, KOLMOGOROV_SMIRNOV_EXACT, WASSERSTEIN, WASSERSTEIN_EXACT ->
                throw new IllegalStateException(method + " is for numbers.");
        };
    }
}

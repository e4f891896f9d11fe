package dev.clew.statistics.drift;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Pooled;
import dev.clew.statistics.test.CountTests;
import dev.clew.statistics.test.Counts;
import java.util.TreeSet;

/**
 * Judges columns: cleans, chooses a method as Evidently 0.7.21 does, scores, compares with the threshold.
 *
 * <p>The choice by type, rows of the reference N and distinct values of both sides: numbers with more than 5 values ks (N ≤ 1 000)
 * or wasserstein; with 3 to 5 chisquare or jensenshannon; with fewer z or jensenshannon; levels chisquare (more than 2) or z, beyond
 * 1 000 rows jensenshannon; text a domain classifier. Immutable, thread-safe; no I/O.
 */
public final class Drift {
    private static final int SMALL_REFERENCE = 1_000;
    private static final int FEW_NUMBERS = 5;

    private final DriftSettings settings;

    /** Judges by these settings. */
    public Drift(DriftSettings settings) {
        this.settings = settings;
    }

    /** The settings it judges by. */
    public DriftSettings settings() {
        return settings;
    }

    /**
     * Judges one column.
     *
     * @param name of the column, for settings and reports
     * @param reference what it is compared with
     * @param current what is judged
     * @return {@code NotJudged} if the types differ, a side has too few rows, or the method is not defined for the values
     */
    public ColumnDrift column(String name, Column reference, Column current) {
        if (reference.type() != current.type()) {
            return new ColumnDrift.NotJudged(
                    name,
                    new ColumnDrift.NotApplicable(
                            "Column '%s' holds values of type %s in the reference and %s in the current sample; read both with one type."
                                    .formatted(
                                            name,
                                            reference.type().id(),
                                            current.type().id())));
        }
        if (reference.size() < settings.minimumRows()) {
            return new ColumnDrift.NotJudged(
                    name, new ColumnDrift.Insufficient("reference", settings.minimumRows(), reference.size()));
        }
        if (current.size() < settings.minimumRows()) {
            return new ColumnDrift.NotJudged(
                    name, new ColumnDrift.Insufficient("current", settings.minimumRows(), current.size()));
        }
        DriftSettings.Choice choice = settings.of(name, reference.type());
        DriftMethod method = choice.method().orElseGet(() -> choose(reference, current));
        double threshold = choice.threshold().orElse(method.defaultThreshold());
        try {
            return judge(name, method, threshold, reference, current);
        } catch (IllegalArgumentException e) {
            return new ColumnDrift.NotJudged(name, new ColumnDrift.NotApplicable(sentence(e)));
        }
    }

    private static String sentence(IllegalArgumentException e) {
        String message = e.getMessage();
        return message == null ? "The method is not defined for these values; choose another one." : message;
    }

    private ColumnDrift judge(String name, DriftMethod method, double threshold, Column reference, Column current) {
        double score;
        double limit = threshold;
        double nullQuantile = Double.NaN;
        boolean small = Math.min(reference.size(), current.size()) < SMALL_REFERENCE;
        boolean calibrates = settings.calibrated() && method.isDistance() && small;
        if (reference instanceof Column.Numbers(var left) && current instanceof Column.Numbers(var right)) {
            score = DriftScores.of(method, left, right);
            nullQuantile = calibrates ? NullDistance.quantile(method, left, right.size()) : nullQuantile;
        } else if (reference instanceof Column.Levels(var left) && current instanceof Column.Levels(var right)) {
            score = DriftScores.of(method, left, right);
            nullQuantile = calibrates ? NullDistance.quantile(method, left, right.size()) : nullQuantile;
        } else if (reference instanceof Column.Texts left && current instanceof Column.Texts right) {
            TextDomain.Result result = TextDomain.compare(left.values(), right.values(), method, threshold);
            score = result.auc();
            limit = result.limit();
        } else {
            throw new IllegalStateException("Both sides have one type.");
        }
        if (Double.isNaN(score)) {
            return new ColumnDrift.NotJudged(
                    name,
                    new ColumnDrift.NotApplicable(
                            "Method '%s' has no value for column '%s' (both sides constant); choose another method."
                                    .formatted(method.id(), name)));
        }
        boolean doubts = settings.calibrated() && method.takesReferenceAsExact() && method.isDrift(score, limit);
        double asSamples =
                doubts ? CountTests.contingency(counts(reference, current)).pValue() : Double.NaN;
        boolean byChance = score <= nullQuantile || asSamples >= limit;
        boolean drifted = method.isDrift(score, limit) && !byChance;
        var summaries = Summary.of(reference, current);
        return new ColumnDrift.Judged(
                name,
                reference.type(),
                method,
                score,
                threshold,
                drifted,
                nullQuantile,
                asSamples,
                summaries.get(0),
                summaries.get(1));
    }

    private static Counts counts(Column reference, Column current) {
        if (reference instanceof Column.Numbers(var left) && current instanceof Column.Numbers(var right)) {
            return Counts.of(left, right);
        }
        if (reference instanceof Column.Levels(var left) && current instanceof Column.Levels(var right)) {
            return Counts.of(left, right);
        }
        throw new IllegalArgumentException("Texts have no counts; use a method for texts.");
    }

    /** The default method for two columns of one type. */
    public static DriftMethod choose(Column reference, Column current) {
        boolean small = reference.size() <= SMALL_REFERENCE;
        if (reference instanceof Column.Numbers(var left) && current instanceof Column.Numbers(var right)) {
            return forNumbers(left, right, small);
        }
        if (reference instanceof Column.Levels(var left) && current instanceof Column.Levels(var right)) {
            return small ? forFewRows(levels(left, right)) : DriftMethod.JENSEN_SHANNON;
        }
        return small ? DriftMethod.TEXT_DOMAIN_QUANTILE : DriftMethod.TEXT_DOMAIN;
    }

    private static DriftMethod forNumbers(Sample left, Sample right, boolean small) {
        if (Pooled.hasMoreDistinctThan(FEW_NUMBERS, left, right)) {
            return small ? DriftMethod.KS : DriftMethod.WASSERSTEIN;
        }
        return small ? forFewRows(Pooled.distinct(left, right)) : DriftMethod.JENSEN_SHANNON;
    }

    private static DriftMethod forFewRows(int distinct) {
        return distinct > 2 ? DriftMethod.CHI_SQUARE : DriftMethod.Z;
    }

    private static int levels(Categories left, Categories right) {
        var levels = new TreeSet<>(left.counts().keySet());
        levels.addAll(right.counts().keySet());
        return levels.size();
    }
}

package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.clew.quality.profile.Merged.Remark;
import dev.clew.quality.python.PythonJson;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.TableColumn;
import dev.clew.statistics.sketch.LevelSketch;
import dev.clew.statistics.sketch.NumberSketch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Makes the profile of one column of those of its parts. Confined to one thread. */
final class ColumnMerge {
    private final TableColumn column;
    private final long rows;
    private final List<ColumnProfile> parts;
    private final ColumnSketch sketch;
    private final boolean sameHash;
    private final List<Remark> approximate;

    /**
     * Merges the sketches.
     *
     * @param sameHash whether the parts tell texts apart by the same function
     * @param approximate takes what is not exact
     */
    ColumnMerge(
            TableColumn column,
            long rows,
            List<ColumnProfile> parts,
            List<ColumnSketch> sketches,
            boolean sameHash,
            List<Remark> approximate) {
        this.column = column;
        this.rows = rows;
        this.parts = parts;
        List<ColumnSketch> filled = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).present() > 0) {
                filled.add(sketches.get(i));
            }
        }
        this.sketch = filled.isEmpty() ? sketches.getFirst() : ColumnSketch.merged(filled);
        this.sameHash = sameHash;
        this.approximate = approximate;
    }

    ColumnSketch sketch() {
        return sketch;
    }

    ColumnProfile whole() {
        long missing = parts.stream().mapToLong(ColumnProfile::missing).sum();
        LevelSketch levels = sketch.levels();
        boolean exact = levels != null && levels.isExact();
        long distinct = levels != null && exact ? levels.frequent().size() : estimate(levels, rows - missing);
        return new ColumnProfile(
                column, rows, missing, distinct, exact, top(levels, distinct), numbers(missing), texts());
    }

    private void remark(String what, String sentence, Object... values) {
        approximate.add(new Remark(column.name(), what, sentence.formatted(values)));
    }

    /** From the sketch, but within what the parts know for sure: no fewer than any of them has, no more than all of them, or rows. */
    private long estimate(@Nullable LevelSketch levels, long present) {
        if (column.type() == ColumnType.NESTED || present == 0) {
            return 0;
        }
        long least = parts.stream()
                .mapToLong(part -> part.distinctExact() ? part.distinct() : 0)
                .max()
                .orElse(0);
        boolean bounded = parts.stream().allMatch(ColumnProfile::distinctExact);
        long most = bounded ? parts.stream().mapToLong(ColumnProfile::distinct).sum() : present;
        NumberSketch numbers = sketch.numbers();
        if (numbers == null && !sameHash) {
            remark(
                    "distinct",
                    "How many different values '%s' has lies between %d and %d: the parts tell values apart by functions of different releases. Profile them anew to know better.",
                    column.name(),
                    least,
                    most);
            return least;
        }
        remark(
                "distinct",
                "The number of different values of '%s' is an estimate (HyperLogLog) with a relative standard error of 1.6 %%; it lies between %d and %d.",
                column.name(),
                least,
                most);
        double estimate = numbers != null ? numbers.distinct() : levels == null ? 0 : levels.distinct();
        return Math.max(least, Math.min(most, Math.round(estimate)));
    }

    private List<Level> top(@Nullable LevelSketch levels, long distinct) {
        if (levels == null) {
            return List.of();
        }
        if (levels.shortfall() >= levels.count() && levels.count() > 0) {
            remark(
                    "top",
                    "The most frequent values of '%s' are not known: a part has more than a million different ones.",
                    column.name());
            return List.of();
        }
        if (!levels.isExact()) {
            remark(
                    "top",
                    "Counts of the most frequent values of '%s' may be too small by up to %d rows and too large by up to %d; a value that is not listed has at most %d more rows than the last that is.",
                    column.name(),
                    levels.shortfall(),
                    levels.error(),
                    levels.shortfall() + levels.error());
        }
        return levels.frequent().entrySet().stream()
                .filter(entry -> entry.getValue() > 1 || distinct <= ColumnLevels.LISTED)
                .map(entry -> new Level(value(entry.getKey()), entry.getValue()))
                .sorted((a, b) -> a.count() != b.count()
                        ? Long.compare(b.count(), a.count())
                        : a.value().isNumber() && b.value().isNumber()
                                ? a.value().decimalValue().compareTo(b.value().decimalValue())
                                : a.value().asText().compareTo(b.value().asText()))
                .limit(ColumnLevels.LISTED)
                .toList();
    }

    /** The value that a level is named for. */
    private JsonNode value(String key) {
        JsonNode value = PythonJson.read(key).orElse(JsonNodeFactory.instance.textNode(key));
        return column.type() == ColumnType.FLOAT && value.isNumber()
                ? JsonNodeFactory.instance.numberNode(value.doubleValue())
                : value;
    }

    private List<Numbers> measured() {
        return parts.stream()
                .map(ColumnProfile::numbers)
                .filter(Objects::nonNull)
                .toList();
    }

    private static long sum(List<Numbers> all, ToLongFunction<Numbers> what) {
        return all.stream().mapToLong(what).sum();
    }

    private @Nullable Numbers numbers(long missing) {
        List<Numbers> all = measured();
        NumberSketch merged = sketch.numbers();
        if (all.isEmpty() || merged == null || merged.count() == 0) {
            return null;
        }
        double min = all.stream().mapToDouble(Numbers::min).min().orElseThrow();
        double max = all.stream().mapToDouble(Numbers::max).max().orElseThrow();
        double n = merged.count();
        boolean spread = max > min;
        if (merged.rankError() > 0) {
            remark(
                    "quantiles",
                    "Quantiles of '%s' are values whose rank is right within %.2f %% of the rows in 99 of 100 cases (KLL); each bar of its histograms within %.2f %%.",
                    column.name(),
                    100 * merged.rankError(),
                    200 * merged.rankError());
        }
        boolean hidden = parts.stream()
                .anyMatch(part ->
                        part.column().type() == ColumnType.FLOAT && part.numbers() == null && part.missing() > 0);
        if (hidden) {
            remark(
                    "nan",
                    "How many values of '%s' are NaN is not counted in parts without a finite value; they are among the missing ones.",
                    column.name());
        }
        return new Numbers(
                sum(all, Numbers::nan),
                rows - missing - merged.count(),
                sum(all, Numbers::zeros),
                sum(all, Numbers::negatives),
                min,
                max,
                merged.mean(),
                n > 1 ? SampleMoments.deviation(n, merged.standardDeviation()) : null,
                n > 2 && spread ? SampleMoments.skewness(n, merged.skewness()) : null,
                n > 3 && spread ? SampleMoments.kurtosis(n, merged.kurtosis()) : null,
                Numbers.QUANTILES.stream()
                        .map(at -> at == 0 ? min : at == 1 ? max : merged.quantile(at))
                        .toList(),
                histogram(merged, min, max, Histograms.sturges(merged.count())),
                histogram(merged, min, max, 10));
    }

    /** Rows between two edges are the difference of their ranks. */
    private static @Nullable Histogram histogram(NumberSketch numbers, double min, double max, int bins) {
        if (max <= min || !Double.isFinite(max - min)) {
            return null;
        }
        List<Double> edges = new ArrayList<>(List.of(min));
        List<Long> counts = new ArrayList<>();
        long before = 0;
        for (int bin = 1; bin <= bins; bin++) {
            double edge = bin == bins ? max : min + (max - min) * bin / bins;
            long below =
                    bin == bins ? numbers.count() : Math.round(numbers.rank(Math.nextDown(edge)) * numbers.count());
            edges.add(edge);
            counts.add(below - before);
            before = below;
        }
        return new Histogram(edges, counts);
    }

    private @Nullable Texts texts() {
        List<ColumnProfile> all =
                parts.stream().filter(part -> part.texts() != null).toList();
        if (all.isEmpty()) {
            return null;
        }
        return TextMerge.of(all);
    }

    /** The mean of something about the parts, weighted by their rows with a value. */
    static double weighted(List<ColumnProfile> parts, ToDoubleFunction<Texts> what) {
        double sum = 0;
        long present = 0;
        for (ColumnProfile part : parts) {
            sum += part.present() * what.applyAsDouble(Objects.requireNonNull(part.texts()));
            present += part.present();
        }
        return present == 0 ? 0 : sum / present;
    }
}

package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Fragment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code expect_column_kl_divergence_to_be_less_than}: relative entropy of the column against a partition, in nats.
 *
 * <p>Both sides are scaled to sum 1 first, as {@code scipy.stats.entropy} does; a level that is seen but not expected makes it
 * infinite, which is shown as null and fails.
 */
final class Divergence {
    private static final int MOST_LEVELS = 100_000;
    private static final int MOST_BINS = 10_000;

    private final Subject subject;

    Divergence(Subject subject) {
        this.subject = subject;
    }

    private record Settings(double threshold, double tail, double internal, boolean bucketize) {}

    Step lessThan(Kwargs kwargs) {
        Cell cell = subject.cell(kwargs.text("column"));
        var settings = new Settings(
                kwargs.number("threshold", Double.POSITIVE_INFINITY),
                share(kwargs, "tail_weight_holdout"),
                share(kwargs, "internal_weight_holdout"),
                kwargs.flag("bucketize_data", true));
        if (settings.threshold < 0) {
            throw new NotJudged("Threshold must be specified, greater than or equal to zero.");
        }
        Domain domain = subject.domain(kwargs).and(Fragment.of(cell.sql() + " IS NOT NULL"));
        JsonNode partition = kwargs.get("partition_object");
        if (partition == null) {
            return settings.bucketize
                    ? automatic(domain, cell.mustBeNumber("a partition into bins"), settings)
                    : levels(domain, cell, null, settings);
        }
        if (partition.has("values")) {
            return levels(domain, cell, partition, settings);
        }
        if (!partition.has("bins") || !partition.has("weights")) {
            throw new NotJudged("Invalid partition_object provided: it has 'values' or 'bins', and 'weights'.");
        }
        if (!settings.bucketize) {
            throw new NotJudged(
                    "KL Divergence cannot be computed with a continuous partition object and the bucketize_data parameter set to false.");
        }
        List<Double> bins = kwargs.numbers("partition_object", partition.get("bins"));
        List<Double> weights = kwargs.numbers("partition_object", partition.get("weights"));
        List<Double> tails = partition.has("tail_weights")
                ? kwargs.numbers("partition_object", partition.get("tail_weights"))
                : List.of();
        check(bins, weights, tails, settings);
        return binned(domain, cell.mustBeNumber("a partition into bins"), bins, weights, tails, settings);
    }

    private static double share(Kwargs kwargs, String name) {
        double value = kwargs.number(name, 0);
        if (!(value >= 0 && value <= 1)) {
            throw new NotJudged(name + " must be between zero and one.");
        }
        return value;
    }

    private static void check(List<Double> bins, List<Double> weights, List<Double> tails, Settings settings) {
        boolean rising = true;
        for (int i = 1; i < bins.size(); i++) {
            rising &= bins.get(i) > bins.get(i - 1);
        }
        double sum = sum(weights) + sum(tails);
        if (!rising
                || bins.size() != weights.size() + 1
                || bins.size() > MOST_BINS
                || !(Math.abs(sum - 1) <= 1e-5 + 1e-8)
                || !tails.isEmpty() && tails.size() != 2) {
            throw new NotJudged(
                    "Invalid partition_object provided: bins rise, there is one more of them than weights, and weights sum to 1.");
        }
        boolean infinite = bins.getFirst().isInfinite() || bins.getLast().isInfinite();
        if (settings.tail != 0 && !tails.isEmpty()) {
            throw new NotJudged("tail_weight_holdout must be 0 when using tail_weights in partition object");
        }
        if (infinite && !tails.isEmpty()) {
            throw new NotJudged("There can be no tail weights for partitions with one or both endpoints at infinity");
        }
        if (settings.tail > 0 && bins.getFirst().isInfinite() && bins.getLast().isInfinite()) {
            throw new NotJudged("tail_weight_holdout cannot be used for partitions with infinite endpoints.");
        }
    }

    private static double sum(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** A partition found in the data itself: the divergence is 0, the partition is what one wants to see. */
    private Step automatic(Domain domain, Cell cell, Settings settings) {
        return round -> {
            String value = cell.numberSql();
            var count = round.aggregate(domain, Fragment.of("count(*)"));
            var low = round.aggregate(domain, Fragment.of("min(" + value + ")"));
            var high = round.aggregate(domain, Fragment.of("max(" + value + ")"));
            return second -> {
                long n = Values.count(count.get());
                if (n == 0) {
                    throw new NotJudged("Column \"%s\" has no values to make bins of.".formatted(cell.name()));
                }
                var quarter = quantile(second, domain, value, 0.25, n);
                var three = quantile(second, domain, value, 0.75, n);
                return third -> {
                    if (Values.number(low.get()) == Values.number(high.get())) {
                        throw new NotJudged(
                                "Invalid partition object: column \"%s\" holds one value only, no bins can be made."
                                        .formatted(cell.name()));
                    }
                    List<Double> bins = bins(
                            n,
                            Values.number(low.get()),
                            Values.number(high.get()),
                            Values.number(three.get()) - Values.number(quarter.get()));
                    var histogram = histogram(third, domain, value, bins);
                    return fourth -> {
                        List<Double> weights = weights(histogram.get().getFirst(), bins, n);
                        double rest = (1 - sum(weights)) / 2;
                        return judged(histogram.get().getFirst(), n, bins, weights, List.of(rest, rest), settings);
                    };
                };
            };
        };
    }

    private static Answer<@Nullable Object> quantile(Round round, Domain domain, String value, double q, long n) {
        return round.aggregate(
                domain, Fragment.of("quantile_disc(" + value + ", " + (Aggregates.nearest(q, n) + 0.5) / n + ")"));
    }

    /** Sturges, or Freedman and Diaconis where that makes more bins. */
    private static List<Double> bins(long n, double low, double high, double spread) {
        int count = (int) Math.ceil(Math.log(n + 1.0) / Math.log(2));
        if (spread >= 1e-10) {
            double width = 2 * spread / Math.cbrt(n);
            count = (int) Math.max(count, Math.min(MOST_BINS, Math.ceil((high - low) / width)));
        }
        List<Double> bins = new ArrayList<>();
        double step = (high - low) / count;
        for (int i = 0; i < count; i++) {
            bins.add(low + i * step);
        }
        bins.add(high);
        return bins;
    }

    private Step binned(
            Domain domain, Cell cell, List<Double> bins, List<Double> weights, List<Double> tails, Settings settings) {
        return round -> {
            var count = round.aggregate(domain, Fragment.of("count(*)"));
            var histogram = histogram(round, domain, cell.numberSql(), bins);
            return next ->
                    judged(histogram.get().getFirst(), Values.count(count.get()), bins, weights, tails, settings);
        };
    }

    /** Counts below, in each bin (closed on the left, the last one on both sides), and above. */
    private static Answer<List<@Nullable Object[]>> histogram(
            Round round, Domain domain, String value, List<Double> bins) {
        List<Fragment> counts = new ArrayList<>();
        counts.add(Fragment.of("count_if(v < ?)", bins.getFirst()));
        for (int i = 0; i + 1 < bins.size(); i++) {
            boolean last = i + 2 == bins.size();
            counts.add(Fragment.of(
                    last ? "count_if(v >= ? AND v <= ?)" : "count_if(v >= ? AND v < ?)", bins.get(i), bins.get(i + 1)));
        }
        counts.add(Fragment.of("count_if(v > ?)", bins.getLast()));
        return round.query(Fragment.join(
                "SELECT %s FROM (%s)", Fragment.list(counts, ", "), domain.select(Fragment.of(value + " AS v"))));
    }

    private static List<Double> weights(@Nullable Object[] histogram, List<Double> bins, long n) {
        List<Double> weights = new ArrayList<>();
        for (int i = 0; i + 1 < bins.size(); i++) {
            weights.add((double) Values.count(histogram[i + 1]) / n);
        }
        return weights;
    }

    private Step.Done judged(
            @Nullable Object[] histogram,
            long n,
            List<Double> bins,
            List<Double> given,
            List<Double> tails,
            Settings settings) {
        if (n == 0) {
            throw new NotJudged("The column has no values to compare; expect values of it first.");
        }
        List<Double> observed = new ArrayList<>(weights(histogram, bins, n));
        double below = (double) Values.count(histogram[0]) / n;
        double above = (double) Values.count(histogram[histogram.length - 1]) / n;
        List<Double> expected = new ArrayList<>();
        long zeros = given.stream().filter(weight -> weight == 0).count();
        for (double weight : given) {
            double scaled = weight * (1 - settings.tail - settings.internal);
            expected.add(scaled == 0 && settings.internal > 0 && zeros > 0 ? settings.internal / zeros : scaled);
        }
        boolean left = bins.getFirst().isInfinite();
        boolean right = bins.getLast().isInfinite();
        List<Double> shown = new ArrayList<>(bins.subList(left ? 1 : 0, bins.size() - (right ? 1 : 0)));
        double lowTail;
        double highTail;
        if (left || right) {
            lowTail = left ? expected.removeFirst() : settings.tail;
            highTail = right ? expected.removeLast() : settings.tail;
            below = left ? observed.removeFirst() : below;
            above = right ? observed.removeLast() : above;
        } else {
            lowTail = tails.isEmpty() ? settings.tail / 2 : tails.get(0);
            highTail = tails.isEmpty() ? settings.tail / 2 : tails.get(1);
        }
        List<Double> p = new ArrayList<>(observed);
        p.addFirst(below);
        p.addLast(above);
        List<Double> q = new ArrayList<>(expected);
        q.addFirst(lowTail);
        q.addLast(highTail);
        ObjectNode result = Values.object();
        double entropy = entropy(p, q);
        result.set("observed_value", Values.json(entropy));
        var details = result.putObject("details");
        partition(details.putObject("observed_partition"), shown, observed, below, above);
        partition(details.putObject("expected_partition"), shown, expected, lowTail, highTail);
        return done(entropy, settings, result);
    }

    private static void partition(ObjectNode into, List<Double> bins, List<Double> weights, double low, double high) {
        into.set("bins", Values.json(bins));
        into.set("weights", Values.json(weights));
        into.set("tail_weights", Values.json(List.of(low, high)));
    }

    private Step.Done done(double entropy, Settings settings, ObjectNode result) {
        boolean success = settings.threshold == Double.POSITIVE_INFINITY || entropy <= settings.threshold;
        return new Step.Done(
                success, subject.format.level() == ResultFormat.Level.BOOLEAN_ONLY ? Values.object() : result);
    }

    /** {@code scipy.stats.entropy(p, q)}. */
    static double entropy(List<Double> p, List<Double> q) {
        double sumP = sum(p);
        double sumQ = sum(q);
        double total = 0;
        for (int i = 0; i < p.size(); i++) {
            double a = p.get(i) / sumP;
            double b = q.get(i) / sumQ;
            if (a > 0) {
                total += b > 0 ? a * Math.log(a / b) : Double.POSITIVE_INFINITY;
            } else if (Double.isNaN(a) || Double.isNaN(b)) {
                return Double.NaN;
            }
        }
        return total;
    }

    private Step levels(Domain domain, Cell cell, @Nullable JsonNode partition, Settings settings) {
        if (settings.internal > 0) {
            throw new NotJudged("Internal weight holdout cannot be used for discrete data.");
        }
        Map<JsonNode, Double> expected = new LinkedHashMap<>();
        if (partition != null) {
            if (partition.path("values").size() != partition.path("weights").size()
                    || partition.path("values").isEmpty()) {
                throw new NotJudged("Invalid partition_object provided: there is one weight per value.");
            }
            double sum = 0;
            for (int i = 0; i < partition.get("values").size(); i++) {
                double weight = partition.get("weights").get(i).asDouble(Double.NaN);
                sum += weight;
                expected.put(key(partition.get("values").get(i)), weight);
            }
            if (!(Math.abs(sum - 1) <= 1e-5 + 1e-8)) {
                throw new NotJudged("Invalid partition_object provided: weights sum to 1.");
            }
        }
        return round -> {
            var counts = round.query(Fragment.join(
                    "SELECT " + cell.sql() + ", count(*) FROM %s WHERE %s GROUP BY ALL ORDER BY 1 LIMIT "
                            + (MOST_LEVELS + 1),
                    domain.from(),
                    domain.where()));
            return next -> compared(cell, counts.get(), partition == null ? null : expected, settings);
        };
    }

    private static JsonNode key(JsonNode value) {
        return value.isNumber() ? Values.json(value.doubleValue()) : value;
    }

    private Step.Done compared(
            Cell cell, List<@Nullable Object[]> rows, @Nullable Map<JsonNode, Double> partition, Settings settings) {
        if (rows.size() > MOST_LEVELS) {
            throw new NotJudged("Column \"%s\" has more than %d levels; give a partition into bins."
                    .formatted(cell.name(), MOST_LEVELS));
        }
        double n = rows.stream().mapToDouble(row -> Values.number(row[1])).sum();
        Map<JsonNode, Double> observed = new LinkedHashMap<>();
        Map<JsonNode, JsonNode> names = new LinkedHashMap<>();
        for (@Nullable Object[] row : rows) {
            JsonNode value = Values.json(row[0]);
            observed.put(key(value), Values.number(row[1]) / n);
            names.put(key(value), value);
        }
        Map<JsonNode, Double> expected =
                partition == null ? new LinkedHashMap<>(observed) : new LinkedHashMap<>(partition);
        List<JsonNode> order = new ArrayList<>(expected.keySet());
        observed.keySet().stream().filter(level -> !expected.containsKey(level)).forEach(order::add);
        long unseen = observed.keySet().stream()
                .filter(level -> !expected.containsKey(level))
                .count();
        List<Double> p = new ArrayList<>();
        List<Double> q = new ArrayList<>();
        List<JsonNode> values = new ArrayList<>();
        for (JsonNode level : order) {
            values.add(names.getOrDefault(level, level));
            p.add(observed.getOrDefault(level, 0.0));
            Double weight = expected.get(level);
            q.add(
                    weight == null
                            ? (Double) (settings.tail / unseen)
                            : unseen > 0 ? (Double) (weight * (1 - settings.tail)) : weight);
        }
        double entropy = entropy(p, q);
        ObjectNode result = Values.object();
        result.set("observed_value", Values.json(entropy));
        var details = result.putObject("details");
        var seen = details.putObject("observed_partition");
        seen.set("values", Values.json(values));
        seen.set("weights", Values.json(p));
        var wanted = details.putObject("expected_partition");
        wanted.set("values", Values.json(values));
        wanted.set("weights", Values.json(q));
        return done(entropy, settings, result);
    }
}

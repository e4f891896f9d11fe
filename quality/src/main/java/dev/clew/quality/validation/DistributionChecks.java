package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Fragment;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distribution.ChiSquared;
import dev.clew.statistics.test.KolmogorovSmirnov;
import dev.clew.statistics.test.TestResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tests of a column against an expected distribution. Great Expectations judged them until 0.13 and has kept only their names since;
 * what they compute is scipy's, and results have the form that 0.13 gave.
 */
final class DistributionChecks {
    private static final int MOST_LEVELS = 100_000;
    /** Values drawn in all, over the samples of a bootstrap. */
    private static final long MOST_DRAWS = 100_000_000;

    private final Subject subject;

    DistributionChecks(Subject subject) {
        this.subject = subject;
    }

    private Step.Done done(boolean success, ObjectNode result) {
        return new Step.Done(
                success, subject.format.level() == ResultFormat.Level.BOOLEAN_ONLY ? Values.object() : result);
    }

    private static double probability(Kwargs kwargs, String name) {
        double p = kwargs.number(name, 0.05);
        if (!(p > 0 && p < 1)) {
            throw new NotJudged("Argument '%s' of %s is %s; give a probability between 0 and 1, both excluded."
                    .formatted(name, kwargs.type(), p));
        }
        return p;
    }

    /**
     * How often levels occur against how often they are expected to, by Pearson's test ({@code scipy.stats.chisquare}). Levels that are not
     * expected share {@code tail_weight_holdout}; without one they are impossible, and p is 0.
     */
    Step chiSquare(Kwargs kwargs) {
        Cell cell = subject.cell(kwargs.text("column"));
        double p = probability(kwargs, "p");
        double holdout = kwargs.number("tail_weight_holdout", 0);
        if (!(holdout >= 0 && holdout < 1)) {
            throw new NotJudged("Argument 'tail_weight_holdout' of %s is %s; give a share from 0 to below 1."
                    .formatted(kwargs.type(), holdout));
        }
        Map<JsonNode, Double> expected = levels(kwargs.need("partition_object"));
        Domain domain = subject.domain(kwargs).and(Fragment.of(cell.sql() + " IS NOT NULL"));
        return round -> {
            var counts = round.query(Fragment.join(
                    "SELECT " + cell.sql() + ", count(*) FROM %s WHERE %s GROUP BY ALL ORDER BY 1 LIMIT "
                            + (MOST_LEVELS + 1),
                    domain.from(),
                    domain.where()));
            return next -> compared(cell, counts.get(), expected, holdout, p);
        };
    }

    /** Expected shares by level, levels in order. */
    private static Map<JsonNode, Double> levels(JsonNode partition) {
        JsonNode values = partition.path("values");
        JsonNode weights = partition.path("weights");
        Map<JsonNode, Double> expected = new TreeMap<>(Ordering::compare);
        double sum = 0;
        for (int i = 0; i < values.size() && i < weights.size(); i++) {
            double weight = weights.get(i).isNumber() ? weights.get(i).doubleValue() : Double.NaN;
            sum += weight >= 0 ? weight : Double.NaN;
            expected.put(key(values.get(i)), weight);
        }
        if (values.isEmpty()
                || values.size() != weights.size()
                || expected.size() != values.size()
                || !(Math.abs(sum - 1) <= 1e-5 + 1e-8)) {
            throw new NotJudged(
                    "Invalid partition_object provided: 'values' differ, 'weights' has one share for each, and the shares sum to 1.");
        }
        return expected;
    }

    private static JsonNode key(JsonNode value) {
        return value.isNumber() ? Values.json(value.doubleValue()) : value;
    }

    private Step.Done compared(
            Cell cell, List<@Nullable Object[]> rows, Map<JsonNode, Double> given, double holdout, double p) {
        if (rows.size() > MOST_LEVELS) {
            throw new NotJudged("Column \"%s\" has more than %,d levels; a test of levels needs fewer."
                    .formatted(cell.name(), MOST_LEVELS));
        }
        Map<JsonNode, Long> observed = new LinkedHashMap<>();
        rows.forEach(row -> observed.put(key(Values.json(row[0])), Values.count(row[1])));
        long n = observed.values().stream().mapToLong(Long::longValue).sum();
        if (n == 0) {
            throw new NotJudged(
                    "Column \"%s\" has no values to compare; expect values of it first.".formatted(cell.name()));
        }
        long unseen = observed.keySet().stream()
                .filter(level -> !given.containsKey(level))
                .count();
        Map<JsonNode, Double> expected = new TreeMap<>(Ordering::compare);
        given.forEach((level, weight) -> expected.put(level, unseen > 0 ? weight * (1 - holdout) : weight));
        observed.keySet().forEach(level -> expected.putIfAbsent(level, holdout / Math.max(1, unseen)));
        double total =
                expected.values().stream().mapToDouble(Double::doubleValue).sum();
        double statistic = 0;
        int degrees = -1;
        List<JsonNode> levels = new ArrayList<>();
        List<Double> seen = new ArrayList<>();
        List<Double> wanted = new ArrayList<>();
        for (var level : expected.entrySet()) {
            long count = observed.getOrDefault(level.getKey(), 0L);
            double weight = level.getValue() / total;
            levels.add(level.getKey());
            seen.add((double) count / n);
            wanted.add(weight);
            if (weight > 0 || count > 0) {
                // A level neither expected nor seen says nothing.
                degrees++;
                double gap = count - weight * n;
                statistic += gap * gap / (weight * n);
            }
        }
        double value = degrees == 0 ? 1 : ChiSquared.sf(statistic, degrees);
        ObjectNode result = Values.object();
        result.set("observed_value", Values.json(value));
        var details = result.putObject("details");
        partition(details.putObject("observed_partition"), "values", levels, seen);
        partition(details.putObject("expected_partition"), "values", levels, wanted);
        return done(value > p, result);
    }

    private static void partition(ObjectNode into, String places, List<?> at, List<Double> weights) {
        into.set(places, Values.json(at));
        into.set("weights", Values.json(weights));
    }

    /** All values against a distribution with known parameters, by {@code scipy.stats.kstest}. */
    Step parameterized(Kwargs kwargs) {
        Cell cell = subject.cell(kwargs.text("column")).mustBeNumber("a distribution");
        double p = probability(kwargs, "p_value");
        var expected = ExpectedDistribution.of(kwargs.text("distribution"), kwargs.need("params"));
        Domain domain = subject.domain(kwargs);
        return round -> {
            var values = round.numbers(domain, cell.numberSql());
            return next -> {
                TestResult test = KolmogorovSmirnov.against(sample(cell, values.get()), expected.cdf());
                ObjectNode result = Values.object();
                result.set("observed_value", Values.json(test.pValue()));
                var details = result.putObject("details");
                details.set("expected_params", Values.json(expected.parameters()));
                details.set("observed_ks_result", Values.json(List.of(test.statistic(), test.pValue())));
                return done(test.pValue() >= p, result);
            };
        };
    }

    private static Sample sample(Cell cell, double[] values) {
        Sample sample = Sample.taking(values, values.length);
        if (sample.infinite() > 0) {
            throw new NotJudged(
                    "Column \"%s\" holds infinite values, which no distribution of numbers has; leave them out by a row_condition."
                            .formatted(cell.name()));
        }
        if (sample.size() == 0) {
            throw new NotJudged(
                    "Column \"%s\" has no values to compare; expect values of it first.".formatted(cell.name()));
        }
        return sample;
    }

    /**
     * Small samples of the column, drawn with replacement, against the distribution that a partition into bins describes; the observed value
     * is the share of them whose Kolmogorov–Smirnov p is at least {@code p}. Own generator with a fixed seed: the same table gives the
     * same number, equal to Great Expectations' within the Monte Carlo error.
     */
    Step bootstrapped(Kwargs kwargs) {
        Cell cell = subject.cell(kwargs.text("column")).mustBeNumber("a partition into bins");
        double p = probability(kwargs, "p");
        JsonNode partition = kwargs.need("partition_object");
        List<Double> bins = kwargs.numbers("partition_object", partition.path("bins"));
        List<Double> weights = kwargs.numbers("partition_object", partition.path("weights"));
        check(bins, weights, partition.path("tail_weights"));
        int samples = whole(kwargs, "bootstrap_samples", 1_000);
        int size = whole(kwargs, "bootstrap_sample_size", 2 * weights.size());
        if ((long) samples * size > MOST_DRAWS) {
            throw new NotJudged("%s asks for %,d samples of %,d values, more than %,d in all; give smaller ones."
                    .formatted(kwargs.type(), samples, size, MOST_DRAWS));
        }
        Domain domain = subject.domain(kwargs);
        return round -> {
            var values = round.numbers(domain, cell.numberSql());
            return next -> bootstrapped(sample(cell, values.get()), bins, weights, samples, size, p);
        };
    }

    private static void check(List<Double> bins, List<Double> weights, JsonNode tails) {
        boolean rising = bins.size() == weights.size() + 1 && !weights.isEmpty();
        for (int i = 1; i < bins.size(); i++) {
            rising &= bins.get(i) > bins.get(i - 1);
        }
        double sum = weights.stream()
                .mapToDouble(weight -> weight >= 0 ? weight : Double.NaN)
                .sum();
        if (!rising || !(Math.abs(sum - 1) <= 1e-5 + 1e-8)) {
            throw new NotJudged(
                    "Invalid partition_object provided: bins rise, there is one more of them than weights, and weights sum to 1.");
        }
        if (bins.getFirst().isInfinite() || bins.getLast().isInfinite()) {
            throw new NotJudged("Partition endpoints must be finite.");
        }
        for (JsonNode tail : tails) {
            if (tail.asDouble() > 0) {
                throw new NotJudged("Partition cannot have tail weights -- endpoints must be finite.");
            }
        }
    }

    private static int whole(Kwargs kwargs, String name, int otherwise) {
        double value = kwargs.number(name, otherwise);
        if (!(value >= 1 && value <= MOST_DRAWS && value == Math.rint(value))) {
            throw new NotJudged(
                    "Argument '%s' of %s is %s; give a whole number from 1 on.".formatted(name, kwargs.type(), value));
        }
        return (int) value;
    }

    private Step.Done bootstrapped(
            Sample sample, List<Double> bins, List<Double> weights, int samples, int size, double p) {
        double[] edges = bins.stream().mapToDouble(Double::doubleValue).toArray();
        double[] upTo = new double[edges.length];
        for (int i = 1; i < upTo.length; i++) {
            upTo[i] = upTo[i - 1] + weights.get(i - 1);
        }
        DoubleUnaryOperator cdf = x -> interpolated(edges, upTo, x);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
        int fitting = 0;
        double[] drawn = new double[size];
        for (int round = 0; round < samples; round++) {
            for (int i = 0; i < size; i++) {
                drawn[i] = sample.at(random.nextInt(sample.size()));
            }
            fitting += KolmogorovSmirnov.against(Sample.of(drawn), cdf).pValue() >= p ? 1 : 0;
        }
        double value = (1.0 + fitting) / (samples + 1.0);
        ObjectNode result = Values.object();
        result.put("observed_value", value);
        var details = result.putObject("details");
        details.put("bootstrap_samples", samples);
        details.put("bootstrap_sample_size", size);
        observed(details, sample, bins, edges);
        partition(details.putObject("expected_partition"), "bins", bins, weights);
        var expected = details.putObject("expected_cdf");
        expected.set("x", Values.json(bins));
        expected.set("cdf_values", Values.json(Arrays.stream(upTo).boxed().toList()));
        return done(value > p, result);
    }

    /** {@code numpy.interp}: the last edge's value to the right of it, the first one's to the left. */
    private static double interpolated(double[] edges, double[] upTo, double x) {
        if (x <= edges[0]) {
            return upTo[0];
        }
        int last = edges.length - 1;
        if (x >= edges[last]) {
            return upTo[last];
        }
        int at = Arrays.binarySearch(edges, x);
        int below = at >= 0 ? at : -at - 2;
        double slope = (upTo[below + 1] - upTo[below]) / (edges[below + 1] - edges[below]);
        return slope * (x - edges[below]) + upTo[below];
    }

    /** The column in the same bins, with one more on a side where it goes beyond them. */
    private static void observed(ObjectNode details, Sample sample, List<Double> bins, double[] edges) {
        double n = sample.size();
        List<Double> places = new ArrayList<>(bins);
        List<Double> weights = new ArrayList<>();
        int below = sample.countBelow(edges[0]);
        int before = below;
        for (int i = 1; i < edges.length; i++) {
            int up = i == edges.length - 1 ? sample.countAtMost(edges[i]) : sample.countBelow(edges[i]);
            weights.add((up - before) / n);
            before = up;
        }
        if (below > 0) {
            places.addFirst(sample.min());
            weights.addFirst(below / n);
        }
        if (before < sample.size()) {
            places.addLast(sample.max());
            weights.addLast((n - before) / n);
        }
        partition(details.putObject("observed_partition"), "bins", places, weights);
        List<Double> sums = new ArrayList<>(List.of(0.0));
        weights.forEach(weight -> sums.add(sums.getLast() + weight));
        var observed = details.putObject("observed_cdf");
        observed.set("x", Values.json(places));
        observed.set("cdf_values", Values.json(sums));
    }
}

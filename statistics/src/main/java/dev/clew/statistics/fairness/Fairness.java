package dev.clew.statistics.fairness;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.draw.CellDraw;
import dev.clew.statistics.interval.Rates;
import dev.clew.statistics.performance.Confusion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Judges whether groups are treated alike.
 *
 * <p>Groups below the minimum of rows are hidden and left out of the comparison, but stay in the rates of all rows; if only one group is
 * hidden, the next smallest is hidden too, lest the total gives the first one away. Differences of two sides get Newcombe's
 * interval, their ratios Katz's, means of two rates the recovered one (Zou and Donner 2008), everything else the percentile
 * interval of a bootstrap within groups. Largest-minus-smallest metrics lie above 0 by chance alone: read their p-value, which comes from
 * dealing the group labels anew. Stateless, thread-safe; seeded.
 */
public final class Fairness {
    private Fairness() {}

    /**
     * Judges.
     *
     * @param groups counted outcomes
     * @param privileged group that the {@code aif360} metrics compare with; without one they are left out
     * @throws IllegalArgumentException if there are no rows, or the privileged group is not there or too small
     */
    public static FairnessReport judge(Groups groups, Optional<String> privileged, FairnessSettings settings) {
        Group overall = groups.overall();
        if (overall.rows() == 0) {
            throw new IllegalArgumentException("There are no rows to judge; widen the window or check the filter.");
        }
        Groups compared = groups.atLeast(settings.minimumRows());
        privileged.ifPresent(name -> requirePrivileged(groups, compared, name, settings));
        List<FairnessReport.GroupRates> rates = display(groups, settings);
        long missing = groups.named(Groups.MISSING).map(Group::rows).orElse(0L);
        return new FairnessReport(
                rates,
                rates(overall, settings, false),
                overall.rows(),
                (double) missing / overall.rows(),
                (long) groups.all().size() - compared.all().size(),
                findings(compared, privileged, settings));
    }

    private static void requirePrivileged(Groups groups, Groups compared, String name, FairnessSettings settings) {
        if (groups.named(name).isEmpty()) {
            throw new IllegalArgumentException("There is no group '%s' to be privileged; the groups are %s."
                    .formatted(name, groups.all().stream().map(Group::name).toList()));
        }
        if (compared.named(name).isEmpty()) {
            throw new IllegalArgumentException(
                    "The privileged group '%s' has fewer than the %d rows a comparison needs; name a larger one."
                            .formatted(name, settings.minimumRows()));
        }
    }

    private static List<FairnessReport.GroupRates> display(Groups groups, FairnessSettings settings) {
        List<String> hidden = new ArrayList<>(groups.all().stream()
                .filter(group -> group.rows() < settings.minimumRows())
                .map(Group::name)
                .toList());
        if (hidden.size() == 1) {
            groups.all().stream()
                    .filter(group -> !hidden.contains(group.name()))
                    .min(Comparator.comparingLong(Group::rows))
                    .ifPresent(next -> hidden.add(next.name()));
        }
        return groups.all().stream()
                .map(group -> rates(group, settings, hidden.contains(group.name())))
                .toList();
    }

    private static FairnessReport.GroupRates rates(Group group, FairnessSettings settings, boolean isHidden) {
        Map<Rate, FairnessReport.Cell> cells = new EnumMap<>(Rate.class);
        for (Rate rate : Rate.values()) {
            cells.put(rate, isHidden ? new FairnessReport.Cell.Suppressed() : cell(rate, group, settings));
        }
        return new FairnessReport.GroupRates(group.name(), isHidden, isHidden ? -1 : group.rows(), cells);
    }

    private static FairnessReport.Cell cell(Rate rate, Group group, FairnessSettings settings) {
        double scale = group.rows() / group.confusion().total();
        double among = rate.denominator(group.confusion()) * scale;
        double counted = rate.numerator(group.confusion()) * scale;
        if (!(among > 0)) {
            return new FairnessReport.Cell.Undefined();
        }
        return Math.min(counted, among - counted) < settings.minimumCell() - 1e-9
                ? new FairnessReport.Cell.Suppressed()
                : new FairnessReport.Cell.Shown(rate.of(group));
    }

    private static Map<FairnessMetric, FairnessReport.Finding> findings(
            Groups groups, Optional<String> privileged, FairnessSettings settings) {
        List<FairnessMetric> asked = Arrays.stream(FairnessMetric.values())
                .filter(metric -> !metric.needsPrivileged() || privileged.isPresent())
                .toList();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(settings.seed());
        int index = privileged
                .map(name -> FairnessMetric.STATISTICAL_PARITY_DIFFERENCE.index(groups, Optional.of(name)))
                .orElse(-1);
        List<Confusion> observed = groups.all().stream().map(Group::confusion).toList();
        Cells cells = Cells.of(observed, index);
        double[][] redrawn = values(asked, settings.rounds(), () -> redraw(random, groups, index));
        double[][] dealt = values(asked, settings.rounds(), dealer(random, groups, index));
        double[] pValues = new double[asked.size()];
        Estimate[] estimates = new Estimate[asked.size()];
        for (int i = 0; i < pValues.length; i++) {
            FairnessMetric metric = asked.get(i);
            double value = metric.of(cells);
            pValues[i] = metric.kind() == FairnessMetric.Kind.INEQUALITY
                    ? Double.NaN
                    : permutationP(metric, value, dealt[i]);
            estimates[i] = percentiles(value, redrawn[i], groups.overall().rows());
        }
        double[] qValues = Discoveries.adjusted(pValues);
        Map<FairnessMetric, FairnessReport.Finding> findings = new EnumMap<>(FairnessMetric.class);
        for (int i = 0; i < pValues.length; i++) {
            FairnessMetric metric = asked.get(i);
            Optional<Interval> closed = metric.kind().isPair() ? Interval.of(metric, groups, index) : Optional.empty();
            Estimate estimate = estimates[i];
            Estimate kept = closed.map(interval -> new Estimate(
                            estimate.value(),
                            interval.ends().low(),
                            interval.ends().high(),
                            estimate.n()))
                    .orElse(estimate);
            boolean judged = metric.kind().hasTolerance();
            findings.put(
                    metric,
                    new FairnessReport.Finding(
                            kept,
                            closed.map(Interval::method).orElse("bootstrap"),
                            pValues[i],
                            qValues[i],
                            judged ? settings.least(metric) : Double.NaN,
                            judged ? settings.most(metric) : Double.NaN,
                            closed.map(Interval::isCorrected).orElse(false)));
        }
        return findings;
    }

    private static double[][] values(
            List<FairnessMetric> metrics, int rounds, java.util.function.Supplier<Cells> drawing) {
        double[][] values = new double[metrics.size()][rounds];
        for (int round = 0; round < rounds; round++) {
            Cells drawn = drawing.get();
            for (int i = 0; i < values.length; i++) {
                values[i][round] = metrics.get(i).of(drawn);
            }
        }
        return values;
    }

    /** Rows drawn anew within each group. */
    private static Cells redraw(RandomGenerator random, Groups groups, int privileged) {
        List<Confusion> drawn = new ArrayList<>();
        for (Group group : groups.all()) {
            long rows = Math.max(1, Math.round(group.effectiveRows()));
            drawn.add(Cells.of(CellDraw.bootstrap(
                    random,
                    Cells.array(group.confusion()),
                    rows,
                    group.confusion().total() / rows)));
        }
        return Cells.of(drawn, privileged);
    }

    /** Rows dealt anew to groups of the same sizes. */
    private static java.util.function.Supplier<Cells> dealer(RandomGenerator random, Groups groups, int privileged) {
        long[] cells = new long[4];
        long[] sizes = new long[groups.all().size()];
        for (int i = 0; i < sizes.length; i++) {
            Group group = groups.all().get(i);
            double[] own = Cells.array(group.confusion());
            for (int cell = 0; cell < 4; cell++) {
                long count = Math.round(
                        own[cell] * group.effectiveRows() / group.confusion().total());
                cells[cell] += count;
                sizes[i] += count;
            }
        }
        return () -> Cells.of(
                Arrays.stream(CellDraw.permutation(random, cells, sizes))
                        .map(Cells::of)
                        .toList(),
                privileged);
    }

    private static Estimate percentiles(double value, double[] drawn, long rows) {
        double[] sorted = Arrays.stream(drawn).filter(Double::isFinite).sorted().toArray();
        // An interval over the rounds that happen to define the metric would look better founded than it is.
        if (Double.isNaN(value) || sorted.length < 0.95 * drawn.length) {
            return Estimate.plain(value, rows);
        }
        return new Estimate(value, sorted[(int) (sorted.length * 0.025)], sorted[(int) (sorted.length * 0.975)], rows);
    }

    private static double permutationP(FairnessMetric metric, double value, double[] dealt) {
        if (Double.isNaN(value)) {
            return Double.NaN;
        }
        double observed = distance(metric, value);
        int atLeast = 1;
        for (double other : dealt) {
            atLeast += distance(metric, other) >= observed - 1e-12 ? 1 : 0;
        }
        return (double) atLeast / (dealt.length + 1);
    }

    private static double distance(FairnessMetric metric, double value) {
        return metric.isRatio() ? Math.abs(Math.log(value)) : Math.abs(value);
    }

    /** A closed interval, where there is one. */
    private record Interval(Estimate ends, String method, boolean isCorrected) {
        static Optional<Interval> of(FairnessMetric metric, Groups groups, int privileged) {
            Group favoured = groups.all().get(privileged);
            Group others = groups.others(favoured.name());
            return switch (metric) {
                case STATISTICAL_PARITY_DIFFERENCE -> difference(Rate.SELECTION_RATE, others, favoured);
                case SIGNED_EQUAL_OPPORTUNITY -> difference(Rate.TPR, others, favoured);
                case ERROR_RATE_DIFFERENCE -> difference(Rate.ERROR_RATE, others, favoured);
                case SIGNED_FNR_DIFFERENCE -> difference(Rate.FNR, others, favoured);
                case FOR_DIFFERENCE -> difference(Rate.FOR, others, favoured);
                case FDR_DIFFERENCE -> difference(Rate.FDR, others, favoured);
                case DISPARATE_IMPACT -> ratio(Rate.SELECTION_RATE, others, favoured);
                case ERROR_RATE_RATIO -> ratio(Rate.ERROR_RATE, others, favoured);
                case AVERAGE_ODDS_DIFFERENCE -> mean(Rate.FPR, Rate.TPR, others, favoured);
                case AVERAGE_PREDICTIVE_VALUE_DIFFERENCE -> mean(Rate.PPV, Rate.FOR, others, favoured);
                default -> Optional.empty();
            };
        }

        private static Optional<Interval> difference(Rate rate, Group others, Group favoured) {
            Estimate ends = Rates.difference(rate.of(others), rate.of(favoured));
            return Optional.of(new Interval(ends, "newcombe", false));
        }

        private static Optional<Interval> mean(Rate one, Rate other, Group others, Group favoured) {
            Estimate ends = Rates.difference(
                    Rates.mean(one.of(others), other.of(others)), Rates.mean(one.of(favoured), other.of(favoured)));
            return Optional.of(new Interval(ends, "recovered", false));
        }

        private static Optional<Interval> ratio(Rate rate, Group others, Group favoured) {
            double left = others.effectiveRows() / others.confusion().total();
            double right = favoured.effectiveRows() / favoured.confusion().total();
            double a = rate.numerator(others.confusion()) * left;
            double n = rate.denominator(others.confusion()) * left;
            double b = rate.numerator(favoured.confusion()) * right;
            double m = rate.denominator(favoured.confusion()) * right;
            return Optional.of(new Interval(Rates.ratio(a, n, b, m), "katz", Rates.hasEmptyCell(a, n, b, m)));
        }
    }
}

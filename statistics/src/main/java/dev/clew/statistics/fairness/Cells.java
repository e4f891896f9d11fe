package dev.clew.statistics.fairness;

import dev.clew.statistics.performance.Confusion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Counts that a metric is computed from: observed, redrawn or dealt anew.
 *
 * @param groups counts per group
 * @param overall all groups together
 * @param privileged index of the privileged group, −1 if none is named
 * @param zeroes whether a rate without rows is 0, as fairlearn and AIF360 have it, and not left out
 */
record Cells(List<Confusion> groups, Confusion overall, int privileged, boolean zeroes) {
    static Cells of(List<Confusion> groups, int privileged) {
        return new Cells(groups, sum(groups, -1), privileged, false);
    }

    Cells withZeroes() {
        return new Cells(groups, overall, privileged, true);
    }

    private double rate(Rate rate, Confusion of) {
        double value = rate.of(of);
        return zeroes && Double.isNaN(value) ? 0 : value;
    }

    private static Confusion sum(List<Confusion> groups, int without) {
        double[] cells = new double[4];
        for (int i = 0; i < groups.size(); i++) {
            if (i != without) {
                double[] own = array(groups.get(i));
                for (int cell = 0; cell < 4; cell++) {
                    cells[cell] += own[cell];
                }
            }
        }
        return of(cells);
    }

    static Confusion of(double[] cells) {
        return new Confusion(cells[0], cells[1], cells[2], cells[3]);
    }

    static double[] array(Confusion confusion) {
        return new double[] {
            confusion.truePositives(), confusion.falsePositives(), confusion.falseNegatives(), confusion.trueNegatives()
        };
    }

    private Confusion privilegedGroup() {
        return groups.get(privileged);
    }

    private Confusion unprivileged() {
        return sum(groups, privileged);
    }

    /** Largest minus smallest rate; groups without the rate are left out; NaN if fewer than 2 remain. */
    double spread(Rate rate) {
        double[] rates = defined(rate);
        return rates.length < 2 ? Double.NaN : max(rates) - min(rates);
    }

    /** Smallest over largest rate. */
    double quotient(Rate rate) {
        double[] rates = defined(rate);
        return rates.length < 2 ? Double.NaN : min(rates) / max(rates);
    }

    /** Largest distance of a group's rate from that of all rows. */
    double spreadToOverall(Rate rate) {
        double[] rates = defined(rate);
        double all = rate(rate, overall);
        double largest = rates.length < 2 ? Double.NaN : 0;
        for (double own : rates) {
            largest = Math.max(largest, Math.abs(own - all));
        }
        return largest;
    }

    /** Smallest ratio, the larger one below, of a group's rate and that of all rows. */
    double quotientToOverall(Rate rate) {
        double[] rates = defined(rate);
        double all = rate(rate, overall);
        double smallest = rates.length < 2 ? Double.NaN : 1;
        for (double own : rates) {
            smallest = Math.min(smallest, own > all ? all / own : own / all);
        }
        return smallest;
    }

    private double[] defined(Rate rate) {
        return groups.stream()
                .mapToDouble(group -> rate(rate, group))
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }

    private static double max(double[] values) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    private static double min(double[] values) {
        double smallest = Double.POSITIVE_INFINITY;
        for (double value : values) {
            smallest = Math.min(smallest, value);
        }
        return smallest;
    }

    /** Rate of the unprivileged minus that of the privileged. */
    double gap(Rate rate) {
        return rate(rate, unprivileged()) - rate(rate, privilegedGroup());
    }

    /** Rate of the unprivileged over that of the privileged. */
    double ratio(Rate rate) {
        return rate(rate, unprivileged()) / rate(rate, privilegedGroup());
    }

    double entropy(double alpha) {
        return Entropy.generalized(overall, alpha);
    }

    double betweenGroups(double alpha) {
        List<Group> filled = new ArrayList<>();
        for (Confusion confusion : groups) {
            if (confusion.total() > 0) {
                filled.add(Group.of("", confusion));
            }
        }
        return Entropy.betweenGroups(filled, alpha);
    }

    /**
     * Largest |ln ratio| of the chances of either outcome between two groups, rates smoothed by a Dirichlet prior of concentration 1 (Foulds
     * et al. 2020, "An intersectional definition of fairness").
     */
    double differentialFairness() {
        double positive = logSpread(group -> smoothed(Rate.SELECTION_RATE.numerator(group), group.total()));
        double negative =
                logSpread(group -> smoothed(group.total() - Rate.SELECTION_RATE.numerator(group), group.total()));
        return groups.size() < 2 ? Double.NaN : Math.max(positive, negative);
    }

    private static double smoothed(double count, double total) {
        return (count + 0.5) / (total + 1);
    }

    private double logSpread(ToDoubleFunction<Confusion> chance) {
        double[] chances = groups.stream().mapToDouble(chance).toArray();
        return Math.log(max(chances) / min(chances));
    }
}

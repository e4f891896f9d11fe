package dev.clew.statistics.slice;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.fairness.Discoveries;
import dev.clew.statistics.interval.Rates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Searches slices in which losses are larger than in the rest: by one column, and by two.
 *
 * <p>Every side of every cut of a column, every level, and every pair of such of two columns, or between two cuts of one, is a candidate if
 * it and the rest have enough rows, and it is not most of them. A candidate is tested against rows drawn at random from the table: exactly if losses are 0 and 1,
 * otherwise by the ranks of the losses, so that a few enormous ones decide nothing. Of all tests together those are taken that keep the
 * false discovery rate (Benjamini and Hochberg 1995, which holds for candidates that overlap as these do). A pair must besides be worse
 * than either of its conditions alone, by the same rate. The first is that which is worse by the most for sure: by the lower end of the
 * interval of the difference. Of slices that say the same the first stays: one is left out if what it has besides those before it is not
 * worse than the rest.
 *
 * <p>One pass over the rows for each pair of columns, of at most {@value #MOST_PAIRED} columns, those with the strongest conditions; one
 * byte a row and column. Stateless.
 */
public final class WeakSlices {
    private static final int MOST_PAIRED = 40;
    private static final int MOST_WEIGHED = 300;

    private final boolean isBinary;
    private final double[] losses;
    private final double[] scores;
    private final List<SliceColumn> columns;
    private final SliceSettings settings;
    private final long least;
    private final Tally all;
    private final List<Candidate> candidates = new ArrayList<>();

    private record Side(SliceColumn column, int from, int to) {
        boolean holds(int row) {
            int code = column.codes()[row];
            return code >= from && code <= to;
        }
    }

    private record Candidate(List<Side> sides, Tally tally, double pValue, double within) {}

    private WeakSlices(double[] losses, List<SliceColumn> columns, SliceSettings settings) {
        this.losses = losses;
        this.columns = columns;
        this.settings = settings;
        this.isBinary = Arrays.stream(losses).allMatch(loss -> loss == 0 || loss == 1);
        this.scores = isBinary ? losses : ranks(losses);
        this.least = settings.least(losses.length);
        Tally sum = Tally.NONE;
        for (double score : scores) {
            sum = new Tally(sum.rows() + 1, sum.sum() + score, sum.squares() + score * score);
        }
        this.all = sum;
    }

    /**
     * What a search found.
     *
     * @param slices the one first that is worse by the most for sure
     * @param lookedAt how many candidates were tested
     * @param leastRows how many rows a candidate had at least
     */
    public record Found(List<Slice> slices, int lookedAt, long leastRows) {
        /** Keeps a copy. */
        public Found {
            slices = List.copyOf(slices);
        }
    }

    /**
     * Searches.
     *
     * @param losses one a row, finite; the larger, the worse: 0 and 1 for right and wrong, or distances
     * @param columns as many rows each
     * @throws IllegalArgumentException if there are too few rows for two slices, lengths differ, or a loss is not finite
     */
    public static Found find(double[] losses, List<SliceColumn> columns, SliceSettings settings) {
        for (SliceColumn column : columns) {
            if (column.rows() != losses.length) {
                throw new IllegalArgumentException(
                        "Column '%s' has %d rows, but there are %d losses; give one for each row."
                                .formatted(column.name(), column.rows(), losses.length));
            }
        }
        if (!Arrays.stream(losses).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("A loss is not finite; leave out rows that cannot be judged.");
        }
        long needed = 2 * settings.least(losses.length);
        if (losses.length < needed) {
            throw new IllegalArgumentException(
                    "There are %d rows, and slices need %d, half of them each for a slice and for the rest; give more rows."
                            .formatted(losses.length, needed));
        }
        return new WeakSlices(losses, columns, settings).found();
    }

    /** From 1, ties averaged. */
    private static double[] ranks(double[] values) {
        double[] sorted = values.clone();
        Arrays.parallelSort(sorted);
        double[] ranks = new double[values.length];
        double[] shared = new double[sorted.length];
        for (int from = 0; from < sorted.length; ) {
            int to = from + 1;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            Arrays.fill(shared, from, to, (from + 1 + to) / 2.0);
            from = to;
        }
        for (int i = 0; i < values.length; i++) {
            ranks[i] = shared[Arrays.binarySearch(sorted, values[i])];
        }
        return ranks;
    }

    private Found found() {
        record Strength(SliceColumn column, double smallest) {}
        List<Strength> strengths = new ArrayList<>();
        for (SliceColumn column : columns) {
            int before = candidates.size();
            single(column);
            double smallest = candidates.subList(before, candidates.size()).stream()
                    .mapToDouble(Candidate::pValue)
                    .min()
                    .orElse(1);
            strengths.add(new Strength(column, smallest));
        }
        List<SliceColumn> paired = strengths.stream()
                .sorted(Comparator.comparingDouble(Strength::smallest))
                .limit(MOST_PAIRED)
                .map(Strength::column)
                .toList();
        for (int i = 0; i < paired.size(); i++) {
            for (int j = i + 1; j < paired.size(); j++) {
                pair(paired.get(i), paired.get(j));
            }
        }
        return new Found(reported(), candidates.size(), least);
    }

    private boolean isEnough(Tally tally) {
        return tally.rows() >= least
                && all.rows() - tally.rows() >= least
                && tally.rows() <= settings.mostShare() * all.rows();
    }

    private void single(SliceColumn column) {
        Tally[] bins = new Tables(column.bins(), 1)
                .fill(column.codes(), new byte[column.rows()], scores)
                .tallies();
        for (int[] side : column.sides()) {
            Tally tally = sum(bins, side);
            if (isEnough(tally)) {
                candidates.add(new Candidate(
                        List.of(new Side(column, side[0], side[1])), tally, tally.chance(all, isBinary), 0));
            }
        }
        for (int[] middle : column.middles()) {
            Tally tally = sum(bins, middle);
            if (isEnough(tally)) {
                Tally below = sum(bins, new int[] {0, middle[1]});
                Tally above = sum(bins, new int[] {middle[0], column.bins() - 2});
                candidates.add(new Candidate(
                        List.of(new Side(column, middle[0], middle[1])),
                        tally,
                        tally.chance(all, isBinary),
                        Math.max(tally.chance(below, isBinary), tally.chance(above, isBinary))));
            }
        }
    }

    private static Tally sum(Tally[] bins, int[] range) {
        Tally sum = Tally.NONE;
        for (int bin = range[0]; bin <= range[1]; bin++) {
            sum = sum.plus(bins[bin]);
        }
        return sum;
    }

    private void pair(SliceColumn left, SliceColumn right) {
        var tables = new Tables(left.bins(), right.bins())
                .fill(left.codes(), right.codes(), scores)
                .summed();
        int lastLeft = left.bins() - 1;
        int lastRight = right.bins() - 1;
        for (int[] a : left.sides()) {
            Tally one = tables.rectangle(a[0], a[1], 0, lastRight);
            if (one.rows() < least) {
                continue;
            }
            for (int[] b : right.sides()) {
                Tally both = tables.rectangle(a[0], a[1], b[0], b[1]);
                if (isEnough(both)) {
                    Tally other = tables.rectangle(0, lastLeft, b[0], b[1]);
                    candidates.add(new Candidate(
                            List.of(new Side(left, a[0], a[1]), new Side(right, b[0], b[1])),
                            both,
                            both.chance(all, isBinary),
                            Math.max(both.chance(one, isBinary), both.chance(other, isBinary))));
                }
            }
        }
    }

    private List<Slice> reported() {
        double[] q = Discoveries.adjusted(
                candidates.stream().mapToDouble(Candidate::pValue).toArray());
        List<Integer> significant = IntStream.range(0, q.length)
                .filter(i -> q[i] <= settings.rate())
                .boxed()
                .toList();
        double[] within = Discoveries.adjusted(significant.stream()
                .mapToDouble(i -> isPair(candidates.get(i)) ? candidates.get(i).within() : Double.NaN)
                .toArray());
        List<Integer> weighed = IntStream.range(0, within.length)
                .filter(i -> Double.isNaN(within[i]) || within[i] <= settings.rate())
                .mapToObj(significant::get)
                .sorted(Comparator.comparingDouble(
                        (Integer i) -> -candidates.get(i).tally().surelyAbove(all, isBinary)))
                .limit(MOST_WEIGHED)
                .toList();
        List<Slice> slices = new ArrayList<>();
        List<Candidate> kept = new ArrayList<>();
        var covered = new BitSet(losses.length);
        for (int i : weighed) {
            Candidate candidate = candidates.get(i);
            if (slices.size() < settings.most() && (isNew(candidate, covered) || refines(candidate, kept))) {
                kept.add(candidate);
                IntStream.range(0, losses.length)
                        .filter(row -> holds(candidate, row))
                        .forEach(covered::set);
                slices.add(slice(candidate, q[i]));
            }
        }
        return slices;
    }

    private static boolean isPair(Candidate candidate) {
        return candidate.sides().size() == 2 || candidate.within() > 0;
    }

    private static boolean holds(Candidate candidate, int row) {
        for (Side side : candidate.sides()) {
            if (!side.holds(row)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the rows that it has besides the kept slices are worse than those in neither. */
    private boolean isNew(Candidate candidate, BitSet covered) {
        if (covered.isEmpty()) {
            return true;
        }
        Tally own = Tally.NONE;
        Tally others = Tally.NONE;
        for (int row = covered.nextClearBit(0); row < losses.length; row = covered.nextClearBit(row + 1)) {
            var one = new Tally(1, scores[row], scores[row] * scores[row]);
            if (holds(candidate, row)) {
                own = own.plus(one);
            } else {
                others = others.plus(one);
            }
        }
        return own.rows() >= least && own.chance(own.plus(others), isBinary) <= settings.rate() / MOST_WEIGHED;
    }

    /** Whether it says more exactly where a kept slice by one of its conditions is weak. */
    private static boolean refines(Candidate candidate, List<Candidate> kept) {
        return candidate.sides().size() == 2
                && kept.stream()
                        .anyMatch(one -> one.sides().size() == 1
                                && candidate.sides().contains(one.sides().getFirst()))
                && kept.stream()
                        .noneMatch(one ->
                                one.sides().size() == 2 && one.sides().stream().anyMatch(candidate.sides()::contains));
    }

    private Slice slice(Candidate candidate, double q) {
        double[] in = IntStream.range(0, losses.length)
                .filter(row -> holds(candidate, row))
                .mapToDouble(row -> losses[row])
                .toArray();
        double[] out = IntStream.range(0, losses.length)
                .filter(row -> !holds(candidate, row))
                .mapToDouble(row -> losses[row])
                .toArray();
        double loss = Arrays.stream(in).average().orElse(Double.NaN);
        double rest = Arrays.stream(out).average().orElse(Double.NaN);
        Estimate difference;
        if (isBinary) {
            difference = Rates.difference(
                    Rates.wilson(Arrays.stream(in).sum(), in.length),
                    Rates.wilson(Arrays.stream(out).sum(), out.length));
        } else {
            double half = Rates.Z * Math.sqrt(variance(in, loss) / in.length + variance(out, rest) / out.length);
            difference = new Estimate(loss - rest, loss - rest - half, loss - rest + half, in.length);
        }
        return new Slice(
                candidate.sides().stream()
                        .map(side -> side.column().condition(side.from(), side.to()))
                        .toList(),
                in.length,
                (double) in.length / losses.length,
                loss,
                rest,
                difference,
                candidate.pValue(),
                q);
    }

    private static double variance(double[] values, double mean) {
        return Arrays.stream(values)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / (values.length - 1);
    }
}

package dev.clew.statistics.slice;

import dev.clew.statistics.SortedValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A column by which rows are told apart, its values in at most 22 bins of one byte a row. Immutable. */
public final class SliceColumn {
    private static final int CUTS = 9;
    private static final int FEW = 12;
    private static final int LEVELS = 20;

    private final String name;
    private final byte[] codes;
    /** Of bins in order; empty for levels. */
    private final double[] cuts;

    private final List<String> levels;
    private final int bins;

    private SliceColumn(String name, byte[] codes, double[] cuts, List<String> levels, int bins) {
        this.name = name;
        this.codes = codes;
        this.cuts = cuts;
        this.levels = levels;
        this.bins = bins;
    }

    /**
     * Numbers, told apart at their deciles, or at each of at most twelve values.
     *
     * @param values one a row; NaN is missing
     */
    public static SliceColumn numbers(String name, double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .map(value -> value + 0.0)
                .sorted()
                .toArray();
        double[] few = Arrays.stream(sorted).distinct().limit(FEW + 1L).toArray();
        double[] cuts = few.length <= FEW
                ? few
                : IntStream.rangeClosed(1, CUTS)
                        .mapToDouble(i -> sorted[(int) ((long) sorted.length * i / (CUTS + 1))])
                        .distinct()
                        .toArray();
        // Nothing lies above the greatest value.
        if (cuts.length > 0 && cuts[cuts.length - 1] == sorted[sorted.length - 1]) {
            cuts = Arrays.copyOf(cuts, cuts.length - 1);
        }
        byte[] codes = new byte[values.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] =
                    (byte) (Double.isNaN(values[i]) ? cuts.length + 1 : SortedValues.countBelow(cuts, values[i] + 0.0));
        }
        return new SliceColumn(name, codes, cuts, List.of(), cuts.length + 2);
    }

    /**
     * Levels, the twenty most frequent of which are told apart.
     *
     * @param levels names
     * @param codes place of each row's level among the names; negative is missing
     */
    public static SliceColumn levels(String name, List<String> levels, int[] codes) {
        long[] counts = new long[levels.size()];
        for (int code : codes) {
            if (code >= 0) {
                counts[code]++;
            }
        }
        List<Integer> frequent = IntStream.range(0, counts.length)
                .boxed()
                .sorted(Comparator.comparing((Integer code) -> -counts[code]).thenComparing(levels::get))
                .limit(LEVELS)
                .toList();
        byte[] bins = new byte[levels.size()];
        Arrays.fill(bins, (byte) frequent.size());
        for (int i = 0; i < frequent.size(); i++) {
            bins[frequent.get(i)] = (byte) i;
        }
        byte[] own = new byte[codes.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = codes[i] < 0 ? (byte) (frequent.size() + 1) : bins[codes[i]];
        }
        return new SliceColumn(
                name, own, new double[0], frequent.stream().map(levels::get).toList(), frequent.size() + 2);
    }

    /** Name of the column. */
    public String name() {
        return name;
    }

    int rows() {
        return codes.length;
    }

    byte[] codes() {
        return codes;
    }

    /** How many bins there are; the last is that of missing values. */
    int bins() {
        return bins;
    }

    private boolean isNumbers() {
        return levels.isEmpty();
    }

    /** Ranges of bins by one condition: below or above a cut, a level, or missing. */
    List<int[]> sides() {
        List<int[]> sides = new ArrayList<>();
        if (isNumbers()) {
            for (int cut = 0; cut < cuts.length; cut++) {
                sides.add(new int[] {0, cut});
                sides.add(new int[] {cut + 1, cuts.length});
            }
        } else {
            for (int level = 0; level < levels.size(); level++) {
                sides.add(new int[] {level, level});
            }
        }
        sides.add(new int[] {bins - 1, bins - 1});
        return sides;
    }

    /** Ranges of bins between two cuts. */
    List<int[]> middles() {
        List<int[]> middles = new ArrayList<>();
        for (int from = 1; from < cuts.length; from++) {
            for (int to = from; to < cuts.length; to++) {
                middles.add(new int[] {from, to});
            }
        }
        return middles;
    }

    Condition condition(int from, int to) {
        if (from == bins - 1) {
            return new Condition.Missing(name);
        }
        if (isNumbers()) {
            return new Condition.Between(
                    name,
                    from == 0 ? Double.NEGATIVE_INFINITY : cuts[from - 1],
                    to == cuts.length ? Double.POSITIVE_INFINITY : cuts[to]);
        }
        return new Condition.Is(name, levels.get(from));
    }
}

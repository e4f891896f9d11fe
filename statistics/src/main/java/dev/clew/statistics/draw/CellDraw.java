package dev.clew.statistics.draw;

import java.util.random.RandomGenerator;

/** Redraws tables of counts. Stateless. */
public final class CellDraw {
    private CellDraw() {}

    /**
     * As many rows as the cells hold, each from a cell with the probability of its share: a bootstrap of the rows behind them.
     *
     * @param cells at least 0 each; fractional for weighted rows
     * @param rows how many rows to draw
     * @param scale what a drawn row counts
     * @return drawn counts times the scale
     */
    public static double[] bootstrap(RandomGenerator random, double[] cells, long rows, double scale) {
        double rest = 0;
        for (double cell : cells) {
            rest += cell;
        }
        double[] drawn = new double[cells.length];
        long left = rows;
        for (int i = 0; i < cells.length; i++) {
            long count = i == cells.length - 1 ? left : BinomialDraw.next(random, left, rest > 0 ? cells[i] / rest : 0);
            rest -= cells[i];
            left -= count;
            drawn[i] = count * scale;
        }
        return drawn;
    }

    /**
     * Deals all rows anew to groups of the same sizes, whatever their cell: a permutation of the group labels.
     *
     * @param cells rows per cell over all groups
     * @param sizes rows per group, together as many
     * @return rows per group and cell
     */
    public static double[][] permutation(RandomGenerator random, long[] cells, long[] sizes) {
        long[] left = cells.clone();
        long rest = 0;
        for (long cell : cells) {
            rest += cell;
        }
        double[][] dealt = new double[sizes.length][cells.length];
        for (int group = 0; group < sizes.length; group++) {
            long draws = sizes[group];
            long others = rest;
            for (int i = 0; i < cells.length; i++) {
                others -= left[i];
                long count = HypergeometricDraw.next(random, left[i], others, draws);
                dealt[group][i] = count;
                left[i] -= count;
                draws -= count;
            }
            rest -= sizes[group];
        }
        return dealt;
    }
}

package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;

/**
 * What a leaf gives to its path's features, or to pairs of them, for every pattern of satisfied features, averaged over a
 * background once, so that a row costs the same whatever the background's size.
 *
 * <p>A leaf with u path features has a table of 2^u × u, or 2^u × u(u−1)/2 for pairs. With F all features, B the pattern of a
 * reference and A that of a row ({@link LeafPatterns}), only A ⊇ F∖B matters: A = F∖B ∪ S with S ⊆ B, so building costs 3^u
 * per leaf. Immutable.
 */
final class PatternTables {
    /** Wider paths are left to {@link PairKernel} and {@link PairInteractionKernel}. */
    static final int MAX_FEATURES = 10;

    /** What is given. */
    enum Of {
        /** Attributions, to features. */
        FEATURES {
            @Override
            int width(int u) {
                return u;
            }
        },
        /** Halves of the interaction index, to features × features: the cell of the lesser feature's row. */
        PAIRS {
            @Override
            int width(int u) {
                return u * (u - 1) / 2;
            }
        };

        abstract int width(int u);
    }

    private final LeafPatterns patterns;

    /** Per leaf: where each column of its table is added. */
    private final int[][] cells;

    private final double[][] tables;

    /** How many bytes the tables take. */
    static long bytes(LeafPatterns patterns, Of what) {
        long bytes = 0;
        for (int[] path : patterns.features) {
            bytes += 8L * what.width(path.length) << path.length;
        }
        return bytes;
    }

    /** @param background prepared rows */
    PatternTables(TreeEnsemble model, int tree, LeafPatterns patterns, double[][] background, Of what) {
        this.patterns = patterns;
        int leaves = patterns.features.length;
        cells = new int[leaves][];
        tables = new double[leaves][];
        int[][] seen = patterns.seen(background);
        double scale = model.treeWeight(tree) / model.divisor(model.treeOutput(tree)) / background.length;
        for (int v = 0; v < patterns.count; v++) {
            int l = patterns.leaf[v];
            if (l >= 0) {
                int[] path = patterns.features[l];
                double value = patterns.value(v) * scale;
                cells[l] =
                        what == Of.FEATURES ? path : pairs(path, model.schema().size());
                tables[l] = what == Of.FEATURES
                        ? attributions(path.length, seen[l], value)
                        : interactions(path.length, seen[l], value);
            }
        }
    }

    private static int[] pairs(int[] path, int features) {
        int[] cells = new int[Of.PAIRS.width(path.length)];
        int at = 0;
        for (int i = 0; i < path.length; i++) {
            for (int j = 0; j < i; j++) {
                cells[at++] = Math.min(path[i], path[j]) * features + Math.max(path[i], path[j]);
            }
        }
        return cells;
    }

    private static double[] attributions(int u, int[] seen, double value) {
        double[] table = new double[u * (1 << u)];
        int full = (1 << u) - 1;
        for (int b = 0; b <= full; b++) {
            if (seen[b] == 0) {
                continue;
            }
            int rowOnly = full & ~b;
            int a = Integer.bitCount(rowOnly);
            double weighted = value * seen[b];
            for (int s = b; ; s = (s - 1) & b) {
                int referenceOnly = b & ~s;
                int r = Integer.bitCount(referenceOnly);
                double plus = a == 0 ? 0 : weighted * Factorials.positive(a, r);
                double minus = r == 0 ? 0 : weighted * Factorials.negative(a, r);
                int at = (rowOnly | s) * u;
                for (int i = 0; i < u; i++) {
                    if ((rowOnly >> i & 1) != 0) {
                        table[at + i] += plus;
                    } else if ((referenceOnly >> i & 1) != 0) {
                        table[at + i] -= minus;
                    }
                }
                if (s == 0) {
                    break;
                }
            }
        }
        return table;
    }

    private static double[] interactions(int u, int[] seen, double value) {
        int width = Of.PAIRS.width(u);
        double[] table = new double[width * (1 << u)];
        int full = (1 << u) - 1;
        for (int b = 0; b <= full; b++) {
            if (seen[b] == 0) {
                continue;
            }
            int rowOnly = full & ~b;
            double weighted = value * seen[b];
            for (int s = b; ; s = (s - 1) & b) {
                int referenceOnly = b & ~s;
                int a = Integer.bitCount(rowOnly);
                int r = Integer.bitCount(referenceOnly);
                double inRow = a < 2 ? 0 : weighted * Factorials.alike(a, r);
                double inReference = r < 2 ? 0 : weighted * Factorials.alike(r, a);
                double mixed = a == 0 || r == 0 ? 0 : weighted * Factorials.mixed(a, r);
                int at = (rowOnly | s) * width;
                for (int i = 0; i < u; i++) {
                    for (int j = 0; j < i; j++, at++) {
                        int own = (rowOnly >> i & 1) + (rowOnly >> j & 1);
                        int other = (referenceOnly >> i & 1) + (referenceOnly >> j & 1);
                        if (own + other == 2) {
                            table[at] += own == 2 ? inRow : other == 2 ? inReference : mixed;
                        }
                    }
                }
                if (s == 0) {
                    break;
                }
            }
        }
        return table;
    }

    /** Adds what the leaves give for a prepared row, to {@code values} from {@code at} on; {@code pattern} has a place per node. */
    void add(double[] row, int[] pattern, double[] values, int at) {
        patterns.of(row, pattern);
        for (int v = 0; v < patterns.count; v++) {
            int l = patterns.leaf[v];
            if (l < 0) {
                continue;
            }
            int[] own = cells[l];
            double[] table = tables[l];
            int entry = pattern[v] * own.length;
            for (int i = 0; i < own.length; i++) {
                values[at + own[i]] += table[entry + i];
            }
        }
    }
}

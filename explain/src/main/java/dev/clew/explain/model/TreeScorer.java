package dev.clew.explain.model;

import org.jspecify.annotations.Nullable;

/**
 * Adds up leaves. Blocks of rows pass through one tree at a time, so a tree's nodes stay in the cache; values are compared
 * by rank ({@link Columns}), and every row of a block takes as many steps as the tree is deep, so nothing is mispredicted.
 * Thread-safe.
 */
final class TreeScorer {
    private static final int BLOCK = 128;

    /** In deeper trees most rows would wait at their leaves; these go row by row. */
    private static final int MAX_STEPS = 40;

    /** Above every rank: a row that has reached its leaf stays there. */
    private static final int STAY = Columns.MISSING_RIGHT + 1;

    private final TreeEnsemble model;
    private final Forest forest;
    private final Columns columns;
    private final double[] divisor;

    /** Per node: bound in the upper half, column in the lower one. */
    private final long[] test;

    /** Left child; a leaf is its own. */
    private final int[] next;

    /** Steps to the deepest leaf of a tree; −1 for trees that are walked row by row. */
    private final int[] steps;

    TreeScorer(TreeEnsemble model, Forest forest, Columns columns) {
        this.model = model;
        this.forest = forest;
        this.columns = columns;
        this.divisor = new double[model.outputs()];
        for (int output = 0; output < divisor.length; output++) {
            divisor[output] = model.divisor(output);
        }
        int nodes = forest.left.length;
        test = new long[nodes];
        next = new int[nodes];
        steps = new int[forest.treeOutput.length];
        int[] depth = new int[nodes];
        for (int tree = 0; tree < steps.length; tree++) {
            boolean direct = false;
            int deepest = 0;
            for (int v = forest.root[tree]; v < forest.root[tree + 1]; v++) {
                int left = forest.left[v];
                if (left < 0) {
                    test[v] = (long) STAY << 32;
                    next[v] = v;
                    deepest = Math.max(deepest, depth[v]);
                    continue;
                }
                depth[left] = depth[left + 1] = depth[v] + 1;
                direct |= columns.column(v) < 0;
                test[v] = (long) columns.bound(v) << 32 | Math.max(0, columns.column(v));
                next[v] = left;
            }
            steps[tree] = direct || deepest > MAX_STEPS ? -1 : deepest;
        }
    }

    /**
     * @param baseMargins what stands in the place of the model's base, rows × outputs; null for the base itself
     * @param inFloat adds in float, tree by tree, as XGBoost does
     */
    void score(Rows rows, double @Nullable [] baseMargins, double[] out, boolean inFloat) {
        new Pass(rows, baseMargins, out, inFloat).run();
    }

    /** One call: its buffers and its way through the rows. */
    private final class Pass {
        private final Rows rows;
        private final double @Nullable [] baseMargins;
        private final double[] out;
        private final boolean inFloat;
        private final int outputs = model.outputs();
        private final int width;
        private final int stride = columns.count();
        private final double[][] block;
        private final int[] rank;
        private final int[] at;

        Pass(Rows rows, double @Nullable [] baseMargins, double[] out, boolean inFloat) {
            this.rows = rows;
            this.baseMargins = baseMargins;
            this.out = out;
            this.inFloat = inFloat;
            width = rows.width();
            int size = Math.min(BLOCK, rows.count());
            block = new double[size][width];
            rank = new int[size * stride];
            at = new int[size];
        }

        void run() {
            for (int from = 0; from < rows.count(); from += BLOCK) {
                int count = Math.min(BLOCK, rows.count() - from);
                for (int i = 0; i < count; i++) {
                    model.prepare(rows.values(), (from + i) * width, block[i]);
                    for (int c = 0; c < stride; c++) {
                        rank[i * stride + c] = columns.rank(c, block[i][columns.feature(c)]);
                    }
                }
                start(from * outputs, count * outputs);
                for (int tree = 0; tree < steps.length; tree++) {
                    find(tree, count);
                    int to = from * outputs + forest.treeOutput[tree];
                    add(to, count, forest.treeWeight[tree]);
                }
                finish(from * outputs, count * outputs);
            }
        }

        private void find(int tree, int count) {
            if (steps[tree] < 0) {
                for (int i = 0; i < count; i++) {
                    at[i] = leaf(forest.root[tree], block[i]);
                }
                return;
            }
            for (int i = 0; i < count; i++) {
                at[i] = forest.root[tree];
            }
            for (int step = 0; step < steps[tree]; step++) {
                descend(at, test, next, rank, stride, count);
            }
        }

        private void add(int from, int count, double weight) {
            int to = from;
            if (inFloat) {
                for (int i = 0; i < count; i++, to += outputs) {
                    out[to] = (float) out[to] + (float) weight * (float) forest.value[at[i]];
                }
                return;
            }
            for (int i = 0; i < count; i++, to += outputs) {
                double leaf = weight * forest.value[at[i]];
                out[to] = switch (model.aggregate()) {
                    case SUM, AVERAGE -> out[to] + leaf;
                    case MIN -> Math.min(out[to], leaf);
                    case MAX -> Math.max(out[to], leaf);
                };
            }
        }

        /** XGBoost adds the leaves to the base score, one after the other in float; elsewhere the base comes last. */
        private void start(int from, int count) {
            for (int i = from; i < from + count; i++) {
                out[i] = switch (model.aggregate()) {
                    case SUM -> inFloat ? (float) base(i) : 0;
                    case AVERAGE -> 0;
                    case MIN -> Double.POSITIVE_INFINITY;
                    case MAX -> Double.NEGATIVE_INFINITY;
                };
            }
        }

        private double base(int i) {
            return baseMargins == null ? model.base(i % outputs) : baseMargins[i];
        }

        private void finish(int from, int count) {
            for (int i = from; i < from + count && !inFloat; i++) {
                out[i] = out[i] / divisor[i % outputs] + base(i);
            }
        }
    }

    /** One step down for every row. */
    private static void descend(int[] at, long[] test, int[] next, int[] rank, int stride, int count) {
        for (int i = 0, row = 0; i < count; i++, row += stride) {
            int node = at[i];
            long asked = test[node];
            at[i] = next[node] + 1 + ((rank[row + (int) asked] - (int) (asked >>> 32)) >> 31);
        }
    }

    private int leaf(int root, double[] row) {
        int node = root;
        while (forest.left[node] >= 0) {
            node = forest.goesLeft(node, row[forest.feature[node]]) ? forest.left[node] : forest.left[node] + 1;
        }
        return node;
    }
}

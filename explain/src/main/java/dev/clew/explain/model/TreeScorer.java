package dev.clew.explain.model;

import dev.clew.explain.internal.Parallel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Adds up leaves. Blocks of rows pass through one tree at a time, so a tree's nodes stay in the cache; values are compared
 * by rank ({@link Columns}), and every row takes as many steps as the tree is deep, so nothing is mispredicted.
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
        test = new long[forest.left.length];
        next = new int[forest.left.length];
        steps = new int[forest.treeOutput.length];
        int[] depth = new int[forest.left.length];
        for (int tree = 0; tree < steps.length; tree++) {
            boolean direct = false;
            for (int v = forest.root[tree]; v < forest.root[tree + 1]; v++) {
                int left = forest.left[v];
                if (left < 0) {
                    test[v] = (long) STAY << 32;
                    next[v] = v;
                    steps[tree] = Math.max(steps[tree], depth[v]);
                    continue;
                }
                depth[left] = depth[left + 1] = depth[v] + 1;
                int column = columns.column(v);
                direct |= column < 0;
                test[v] = (column < 0 ? 0L : (long) columns.bound(v) << 32) | Math.max(0, column);
                next[v] = left;
            }
            if (direct || steps[tree] > MAX_STEPS) {
                steps[tree] = -1;
            }
        }
    }

    /**
     * @param baseMargins what stands in the place of the model's base, rows × outputs; null for the base itself
     * @param exact receives margins added in double, or null
     * @param inFloat receives margins added in float, tree by tree, as XGBoost adds, or null
     */
    void score(
            Rows rows,
            double @Nullable [] baseMargins,
            double @Nullable [] exact,
            double @Nullable [] inFloat,
            int threads) {
        int blocks = (rows.count() + BLOCK - 1) / BLOCK;
        var next = new AtomicInteger();
        Parallel.run(Math.min(threads, blocks), () -> {
            var pass = new Pass(rows, baseMargins, exact, inFloat);
            for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
                pass.score(block * BLOCK, Math.min(BLOCK, rows.count() - block * BLOCK));
            }
        });
    }

    /** What one thread needs on its way through the rows. */
    private final class Pass {
        private final Rows rows;
        private final double @Nullable [] baseMargins;
        private final double @Nullable [] exact;
        private final double @Nullable [] inFloat;
        private final int outputs = model.outputs();
        private final int width;
        private final int stride = columns.count();
        private final double[][] block;
        private final int[] rank;
        private final int[] at;
        private final double[] sum;
        private final float[] floatSum;

        Pass(Rows rows, double @Nullable [] baseMargins, double @Nullable [] exact, double @Nullable [] inFloat) {
            this.rows = rows;
            this.baseMargins = baseMargins;
            this.exact = exact;
            this.inFloat = inFloat;
            width = rows.width();
            int size = Math.min(BLOCK, rows.count());
            block = new double[size][width];
            rank = new int[size * stride];
            at = new int[size];
            sum = new double[exact == null ? 0 : size * outputs];
            floatSum = new float[inFloat == null ? 0 : size * outputs];
        }

        void score(int from, int count) {
            for (int i = 0; i < count; i++) {
                model.prepare(rows.values(), (from + i) * width, block[i]);
            }
            for (int c = 0; c < stride; c++) {
                int feature = columns.feature(c);
                for (int i = 0; i < count; i++) {
                    rank[i * stride + c] = columns.rank(c, block[i][feature]);
                }
            }
            start(from * outputs);
            for (int tree = 0; tree < steps.length; tree++) {
                find(tree, count);
                add(forest.treeOutput[tree], count, forest.treeWeight[tree]);
            }
            finish(from * outputs, count * outputs);
        }

        private void find(int tree, int count) {
            int root = forest.root[tree];
            if (steps[tree] < 0) {
                for (int i = 0; i < count; i++) {
                    at[i] = leaf(root, block[i]);
                }
            } else if (steps[tree] == 0) {
                Arrays.fill(at, 0, count, root);
            } else {
                first(at, test[root], next[root] + 1, rank, stride, count);
                for (int step = 1; step < steps[tree]; step++) {
                    descend(at, test, next, rank, stride, count);
                }
            }
        }

        private void add(int output, int count, double weight) {
            LinearLeaves linear = forest.linear;
            if (linear != null) {
                // Only LightGBM writes such leaves, which adds in double.
                for (int i = 0, to = output; i < count && exact != null; i++, to += outputs) {
                    sum[to] += weight * linear.value(at[i], block[i], forest.value[at[i]]);
                }
                return;
            }
            for (int i = 0, to = output; i < count && inFloat != null; i++, to += outputs) {
                floatSum[to] += (float) weight * (float) forest.value[at[i]];
            }
            if (exact == null) {
                return;
            }
            boolean isSum = model.aggregate() == TreeEnsemble.Aggregate.SUM
                    || model.aggregate() == TreeEnsemble.Aggregate.AVERAGE;
            for (int i = 0, to = output; i < count; i++, to += outputs) {
                double leaf = weight * forest.value[at[i]];
                if (isSum) {
                    sum[to] += leaf;
                } else {
                    sum[to] = model.aggregate() == TreeEnsemble.Aggregate.MIN
                            ? Math.min(sum[to], leaf)
                            : Math.max(sum[to], leaf);
                }
            }
        }

        /** XGBoost adds the leaves to the base score, one after the other in float; elsewhere the base comes last. */
        private void start(int from) {
            for (int i = 0; i < floatSum.length && from + i < rows.count() * outputs; i++) {
                floatSum[i] = (float) base(from + i);
            }
            Arrays.fill(
                    sum,
                    switch (model.aggregate()) {
                        case SUM, AVERAGE -> 0;
                        case MIN -> Double.POSITIVE_INFINITY;
                        case MAX -> Double.NEGATIVE_INFINITY;
                    });
        }

        private double base(int i) {
            return baseMargins == null ? model.base(i % outputs) : baseMargins[i];
        }

        private void finish(int from, int count) {
            for (int i = 0; i < count; i++) {
                if (inFloat != null) {
                    inFloat[from + i] = floatSum[i];
                }
                if (exact != null) {
                    exact[from + i] = sum[i] / divisor[(from + i) % outputs] + base(from + i);
                }
            }
        }
    }

    /** The first step, which asks every row the same. */
    private static void first(int[] at, long asked, int right, int[] rank, int stride, int count) {
        int bound = (int) (asked >>> 32);
        for (int i = 0, cell = (int) asked; i < count; i++, cell += stride) {
            at[i] = right + ((rank[cell] - bound) >> 31);
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

package dev.clew.explain.tree;

import dev.clew.explain.internal.Parallel;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Sends the rows of a batch through the kernels, in blocks shared out to threads. Which kernel takes a row changes no bit. */
final class Batch {
    /** From so many rows on a block is faster than row by row. */
    private static final int BLOCK_FROM = 16;

    private final TreeEnsemble model;
    private final PathTree[] trees;
    private final int[][] byOutput;

    /** Made when the row kernel first needs them. */
    private final AtomicReferenceArray<RowTable> tables;

    Batch(TreeEnsemble model, PathTree[] trees) {
        this.model = model;
        this.trees = trees;
        tables = new AtomicReferenceArray<>(trees.length);
        byOutput = new int[model.outputs()][];
        int[] count = new int[byOutput.length];
        for (PathTree tree : trees) {
            count[tree.output]++;
        }
        Arrays.setAll(byOutput, output -> new int[count[output]]);
        Arrays.fill(count, 0);
        for (int t = 0; t < trees.length; t++) {
            byOutput[trees[t].output][count[trees[t].output]++] = t;
        }
    }

    private RowTable table(int tree) {
        RowTable table = tables.get(tree);
        if (table == null) {
            // Two threads may both make it; they make the same.
            table = new RowTable(trees[tree]);
            tables.set(tree, table);
        }
        return table;
    }

    /** Adds attributions to {@code values}, rows × outputs × features. */
    void add(Rows rows, int threads, double[] values) {
        int blocks = (rows.count() + BlockKernel.ROWS - 1) / BlockKernel.ROWS;
        var next = new AtomicInteger();
        Parallel.run(Math.min(threads, blocks), () -> {
            var worker = new Worker(rows, values);
            for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
                int from = block * BlockKernel.ROWS;
                worker.add(from, Math.min(BlockKernel.ROWS, rows.count() - from));
            }
        });
    }

    private final class Worker {
        private final Rows rows;
        private final double[] values;
        private final int width;
        private final RowKernel rowKernel = new RowKernel(model, trees);
        private final @Nullable BlockKernel blockKernel;
        private final double[] row;

        Worker(Rows rows, double[] values) {
            this.rows = rows;
            this.values = values;
            width = rows.width();
            row = new double[width];
            blockKernel = rows.count() < BLOCK_FROM ? null : new BlockKernel(model, trees);
        }

        void add(int from, int count) {
            if (blockKernel == null || count < BLOCK_FROM) {
                oneByOne(from, count);
                return;
            }
            double[] block = new double[count * width];
            for (int i = 0; i < count; i++) {
                model.prepare(rows.values(), (from + i) * width, row);
                System.arraycopy(row, 0, block, i * width, width);
            }
            blockKernel.start(block, count, width);
            for (int output = 0; output < byOutput.length; output++) {
                blockKernel.clear();
                for (int t : byOutput[output]) {
                    if (trees[t].depth <= BlockKernel.MAX_DEPTH) {
                        blockKernel.add(trees[t]);
                    } else {
                        deep(t, block, count, blockKernel.phi());
                    }
                }
                double[][] phi = blockKernel.phi();
                for (int i = 0; i < count; i++) {
                    int at = ((from + i) * byOutput.length + output) * width;
                    for (int j = 0; j < width; j++) {
                        values[at + j] = phi[j][i];
                    }
                }
            }
        }

        private void oneByOne(int from, int count) {
            for (int i = from; i < from + count; i++) {
                model.prepare(rows.values(), i * width, row);
                rowKernel.start(row);
                for (int t = 0; t < trees.length; t++) {
                    int at = (i * byOutput.length + trees[t].output) * width;
                    rowKernel.add(trees[t], table(t), values, at);
                }
            }
        }

        private void deep(int t, double[] block, int count, double[][] phi) {
            double[] own = new double[width];
            for (int i = 0; i < count; i++) {
                System.arraycopy(block, i * width, row, 0, width);
                for (int j = 0; j < width; j++) {
                    own[j] = phi[j][i];
                }
                rowKernel.start(row);
                rowKernel.add(trees[t], table(t), own, 0);
                for (int j = 0; j < width; j++) {
                    phi[j][i] = own[j];
                }
            }
        }
    }
}

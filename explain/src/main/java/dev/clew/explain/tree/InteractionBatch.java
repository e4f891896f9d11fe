package dev.clew.explain.tree;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.internal.Parallel;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends a batch through the interaction kernel, in blocks shared out to threads. */
final class InteractionBatch {
    private InteractionBatch() {}

    static boolean isPossible(PathTree[] trees) {
        return Arrays.stream(trees).allMatch(tree -> tree.depth <= BlockKernel.MAX_DEPTH);
    }

    static Interactions explain(TreeEnsemble model, PathTree[] trees, double[] base, Rows rows, int threads) {
        int outputs = model.outputs();
        int features = model.schema().size();
        for (PathTree tree : trees) {
            if (tree.depth > BlockKernel.MAX_DEPTH) {
                throw new ExplainException(
                        Code.UNSUPPORTED_MODEL,
                        "Interactions are computed for trees of up to %d levels; one has %d."
                                .formatted(BlockKernel.MAX_DEPTH, tree.depth));
            }
        }
        double[] values = Interactions.room(rows.count(), outputs, features);
        int blocks = (rows.count() + InteractionKernel.ROWS - 1) / InteractionKernel.ROWS;
        var next = new AtomicInteger();
        Parallel.run(Math.min(threads, blocks), () -> {
            var kernel = new InteractionKernel(model, trees);
            for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
                int from = block * InteractionKernel.ROWS;
                int count = Math.min(InteractionKernel.ROWS, rows.count() - from);
                double[][] prepared = new double[count][features];
                for (int i = 0; i < count; i++) {
                    model.prepare(rows.values(), (from + i) * features, prepared[i]);
                }
                kernel.start(prepared, count);
                for (int output = 0; output < outputs; output++) {
                    kernel.clear();
                    for (PathTree tree : trees) {
                        if (tree.output == output) {
                            kernel.add(tree);
                        }
                    }
                    for (int i = 0; i < count; i++) {
                        kernel.take(i, values, ((from + i) * outputs + output) * features * features);
                    }
                }
            }
        });
        return new Interactions(rows.count(), outputs, features, values, base.clone());
    }
}

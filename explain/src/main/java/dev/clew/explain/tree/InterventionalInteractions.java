package dev.clew.explain.tree;

import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.internal.Parallel;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Interactions against a background: by tables of pairs where a tree's fit into memory, else against every background row.
 * Immutable and thread-safe.
 */
final class InterventionalInteractions {
    private static final int BLOCK = 128;

    private final TreeEnsemble model;
    private final double[][] background;

    private final EnsembleTables tables;

    /** @param background prepared rows */
    InterventionalInteractions(TreeEnsemble model, double[][] background, long maxTableBytes) {
        this.model = model;
        this.background = background;
        tables = new EnsembleTables(model, background, maxTableBytes, PatternTables.Of.PAIRS);
    }

    /** Whether no tree has to be explained row against row. */
    boolean hasTables() {
        return tables.areComplete();
    }

    /** @param attributions of the same rows, rows × outputs × features; what pairs leave of them is the diagonal */
    Interactions explain(Rows rows, double[] attributions, double[] base, int threads) {
        int features = model.schema().size();
        int outputs = model.outputs();
        double[] values = Interactions.room(rows.count(), outputs, features);
        int blocks = (rows.count() + BLOCK - 1) / BLOCK;
        var next = new AtomicInteger();
        Parallel.run(Math.min(threads, blocks), () -> {
            var kernel = new PairInteractionKernel(model);
            int[] pattern = tables.pattern();
            for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
                int from = block * BLOCK;
                double[][] prepared = new double[Math.min(BLOCK, rows.count() - from)][features];
                for (int i = 0; i < prepared.length; i++) {
                    model.prepare(rows.values(), (from + i) * features, prepared[i]);
                }
                for (int tree = 0; tree < model.trees(); tree++) {
                    PatternTables table = tables.of(tree);
                    for (int i = 0; i < prepared.length; i++) {
                        int at = ((from + i) * outputs + model.treeOutput(tree)) * features * features;
                        if (table != null) {
                            table.add(prepared[i], pattern, values, at);
                        } else {
                            for (double[] reference : background) {
                                kernel.add(tree, prepared[i], reference, 1.0 / background.length, values, at);
                            }
                        }
                    }
                }
                for (int i = from * outputs; i < (from + prepared.length) * outputs; i++) {
                    complete(values, i * features * features, attributions, i * features, features);
                }
            }
        });
        return new Interactions(rows.count(), outputs, features, values, base.clone());
    }

    /** The other half of a matrix, and its diagonal. */
    private static void complete(double[] values, int at, double[] attributions, int from, int features) {
        for (int f = 0; f < features; f++) {
            double own = attributions[from + f];
            for (int g = 0; g < features; g++) {
                if (g < f) {
                    values[at + f * features + g] = values[at + g * features + f];
                }
                own -= g == f ? 0 : values[at + f * features + g];
            }
            values[at + f * features + f] = own;
        }
    }
}

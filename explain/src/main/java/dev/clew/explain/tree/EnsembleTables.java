package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pattern tables of an ensemble's trees for one background, as far as paths are narrow enough and memory goes. Immutable. */
final class EnsembleTables {
    private final @Nullable PatternTables[] tables;
    private final int nodes;

    /** @param background prepared rows */
    EnsembleTables(TreeEnsemble model, double[][] background, long maxBytes, PatternTables.Of what) {
        tables = new PatternTables[model.trees()];
        long left = maxBytes;
        int most = 0;
        for (int tree = 0; tree < tables.length; tree++) {
            most = Math.max(most, model.root(tree + 1) - model.root(tree));
            if (model.widestPath(tree) > PatternTables.MAX_FEATURES) {
                continue;
            }
            var patterns = new LeafPatterns(model, tree);
            long bytes = PatternTables.bytes(patterns, what);
            if (bytes <= left) {
                tables[tree] = new PatternTables(model, tree, patterns, background, what);
                left -= bytes;
            }
        }
        nodes = most;
    }

    /** Null if the tree has to be explained row against row. */
    @Nullable
    PatternTables of(int tree) {
        return tables[tree];
    }

    /** Whether every tree has its tables. */
    boolean areComplete() {
        return Arrays.stream(tables).allMatch(Objects::nonNull);
    }

    /** Room for the patterns of a row in any of the trees. */
    int[] pattern() {
        return new int[nodes];
    }
}

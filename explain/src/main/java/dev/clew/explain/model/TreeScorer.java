package dev.clew.explain.model;

/** Adds up leaves. Blocks of rows pass through one tree at a time, so a tree's nodes stay in the cache. Thread-safe. */
final class TreeScorer {
    private static final int BLOCK = 64;

    private final TreeEnsemble model;
    private final Forest forest;
    private final double[] divisor;

    TreeScorer(TreeEnsemble model, Forest forest) {
        this.model = model;
        this.forest = forest;
        this.divisor = new double[model.outputs()];
        for (int output = 0; output < divisor.length; output++) {
            divisor[output] = model.divisor(output);
        }
    }

    /** @param inFloat adds in float, tree by tree, as XGBoost does */
    void score(Rows rows, double[] out, boolean inFloat) {
        int outputs = model.outputs();
        int width = rows.width();
        double[][] block = new double[Math.min(BLOCK, rows.count())][width];
        for (int from = 0; from < rows.count(); from += BLOCK) {
            int count = Math.min(BLOCK, rows.count() - from);
            for (int i = 0; i < count; i++) {
                model.prepare(rows.values(), (from + i) * width, block[i]);
            }
            start(out, from * outputs, count * outputs, inFloat);
            for (int tree = 0; tree < forest.treeOutput.length; tree++) {
                int at = from * outputs + forest.treeOutput[tree];
                double weight = forest.treeWeight[tree];
                for (int i = 0; i < count; i++, at += outputs) {
                    combine(out, at, forest.value[leaf(forest.root[tree], block[i])], weight, inFloat);
                }
            }
            finish(out, from * outputs, count * outputs, inFloat);
        }
    }

    /** XGBoost adds the leaves to the base score, one after the other in float; elsewhere the base comes last. */
    private void start(double[] out, int from, int count, boolean inFloat) {
        int outputs = model.outputs();
        for (int i = from; i < from + count; i++) {
            out[i] = switch (model.aggregate()) {
                case SUM -> inFloat ? (float) model.base(i % outputs) : 0;
                case AVERAGE -> 0;
                case MIN -> Double.POSITIVE_INFINITY;
                case MAX -> Double.NEGATIVE_INFINITY;
            };
        }
    }

    private void combine(double[] out, int at, double leaf, double weight, boolean inFloat) {
        switch (model.aggregate()) {
            case SUM, AVERAGE ->
                out[at] = inFloat ? (float) out[at] + (float) weight * (float) leaf : out[at] + weight * leaf;
            case MIN -> out[at] = Math.min(out[at], weight * leaf);
            case MAX -> out[at] = Math.max(out[at], weight * leaf);
        }
    }

    private void finish(double[] out, int from, int count, boolean inFloat) {
        int outputs = model.outputs();
        for (int i = from; i < from + count && !inFloat; i++) {
            out[i] = out[i] / divisor[i % outputs] + model.base(i % outputs);
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

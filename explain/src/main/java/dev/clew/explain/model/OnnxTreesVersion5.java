package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.OnnxGraph.Node;
import dev.clew.explain.model.OnnxReader.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operator TreeEnsemble of {@code ai.onnx.ml} 5: nodes and leaves in lists of their own, shared by all trees. */
final class OnnxTreesVersion5 {
    private static final byte[] CODES = {Split.LE, Split.LT, Split.GE, Split.GT, Split.EQ, Split.NE, Split.MEMBER};
    private static final String[] AGGREGATES = {"AVERAGE", "SUM", "MIN", "MAX"};
    private static final String[] TRANSFORMS = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"};

    private final OnnxTrees trees;
    private final long[] roots;
    private final long[] column;
    private final long[] yes;
    private final long[] no;
    private final long[] yesLeaf;
    private final long[] noLeaf;
    private final long[] missing;
    private final long[] target;
    private final double[] mode;
    private final double[] split;
    private final double[] weight;
    private final double[] hits;
    private final int[][] sets;
    private long placed;

    static OnnxTrees read(Node node, Columns columns) {
        var trees = new OnnxTrees(columns);
        trees.aggregate = named(AGGREGATES, node.integer("aggregate_function", 1));
        trees.transform = named(TRANSFORMS, node.integer("post_transform", 0));
        trees.doubles = node.hasDoubles("nodes_splits");
        trees.outputs = OnnxTrees.count(node.integer("n_targets", 1));
        new OnnxTreesVersion5(node, trees).grow();
        return trees;
    }

    private static String named(String[] names, long index) {
        if (index < 0 || index >= names.length) {
            throw ForestBuilder.malformed("an aggregate or transform has no name");
        }
        return names[(int) index];
    }

    private OnnxTreesVersion5(Node node, OnnxTrees trees) {
        this.trees = trees;
        roots = node.integers("tree_roots");
        column = node.integers("nodes_featureids");
        yes = node.integers("nodes_truenodeids");
        no = node.integers("nodes_falsenodeids");
        yesLeaf = node.integers("nodes_trueleafs");
        noLeaf = node.integers("nodes_falseleafs");
        missing = node.integers("nodes_missing_value_tracks_true");
        target = node.integers("leaf_targetids");
        mode = node.numbers("nodes_modes");
        split = node.numbers("nodes_splits");
        weight = node.numbers("leaf_weights");
        double[] rates = node.numbers("nodes_hitrates");
        int count = column.length;
        if (yes.length != count
                || no.length != count
                || yesLeaf.length != count
                || noLeaf.length != count
                || mode.length != count
                || split.length != count
                || weight.length != target.length) {
            throw ForestBuilder.malformed("the attributes of the tree nodes have different lengths");
        }
        // Hit rates are of inner nodes only, so leaves stay without a cover.
        hits = rates.length == count ? rates : new double[0];
        sets = sets(node.numbers("membership_values"));
    }

    /** Sets stand one after the other in order of their nodes, each ended by NaN. */
    private int[][] sets(double[] members) {
        int[][] all = new int[mode.length][];
        int at = 0;
        for (int v = 0; v < mode.length; v++) {
            all[v] = new int[0];
            if (mode[v] != 6) {
                continue;
            }
            int from = at;
            while (at < members.length && !Double.isNaN(members[at])) {
                at++;
            }
            double[] own = Arrays.copyOfRange(members, Math.min(from, members.length), at);
            at++;
            for (double member : own) {
                if (member != Math.rint(member) || member < 0 || member > 1_000_000) {
                    throw new ExplainException(
                            Code.UNSUPPORTED_MODEL,
                            "The ONNX trees test membership of numbers that are no category codes.");
                }
            }
            all[v] = Arrays.stream(own).mapToInt(m -> (int) m).toArray();
        }
        return all;
    }

    private void grow() {
        for (long root : roots) {
            var grown = new OnnxTree();
            trees.trees.add(grown);
            node(grown, root);
            grown.root = 0;
        }
    }

    /** Copies a tree node by node; a file that shares subtrees or has cycles runs out of its own nodes. */
    private void node(OnnxTree grown, long root) {
        List<long[]> open = new ArrayList<>();
        open.add(new long[] {root, grown.add(), 0});
        while (!open.isEmpty()) {
            long[] next = open.removeLast();
            int v = index(next[0], mode.length);
            int place = (int) next[1];
            if (++placed > mode.length) {
                throw ForestBuilder.malformed("its trees share nodes or form a cycle");
            }
            if (yesLeaf[v] != 0 && noLeaf[v] != 0 && yes[v] == no[v]) {
                vote(grown, place, yes[v]);
                continue;
            }
            grown.op.set(place, CODES[index((long) mode[v], CODES.length)]);
            grown.column.set(place, Math.clamp(column[v], -1, Integer.MAX_VALUE));
            grown.threshold.set(place, split[v]);
            grown.missingTrue.set(place, missing.length == mode.length && missing[v] != 0);
            grown.set.set(place, sets[v]);
            if (hits.length > 0) {
                grown.cover.set(place, hits[v]);
            }
            grown.left.set(place, child(grown, open, yes[v], yesLeaf[v] != 0));
            grown.right.set(place, child(grown, open, no[v], noLeaf[v] != 0));
        }
    }

    private int child(OnnxTree grown, List<long[]> open, long id, boolean leaf) {
        int place = grown.add();
        if (leaf) {
            vote(grown, place, id);
        } else {
            open.add(new long[] {id, place});
        }
        return place;
    }

    private void vote(OnnxTree grown, int place, long leaf) {
        int at = index(leaf, weight.length);
        if (target[at] < 0 || target[at] >= trees.outputs) {
            throw ForestBuilder.malformed("a leaf votes for output %d".formatted(target[at]));
        }
        grown.votes.get(place).put((int) target[at], weight[at]);
    }

    private static int index(long index, int length) {
        if (index < 0 || index >= length) {
            throw ForestBuilder.malformed("a tree node refers to number %d of %d".formatted(index, length));
        }
        return (int) index;
    }
}

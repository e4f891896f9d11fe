package dev.clew.explain.model;

import dev.clew.explain.model.OnnxGraph.Node;
import dev.clew.explain.model.OnnxReader.Columns;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Operators TreeEnsembleRegressor and TreeEnsembleClassifier of {@code ai.onnx.ml} 1 and 3: nodes and votes name their tree. */
final class OnnxTreesVersion3 {
    private static final Map<String, Byte> MODES = Map.of(
            "BRANCH_LEQ", Split.LE,
            "BRANCH_LT", Split.LT,
            "BRANCH_GTE", Split.GE,
            "BRANCH_GT", Split.GT,
            "BRANCH_EQ", Split.EQ,
            "BRANCH_NEQ", Split.NE);

    private OnnxTreesVersion3() {}

    static OnnxTrees read(Node node, Columns columns) {
        var trees = new OnnxTrees(columns);
        boolean classifier = node.type().equals("TreeEnsembleClassifier");
        trees.aggregate = classifier ? "SUM" : node.text("aggregate_function", "SUM");
        trees.transform = node.text("post_transform", "NONE");
        trees.base = node.numbers("base_values");
        trees.doubles = node.hasDoubles("nodes_values_as_tensor");
        Map<Long, OnnxTree> byId = nodes(node, trees.trees);
        String prefix = classifier ? "class" : "target";
        long[] tree = node.integers(prefix + "_treeids");
        long[] at = node.integers(prefix + "_nodeids");
        long[] output = node.integers(prefix + "_ids");
        double[] weight = node.numbers(prefix + "_weights");
        if (tree.length != at.length || tree.length != output.length || tree.length != weight.length) {
            throw ForestBuilder.malformed("the votes of the leaves have different lengths");
        }
        int classes = Math.max(node.texts("classlabels_strings").size(), node.integers("classlabels_int64s").length);
        boolean single =
                classifier && classes <= 2 && Arrays.stream(output).distinct().count() == 1;
        trees.outputs = single ? 1 : OnnxTrees.count(classifier ? classes : node.integer("n_targets", 1));
        for (int i = 0; i < tree.length; i++) {
            OnnxTree grown = byId.get(tree[i]);
            Integer leaf = grown == null ? null : grown.places.get(at[i]);
            if (grown == null || leaf == null || output[i] < 0 || (!single && output[i] >= trees.outputs)) {
                throw ForestBuilder.malformed("a vote belongs to no leaf or no output");
            }
            grown.votes.get(leaf).merge(single ? 0 : (int) output[i], weight[i], Double::sum);
        }
        if (single && trees.base.length == 2) {
            trees.base = new double[] {trees.base[1]};
        }
        return trees;
    }

    /** The trees by their number, added to a list in order of first mention, each without votes. */
    private static Map<Long, OnnxTree> nodes(Node node, List<OnnxTree> trees) {
        long[] tree = node.integers("nodes_treeids");
        long[] id = node.integers("nodes_nodeids");
        long[] column = node.integers("nodes_featureids");
        long[] yes = node.integers("nodes_truenodeids");
        long[] no = node.integers("nodes_falsenodeids");
        long[] missing = node.integers("nodes_missing_value_tracks_true");
        double[] threshold = node.numbers("nodes_values");
        double[] hits = node.numbers("nodes_hitrates");
        List<String> mode = node.texts("nodes_modes");
        int count = tree.length;
        if (id.length != count
                || column.length != count
                || yes.length != count
                || no.length != count
                || threshold.length != count
                || mode.size() != count) {
            throw ForestBuilder.malformed("the attributes of the tree nodes have different lengths");
        }
        boolean covers = hits.length == count && Arrays.stream(hits).distinct().count() > 1;
        Map<Long, OnnxTree> byId = new HashMap<>();
        OnnxTree[] owner = new OnnxTree[count];
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            owner[i] = byId.computeIfAbsent(tree[i], key -> {
                var fresh = new OnnxTree();
                trees.add(fresh);
                return fresh;
            });
            places[i] = owner[i].add();
            if (owner[i].places.put(id[i], places[i]) != null) {
                throw ForestBuilder.malformed("a tree has two nodes of one number");
            }
        }
        for (int i = 0; i < count; i++) {
            OnnxTree grown = owner[i];
            int place = places[i];
            if (covers) {
                grown.cover.set(place, hits[i]);
            }
            if (mode.get(i).equals("LEAF")) {
                continue;
            }
            Byte op = MODES.get(mode.get(i));
            Integer left = grown.places.get(yes[i]);
            Integer right = grown.places.get(no[i]);
            if (op == null || left == null || right == null) {
                throw ForestBuilder.malformed("a tree node has an unknown mode or child");
            }
            grown.op.set(place, op);
            grown.left.set(place, left);
            grown.right.set(place, right);
            grown.column.set(place, Math.clamp(column[i], -1, Integer.MAX_VALUE));
            grown.threshold.set(place, threshold[i]);
            grown.missingTrue.set(place, missing.length == count && missing[i] != 0);
        }
        trees.forEach(OnnxTree::findRoot);
        return byId;
    }
}

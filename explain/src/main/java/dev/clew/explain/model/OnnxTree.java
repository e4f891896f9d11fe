package dev.clew.explain.model;

import dev.clew.explain.model.OnnxReader.Columns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One tree of an ONNX file while it is read: a leaf has left −1 and votes, value by output. */
final class OnnxTree {
    final List<Integer> left = new ArrayList<>();
    final List<Integer> right = new ArrayList<>();
    final List<Integer> column = new ArrayList<>();
    final List<Double> threshold = new ArrayList<>();
    final List<Byte> op = new ArrayList<>();
    final List<Boolean> missingTrue = new ArrayList<>();
    final List<Double> cover = new ArrayList<>();
    final List<int[]> set = new ArrayList<>();
    final List<TreeMap<Integer, Double>> votes = new ArrayList<>();
    final Map<Long, Integer> places = new HashMap<>();
    int root;

    int add() {
        left.add(-1);
        right.add(-1);
        column.add(0);
        threshold.add(0.0);
        op.add((byte) 0);
        missingTrue.add(false);
        cover.add(Double.NaN);
        set.add(new int[0]);
        votes.add(new TreeMap<>());
        return left.size() - 1;
    }

    /** The root is the node that is nobody's child. */
    void findRoot() {
        boolean[] child = new boolean[left.size()];
        for (int v = 0; v < child.length; v++) {
            if (left.get(v) >= 0) {
                child[left.get(v)] = child[right.get(v)] = true;
            }
        }
        root = -1;
        for (int v = child.length - 1; v >= 0; v--) {
            if (!child[v]) {
                root = v;
            }
        }
        if (root < 0) {
            throw ForestBuilder.malformed("the nodes of a tree form a cycle");
        }
    }

    /** What one output gets, for the builder, which wants the root first: it is exchanged with whatever stands there. */
    ForestBuilder.Tree of(Columns columns, int output, double weight) {
        int count = this.left.size();
        int[] left = new int[count];
        int[] right = new int[count];
        int[] feature = new int[count];
        double[] value = new double[count];
        byte[] op = new byte[count];
        byte[] missing = new byte[count];
        double[] cover = new double[count];
        int[][] sets = new int[count][];
        for (int i = 0; i < count; i++) {
            int v = i == 0 ? root : i == root ? 0 : i;
            cover[i] = this.cover.get(v);
            left[i] = moved(this.left.get(v), root);
            right[i] = moved(this.right.get(v), root);
            if (left[i] < 0) {
                value[i] = votes.get(v).getOrDefault(output, 0.0);
                continue;
            }
            int column = this.column.get(v);
            if (column < 0 || column >= columns.feature().length) {
                throw ForestBuilder.malformed(
                        "a node splits on column %d of %d".formatted(column, columns.feature().length));
            }
            feature[i] = columns.feature()[column];
            var split = OnnxSplit.of(columns, column, this.op.get(v), threshold.get(v), missingTrue.get(v), set.get(v));
            op[i] = split.op();
            missing[i] = split.missing();
            value[i] = split.threshold();
            sets[i] = set.get(v);
        }
        return new ForestBuilder.Tree(output, weight, left, right, feature, value, op, missing, cover, sets);
    }

    private static int moved(int child, int root) {
        return child == root ? 0 : child == 0 ? root : child;
    }
}

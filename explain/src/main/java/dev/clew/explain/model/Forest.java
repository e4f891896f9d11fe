package dev.clew.explain.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The arrays of {@link TreeEnsemble}; nobody writes to them after the builder. */
final class Forest {
    final int[] root;
    final int[] treeOutput;
    final double[] treeWeight;
    final int[] left;
    final int[] feature;
    final double[] value;
    final byte[] op;
    final byte[] missing;
    final Covers cover;

    /** Per node, where its set begins; empty if no node has one. */
    final int[] set;

    final long[] setBits;

    /** Null where every leaf answers its constant. */
    final @Nullable LinearLeaves linear;

    Forest(
            int[] root,
            int[] treeOutput,
            double[] treeWeight,
            int[] left,
            int[] feature,
            double[] value,
            byte[] op,
            byte[] missing,
            Covers cover,
            int[] set,
            long[] setBits,
            @Nullable LinearLeaves linear) {
        this.root = root;
        this.treeOutput = treeOutput;
        this.treeWeight = treeWeight;
        this.left = left;
        this.feature = feature;
        this.value = value;
        this.op = op;
        this.missing = missing;
        this.cover = cover;
        this.set = set;
        this.setBits = setBits;
        this.linear = linear;
    }

    Forest withCover(Covers counted) {
        return new Forest(
                root, treeOutput, treeWeight, left, feature, value, op, missing, counted, set, setBits, linear);
    }

    /** The first trees alone; sets of categories are shared. */
    Forest first(int trees) {
        int nodes = root[trees];
        double[] covers = new double[nodes];
        Arrays.setAll(covers, cover::of);
        return new Forest(
                Arrays.copyOf(root, trees + 1),
                Arrays.copyOf(treeOutput, trees),
                Arrays.copyOf(treeWeight, trees),
                Arrays.copyOf(left, nodes),
                Arrays.copyOf(feature, nodes),
                Arrays.copyOf(value, nodes),
                Arrays.copyOf(op, nodes),
                Arrays.copyOf(missing, nodes),
                Covers.of(covers, nodes),
                Arrays.copyOf(set, Math.min(set.length, nodes)),
                setBits,
                linear == null ? null : linear.first(nodes));
    }

    /** Longest path from a root to a leaf, in edges. */
    int depth() {
        int[] depth = new int[left.length];
        int max = 0;
        for (int node = 0; node < depth.length; node++) {
            if (left[node] >= 0) {
                depth[left[node]] = depth[left[node] + 1] = depth[node] + 1;
                max = Math.max(max, depth[node] + 1);
            }
        }
        return max;
    }

    /** Largest number of distinct features on a path of a tree. */
    int widestPath(int tree) {
        int from = root[tree];
        int count = root[tree + 1] - from;
        int[] parent = new int[count];
        int[] distinct = new int[count];
        Arrays.fill(parent, -1);
        int max = 0;
        for (int v = 0; v < count; v++) {
            int child = left[from + v];
            if (child < 0) {
                max = Math.max(max, distinct[v]);
                continue;
            }
            int same = v;
            while (same > 0 && feature[from + parent[same]] != feature[from + v]) {
                same = parent[same];
            }
            for (int place = child - from; place <= child - from + 1; place++) {
                parent[place] = v;
                distinct[place] = distinct[v] + (same > 0 ? 0 : 1);
            }
        }
        return max;
    }

    boolean goesLeft(int node, double x) {
        byte rule = missing[node];
        double v = x;
        if (Double.isNaN(v)) {
            if ((rule & Split.NAN_IS_ZERO) == 0) {
                return (rule & Split.MISSING_LEFT) != 0;
            }
            v = 0;
        }
        if ((rule & Split.ZERO_IS_MISSING) != 0 && Math.abs(v) <= Split.ZERO) {
            return (rule & Split.MISSING_LEFT) != 0;
        }
        double t = value[node];
        return switch (op[node]) {
            case Split.LT -> v < t;
            case Split.LE -> v <= t;
            case Split.GT -> v > t;
            case Split.GE -> v >= t;
            case Split.EQ -> v == t;
            case Split.NE -> v != t;
            case Split.IN_SET -> contains(node, (int) v);
            case Split.NOT_IN_SET -> v < 0 || !contains(node, (int) v);
            case Split.MEMBER -> v == Math.rint(v) && contains(node, (int) v);
            default -> throw new IllegalStateException("unknown split " + op[node]);
        };
    }

    /** Sets are bitmaps: {@code setBits[set[node]]} is the number of words that follow it. */
    private boolean contains(int node, int code) {
        int offset = set[node];
        return code >= 0
                && (code >> 6) < setBits[offset]
                && (setBits[offset + 1 + (code >> 6)] >>> (code & 63) & 1) != 0;
    }
}

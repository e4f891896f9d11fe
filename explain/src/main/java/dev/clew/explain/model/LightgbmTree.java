package dev.clew.explain.model;

import dev.clew.explain.internal.TextBlock;
import java.util.Arrays;

/** One tree block of a LightGBM file; a child ≥ 0 is an inner node, a negative one is leaf {@code ~child}. */
final class LightgbmTree {
    private static final int CATEGORICAL = 1;
    private static final int DEFAULT_LEFT = 2;

    private final TextBlock block;
    private final int number;

    LightgbmTree(TextBlock block, int number) {
        this.block = block;
        this.number = number;
    }

    /** Adds the tree; of its nodes the inner ones come first, then the leaves. */
    void addTo(ForestBuilder builder, int output) {
        ForestBuilder.Tree tree = toTree(output);
        boolean linear = block.has("is_linear") && !block.text("is_linear", "0").equals("0");
        builder.add(tree, linear ? lines(tree.left().length) : null);
    }

    private ForestBuilder.Lines lines(int nodes) {
        int leaves = block.count("num_leaves", Integer.MAX_VALUE);
        double[] constants = exactly("leaf_const", leaves);
        double[] counts = exactly("num_features", leaves);
        double[] of = block.numbers("leaf_features");
        double[] slopes = block.numbers("leaf_coeff");
        double[] constant = new double[nodes];
        int[][] features = new int[nodes][];
        double[][] coefficients = new double[nodes][];
        int at = 0;
        for (int leaf = 0; leaf < leaves; leaf++) {
            int count = (int) counts[leaf];
            if (count < 0 || count > of.length - at || count > slopes.length - at) {
                throw ForestBuilder.malformed("tree %d has fewer terms than its leaves say".formatted(number));
            }
            int node = nodes - leaves + leaf;
            constant[node] = constants[leaf];
            features[node] =
                    Arrays.stream(of, at, at + count).mapToInt(f -> (int) f).toArray();
            coefficients[node] = Arrays.copyOfRange(slopes, at, at + count);
            at += count;
        }
        return new ForestBuilder.Lines(constant, features, coefficients);
    }

    private ForestBuilder.Tree toTree(int output) {
        int leaves = block.count("num_leaves", Integer.MAX_VALUE);
        double[] leafValue = exactly("leaf_value", leaves);
        if (leaves == 1) {
            return new ForestBuilder.Tree(
                    output,
                    1,
                    new int[] {-1},
                    new int[] {-1},
                    new int[1],
                    leafValue,
                    new byte[1],
                    new byte[1],
                    new double[] {1},
                    new int[1][]);
        }
        int inner = leaves - 1;
        double[] splitFeature = exactly("split_feature", inner);
        double[] threshold = exactly("threshold", inner);
        double[] decision = exactly("decision_type", inner);
        double[] leftChild = exactly("left_child", inner);
        double[] rightChild = exactly("right_child", inner);
        boolean counted = block.has("leaf_count") && block.has("internal_count");
        double[] leafCount = counted ? exactly("leaf_count", leaves) : new double[0];
        double[] innerCount = counted ? exactly("internal_count", inner) : new double[0];
        int nodes = inner + leaves;
        int[] left = new int[nodes];
        int[] right = new int[nodes];
        int[] feature = new int[nodes];
        byte[] op = new byte[nodes];
        byte[] missing = new byte[nodes];
        double[] value = new double[nodes];
        double[] cover = new double[nodes];
        int[][] sets = new int[nodes][];
        for (int i = 0; i < inner; i++) {
            left[i] = child(leftChild[i], inner);
            right[i] = child(rightChild[i], inner);
            feature[i] = (int) splitFeature[i];
            value[i] = threshold[i];
            cover[i] = counted ? innerCount[i] : Double.NaN;
            int type = (int) decision[i];
            op[i] = (type & CATEGORICAL) != 0 ? Split.IN_SET : Split.LE;
            missing[i] = (type & CATEGORICAL) != 0 ? 0 : missing(type);
        }
        for (int i = 0; i < leaves; i++) {
            left[inner + i] = right[inner + i] = -1;
            value[inner + i] = leafValue[i];
            cover[inner + i] = counted ? leafCount[i] : Double.NaN;
        }
        categorySets(op, threshold, sets);
        return new ForestBuilder.Tree(output, 1, left, right, feature, value, op, missing, cover, sets);
    }

    /** Of the missing types None, Zero and NaN only the last keeps NaN apart from 0. */
    private byte missing(int decision) {
        boolean left = (decision & DEFAULT_LEFT) != 0;
        return switch (decision >> 2 & 3) {
            case 0 -> Split.NAN_IS_ZERO;
            case 1 -> (byte) (Split.NAN_IS_ZERO | Split.ZERO_IS_MISSING | (left ? Split.MISSING_LEFT : 0));
            case 2 -> left ? Split.MISSING_LEFT : 0;
            default -> throw ForestBuilder.malformed("tree %d has an unknown missing type".formatted(number));
        };
    }

    private int child(double written, int inner) {
        int child = (int) written;
        // Out of range either way is what the builder refuses.
        return child >= 0 ? (child < inner ? child : Integer.MAX_VALUE) : inner + ~child;
    }

    private void categorySets(byte[] op, double[] threshold, int[][] sets) {
        if (block.count("num_cat", Integer.MAX_VALUE) == 0) {
            return;
        }
        double[] boundaries = block.numbers("cat_boundaries");
        double[] words = block.numbers("cat_threshold");
        boolean[] taken = new boolean[boundaries.length];
        for (int i = 0; i < threshold.length; i++) {
            if (op[i] != Split.IN_SET) {
                continue;
            }
            int k = (int) threshold[i];
            if (k < 0 || k + 1 >= boundaries.length) {
                throw ForestBuilder.malformed("tree %d, node %d has no set of categories".formatted(number, i));
            }
            if (taken[k]) {
                throw ForestBuilder.malformed("tree %d has two nodes of one set of categories".formatted(number));
            }
            taken[k] = true;
            sets[i] = members(words, (int) boundaries[k], (int) boundaries[k + 1]);
        }
    }

    private int[] members(double[] words, int from, int to) {
        if (from < 0 || to < from || to > words.length) {
            throw ForestBuilder.malformed("tree %d has a category list outside its categories".formatted(number));
        }
        int size = 0;
        for (int w = from; w < to; w++) {
            size += Long.bitCount((long) words[w] & 0xFFFFFFFFL);
        }
        int[] codes = new int[size];
        int count = 0;
        for (int w = from; w < to; w++) {
            long word = (long) words[w];
            for (int bit = 0; bit < 32; bit++) {
                if ((word >>> bit & 1) != 0) {
                    codes[count++] = (w - from) * 32 + bit;
                }
            }
        }
        return codes;
    }

    private double[] exactly(String key, int count) {
        double[] values = block.numbers(key);
        if (values.length != count) {
            throw ForestBuilder.malformed(
                    "tree %d has %d values in %s; %d are needed".formatted(number, values.length, key, count));
        }
        return values;
    }
}

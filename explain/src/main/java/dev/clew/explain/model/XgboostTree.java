package dev.clew.explain.model;

import dev.clew.explain.internal.DocumentReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The arrays of one tree in an XGBoost file, and their way into the common form. */
final class XgboostTree {
    private final int number;
    private int[] left = new int[0];
    private int[] right = new int[0];
    private int[] feature = new int[0];
    private int[] defaultLeft = new int[0];
    private int[] splitType = new int[0];
    private double[] condition = new double[0];
    private double[] hessian = new double[0];
    private double[] baseWeights = new double[0];
    private double[] leafWeights = new double[0];
    private int[] categories = new int[0];
    private int[] categoryNodes = new int[0];
    private int[] categorySegments = new int[0];
    private int[] categorySizes = new int[0];
    private int vector = 1;

    private XgboostTree(int number) {
        this.number = number;
    }

    static XgboostTree read(DocumentReader in, int number) {
        var tree = new XgboostTree(number);
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "left_children" -> tree.left = in.integers();
                case "right_children" -> tree.right = in.integers();
                case "split_indices" -> tree.feature = in.integers();
                case "split_conditions" -> tree.condition = in.numbers();
                case "default_left" -> tree.defaultLeft = in.integers();
                case "split_type" -> tree.splitType = in.integers();
                case "sum_hessian" -> tree.hessian = in.numbers();
                case "base_weights" -> tree.baseWeights = in.numbers();
                case "leaf_weights" -> tree.leafWeights = in.numbers();
                case "categories" -> tree.categories = in.integers();
                case "categories_nodes" -> tree.categoryNodes = in.integers();
                case "categories_segments" -> tree.categorySegments = in.integers();
                case "categories_sizes" -> tree.categorySizes = in.integers();
                case "tree_param" -> tree.parameters(in);
                default -> in.skip();
            }
        }
        return tree;
    }

    private void parameters(DocumentReader in) {
        in.beginObject();
        while (in.hasNext()) {
            if (in.name().equals("size_leaf_vector")) {
                String text = in.string();
                if (!text.matches("\\d{1,5}")) {
                    throw in.malformed("size_leaf_vector is not a count");
                }
                vector = Math.max(1, Integer.parseInt(text));
            } else {
                in.skip();
            }
        }
    }

    /** How many trees of one output each it became. */
    int addTo(ForestBuilder builder, int output, double weight, int outputs) {
        int count = left.length;
        same(right.length, "right_children");
        same(feature.length, "split_indices");
        same(condition.length, "split_conditions");
        same(defaultLeft.length, "default_left");
        if (hessian.length > 0) {
            same(hessian.length, "sum_hessian");
        }
        if (splitType.length > 0) {
            same(splitType.length, "split_type");
        }
        byte[] op = new byte[count];
        byte[] missing = new byte[count];
        double[] value = new double[count];
        double[] cover = new double[count];
        int[][] sets = new int[count][];
        for (int i = 0; i < count; i++) {
            op[i] = splitType.length > 0 && splitType[i] == 1 ? Split.NOT_IN_SET : Split.LT;
            missing[i] = defaultLeft[i] == 1 ? Split.MISSING_LEFT : 0;
            value[i] = (float) condition[i];
            cover[i] = hessian.length > 0 ? hessian[i] : Double.NaN;
        }
        categorySets(sets);
        if (vector == 1) {
            builder.add(new ForestBuilder.Tree(output, weight, left, right, feature, value, op, missing, cover, sets));
            return 1;
        }
        if (vector != outputs) {
            throw ForestBuilder.malformed(
                    "tree %d has leaves of %d values; the model has %d outputs".formatted(number, vector, outputs));
        }
        int[] ends = right.clone();
        long leaves = 0;
        for (int i = 0; i < count; i++) {
            ends[i] = left[i] < 0 ? -1 : right[i];
            leaves += left[i] < 0 ? 1 : 0;
        }
        // Every output becomes a tree of its own, so a few numbers that all leaves share would become a file's worth
        // for each.
        if (leaves * vector > Math.max(leafWeights.length, baseWeights.length)) {
            throw ForestBuilder.malformed(
                    "tree %d has %d leaves of %d values, and fewer values".formatted(number, leaves, vector));
        }
        for (int o = 0; o < vector; o++) {
            double[] own = value.clone();
            vectorLeaves(own, o);
            builder.add(new ForestBuilder.Tree(o, weight, left, ends, feature, own, op, missing, cover, sets));
        }
        return vector;
    }

    /** Vector leaves stand in base_weights, one vector per node; since 3.1 in leaf_weights, where a leaf's right child is its number. */
    private void vectorLeaves(double[] value, int output) {
        boolean perNode = leafWeights.length == 0;
        double[] weights = perNode ? baseWeights : leafWeights;
        for (int i = 0; i < left.length; i++) {
            if (left[i] >= 0) {
                continue;
            }
            long at = (perNode ? (long) i : right[i]) * vector + output;
            if (at < 0 || at >= weights.length) {
                throw ForestBuilder.malformed("tree %d, node %d has no leaf vector".formatted(number, i));
            }
            value[i] = (float) weights[(int) at];
        }
    }

    private void categorySets(int[][] sets) {
        if (categorySegments.length != categoryNodes.length || categorySizes.length != categoryNodes.length) {
            throw ForestBuilder.malformed("tree %d has category lists of different lengths".formatted(number));
        }
        long listed = 0;
        for (int k = 0; k < categoryNodes.length; k++) {
            int node = categoryNodes[k];
            int from = categorySegments[k];
            int size = categorySizes[k];
            if (node < 0 || node >= sets.length || from < 0 || size < 0 || size > categories.length - from) {
                throw ForestBuilder.malformed("tree %d has a category list outside its categories".formatted(number));
            }
            listed += size;
            if (listed > categories.length) {
                throw ForestBuilder.malformed("tree %d has category lists that overlap".formatted(number));
            }
            sets[node] = Arrays.copyOfRange(categories, from, from + size);
        }
    }

    private void same(int length, String name) {
        if (length != left.length) {
            throw ForestBuilder.malformed(
                    "tree %d has %d values in %s for %d nodes".formatted(number, length, name, left.length));
        }
    }

    /** Categories of one feature: text as offsets into bytes, or plain numbers; empty if the feature has none. */
    static List<String> categoryNames(DocumentReader in) {
        int[] offsets = new int[0];
        double[] values = new double[0];
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "offsets" -> offsets = in.integers();
                case "values" -> values = in.numbers();
                default -> in.skip();
            }
        }
        var names = new ArrayList<String>();
        if (offsets.length == 0) {
            for (double value : values) {
                names.add(value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value));
            }
            return names;
        }
        byte[] text = new byte[values.length];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) (int) values[i];
        }
        for (int i = 1; i < offsets.length; i++) {
            if (offsets[i - 1] < 0 || offsets[i] < offsets[i - 1] || offsets[i] > text.length) {
                throw ForestBuilder.malformed("the names of categories overlap");
            }
            names.add(new String(text, offsets[i - 1], offsets[i] - offsets[i - 1], StandardCharsets.UTF_8));
        }
        return names;
    }
}

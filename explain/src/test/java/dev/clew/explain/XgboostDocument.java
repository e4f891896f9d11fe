package dev.clew.explain;

import dev.clew.explain.model.Models;
import dev.clew.explain.model.TreeEnsemble;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Writes models in XGBoost's JSON form, so tests build trees through the same door as users. */
public final class XgboostDocument {
    /** A node; a leaf has left −1 and its value in {@code condition}. Categories listed go right. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Node(
            int left, int right, int feature, double condition, boolean nanLeft, double cover, int[] categories) {
        public static Node leaf(double value, double cover) {
            return new Node(-1, -1, 0, value, false, cover, new int[0]);
        }
    }

    private final int features;
    private final String objective;
    private final String baseScore;
    private final List<List<Node>> trees = new ArrayList<>();

    public XgboostDocument(int features, String objective, String baseScore) {
        this.features = features;
        this.objective = objective;
        this.baseScore = baseScore;
    }

    public XgboostDocument tree(List<Node> nodes) {
        trees.add(nodes);
        return this;
    }

    public TreeEnsemble model() {
        return (TreeEnsemble) Models.read(json().getBytes(StandardCharsets.UTF_8));
    }

    public String json() {
        return """
                {"learner":{"feature_names":[],"feature_types":[],"gradient_booster":{"model":{"tree_info":[%s],
                "trees":[%s]},"name":"gbtree"},"learner_model_param":{"base_score":"%s","num_class":"0",
                "num_feature":"%d","num_target":"1"},"objective":{"name":"%s"}},"version":[3,0,0]}""".formatted(
                        trees.stream().map(t -> "0").collect(Collectors.joining(",")),
                        trees.stream().map(XgboostDocument::document).collect(Collectors.joining(",")),
                        baseScore,
                        features,
                        objective);
    }

    private static String document(List<Node> nodes) {
        var categories = new ArrayList<Integer>();
        var at = new ArrayList<Integer>();
        var segments = new ArrayList<Integer>();
        var sizes = new ArrayList<Integer>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).categories.length > 0) {
                at.add(i);
                segments.add(categories.size());
                sizes.add(nodes.get(i).categories.length);
                Arrays.stream(nodes.get(i).categories).forEach(categories::add);
            }
        }
        return """
                {"left_children":[%s],"right_children":[%s],"split_indices":[%s],"split_conditions":[%s],
                "default_left":[%s],"sum_hessian":[%s],"split_type":[%s],"categories":%s,"categories_nodes":%s,
                "categories_segments":%s,"categories_sizes":%s,"tree_param":{"size_leaf_vector":"1"}}""".formatted(
                        join(nodes, n -> n.left),
                        join(nodes, n -> n.right),
                        join(nodes, n -> n.feature),
                        join(nodes, n -> n.condition),
                        join(nodes, n -> n.nanLeft ? 1 : 0),
                        join(nodes, n -> n.cover),
                        join(nodes, n -> n.categories.length > 0 ? 1 : 0),
                        categories,
                        at,
                        segments,
                        sizes);
    }

    private static String join(List<Node> nodes, java.util.function.Function<Node, Object> part) {
        return nodes.stream().map(part).map(String::valueOf).collect(Collectors.joining(","));
    }

    /** A random tree of at most {@code depth}, with repeats, NaN both ways, categories on odd features, empty covers. */
    public static List<Node> randomTree(Random random, int features, int depth) {
        var nodes = new ArrayList<Node>();
        grow(random, features, depth, random.nextInt(1, 200), nodes);
        return nodes;
    }

    private static int grow(Random random, int features, int depth, int cover, List<Node> nodes) {
        int index = nodes.size();
        nodes.add(Node.leaf(Math.round(random.nextGaussian() * 64) / 32.0, cover));
        if (depth == 0 || random.nextInt(8) == 0) {
            return index;
        }
        int feature = random.nextInt(features);
        int share = cover == 0 ? 0 : random.nextInt(cover + 1);
        int left = grow(random, features, depth - 1, share, nodes);
        int right = grow(random, features, depth - 1, cover - share, nodes);
        nodes.set(index, split(random, left, right, feature, cover));
        return index;
    }

    private static Node split(Random random, int left, int right, int feature, int cover) {
        int[] listed = feature % 2 == 1 ? random.ints(3, 0, 6).distinct().toArray() : new int[0];
        return new Node(
                left, right, feature, Math.round(random.nextDouble() * 16) / 4.0, random.nextBoolean(), cover, listed);
    }

    /** A random tree with a path on which every feature stands, one of them twice. */
    public static List<Node> wideTree(Random random, int features) {
        var nodes = new ArrayList<Node>();
        widen(random, features, 0, random.nextInt(1, 200), nodes);
        return nodes;
    }

    private static int widen(Random random, int features, int level, int cover, List<Node> nodes) {
        if (level > features) {
            return grow(random, features, 1, cover, nodes);
        }
        int index = nodes.size();
        nodes.add(Node.leaf(0, cover));
        int feature = level == features ? random.nextInt(features) : level;
        int share = random.nextInt(cover + 1);
        boolean leftGoesOn = random.nextBoolean();
        int left =
                leftGoesOn ? widen(random, features, level + 1, share, nodes) : grow(random, features, 3, share, nodes);
        int right = leftGoesOn
                ? grow(random, features, 3, cover - share, nodes)
                : widen(random, features, level + 1, cover - share, nodes);
        nodes.set(index, split(random, left, right, feature, cover));
        return index;
    }

    /** A row that suits {@link #randomTree}: quarters and NaN, codes up to one never listed. */
    public static double[] randomRow(Random random, int features) {
        double[] row = new double[features];
        for (int j = 0; j < features; j++) {
            row[j] = random.nextInt(6) == 0
                    ? Double.NaN
                    : j % 2 == 1 ? random.nextInt(7) : Math.round(random.nextDouble() * 16) / 4.0;
        }
        return row;
    }
}

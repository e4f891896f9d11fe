package dev.clew.explain.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** What a CatBoost file says, and its symmetric trees expanded into the common form. */
final class CatboostTrees {
    private static final int MAX_TREE_DEPTH = 20;

    /** Every categorical feature is given the names of all, as the file does not say whose they are. */
    private static final long MAX_NAMED = 4_000_000;

    /** A feature as the file lists it: numbers and categories apart, each with its place in the row. */
    static final class Input {
        String name = "";
        int flat = -1;
        int index = -1;
        String treatment = "AsIs";
        int[] hashes = new int[0];
    }

    /** What a level asks: whether a category is this one, by its hash, or a number is above a border. */
    record Test(boolean equality, int index, double border) {}

    /** A symmetric tree: one test per level, values of leaves × outputs, weights of leaves or none. */
    @SuppressWarnings("ArrayRecordComponent")
    record Oblivious(List<Test> splits, double[] values, double[] weights) {}

    String version = "";
    String loss = "";
    double scale = 1;
    double[] bias = new double[0];
    final Map<Integer, String> names = new HashMap<>();
    final List<Input> numbers = new ArrayList<>();
    final List<Input> categories = new ArrayList<>();
    final List<Oblivious> trees = new ArrayList<>();

    /** The model, of a file with this digest and size. */
    Model model(String digest, long bytes) {
        FeatureSchema schema = schema();
        int outputs = outputs();
        var builder = new ForestBuilder(schema.size(), outputs);
        for (int t = 0; t < trees.size(); t++) {
            Oblivious tree = trees.get(t);
            int leaves = 1 << tree.splits.size();
            if (tree.values.length != (long) leaves * outputs) {
                throw ForestBuilder.malformed("tree %d has %d values for %d leaves of %d outputs"
                        .formatted(t, tree.values.length, leaves, outputs));
            }
            if (tree.weights.length > 0 && tree.weights.length != leaves) {
                throw ForestBuilder.malformed(
                        "tree %d has %d weights for %d leaves".formatted(t, tree.weights.length, leaves));
            }
            for (int o = 0; o < outputs; o++) {
                builder.add(expand(tree, o, outputs));
            }
        }
        double[] base = new double[outputs];
        for (int o = 0; o < Math.min(outputs, bias.length); o++) {
            base[o] = bias[o];
        }
        boolean[] required = new boolean[schema.size()];
        for (Input input : numbers) {
            required[input.flat] = input.treatment.equals("AsIs");
        }
        return new TreeEnsemble(
                        new ModelDescription("catboost-json", version, loss, digest, bytes),
                        schema,
                        link(),
                        builder.build(),
                        base,
                        TreeEnsemble.Aggregate.SUM,
                        TreeEnsemble.Precision.FLOAT32_INPUT)
                .requiring(required)
                .in(Rounds.each(trees.size() * outputs, outputs));
    }

    private int outputs() {
        if (trees.isEmpty()) {
            return Math.max(1, bias.length);
        }
        Oblivious first = trees.getFirst();
        if (first.splits.size() > MAX_TREE_DEPTH) {
            throw ForestBuilder.malformed("tree 0 is deeper than " + MAX_TREE_DEPTH);
        }
        int outputs = first.values.length >> first.splits.size();
        if (outputs < 1 || outputs > 10_000) {
            throw ForestBuilder.malformed("tree 0 has %d leaf values".formatted(first.values.length));
        }
        return outputs;
    }

    /** The names of all categories, once each and in order. */
    private List<String> everyName() {
        if ((long) categories.size() * names.size() > MAX_NAMED) {
            throw CatboostReader.unsupported("names %d categories for %d features, more than %d in all"
                    .formatted(names.size(), categories.size(), MAX_NAMED));
        }
        return names.values().stream().sorted().distinct().toList();
    }

    private FeatureSchema schema() {
        List<String> every = everyName();
        int count = numbers.size() + categories.size();
        var features = new Feature[count];
        for (Input input : numbers) {
            place(features, input, Feature.Type.NUMERIC, List.of());
        }
        for (Input input : categories) {
            // Categories that no split asks for are told apart from unknown ones, but from no other feature's: the file
            // does not say whose they are.
            var known = new ArrayList<String>();
            var own = new HashSet<String>();
            for (int hash : input.hashes) {
                String name = names.get(hash);
                if (name == null) {
                    throw CatboostReader.unsupported("knows its categories by hash only; save it with pool=");
                }
                known.add(name);
                own.add(name);
            }
            every.stream().filter(name -> !own.contains(name)).forEach(known::add);
            place(features, input, Feature.Type.CATEGORICAL, known);
        }
        return new FeatureSchema(Arrays.asList(features));
    }

    private static void place(Feature[] features, Input input, Feature.Type type, List<String> known) {
        if (input.flat < 0 || input.flat >= features.length || features[input.flat] != null) {
            throw ForestBuilder.malformed("the features' places in a row are no permutation");
        }
        String name = input.name.isEmpty() ? "f" + input.flat : input.name;
        features[input.flat] = new Feature(name, type, known);
    }

    /** The last split is the root's; bit i of a leaf's number is the outcome of split i, true goes right. */
    private ForestBuilder.Tree expand(Oblivious tree, int output, int outputs) {
        int depth = tree.splits.size();
        if (depth > MAX_TREE_DEPTH) {
            throw ForestBuilder.malformed("a tree is deeper than " + MAX_TREE_DEPTH);
        }
        int leaves = 1 << depth;
        int nodes = 2 * leaves - 1;
        int[] left = new int[nodes];
        int[] right = new int[nodes];
        int[] feature = new int[nodes];
        byte[] op = new byte[nodes];
        byte[] missing = new byte[nodes];
        double[] value = new double[nodes];
        double[] cover = new double[nodes];
        Arrays.fill(left, -1);
        Arrays.fill(right, -1);
        Arrays.fill(cover, Double.NaN);
        for (int leaf = 0; leaf < leaves; leaf++) {
            // Node numbers are those of a heap: going down, the outcomes are the bits from the last split to the first.
            int node = leaves - 1 + leaf;
            value[node] = tree.values[leaf * outputs + output];
            cover[node] = tree.weights.length == 0 ? Double.NaN : tree.weights[leaf];
        }
        for (int node = leaves - 2; node >= 0; node--) {
            int level = 31 - Integer.numberOfLeadingZeros(node + 1);
            Test test = tree.splits.get(depth - 1 - level);
            List<Input> inputs = test.equality ? categories : numbers;
            Input input = input(inputs, test.index);
            left[node] = 2 * node + 1;
            right[node] = 2 * node + 2;
            feature[node] = input.flat;
            op[node] = test.equality ? Split.NE : Split.LE;
            missing[node] = input.treatment.equals("AsTrue") ? 0 : Split.MISSING_LEFT;
            value[node] = test.equality ? code(input, (int) test.border) : test.border;
            cover[node] = cover[left[node]] + cover[right[node]];
        }
        return new ForestBuilder.Tree(output, scale, left, right, feature, value, op, missing, cover, new int[nodes][]);
    }

    private static Input input(List<Input> inputs, int index) {
        if (index >= 0 && index < inputs.size() && inputs.get(index).index == index) {
            return inputs.get(index);
        }
        return inputs.stream()
                .filter(input -> input.index == index)
                .findFirst()
                .orElseThrow(() -> ForestBuilder.malformed("a split asks for a feature that is not listed"));
    }

    private static int code(Input input, int hash) {
        for (int code = 0; code < input.hashes.length; code++) {
            if (input.hashes[code] == hash) {
                return code;
            }
        }
        throw ForestBuilder.malformed("a split asks for a category that is not listed");
    }

    private Link link() {
        return switch (loss) {
            case "Logloss", "CrossEntropy", "MultiClassOneVsAll", "MultiLogloss", "MultiCrossEntropy" -> Link.LOGISTIC;
            case "MultiClass" -> Link.SOFTMAX;
            case "Poisson", "Tweedie" -> Link.EXP;
            default -> Link.IDENTITY;
        };
    }
}

package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.DocumentReader.Token;
import dev.clew.explain.internal.JsonReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * CatBoost's JSON model ({@code save_model(format="json", pool=…)}): symmetric trees over numbers and one-hot categories.
 *
 * <p>A category is compared by equality and goes right where it is equal, unlike in shap's reader, which compares it as a
 * number. Statistics of categories (CTR) cannot be computed from a row, so models with them are refused, as are
 * non-symmetric trees, which CatBoost does not explain itself. The file knows categories by hash; it names them only if it
 * was saved with {@code pool}.
 */
final class CatboostReader {
    private static final int MAX_TREE_DEPTH = 20;
    private static final Pattern VERSION = Pattern.compile("(?:/v|release )(\\d{1,9}(?:\\.\\d{1,9}){1,3})");

    private final JsonReader in;
    private final byte[] bytes;

    private String version = "";
    private String loss = "";
    private double scale = 1;
    private double[] bias = new double[0];
    private final Map<Integer, String> names = new HashMap<>();
    private final List<Input> numbers = new ArrayList<>();
    private final List<Input> categories = new ArrayList<>();
    private final List<Oblivious> trees = new ArrayList<>();

    /** A feature as the file lists it: numbers and categories apart, each with its place in the row. */
    private static final class Input {
        private String name = "";
        private int flat = -1;
        private int index = -1;
        private String treatment = "AsIs";
        private int[] hashes = new int[0];
    }

    private record Test(boolean equality, int index, double border) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Oblivious(List<Test> splits, double[] values, double[] weights) {}

    CatboostReader(byte[] bytes) {
        this.bytes = bytes;
        this.in = new JsonReader(bytes);
    }

    Model read() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "features_info" -> features();
                case "model_info" -> info();
                case "oblivious_trees" -> each(() -> trees.add(tree()));
                case "scale_and_bias" -> scaleAndBias();
                case "trees" -> throw unsupported("has non-symmetric trees (grow_policy)");
                default -> in.skip();
            }
        }
        in.end();
        return assemble();
    }

    private static ExplainException unsupported(String what) {
        return new ExplainException(
                Code.UNSUPPORTED_MODEL,
                "The CatBoost model %s; only symmetric trees over numbers and one-hot categories are read."
                        .formatted(what));
    }

    private void features() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "float_features" -> inputs(numbers);
                case "categorical_features" -> inputs(categories);
                case "cat_features_hash" -> each(this::hash);
                case "text_features", "embedding_features" ->
                    each(() -> {
                        throw unsupported("has features of text or embeddings");
                    });
                default -> in.skip();
            }
        }
    }

    /** Members of an array; null is an empty one. */
    private void each(Runnable member) {
        if (in.peek() == Token.NULL) {
            in.nothing();
            return;
        }
        in.beginArray();
        while (in.hasNext()) {
            member.run();
        }
    }

    private void inputs(List<Input> into) {
        each(() -> {
            var input = new Input();
            in.beginObject();
            while (in.hasNext()) {
                switch (in.name()) {
                    case "feature_id", "feature_name" -> input.name = in.string();
                    case "flat_feature_index" -> input.flat = in.integer(0, 1_000_000);
                    case "feature_index" -> input.index = in.integer(0, 1_000_000);
                    case "nan_value_treatment" -> input.treatment = in.string();
                    case "values" -> input.hashes = in.integers();
                    default -> in.skip();
                }
            }
            into.add(input);
        });
    }

    private void hash() {
        int hash = 0;
        String value = "";
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "hash" -> hash = (int) in.integer();
                case "value" -> value = in.string();
                default -> in.skip();
            }
        }
        names.put(hash, value);
    }

    private void info() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "catboost_version_info" -> version = version(in.string());
                case "params" -> parameters();
                default -> in.skip();
            }
        }
    }

    /** Of several lines about the build: {@code Branch: tags/v1.2.10}, {@code Summary: CatBoost release 1.2.10}. */
    private static String version(String build) {
        var said = VERSION.matcher(build);
        return said.find() ? said.group(1) : "";
    }

    private void parameters() {
        if (in.peek() != Token.OBJECT) {
            in.skip();
            return;
        }
        in.beginObject();
        while (in.hasNext()) {
            if (in.name().equals("loss_function") && in.peek() == Token.OBJECT) {
                in.beginObject();
                while (in.hasNext()) {
                    if (in.name().equals("type")) {
                        loss = in.string();
                    } else {
                        in.skip();
                    }
                }
            } else {
                in.skip();
            }
        }
    }

    private Oblivious tree() {
        List<Test> splits = new ArrayList<>();
        double[] values = new double[0];
        double[] weights = new double[0];
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "splits" -> each(() -> splits.add(split()));
                case "leaf_values" -> values = in.numbers();
                case "leaf_weights" -> weights = in.numbers();
                default -> in.skip();
            }
        }
        return new Oblivious(splits, values, weights);
    }

    private Test split() {
        String type = "FloatFeature";
        int index = -1;
        double border = Double.NaN;
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "split_type" -> type = in.string();
                case "float_feature_index", "cat_feature_index" -> index = in.integer(0, 1_000_000);
                case "border", "value" -> border = in.number();
                default -> in.skip();
            }
        }
        return switch (type) {
            case "FloatFeature" -> new Test(false, index, (float) border);
            case "OneHotFeature" -> new Test(true, index, border);
            default -> throw unsupported("splits on " + (type.length() > 30 ? "an unknown kind of feature" : type));
        };
    }

    private void scaleAndBias() {
        in.beginArray();
        if (in.hasNext()) {
            scale = in.number();
        }
        if (in.hasNext()) {
            bias = in.peek() == Token.ARRAY ? in.numbers() : new double[] {in.number()};
        }
        while (in.hasNext()) {
            in.skip();
        }
    }

    private Model assemble() {
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
                        new ModelDescription("catboost-json", version, loss, Models.sha256(bytes), bytes.length),
                        schema,
                        link(),
                        builder.build(),
                        base,
                        TreeEnsemble.Aggregate.SUM,
                        TreeEnsemble.Precision.FLOAT32_INPUT)
                .requiring(required);
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

    private FeatureSchema schema() {
        int count = numbers.size() + categories.size();
        var features = new Feature[count];
        for (Input input : numbers) {
            place(features, input, Feature.Type.NUMERIC, List.of());
        }
        for (Input input : categories) {
            // Categories that no split asks for are told apart from unknown ones, but from no other feature's: the file
            // does not say whose they are.
            var known = new ArrayList<String>();
            for (int hash : input.hashes) {
                String name = names.get(hash);
                if (name == null) {
                    throw unsupported("knows its categories by hash only; save it with pool=");
                }
                known.add(name);
            }
            names.values().stream()
                    .sorted()
                    .filter(name -> !known.contains(name))
                    .forEach(known::add);
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

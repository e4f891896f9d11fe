package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.DocumentReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * XGBoost's own model file, JSON or UBJSON, of XGBoost 1.6 to 3.x: gbtree, dart and gblinear.
 *
 * <p>Decision rules: a number goes left if {@code x < t} in float; NaN goes to the default child; a category listed at
 * the node goes right, any other left. From 3.1 on the file also names the categories. The per-tree arrays are read by
 * {@link XgboostTree}.
 */
final class XgboostReader {
    private final DocumentReader in;
    private final String format;
    private final byte[] bytes;

    private String version = "";
    private String objective = "";
    private String baseScore = "0.5";
    private int classes;
    private int targets = 1;
    private int featureCount;
    private int claimedTrees = -1;
    private int parallel = 1;
    private int[] roundStarts = new int[0];
    private long best;
    private List<String> names = List.of();
    private List<String> types = List.of();
    private List<List<String>> categories = List.of();
    private int[] treeInfo = new int[0];
    private double[] dropWeights = new double[0];
    private double @Nullable [] linearWeights;
    private final List<XgboostTree> trees = new ArrayList<>();

    XgboostReader(DocumentReader in, String format, byte[] bytes) {
        this.in = in;
        this.format = format;
        this.bytes = bytes;
    }

    Model read() {
        boolean learner = false;
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "version" -> version = version(in.integers());
                case "learner" -> {
                    learner();
                    learner = true;
                }
                default -> in.skip();
            }
        }
        in.end();
        if (!learner) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL, "The file is a JSON document without \"learner\": not an XGBoost model.");
        }
        return assemble();
    }

    private static String version(int[] parts) {
        return String.join(".", Arrays.stream(parts).mapToObj(String::valueOf).toList());
    }

    private void learner() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "learner_model_param" -> parameters();
                case "objective" -> objective = nameOf();
                case "feature_names" -> names = in.strings();
                case "feature_types" -> types = in.strings();
                case "gradient_booster" -> booster();
                case "attributes" -> attributes();
                default -> in.skip();
            }
        }
    }

    private void attributes() {
        in.beginObject();
        while (in.hasNext()) {
            if (in.name().equals("best_iteration")) {
                // Anybody may write attributes; one that is no round says nothing.
                String text = in.string();
                best = text.matches("\\d{1,9}") ? Long.parseLong(text) + 1 : 0;
            } else {
                in.skip();
            }
        }
    }

    private void parameters() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "base_score" -> baseScore = in.string();
                case "num_class" -> classes = count(in.string());
                case "num_target" -> targets = count(in.string());
                case "num_feature" -> featureCount = count(in.string());
                default -> in.skip();
            }
        }
    }

    private String nameOf() {
        String name = "";
        in.beginObject();
        while (in.hasNext()) {
            if (in.name().equals("name")) {
                name = in.string();
            } else {
                in.skip();
            }
        }
        return name;
    }

    /** In older dart files the gbtree sits inside, beside weight_drop; since 3.3 weight_drop is part of the model. */
    private void booster() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "model" -> model();
                case "gbtree" -> booster();
                case "weight_drop" -> dropWeights = in.numbers();
                default -> in.skip();
            }
        }
    }

    private void model() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "gbtree_model_param" -> treeCount();
                case "tree_info" -> treeInfo = in.integers();
                case "iteration_indptr" -> roundStarts = in.integers();
                case "trees" -> {
                    in.beginArray();
                    while (in.hasNext()) {
                        trees.add(XgboostTree.read(in, trees.size()));
                    }
                }
                case "cats" -> categories();
                case "weight_drop" -> dropWeights = in.numbers();
                case "weights" -> linearWeights = in.numbers();
                default -> in.skip();
            }
        }
    }

    private void treeCount() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "num_trees" -> claimedTrees = count(in.string());
                case "num_parallel_tree" -> parallel = Math.max(1, count(in.string()));
                default -> in.skip();
            }
        }
    }

    private void categories() {
        in.beginObject();
        while (in.hasNext()) {
            if (!in.name().equals("enc")) {
                in.skip();
                continue;
            }
            categories = new ArrayList<>();
            in.beginArray();
            while (in.hasNext()) {
                categories.add(XgboostTree.categoryNames(in));
            }
        }
    }

    /** Minor versions to come are read; what a major one changes nobody knows. Files of one's own making may have no version. */
    private void requireKnownVersion() {
        if (!version.isEmpty() && !version.matches("[1-3]\\..*")) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "The file was written by XGBoost %s; files of versions 1.6 to 3.5 are read. Load it with the XGBoost that wrote"
                                    .formatted(version)
                            + " it, and save it with one of these.");
        }
    }

    private Model assemble() {
        requireKnownVersion();
        if (claimedTrees >= 0 && claimedTrees != trees.size()) {
            throw ForestBuilder.malformed(
                    "%d trees are claimed, and there are %d".formatted(claimedTrees, trees.size()));
        }
        int outputs = Math.max(1, Math.max(classes, targets));
        if (outputs > 10_000 || featureCount > 1_000_000) {
            throw ForestBuilder.malformed("%d outputs or %d features are claimed".formatted(outputs, featureCount));
        }
        if (objective.equals("reg:expectileerror")) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "The objective reg:expectileerror couples its outputs; such models are not read.");
        }
        var description = new ModelDescription(format, version, objective, Models.sha256(bytes), bytes.length);
        double[] base = base(outputs);
        if (linearWeights != null) {
            return linear(description, outputs, base, linearWeights);
        }
        var builder = new ForestBuilder(schema().size(), outputs);
        if (treeInfo.length != trees.size()) {
            throw ForestBuilder.malformed(
                    "tree_info speaks of %d trees; there are %d".formatted(treeInfo.length, trees.size()));
        }
        boolean weighted = dropWeights.length > 0;
        if (weighted && dropWeights.length != trees.size()) {
            throw ForestBuilder.malformed(
                    "weight_drop speaks of %d trees; there are %d".formatted(dropWeights.length, trees.size()));
        }
        int[] ends = new int[trees.size()];
        for (int i = 0; i < ends.length; i++) {
            int added = trees.get(i).addTo(builder, treeInfo[i], weighted ? (float) dropWeights[i] : 1, outputs);
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + added;
        }
        return new TreeEnsemble(
                        description,
                        schema(),
                        link(),
                        builder.build(),
                        base,
                        TreeEnsemble.Aggregate.SUM,
                        TreeEnsemble.Precision.FLOAT32)
                .in(rounds(outputs, ends));
    }

    /**
     * Trees after each round. Files since 2.0 say where rounds begin; before, every round has as many trees.
     *
     * @param ends number of trees in the common form after each tree of the file
     */
    private Rounds rounds(int outputs, int[] ends) {
        int[] starts = roundStarts;
        if (starts.length == 0) {
            long perRound = (long) parallel * outputs;
            starts = IntStream.rangeClosed(0, (int) (trees.size() / perRound))
                    .map(round -> (int) (round * perRound))
                    .toArray();
        }
        int last = 0;
        for (int start : starts) {
            if (start < last || start > trees.size()) {
                throw ForestBuilder.malformed("iteration_indptr does not ascend to the number of trees");
            }
            last = start;
        }
        int[] found = new int[Math.max(0, starts.length - 1)];
        for (int round = 0; round < found.length; round++) {
            found[round] = starts[round + 1] == 0 ? 0 : ends[starts[round + 1] - 1];
        }
        return Rounds.of(found, best > found.length ? 0 : (int) best);
    }

    private Model linear(ModelDescription description, int outputs, double[] base, double[] weights) {
        FeatureSchema schema = schema();
        if (weights.length != (schema.size() + 1L) * outputs) {
            throw ForestBuilder.malformed(
                    "%d weights for %d features and %d outputs".formatted(weights.length, schema.size(), outputs));
        }
        double[][] coefficients = new double[outputs][schema.size()];
        double[] intercepts = new double[outputs];
        for (int o = 0; o < outputs; o++) {
            for (int j = 0; j < schema.size(); j++) {
                coefficients[o][j] = (float) weights[j * outputs + o];
            }
            intercepts[o] = (float) weights[schema.size() * outputs + o] + base[o];
        }
        return new LinearModel(description, schema, link(), coefficients, intercepts, LinearModel.Missing.ZERO);
    }

    private FeatureSchema schema() {
        int count = Math.max(featureCount, names.size());
        if (!names.isEmpty() && names.size() != featureCount) {
            throw ForestBuilder.malformed("%d feature names for %d features".formatted(names.size(), featureCount));
        }
        var features = new ArrayList<Feature>(count);
        for (int i = 0; i < count; i++) {
            List<String> known = i < categories.size() ? categories.get(i) : List.of();
            String type = i < types.size() ? types.get(i) : "float";
            features.add(new Feature(
                    names.isEmpty() ? "f" + i : names.get(i),
                    switch (type) {
                        case "c" -> Feature.Type.CATEGORICAL;
                        case "i" -> Feature.Type.BOOLEAN;
                        case "int" -> Feature.Type.INTEGER;
                        default -> Feature.Type.NUMERIC;
                    },
                    known));
        }
        return new FeatureSchema(features);
    }

    /** The file holds the base score in the objective's space; it is needed in margin space, in float as XGBoost has it. */
    private double[] base(int outputs) {
        String text = baseScore.strip();
        String[] parts = (text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text)
                .split(",", -1);
        double[] base = new double[outputs];
        for (int o = 0; o < outputs; o++) {
            if (parts.length != 1 && parts.length != outputs) {
                throw ForestBuilder.malformed(
                        "base_score has %d values for %d outputs".formatted(parts.length, outputs));
            }
            base[o] = margin(number(parts[parts.length == 1 ? 0 : o].strip()));
        }
        return base;
    }

    private float margin(double score) {
        float value = (float) score;
        double margin = switch (objective) {
            case "binary:logistic", "reg:logistic" -> -(float) StrictMath.log(1f / value - 1f);
            case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" -> StrictMath.log(value);
            default -> value;
        };
        if (!Double.isFinite(margin)) {
            throw ForestBuilder.malformed("base_score is outside the range of the objective " + objective);
        }
        return (float) margin;
    }

    private Link link() {
        return switch (objective) {
            case "binary:logistic", "reg:logistic" -> Link.LOGISTIC;
            case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" -> Link.EXP;
            case "multi:softprob", "multi:softmax" -> Link.SOFTMAX;
            case "binary:hinge" -> new Link(Link.Kind.HINGE, 1);
            default -> Link.IDENTITY;
        };
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw ForestBuilder.malformed("base_score is not a number");
        }
    }

    private static int count(String text) {
        try {
            int value = Integer.parseInt(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, together with negative counts.
        }
        throw ForestBuilder.malformed("a count among the learner's parameters is not a whole number");
    }
}

package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.OnnxGraph.Node;
import dev.clew.explain.model.OnnxGraph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ONNX files whose data path is inputs → columns put together, shifted, scaled or imputed → one tree or linear operator →
 * a link: what scikit-learn, XGBoost and LightGBM become through skl2onnx and onnxmltools. Anything else is refused by the
 * operator's name.
 *
 * <p>ONNX holds no training weights unless {@code nodes_hitrates} differ from each other; path-dependent attributions then
 * need a background.
 */
final class OnnxReader {
    private static final Set<String> TREES = Set.of("TreeEnsembleRegressor", "TreeEnsembleClassifier", "TreeEnsemble");
    private static final Set<String> LINEAR = Set.of("LinearRegressor", "LinearClassifier", "Gemm", "MatMul");
    private static final Set<String> HARMLESS = Set.of("Identity", "Cast", "ZipMap", "ArgMax", "Reshape", "Flatten");

    private static final int MAX_COLUMNS = 1_000_000;

    /** Types of numbers in a tensor, as {@code Cast} names them. */
    private static final int FLOAT = 1;

    private static final int DOUBLE = 11;

    private final byte[] bytes;
    private final OnnxGraph graph;

    /** Whether something before the model makes floats of the inputs. */
    private boolean narrowed;

    private final Map<String, Columns> values = new HashMap<>();

    /** What a value of the graph is in terms of the row: each column a feature, maybe imputed, shifted and scaled. */
    record Columns(int[] feature, double[] offset, double[] scale, double[] imputed) {
        static Columns of(int from, int count) {
            int[] feature = new int[count];
            Arrays.setAll(feature, i -> from + i);
            double[] scale = new double[count];
            double[] imputed = new double[count];
            Arrays.fill(scale, 1);
            Arrays.fill(imputed, Double.NaN);
            return new Columns(feature, new double[count], scale, imputed);
        }

        boolean isPlain(int column) {
            return offset[column] == 0 && scale[column] == 1;
        }
    }

    OnnxReader(byte[] bytes) {
        this.bytes = bytes;
        this.graph = OnnxGraph.read(bytes);
    }

    Model read() {
        var features = new ArrayList<Feature>();
        boolean doubles = false;
        for (OnnxGraph.Input input : graph.inputs()) {
            values.put(input.name(), Columns.of(features.size(), input.columns()));
            for (int i = 0; i < input.columns(); i++) {
                features.add(Feature.numeric(
                        input.columns() == 1 && graph.inputs().size() > 1
                                ? input.name()
                                : graph.inputs().size() == 1 ? "f" + i : input.name() + "." + i));
            }
            doubles |= input.isDouble();
            if (features.size() > MAX_COLUMNS) {
                throw ForestBuilder.malformed("it has more than a million inputs");
            }
        }
        var schema = new FeatureSchema(features);
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            if (TREES.contains(node.type()) || LINEAR.contains(node.type())) {
                return model(node, schema, doubles && !narrowed, i);
            }
            if (!node.type().equals("Constant")) {
                pre(node);
            }
        }
        throw unsupported("has no tree or linear operator");
    }

    private static ExplainException unsupported(String what) {
        return new ExplainException(
                Code.UNSUPPORTED_MODEL,
                "The ONNX graph %s; trees and linear models behind scaling and imputing are read. Explain it as a black box."
                        .formatted(what));
    }

    private static String shown(String operator) {
        return operator.matches("\\w{1,60}") ? operator : "with an odd name";
    }

    private Columns columns(String name) {
        Columns columns = values.get(name);
        if (columns == null) {
            throw unsupported("computes a value that is not read from the inputs");
        }
        return columns;
    }

    private void pre(Node node) {
        if (node.inputs().isEmpty() || node.outputs().isEmpty()) {
            throw ForestBuilder.malformed("an operator has no inputs or no outputs");
        }
        String in = node.inputs().getFirst();
        Columns result = switch (node.type()) {
            case "Identity" -> columns(in);
            case "Cast" -> cast(columns(in), node.integer("to", 0));
            case "Concat", "FeatureVectorizer" ->
                concat(node.inputs().stream().map(this::columns).toList());
            case "Scaler" -> scaled(columns(in), node.numbers("offset"), node.numbers("scale"));
            case "Sub" -> scaled(columns(in), constant(node, 1), new double[0]);
            case "Div" -> scaled(columns(in), new double[0], inverse(constant(node, 1)));
            case "Imputer" -> imputed(columns(in), node);
            default -> throw unsupported("has the operator " + shown(node.type()) + " before its model");
        };
        values.put(node.outputs().getFirst(), result);
    }

    /** To other numbers than floats and doubles it would round them. */
    private Columns cast(Columns columns, long to) {
        if (to != FLOAT && to != DOUBLE) {
            throw unsupported("makes whole numbers or texts of a column before its model");
        }
        narrowed |= to == FLOAT;
        return columns;
    }

    private double[] constant(Node node, int index) {
        Tensor tensor = index < node.inputs().size()
                ? graph.constants().get(node.inputs().get(index))
                : null;
        if (tensor == null || tensor.values().length == 0) {
            throw unsupported("has an operator " + shown(node.type()) + " of two computed values");
        }
        return tensor.values();
    }

    private static double[] inverse(double[] values) {
        return Arrays.stream(values).map(v -> 1 / v).toArray();
    }

    private static Columns concat(List<Columns> parts) {
        // A chain of these, each of the one before and itself, doubles what a file of a few bytes means.
        if (parts.stream().mapToLong(part -> part.feature.length).sum() > MAX_COLUMNS) {
            throw ForestBuilder.malformed("it puts more than a million columns together");
        }
        return new Columns(
                parts.stream().flatMapToInt(p -> Arrays.stream(p.feature)).toArray(),
                parts.stream().flatMapToDouble(p -> Arrays.stream(p.offset)).toArray(),
                parts.stream().flatMapToDouble(p -> Arrays.stream(p.scale)).toArray(),
                parts.stream().flatMapToDouble(p -> Arrays.stream(p.imputed)).toArray());
    }

    /** (x − o)·s after (x − o')·s' is (x − (o' + o/s'))·(s'·s). */
    private static Columns scaled(Columns columns, double[] offset, double[] scale) {
        double[] o = columns.offset.clone();
        double[] s = columns.scale.clone();
        for (int i = 0; i < o.length; i++) {
            o[i] += at(offset, i, o.length, 0) / s[i];
            s[i] *= at(scale, i, o.length, 1);
            if (!Double.isFinite(o[i]) || !Double.isFinite(s[i]) || s[i] == 0) {
                throw unsupported("scales a column by zero or infinity");
            }
        }
        return new Columns(columns.feature, o, s, columns.imputed);
    }

    private static double at(double[] values, int i, int count, double otherwise) {
        if (values.length == 0) {
            return otherwise;
        }
        if (values.length != 1 && values.length != count) {
            throw ForestBuilder.malformed("a scaler has %d values for %d columns".formatted(values.length, count));
        }
        return values[values.length == 1 ? 0 : i];
    }

    private static Columns imputed(Columns columns, Node node) {
        double[] imputed = columns.imputed.clone();
        double[] with = node.numbers("imputed_value_floats");
        // A node that does not say which value it replaces replaces 0.
        if (!Double.isNaN(node.number("replaced_value_float", 0)) || with.length == 0) {
            throw unsupported("imputes other values than NaN");
        }
        for (int i = 0; i < imputed.length; i++) {
            if (!columns.isPlain(i)) {
                throw unsupported("imputes after scaling");
            }
            imputed[i] = at(with, i, imputed.length, 0);
        }
        return new Columns(columns.feature, columns.offset, columns.scale, imputed);
    }

    private Model model(Node node, FeatureSchema schema, boolean doubles, int position) {
        if (node.inputs().isEmpty() || node.outputs().isEmpty()) {
            throw ForestBuilder.malformed("an operator has no inputs or no outputs");
        }
        Columns columns = columns(node.inputs().getFirst());
        var description =
                new ModelDescription("onnx", graph.producer(), node.type(), Models.sha256(bytes), bytes.length);
        boolean classifier = node.type().endsWith("Classifier");
        String scores = node.outputs().get(classifier && node.outputs().size() > 1 ? 1 : 0);
        var after = new After(position + 1, scores);
        if (TREES.contains(node.type())) {
            OnnxTrees trees = node.type().equals("TreeEnsemble")
                    ? OnnxTreesVersion5.read(node, columns)
                    : OnnxTreesVersion3.read(node, columns);
            return trees.model(description, schema, doubles, after.shift, after.link(trees.link()));
        }
        OnnxLinear linear = OnnxLinear.of(node, columns, graph, schema.size());
        return linear.model(description, schema, after.shift, after.link(linear.link()));
    }

    /** What follows the model: constants added, a link, and things that do not change the scores. */
    private final class After {
        private double[] shift = new double[0];
        private @Nullable Link link;
        private boolean normalized;

        After(int position, String scores) {
            Set<String> followed = new HashSet<>(Set.of(scores));
            for (Node node : graph.nodes().subList(position, graph.nodes().size())) {
                if (node.inputs().stream().noneMatch(followed::contains)) {
                    continue;
                }
                follow(node);
                if (!node.type().equals("ArgMax")) {
                    followed.addAll(node.outputs());
                }
            }
        }

        private void follow(Node node) {
            switch (node.type()) {
                case "Add" -> {
                    if (link != null) {
                        throw unsupported("adds to probabilities");
                    }
                    shift = plus(shift, constantBeside(node));
                }
                case "Mul" -> {
                    if (!Arrays.stream(constantBeside(node)).allMatch(v -> v == 1)) {
                        throw unsupported("multiplies what the model answers");
                    }
                }
                case "Sigmoid" -> then(Link.LOGISTIC);
                case "Softmax" -> then(Link.SOFTMAX);
                case "Exp" -> then(Link.EXP);
                case "Normalizer" -> normalized = true;
                default -> {
                    if (!HARMLESS.contains(node.type())) {
                        throw unsupported("has the operator " + shown(node.type()) + " behind its model");
                    }
                }
            }
        }

        private void then(Link next) {
            if (link != null) {
                throw unsupported("has two links behind its model");
            }
            link = next;
        }

        /** The one constant that a node of two inputs has beside what the model answers. */
        private double[] constantBeside(Node node) {
            List<Tensor> constants = node.inputs().stream()
                    .map(graph.constants()::get)
                    .filter(Objects::nonNull)
                    .toList();
            if (node.inputs().size() != 2
                    || constants.size() != 1
                    || constants.getFirst().values().length == 0) {
                throw unsupported("puts what the model answers together with another computed value");
            }
            return constants.getFirst().values();
        }

        private double[] plus(double[] a, double[] b) {
            if (a.length == 0) {
                return b;
            }
            double[] sum = a.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += b[b.length == 1 ? 0 : Math.min(i, b.length - 1)];
            }
            return sum;
        }

        /** The node's own link, or the following operator's. Normalizing changes only independent probabilities. */
        Link link(OnnxLink own) {
            if (link != null && own.link().kind() != Link.Kind.IDENTITY) {
                throw unsupported("has a link behind a model with a link of its own");
            }
            Link result = link != null ? link : own.link();
            if (normalized && result.kind() == Link.Kind.LOGISTIC && own.outputs() > 1) {
                throw unsupported("divides one-against-all probabilities by their sum");
            }
            return result;
        }
    }

    /** @param outputs number of explained outputs */
    record OnnxLink(Link link, int outputs) {
        static Link of(String transform) {
            return switch (transform) {
                case "NONE" -> Link.IDENTITY;
                case "LOGISTIC" -> Link.LOGISTIC;
                case "SOFTMAX" -> Link.SOFTMAX;
                case "PROBIT" -> new Link(Link.Kind.PROBIT, 1);
                default -> throw unsupported("has the transform " + shown(transform));
            };
        }
    }

    /** The shift of an output: nothing, one for all, or one each. */
    static double shift(double[] shift, int output) {
        return shift.length == 0 ? 0 : shift[shift.length == 1 ? 0 : Math.min(output, shift.length - 1)];
    }
}

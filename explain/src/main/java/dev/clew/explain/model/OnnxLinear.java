package dev.clew.explain.model;

import dev.clew.explain.model.OnnxGraph.Node;
import dev.clew.explain.model.OnnxGraph.Tensor;
import dev.clew.explain.model.OnnxReader.Columns;
import dev.clew.explain.model.OnnxReader.OnnxLink;
import java.util.Arrays;

/**
 * The linear operators, with scaling folded into coefficients and intercepts. Of two classes with opposite scores one
 * output remains, the second class.
 */
@SuppressWarnings("ArrayRecordComponent")
record OnnxLinear(double[][] coefficients, double[] intercepts, Link own) {
    private static final long MAX_COEFFICIENTS = 1 << 25;

    OnnxLink link() {
        return new OnnxLink(own, intercepts.length);
    }

    static OnnxLinear of(Node node, Columns columns, OnnxGraph graph, int features) {
        double[][] weights = node.type().equals("Gemm") || node.type().equals("MatMul")
                ? matrix(node, graph, columns.feature().length)
                : rows(node.numbers("coefficients"), columns.feature().length);
        double[] constants = node.type().equals("Gemm") && node.inputs().size() > 2
                ? scaled(constant(graph, node.inputs().get(2)).values(), node.number("beta", 1))
                : node.numbers("intercepts");
        if (constants.length != 0 && constants.length != 1 && constants.length != weights.length) {
            throw ForestBuilder.malformed("%d intercepts for %d outputs".formatted(constants.length, weights.length));
        }
        // The columns of the operator may be few of many inputs.
        if ((long) weights.length * features > MAX_COEFFICIENTS) {
            throw ForestBuilder.malformed("%d outputs of %d inputs are claimed".formatted(weights.length, features));
        }
        double[][] coefficients = new double[weights.length][features];
        double[] intercepts = new double[weights.length];
        for (int o = 0; o < weights.length; o++) {
            intercepts[o] = OnnxReader.shift(constants, o);
            for (int c = 0; c < columns.feature().length; c++) {
                if (!Double.isNaN(columns.imputed()[c])) {
                    throw new dev.clew.explain.ExplainException(
                            dev.clew.explain.ExplainException.Code.UNSUPPORTED_MODEL,
                            "The ONNX graph imputes before a linear model; impute before the model instead.");
                }
                double slope = weights[o][c] * columns.scale()[c];
                coefficients[o][columns.feature()[c]] += slope;
                intercepts[o] -= slope * columns.offset()[c];
            }
        }
        Link link = OnnxLink.of(node.text("post_transform", "NONE"));
        if (node.type().equals("LinearClassifier") && weights.length == 2 && opposite(weights, constants)) {
            return new OnnxLinear(new double[][] {coefficients[1]}, new double[] {intercepts[1]}, link);
        }
        return new OnnxLinear(coefficients, intercepts, link);
    }

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(value -> value * factor).toArray();
    }

    private static boolean opposite(double[][] weights, double[] constants) {
        for (int c = 0; c < weights[0].length; c++) {
            if (weights[0][c] != -weights[1][c]) {
                return false;
            }
        }
        return constants.length == 0 || constants[0] == -constants[constants.length - 1];
    }

    private static double[][] rows(double[] values, int width) {
        if (width == 0 || values.length == 0 || values.length % width != 0) {
            throw ForestBuilder.malformed("%d coefficients for %d columns".formatted(values.length, width));
        }
        double[][] rows = new double[values.length / width][];
        Arrays.setAll(rows, o -> Arrays.copyOfRange(values, o * width, (o + 1) * width));
        return rows;
    }

    private static double[][] matrix(Node node, OnnxGraph graph, int width) {
        if (node.inputs().size() < 2 || node.integer("transA", 0) != 0) {
            throw ForestBuilder.malformed("a matrix product has no matrix");
        }
        Tensor tensor = constant(graph, node.inputs().get(1));
        double[] values = tensor.values();
        if (width == 0 || values.length % width != 0 || values.length == 0) {
            throw ForestBuilder.malformed("a matrix of %d values for %d columns".formatted(values.length, width));
        }
        int outputs = values.length / width;
        boolean transposed = node.integer("transB", 0) != 0;
        double[][] rows = new double[outputs][width];
        for (int o = 0; o < outputs; o++) {
            for (int c = 0; c < width; c++) {
                rows[o][c] = node.number("alpha", 1) * values[transposed ? o * width + c : c * outputs + o];
            }
        }
        return rows;
    }

    private static Tensor constant(OnnxGraph graph, String name) {
        Tensor tensor = graph.constants().get(name);
        if (tensor == null) {
            throw ForestBuilder.malformed("a matrix product of two computed values");
        }
        return tensor;
    }

    Model model(ModelDescription description, FeatureSchema schema, double[] shift, Link link) {
        double[] shifted = intercepts.clone();
        for (int o = 0; o < shifted.length; o++) {
            shifted[o] += OnnxReader.shift(shift, o);
        }
        return new LinearModel(description, schema, link, coefficients, shifted, LinearModel.Missing.REFUSED);
    }
}

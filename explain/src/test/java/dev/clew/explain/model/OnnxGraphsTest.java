package dev.clew.explain.model;

import static dev.clew.explain.model.OnnxFile.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs that a converter would write in another way: read as the operators are defined, or refused; never read as something else. */
class OnnxGraphsTest {
    private static final List<String> X = List.of("x");

    /** One split at 0.1f: −1 to the left, 1 to the right. */
    private static OnnxFile stump(OnnxFile file, String from) {
        return file.node(
                "TreeEnsembleRegressor",
                List.of(from),
                List.of("y"),
                attribute("nodes_treeids", 0L, 0L, 0L),
                attribute("nodes_nodeids", 0L, 1L, 2L),
                attribute("nodes_featureids", 0L, 0L, 0L),
                attribute("nodes_truenodeids", 1L, 0L, 0L),
                attribute("nodes_falsenodeids", 2L, 0L, 0L),
                attribute("nodes_values", 0.1f, 0, 0),
                attribute("nodes_modes", List.of("BRANCH_LEQ", "LEAF", "LEAF")),
                attribute("target_treeids", 0L, 0L),
                attribute("target_nodeids", 1L, 2L),
                attribute("target_ids", 0L, 0L),
                attribute("target_weights", -1, 1f),
                attribute("n_targets", 1L));
    }

    private static double answer(OnnxFile file, double... row) {
        return file.read().predict(row).value();
    }

    private static void refused(OnnxFile file, Code code, String says) {
        assertThatThrownBy(file::read)
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(says);
    }

    @Test
    void comparesFloatsWhereTheGraphMakesFloatsOfItsInputs() {
        double above = 0.1000000015; // More than 0.1f, and 0.1f as a float.
        assertThat((float) above).isEqualTo(0.1f);
        assertThat(above).isGreaterThan(0.1f);
        var narrowed = new OnnxFile()
                .input("x", OnnxFile.DOUBLE, 1)
                .node("Cast", X, List.of("f"), attribute("to", (long) OnnxFile.FLOAT));
        assertThat(answer(stump(narrowed, "f"), above)).isEqualTo(-1);
        assertThat(answer(stump(new OnnxFile().input("x", OnnxFile.DOUBLE, 1), "x"), above))
                .isEqualTo(1);
    }

    @Test
    void refusesToRoundInputsToWholeNumbers() {
        var file = new OnnxFile()
                .input("x", OnnxFile.FLOAT, 1)
                .node("Cast", X, List.of("w"), attribute("to", (long) OnnxFile.INT64))
                .node("Cast", List.of("w"), List.of("f"), attribute("to", (long) OnnxFile.FLOAT));
        refused(stump(file, "f"), Code.UNSUPPORTED_MODEL, "whole numbers");
    }

    /** The operator replaces 0 unless it says otherwise. */
    @Test
    void refusesToImputeZeros() {
        var file = new OnnxFile()
                .input("x", OnnxFile.FLOAT, 1)
                .node("Imputer", X, List.of("f"), attribute("imputed_value_floats", new float[] {7}));
        refused(stump(file, "f"), Code.UNSUPPORTED_MODEL, "imputes other values");
        var nan = new OnnxFile()
                .input("x", OnnxFile.FLOAT, 1)
                .node(
                        "Imputer",
                        X,
                        List.of("f"),
                        attribute("imputed_value_floats", new float[] {7}),
                        attribute("replaced_value_float", Float.NaN));
        assertThat(answer(stump(nan, "f"), Double.NaN)).isEqualTo(1);
        assertThat(answer(stump(nan, "f"), 0)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Add", "Mul"})
    void refusesTwoComputedValuesBehindTheModel(String operator) {
        var file = stump(new OnnxFile().input("x", OnnxFile.FLOAT, 1), "x")
                .node(operator, List.of("y", "y"), List.of("z"));
        refused(file, Code.UNSUPPORTED_MODEL, "another computed value");
    }

    @Test
    void addsAConstantOnEitherSide() {
        for (List<String> order : List.of(List.of("y", "c"), List.of("c", "y"))) {
            var file = stump(new OnnxFile().input("x", OnnxFile.FLOAT, 1).constant("c", 5), "x")
                    .node("Add", order, List.of("z"));
            assertThat(answer(file, 0)).isEqualTo(4);
        }
    }

    @Test
    void refusesTwoLinks() {
        var file = stump(new OnnxFile().input("x", OnnxFile.FLOAT, 1), "x")
                .node("Exp", List.of("y"), List.of("z"))
                .node("Sigmoid", List.of("z"), List.of("p"));
        refused(file, Code.UNSUPPORTED_MODEL, "two links");
        var own = new OnnxFile()
                .input("x", OnnxFile.FLOAT, 1)
                .node(
                        "LinearRegressor",
                        X,
                        List.of("y"),
                        attribute("coefficients", new float[] {2}),
                        attribute("post_transform", "LOGISTIC"))
                .node("Sigmoid", List.of("y"), List.of("p"));
        refused(own, Code.UNSUPPORTED_MODEL, "link of its own");
    }

    @Test
    void weighsTheConstantOfAProductAsItSays() {
        var file = new OnnxFile()
                .input("x", OnnxFile.FLOAT, 2)
                .constant("w", 1, 10)
                .constant("c", 3)
                .node("Gemm", List.of("x", "w", "c"), List.of("y"), attribute("alpha", 2f), attribute("beta", 0.5f));
        assertThat(answer(file, 1, 1)).isEqualTo(2 * 11 + 1.5);
    }

    @Test
    void refusesTreesThatArePutTogetherInAnUnknownWay() {
        var file = new OnnxFile()
                .input("x", OnnxFile.FLOAT, 1)
                .node(
                        "TreeEnsembleRegressor",
                        X,
                        List.of("y"),
                        attribute("aggregate_function", "MEDIAN"),
                        attribute("nodes_treeids", 0L, 0L),
                        attribute("nodes_nodeids", 0L, 1L),
                        attribute("nodes_featureids", 0L, 0L),
                        attribute("nodes_truenodeids", 0L, 0L),
                        attribute("nodes_falsenodeids", 0L, 0L),
                        attribute("nodes_values", 0f, 0f),
                        attribute("nodes_modes", List.of("LEAF", "LEAF")),
                        attribute("target_treeids", 0L, 0L),
                        attribute("target_nodeids", 0L, 0L),
                        attribute("target_ids", 0L, 0L),
                        attribute("target_weights", 1f, 1f));
        refused(file, Code.MALFORMED_MODEL, "none of [SUM, AVERAGE, MIN, MAX]");
    }

    /** Each of a value and itself: a kilobyte that would mean more columns than there is memory. */
    @Test
    void boundsColumnsThatAreDoubledAgainAndAgain() {
        var file = new OnnxFile().input("c0", OnnxFile.FLOAT, 1_000);
        for (int i = 0; i < 40; i++) {
            file.node("Concat", List.of("c" + i, "c" + i), List.of("c" + (i + 1)), attribute("axis", 1L));
        }
        refused(stump(file, "c40"), Code.MALFORMED_MODEL, "a million columns");
    }

    @Test
    void boundsCoefficientsOfInputsThatPlayNoPart() {
        var file = new OnnxFile()
                .input("a", OnnxFile.FLOAT, 1)
                .input("b", OnnxFile.FLOAT, 900_000)
                .node("LinearRegressor", List.of("a"), List.of("y"), attribute("coefficients", new float[10_000]));
        refused(file, Code.MALFORMED_MODEL, "10000 outputs of 900001 inputs");
    }

    /** A leaf votes for one output, but the tree is one for each. */
    @Test
    void boundsTreesThatVoteForThousandsOfOutputs() {
        int leaves = 6_000;
        int nodes = 2 * leaves - 1;
        long[] yes = new long[nodes];
        long[] no = new long[nodes];
        for (int v = 0; v < leaves - 1; v++) {
            yes[v] = 2L * v + 1;
            no[v] = 2L * v + 2;
        }
        String[] modes = new String[nodes];
        Arrays.setAll(modes, v -> v < leaves - 1 ? "BRANCH_LEQ" : "LEAF");
        long[] ids = IntStream.range(0, nodes).asLongStream().toArray();
        var file = new OnnxFile()
                .input("x", OnnxFile.FLOAT, 1)
                .node(
                        "TreeEnsembleRegressor",
                        X,
                        List.of("y"),
                        attribute("n_targets", 6_000L),
                        attribute("nodes_treeids", new long[nodes]),
                        attribute("nodes_nodeids", ids),
                        attribute("nodes_featureids", new long[nodes]),
                        attribute("nodes_truenodeids", yes),
                        attribute("nodes_falsenodeids", no),
                        attribute("nodes_values", new float[nodes]),
                        attribute("nodes_modes", List.of(modes)),
                        attribute("target_treeids", new long[leaves]),
                        attribute("target_nodeids", Arrays.copyOfRange(ids, leaves - 1, nodes)),
                        attribute("target_ids", Arrays.copyOf(ids, leaves)),
                        attribute("target_weights", new float[leaves]));
        refused(file, Code.UNSUPPORTED_MODEL, "more than 33554432 nodes");
    }
}

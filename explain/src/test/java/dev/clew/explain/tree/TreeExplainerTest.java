package dev.clew.explain.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.explain.ExplainException;
import dev.clew.explain.XgboostDocument;
import dev.clew.explain.XgboostDocument.Node;
import dev.clew.explain.attribution.ExplanationRecord;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TreeExplainerTest {
    @Test
    void agreesWithTheVectorOfRepeatsNanAndEmptyCovers() throws Exception {
        JsonNode vector;
        try (var in = getClass().getResourceAsStream("/golden/treeshap-small.json")) {
            vector = new ObjectMapper().readTree(in);
        }
        var document = new XgboostDocument(
                3, "reg:squarederror", vector.get("base_score").asText());
        for (JsonNode tree : vector.get("trees")) {
            var nodes = new ArrayList<Node>();
            for (int i = 0; i < tree.get("left").size(); i++) {
                int left = tree.get("left").get(i).asInt();
                nodes.add(
                        left < 0
                                ? Node.leaf(
                                        tree.get("leaf_value").get(i).asDouble(),
                                        tree.get("cover").get(i).asDouble())
                                : new Node(
                                        left,
                                        left + 1,
                                        tree.get("feature").get(i).asInt(),
                                        tree.get("threshold").get(i).asDouble(),
                                        tree.get("nan_left").get(i).asBoolean(),
                                        tree.get("cover").get(i).asDouble(),
                                        new int[0]));
            }
            document.tree(nodes);
        }
        var explainer = TreeExplainer.of(document.model());
        for (JsonNode row : vector.get("rows")) {
            double[] x = new double[3];
            for (int j = 0; j < 3; j++) {
                x[j] = row.get("x").get(j).isNull()
                        ? Double.NaN
                        : row.get("x").get(j).asDouble();
            }
            var attribution = explainer.explain(x);
            for (int j = 0; j < 3; j++) {
                assertThat(attribution.phi(0)[j])
                        .isCloseTo(row.get("phi").get(j).asDouble(), within(1e-11));
            }
            assertThat(attribution.base()[0]).isCloseTo(row.get("base").asDouble(), within(1e-11));
            assertThat(attribution.margin()[0]).isCloseTo(row.get("margin").asDouble(), within(1e-11));
            assertThat(attribution.flags()).isEmpty();
        }
    }

    @Test
    void explainsASingleLeafAsItsBase() {
        var model = new XgboostDocument(2, "reg:squarederror", "1")
                .tree(List.of(Node.leaf(0.5, 10)))
                .model();
        var attribution = TreeExplainer.of(model).explain(new double[] {1, 2});
        assertThat(attribution.phi(0)).containsExactly(0, 0);
        assertThat(attribution.base()[0]).isEqualTo(1.5);
        assertThat(attribution.margin()[0]).isEqualTo(1.5);
    }

    @Test
    void staysAdditiveOnADeepChainAndOnFortyThousandNodes() {
        var random = new Random(5);
        int features = 40;
        var chain = new ArrayList<Node>();
        for (int i = 0; i < 60; i++) {
            chain.add(new Node(2 * i + 1, 2 * i + 2, i % features, 0.5, i % 2 == 0, 61 - i, new int[0]));
            chain.add(Node.leaf(random.nextGaussian(), 1));
        }
        chain.add(Node.leaf(3, 1));
        var ordered = new ArrayList<Node>();
        for (int i = 0; i < 60; i++) {
            if (i == 0) {
                ordered.add(chain.get(0));
            }
            ordered.add(chain.get(2 * i + 1));
            ordered.add(chain.get(2 * i + 2));
        }
        var large = new ArrayList<Node>();
        int inner = 20_000;
        for (int i = 0; i < inner; i++) {
            large.add(new Node(
                    2 * i + 1,
                    2 * i + 2,
                    random.nextInt(features),
                    random.nextDouble(),
                    false,
                    1e6 / (i + 1),
                    new int[0]));
        }
        for (int i = 0; i <= inner; i++) {
            large.add(Node.leaf(random.nextGaussian(), 10));
        }
        for (var tree : List.of(ordered, large)) {
            var explainer = TreeExplainer.of(new XgboostDocument(features, "reg:squarederror", "0")
                    .tree(tree)
                    .model());
            for (int i = 0; i < 20; i++) {
                double[] row = random.doubles(features).toArray();
                assertThat(explainer.explain(row).flags()).isEmpty();
            }
            var block = Rows.of(IntStream.range(0, 20)
                    .mapToObj(i -> random.doubles(features).toArray())
                    .toList());
            assertThat(explainer.explain(block).row(7).phi(0))
                    .isEqualTo(explainer.explain(block.row(7)).phi(0));
        }
    }

    @Test
    void refusesATreeWithoutCoversAndAcceptsItWithABackground() {
        String json = new XgboostDocument(1, "reg:squarederror", "0")
                .tree(List.of(new Node(1, 2, 0, 0.5, false, 10, new int[0]), Node.leaf(1, 4), Node.leaf(2, 6)))
                .json()
                .replaceAll("\"sum_hessian\":\\[[^]]*],", "");
        var model = Models.read(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThatThrownBy(() -> TreeExplainer.of(model))
                .isInstanceOfSatisfying(
                        ExplainException.class,
                        e -> assertThat(e.code()).isEqualTo(ExplainException.Code.UNSUPPORTED_MODEL));
        var background = Rows.of(new double[] {0}, new double[] {1}, new double[] {2}, new double[] {3});
        assertThat(TreeExplainer.of(model, background).base(0)).isEqualTo(1.75);
    }

    /** A base margin stands in the place of the base score, row by row, and attributions stay what they are. */
    @Test
    void takesABaseFromEachRow() {
        var random = new Random(21);
        var document = new XgboostDocument(5, "binary:logistic", "2.5E-1");
        for (int i = 0; i < 4; i++) {
            document.tree(XgboostDocument.randomTree(random, 5, 4));
        }
        var model = document.model();
        Rows rows = Rows.of(java.util.stream.IntStream.range(0, 40)
                .mapToObj(i -> XgboostDocument.randomRow(random, 5))
                .toList());
        double[] bases = random.doubles(40, -2, 2).toArray();
        var explainer = TreeExplainer.of(model);
        var usual = explainer.explain(rows);
        var own = explainer.explain(rows, bases, 2);
        double[] margins = new double[40];
        model.margins(rows, bases, margins);
        for (int i = 0; i < 40; i++) {
            assertThat(own.row(i).flags()).isEmpty();
            assertThat(own.row(i).phi(0)).isEqualTo(usual.row(i).phi(0));
            assertThat(own.base()[i] - bases[i]).isCloseTo(usual.base()[i] - model.base(0), within(1e-12));
            assertThat(own.margin()[i]).isCloseTo(margins[i], within(1e-5));
            assertThat(own.prediction()[i]).isCloseTo(1 / (1 + Math.exp(-margins[i])), within(1e-12));
        }
        assertThatThrownBy(() -> model.margins(rows, new double[3], margins))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("base margins");
    }

    @Test
    void refusesRowsOfAnotherWidth() {
        var explainer = TreeExplainer.of(new XgboostDocument(2, "reg:squarederror", "0")
                .tree(List.of(Node.leaf(0.5, 10)))
                .model());
        assertThatThrownBy(() -> explainer.explain(new double[] {1}))
                .isInstanceOfSatisfying(
                        ExplainException.class,
                        e -> assertThat(e.code()).isEqualTo(ExplainException.Code.ROW_MISMATCH));
    }

    @Test
    void givesTheSameDigestOneByOneInBatchesAndFromSeveralThreads() {
        var random = new Random(11);
        var document = new XgboostDocument(8, "binary:logistic", "3E-1");
        for (int i = 0; i < 20; i++) {
            document.tree(XgboostDocument.randomTree(random, 8, 6));
        }
        var explainer = TreeExplainer.of(document.model());
        var list = IntStream.range(0, 300)
                .mapToObj(i -> XgboostDocument.randomRow(random, 8))
                .toList();
        var provenance = explainer.provenance();
        List<String> alone = list.stream()
                .map(row ->
                        ExplanationRecord.of(explainer.explain(row), provenance).resultDigest())
                .toList();
        List<String> threads = IntStream.range(0, 300)
                .parallel()
                .mapToObj(i -> ExplanationRecord.of(explainer.explain(list.get(i)), explainer.provenance())
                        .resultDigest())
                .toList();
        var batch = explainer.explain(Rows.of(list));
        List<String> together = IntStream.range(0, 300)
                .mapToObj(i -> ExplanationRecord.of(batch.row(i), provenance).resultDigest())
                .toList();
        assertThat(threads).isEqualTo(alone);
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void flagsAnAttributionThatDoesNotAddUp() {
        var good = TreeExplainer.of(new XgboostDocument(1, "reg:squarederror", "0")
                        .tree(List.of(Node.leaf(0.5, 10)))
                        .model())
                .explain(Rows.of(new double[] {1}));
        var bad = new dev.clew.explain.attribution.Explanation(
                1,
                1,
                1,
                new double[] {0.25},
                good.base(),
                good.margin(),
                good.prediction(),
                new double[] {0.25},
                null,
                good.method(),
                good.semantics(),
                good.space());
        assertThat(good.row(0).isTrustworthy()).isTrue();
        assertThat(bad.row(0).flags()).containsExactly(Flag.ADDITIVITY_FAILED);
    }
}

package dev.clew.explain.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.BruteForce;
import dev.clew.explain.XgboostDocument;
import dev.clew.explain.model.Rows;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TreeExplainerProperties {
    @Property(tries = 200, seed = "20261124")
    void agreesWithTheSumOverAllSubsets(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 10) int features,
            @ForAll @IntRange(max = 12) int depth) {
        var random = new Random(seed);
        var document = new XgboostDocument(features, "reg:squarederror", "5E-1");
        int trees = random.nextInt(1, 4);
        for (int i = 0; i < trees; i++) {
            document.tree(XgboostDocument.randomTree(random, features, Math.min(depth, 9)));
        }
        var model = document.model();
        var explainer = TreeExplainer.of(model);
        for (int i = 0; i < 3; i++) {
            double[] row = XgboostDocument.randomRow(random, features);
            double[] expected = BruteForce.pathDependent(model, row);
            var attribution = explainer.explain(row);
            double size = 1;
            for (double value : expected) {
                size = Math.max(size, Math.abs(value));
            }
            for (int j = 0; j < features; j++) {
                assertThat(attribution.phi(0)[j]).isCloseTo(expected[j], within(1e-12 * size));
            }
            assertThat(attribution.base()[0]).isCloseTo(expected[features], within(1e-12 * size));
            assertThat(attribution.flags()).isEmpty();
        }
    }

    /** Twelve features on a path need six quadrature nodes; row kernel and block kernel are both asked. */
    @Property(tries = 6, seed = "20261126")
    void agreesWithTheSumOverAllSubsetsOnWidePaths(@ForAll long seed) {
        var random = new Random(seed);
        int features = 12;
        var model = new XgboostDocument(features, "reg:squarederror", "5E-1")
                .tree(XgboostDocument.wideTree(random, features))
                .tree(XgboostDocument.randomTree(random, features, 8))
                .model();
        assertThat(model.widestPath(0)).isEqualTo(features);
        var explainer = TreeExplainer.of(model);
        var rows = Rows.of(IntStream.range(0, 64)
                .mapToObj(i -> XgboostDocument.randomRow(random, features))
                .toList());
        var block = explainer.explain(rows);
        for (int i = 0; i < rows.count(); i += 21) {
            double[] game = BruteForce.pathDependentGame(model, rows.row(i));
            double[] expected = BruteForce.shapley(game, features);
            double[] alone = explainer.explain(rows.row(i)).phi(0);
            for (int j = 0; j < features; j++) {
                assertThat(alone[j]).isCloseTo(expected[j], within(1e-12 * BruteForce.size(game)));
                assertThat(block.value(i, 0, j)).isCloseTo(expected[j], within(1e-12 * BruteForce.size(game)));
            }
        }
    }

    @Property(tries = 60, seed = "20261125")
    void givesTheSameBitsRowByRowInBlocksAndFromSeveralThreads(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 30) int features,
            @ForAll @IntRange(max = 14) int depth,
            @ForAll @IntRange(min = 1, max = 600) int count) {
        var random = new Random(seed);
        var document = new XgboostDocument(features, "reg:squarederror", "5E-1");
        for (int i = 0; i < 4; i++) {
            document.tree(XgboostDocument.randomTree(random, features, depth));
        }
        var explainer = TreeExplainer.of(document.model());
        var rows = Rows.of(IntStream.range(0, count)
                .mapToObj(i -> XgboostDocument.randomRow(random, features))
                .toList());
        double[] together = explainer.explain(rows).values();
        assertThat(explainer.explain(rows, 3).values()).isEqualTo(together);
        for (int i = 0; i < count; i += 1 + count / 20) {
            double[] alone = explainer.explain(rows.row(i)).phi(0);
            assertThat(alone).isEqualTo(Arrays.copyOfRange(together, i * features, (i + 1) * features));
        }
    }
}

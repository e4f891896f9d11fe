package dev.clew.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.clew.explain.agnostic.AgnosticExplainer;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.model.Grouping;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroupingTest {
    private static final int FEATURES = 6;
    private static final Random RANDOM = new Random(31);
    private static final TreeEnsemble MODEL = model();
    private static final Rows BACKGROUND = rows(8);
    private static final Rows ROWS = rows(5);

    /** Features 1 and 4 are one player; the others stand alone. */
    private static final Grouping PAIR = Grouping.of(MODEL.schema(), Map.of("pair", List.of("f4", "f1")));

    private static TreeEnsemble model() {
        var document = new XgboostDocument(FEATURES, "reg:squarederror", "5E-1");
        for (int i = 0; i < 6; i++) {
            document.tree(XgboostDocument.randomTree(RANDOM, FEATURES, 5));
        }
        return document.model();
    }

    private static Rows rows(int count) {
        return Rows.of(IntStream.range(0, count)
                .mapToObj(i -> XgboostDocument.randomRow(RANDOM, FEATURES))
                .toList());
    }

    /** The game over groups, each coalition's value by definition. */
    private static double[] byDefinition(double[] row) {
        double[] single = BruteForce.interventional(MODEL, row, BACKGROUND);
        double[] game = new double[1 << PAIR.size()];
        for (int mask = 0; mask < game.length; mask++) {
            int features = 0;
            for (int g = 0; g < PAIR.size(); g++) {
                for (int j : PAIR.members().get(g)) {
                    features |= (mask >> g & 1) << j;
                }
            }
            game[mask] = single[features];
        }
        return BruteForce.shapley(game, PAIR.size());
    }

    @Test
    void standsWhereItsFirstMemberStands() {
        assertThat(PAIR.names()).containsExactly("f0", "pair", "f2", "f3", "f5");
        assertThat(PAIR.members().get(1)).containsExactly(1, 4);
        assertThat(PAIR.isTrivial()).isFalse();
        assertThat(Grouping.none(MODEL.schema()).isTrivial()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"EXACT", "KERNEL"})
    void isOnePlayerOfMethodsThatAsk(Method method) {
        var explanation = AgnosticExplainer.of(MODEL, method, BACKGROUND, OutputSpace.MARGIN, Budget.DEFAULT, 1, PAIR)
                .explain(ROWS);
        for (int i = 0; i < ROWS.count(); i++) {
            double[] expected = byDefinition(ROWS.row(i));
            assertThat(explanation.row(i).flags()).isEmpty();
            for (int g = 0; g < PAIR.size(); g++) {
                assertThat(explanation.value(i, 0, g)).isCloseTo(expected[g], within(1e-9));
            }
        }
    }

    @Test
    void isOnePlayerOfSampledAndHierarchicalMethods() {
        for (Method method : List.of(Method.PERMUTATION, Method.PARTITION)) {
            var explanation = AgnosticExplainer.of(
                            MODEL, method, BACKGROUND, OutputSpace.MARGIN, Budget.DEFAULT, 1, PAIR)
                    .explain(ROWS, 2);
            assertThat(explanation.features()).isEqualTo(PAIR.size());
            for (int i = 0; i < ROWS.count(); i++) {
                assertThat(explanation.row(i).flags()).isEmpty();
            }
        }
    }

    @Test
    void sumsAttributionsOfTreesAndChangesTheDigest() {
        var single = Explainers.of(MODEL, Optional.empty(), Optional.empty(), OutputSpace.MARGIN, Budget.DEFAULT, 0);
        var grouped =
                Explainers.of(MODEL, Optional.empty(), Optional.empty(), OutputSpace.MARGIN, Budget.DEFAULT, 0, PAIR);
        var all = single.explain(ROWS);
        var sums = grouped.explain(ROWS);
        for (int i = 0; i < ROWS.count(); i++) {
            assertThat(sums.value(i, 0, 1)).isEqualTo(all.value(i, 0, 1) + all.value(i, 0, 4));
            assertThat(sums.value(i, 0, 4)).isEqualTo(all.value(i, 0, 5));
            assertThat(sums.row(i).flags()).isEmpty();
        }
        assertThat(sums.record(0, grouped.provenance()).resultDigest())
                .isNotEqualTo(all.record(0, single.provenance()).resultDigest());
        assertThat(grouped.provenance().groupsDigest()).isPresent();
    }

    @Test
    void refusesGroupsThatDoNotFit() {
        for (var groups : List.of(
                Map.of("g", List.<String>of()),
                Map.of("g", List.of("f1", "nothing")),
                Map.of("g", List.of("f1"), "h", List.of("f1")),
                Map.of("f2", List.of("f0", "f1")))) {
            assertThatThrownBy(() -> Grouping.of(MODEL.schema(), groups))
                    .isInstanceOfSatisfying(
                            ExplainException.class,
                            e -> assertThat(e.code()).isEqualTo(ExplainException.Code.BAD_REQUEST));
        }
        assertThatThrownBy(() -> Explainers.of(
                        MODEL,
                        Optional.of(Method.LIME_TABULAR),
                        Optional.of(BACKGROUND),
                        OutputSpace.MARGIN,
                        Budget.DEFAULT,
                        0,
                        PAIR))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("LIME");
    }

    /** A file of a few bytes may claim so many. */
    @Test
    void takesAsManyFeaturesAsAFileMayClaim() {
        Model model = Models.read("""
                {"version":[3,0,0],"learner":{"learner_model_param":{"num_feature":"1000000","base_score":"0"},"objective":{"name":"reg:squarederror"},
                 "gradient_booster":{"name":"gbtree","model":{"tree_info":[],"trees":[]}}}}""".getBytes(StandardCharsets.UTF_8));
        Grouping grouping = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> Grouping.of(model.schema(), Map.of("pair", List.of("f7", "f999999"))));
        assertThat(grouping.size()).isEqualTo(999_999);
        assertThat(grouping.names().get(7)).isEqualTo("pair");
    }
}

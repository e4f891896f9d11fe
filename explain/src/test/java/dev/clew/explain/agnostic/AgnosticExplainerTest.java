package dev.clew.explain.agnostic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.XgboostDocument;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.InterventionalExplainer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgnosticExplainerTest {
    private static final int FEATURES = 9;
    private static final Random RANDOM = new Random(17);
    private static final Model MODEL = model();
    private static final Rows BACKGROUND = rows(20);
    private static final Rows ROWS = rows(6);

    private static Model model() {
        var document = new XgboostDocument(FEATURES, "reg:squarederror", "5E-1");
        for (int i = 0; i < 8; i++) {
            document.tree(XgboostDocument.randomTree(RANDOM, FEATURES, 5));
        }
        return document.model();
    }

    private static Rows rows(int count) {
        return Rows.of(IntStream.range(0, count)
                .mapToObj(i -> XgboostDocument.randomRow(RANDOM, FEATURES))
                .toList());
    }

    private static AgnosticExplainer explainer(Method method) {
        return AgnosticExplainer.of(MODEL, method, BACKGROUND, OutputSpace.MARGIN, Budget.DEFAULT, 1);
    }

    @Test
    void exactAndKernelAndTreeAgree() {
        var tree = InterventionalExplainer.of(MODEL, BACKGROUND).explain(ROWS);
        var exact = explainer(Method.EXACT).explain(ROWS);
        var kernel = explainer(Method.KERNEL).explain(ROWS);
        for (int i = 0; i < ROWS.count(); i++) {
            for (int j = 0; j < FEATURES; j++) {
                assertThat(exact.value(i, 0, j)).isCloseTo(tree.value(i, 0, j), within(1e-9));
                assertThat(kernel.value(i, 0, j)).isCloseTo(tree.value(i, 0, j), within(1e-9));
            }
            assertThat(exact.row(i).flags()).isEmpty();
            assertThat(kernel.row(i).flags()).isEmpty();
        }
    }

    @Test
    void permutationStaysWithinItsStandardErrors() {
        var exact = explainer(Method.EXACT).explain(ROWS);
        var permutation = explainer(Method.PERMUTATION).explain(ROWS);
        int outside = 0;
        for (int i = 0; i < ROWS.count(); i++) {
            assertThat(permutation.row(i).flags()).isEmpty();
            for (int j = 0; j < FEATURES; j++) {
                double error = permutation.stdError()[i * FEATURES + j];
                outside += Math.abs(permutation.value(i, 0, j) - exact.value(i, 0, j)) > 4 * error + 1e-9 ? 1 : 0;
            }
        }
        assertThat(outside).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"EXACT", "KERNEL", "PERMUTATION", "SAMPLING", "PARTITION"})
    void givesTheSameBitsInEveryBatchAndOnEveryNumberOfThreads(Method method) {
        var explainer = explainer(method);
        double[] together = explainer.explain(ROWS, 3).values();
        for (int i = 0; i < ROWS.count(); i++) {
            double[] alone = explainer.explain(ROWS.row(i)).phi(0);
            for (int j = 0; j < FEATURES; j++) {
                assertThat(alone[j]).isEqualTo(together[i * FEATURES + j]);
            }
        }
        assertThat(explainer.provenance().configDigest())
                .isEqualTo(explainer(method).provenance().configDigest());
    }

    @Test
    void partitionAddsUpAndEqualsExactForTwoPlayers() {
        var partition = explainer(Method.PARTITION).explain(ROWS);
        for (int i = 0; i < ROWS.count(); i++) {
            assertThat(partition.row(i).flags()).isEmpty();
        }
        Model two = product();
        Rows background = Rows.of(new double[] {0, 0}, new double[] {1, 2});
        var exact = AgnosticExplainer.of(two, Method.EXACT, background, OutputSpace.VALUE, Budget.DEFAULT, 0);
        var owen = AgnosticExplainer.of(two, Method.PARTITION, background, OutputSpace.VALUE, Budget.DEFAULT, 0);
        double[] row = {3, 5};
        assertThat(owen.explain(row).phi(0)[0]).isCloseTo(exact.explain(row).phi(0)[0], within(1e-12));
    }

    private static Model product() {
        var schema = new FeatureSchema(List.of(Feature.numeric("a"), Feature.numeric("b")));
        return BlackBoxModel.of(
                "product",
                schema,
                rows -> IntStream.range(0, rows.count())
                        .mapToDouble(i -> rows.get(i, 0) * rows.get(i, 1))
                        .toArray(),
                Rows.of(new double[] {1, 2}));
    }

    @Test
    void explainsAProductByHand() {
        // v(∅) = 0, v(a) = 3·1 = 3 with b from (0, 2), v(b) = 5·½ with a from (0, 1), v(ab) = 15.
        var explainer = AgnosticExplainer.of(
                product(),
                Method.EXACT,
                Rows.of(new double[] {0, 0}, new double[] {1, 2}),
                OutputSpace.VALUE,
                Budget.DEFAULT,
                0);
        var attribution = explainer.explain(new double[] {3, 5});
        assertThat(attribution.base()[0]).isEqualTo(1);
        assertThat(attribution.phi(0)[0]).isCloseTo((3 - 1 + 15 - 2.5) / 2, within(1e-12));
        assertThat(attribution.phi(0)[1]).isCloseTo((2.5 - 1 + 15 - 3) / 2, within(1e-12));
    }

    @Test
    void featuresThatNeverDifferGetZeroAndCostNothing() {
        Rows background = Rows.of(IntStream.range(0, 5)
                .mapToObj(i -> {
                    double[] row = ROWS.row(0);
                    row[i % 2] = i;
                    return row;
                })
                .toList());
        var attribution = AgnosticExplainer.of(
                        MODEL, Method.EXACT, background, OutputSpace.MARGIN, new Budget(20, Duration.ofSeconds(5)), 0)
                .explain(ROWS.row(0));
        for (int j = 2; j < FEATURES; j++) {
            assertThat(attribution.phi(0)[j]).isZero();
        }
    }

    @Test
    void namesTheBudgetThatWouldDo() {
        var small = new Budget(100, Duration.ofSeconds(5));
        for (Method method : List.of(Method.EXACT, Method.PERMUTATION)) {
            assertThatThrownBy(() -> AgnosticExplainer.of(MODEL, method, BACKGROUND, OutputSpace.MARGIN, small, 0)
                            .explain(ROWS.row(1)))
                    .isInstanceOfSatisfying(
                            ExplainException.class,
                            e -> assertThat(e.code()).isEqualTo(ExplainException.Code.BUDGET_EXCEEDED))
                    .hasMessageContaining("at least");
        }
    }

    @Test
    void saysWhenTheBudgetEndedBeforeThePrecision() {
        var attribution = AgnosticExplainer.of(
                        MODEL,
                        Method.PERMUTATION,
                        BACKGROUND,
                        OutputSpace.MARGIN,
                        new Budget(20 * (2 * FEATURES + 1) * 2, Duration.ofSeconds(5)),
                        0)
                .explain(ROWS.row(2));
        assertThat(attribution.flags()).containsExactly(Flag.BUDGET_ENDED);
    }

    @Test
    void refusesABlackBoxThatAnswersNonsenseAndMarksOneThatWavers() {
        var schema = new FeatureSchema(List.of(Feature.numeric("a")));
        Rows probe = Rows.of(new double[] {1}, new double[] {2});
        assertThatThrownBy(() -> BlackBoxModel.of("x", schema, rows -> new double[3], probe))
                .isInstanceOfSatisfying(
                        ExplainException.class,
                        e -> assertThat(e.code()).isEqualTo(ExplainException.Code.BLACK_BOX_FAILED));
        Model nan = BlackBoxModel.of(
                "x", schema, rows -> rows.count() == 2 ? new double[2] : new double[] {Double.NaN}, probe);
        assertThatThrownBy(() -> nan.predict(new double[] {1})).isInstanceOf(ExplainException.class);
        var calls = new AtomicInteger();
        Model wavering = BlackBoxModel.of(
                "x",
                schema,
                rows -> IntStream.range(0, rows.count())
                        .mapToDouble(i -> calls.incrementAndGet())
                        .toArray(),
                probe);
        var attribution = AgnosticExplainer.of(wavering, Method.EXACT, probe, OutputSpace.VALUE, Budget.DEFAULT, 0)
                .explain(new double[] {5});
        assertThat(attribution.flags()).contains(Flag.NON_DETERMINISTIC);
    }

    /** No number of evaluations bounds how long that many would take to be joined. */
    @Test
    void refusesToJoinThousandsOfFeatures() {
        int features = 2_001;
        Model wide = BlackBoxModel.of(
                "first",
                new FeatureSchema(IntStream.range(0, features)
                        .mapToObj(j -> Feature.numeric("f" + j))
                        .toList()),
                rows -> IntStream.range(0, rows.count())
                        .mapToDouble(i -> rows.get(i, 0))
                        .toArray(),
                new Rows(new double[features], 1, features));
        var explainer = AgnosticExplainer.of(
                wide,
                Method.PARTITION,
                new Rows(new double[features], 1, features),
                OutputSpace.MARGIN,
                Budget.DEFAULT,
                1);
        double[] row = new double[features];
        java.util.Arrays.fill(row, 1);
        assertThatThrownBy(() -> explainer.explain(row))
                .isInstanceOfSatisfying(
                        ExplainException.class,
                        e -> assertThat(e.code()).isEqualTo(ExplainException.Code.BUDGET_EXCEEDED))
                .hasMessageContaining("2000 is the most");
    }

    /** Asked once more, the model takes all the time that is left: what was found before is the answer, and says so. */
    @Test
    void returnsWhatItFoundWhenTimeEndsBetweenTwoQuestions() {
        var calls = new AtomicInteger();
        Duration time = Duration.ofSeconds(1);
        BlackBoxModel.Scorer slow = rows -> {
            // Two to open it, three for base and row, two for each pair of orders.
            if (calls.incrementAndGet() == 8) {
                long end = System.nanoTime() + time.toNanos();
                while (System.nanoTime() - end < 0) {
                    Thread.onSpinWait();
                }
            }
            return IntStream.range(0, rows.count())
                    .mapToDouble(i -> rows.get(i, 0) * rows.get(i, 1) + rows.get(i, 2))
                    .toArray();
        };
        var schema = new FeatureSchema(List.of(Feature.numeric("a"), Feature.numeric("b"), Feature.numeric("c")));
        Rows background = Rows.of(new double[3]);
        var explainer = AgnosticExplainer.of(
                BlackBoxModel.of("slow", schema, slow, background),
                Method.PERMUTATION,
                background,
                OutputSpace.MARGIN,
                new Budget(1_000_000, time),
                1);
        var found = explainer.explain(new double[] {2, 3, 4});
        assertThat(found.flags()).containsExactly(Flag.BUDGET_ENDED);
        assertThat(found.phi(0)[0] + found.phi(0)[1]).isCloseTo(6, within(1e-12));
        assertThat(found.phi(0)[2]).isEqualTo(4);
    }

    /** A game that says it has time and has none when it is asked. */
    @Test
    void sharesWhatItCouldNotDivideWhenTimeEnds() {
        var game = new Coalitions() {
            private int asked;

            @Override
            public int players() {
                return 4;
            }

            @Override
            public int outputs() {
                return 1;
            }

            @Override
            public long affordable() {
                return 100;
            }

            @Override
            public List<double[]> values(List<java.util.BitSet> coalitions) {
                if (asked++ == 2) {
                    throw new ExplainException(ExplainException.Code.BUDGET_EXCEEDED, "time is over");
                }
                return coalitions.stream()
                        .map(each -> new double[] {each.cardinality()})
                        .toList();
            }
        };
        Solution solution = PartitionSolver.solve(game, new int[][] {{0, 1}, {2, 3}, {4, 5}});
        assertThat(solution.flags()).containsExactly(Flag.BUDGET_ENDED);
        assertThat(solution.phi()[0]).containsExactly(1, 1, 1, 1);
    }
}

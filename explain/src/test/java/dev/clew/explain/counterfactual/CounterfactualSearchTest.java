package dev.clew.explain.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.XgboostDocument;
import dev.clew.explain.XgboostDocument.Node;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.counterfactual.Constraint.Move;
import dev.clew.explain.counterfactual.CounterfactualSearch.Target;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.LinearModel;
import dev.clew.explain.model.Link;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.ModelDescription;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CounterfactualSearchTest {
    private static Node split(int left, int right, int feature, double threshold) {
        return new Node(left, right, feature, threshold, false, 10, new int[0]);
    }

    /** 1 where a ≥ 2, else 1 where b ≥ 5 and c ≥ 1, else 0. */
    private static Model model() {
        return new XgboostDocument(3, "reg:squarederror", "0")
                .tree(List.of(
                        split(1, 2, 0, 2),
                        split(3, 4, 1, 5),
                        Node.leaf(1, 4),
                        Node.leaf(0, 3),
                        split(5, 6, 2, 1),
                        Node.leaf(0, 2),
                        Node.leaf(1, 1)))
                .model();
    }

    private static final Rows BACKGROUND = Rows.of(IntStream.range(0, 50)
            .mapToObj(i -> new double[] {i % 4, i % 10, i % 3})
            .toList());
    private static final Target UP = new Target(0, 0.5, true, 0);
    private static final List<Constraint> FREE = Collections.nCopies(3, Constraint.FREE);

    @Test
    void findsTheSmallestChangeAndProvesIt() {
        var results = new CounterfactualSearch(model(), BACKGROUND, FREE).find(new double[] {0, 0, 0}, UP, 5);
        assertThat(results.getFirst().changed()).containsExactly(0);
        assertThat(results.getFirst().row()).containsExactly(2, 0, 0);
        assertThat(results.getFirst().minimal()).isTrue();
        assertThat(results.get(1).changed()).containsExactly(1, 2);
        assertThat(results.get(1).row()).containsExactly(0, 5, 1);
        assertThat(results).allSatisfy(result -> assertThat(result.value()).isGreaterThan(0.5));
    }

    @Test
    void keepsToWhatThePersonCanDo() {
        var fixed = List.of(Constraint.IMMUTABLE, Constraint.FREE, Constraint.FREE);
        assertThat(new CounterfactualSearch(model(), BACKGROUND, fixed).find(new double[] {0, 0, 0}, UP, 5))
                .singleElement()
                .satisfies(result -> assertThat(result.changed()).containsExactly(1, 2));
        var down = List.of(Constraint.IMMUTABLE, Constraint.of(Move.DOWN), Constraint.FREE);
        assertThat(new CounterfactualSearch(model(), BACKGROUND, down).find(new double[] {0, 0, 0}, UP, 5))
                .isEmpty();
        var stepped = List.of(Constraint.FREE.between(0, 10).inSteps(1.5), Constraint.IMMUTABLE, Constraint.IMMUTABLE);
        assertThat(new CounterfactualSearch(model(), BACKGROUND, stepped)
                        .find(new double[] {0, 0, 0}, UP, 5)
                        .getFirst()
                        .row()[0])
                .isEqualTo(3);
    }

    @Test
    void agreesWithTryingEverythingOnRandomTrees() {
        var random = new Random(8);
        for (int round = 0; round < 10; round++) {
            var document = new XgboostDocument(4, "reg:squarederror", "0");
            for (int i = 0; i < 3; i++) {
                document.tree(XgboostDocument.randomTree(random, 4, 3).stream()
                        .map(n -> n.categories().length > 0
                                ? new Node(
                                        n.left(),
                                        n.right(),
                                        n.feature(),
                                        n.condition(),
                                        n.nanLeft(),
                                        n.cover(),
                                        new int[0])
                                : n)
                        .toList());
            }
            Model model = document.model();
            double[] row = random.doubles(4).map(u -> Math.round(u * 16) / 4.0).toArray();
            Rows background = Rows.of(IntStream.range(0, 30)
                    .mapToObj(i -> random.doubles(4).map(u -> u * 4).toArray())
                    .toList());
            double threshold = model.predict(row).value() + 0.3;
            var results = new CounterfactualSearch(model, background, Collections.nCopies(4, Constraint.FREE))
                    .find(row, new Target(0, threshold, true, 0), 3);
            boolean single = false;
            for (int j = 0; j < 4 && !single; j++) {
                for (double value = -0.125; value < 5; value += 0.125) {
                    double[] changed = row.clone();
                    changed[j] = value;
                    single |= model.predict(changed).value() >= threshold + 1e-6;
                }
            }
            assertThat(!results.isEmpty() && results.getFirst().changed().length == 1)
                    .isEqualTo(single);
        }
    }

    @Test
    void advisesARealApplicant() throws Exception {
        Model model = Models.read(Path.of("..", "examples", "credit", "model.json"));
        double[] row = new double[model.schema().size()];
        Arrays.fill(row, 0);
        row[model.schema().indexOf("duration_in_month")] = 48;
        Rows background = Rows.of(IntStream.range(0, 40)
                .mapToObj(i -> {
                    double[] other = row.clone();
                    other[model.schema().indexOf("duration_in_month")] = 6 + i;
                    return other;
                })
                .toList());
        double value = model.predict(row).value();
        var results = new CounterfactualSearch(model, background, Collections.nCopies(row.length, Constraint.FREE))
                .find(row, new Target(0, value, false, 0.01), 3);
        assertThat(results).isNotEmpty().allSatisfy(r -> assertThat(r.value()).isLessThan(value - 0.01));
    }

    private static final FeatureSchema AB = new FeatureSchema(List.of(Feature.numeric("a"), Feature.numeric("b")));

    private static Model linear(double slopeA, double slopeB) {
        return new LinearModel(
                new ModelDescription("linear", "", "", "00".repeat(32), 0),
                AB,
                Link.LOGISTIC,
                new double[][] {{slopeA, slopeB}},
                new double[] {0},
                LinearModel.Missing.REFUSED);
    }

    private static final Rows NORMAL = normal();

    private static Rows normal() {
        var random = new Random(2);
        return Rows.of(IntStream.range(0, 200)
                .mapToObj(i -> new double[] {random.nextGaussian(), random.nextGaussian()})
                .toList());
    }

    /** The change that a linear model needs is known: from margin −1 to the threshold's 0 it is 1 / slope. */
    @Test
    void goesNoFurtherThanALinearModelAsks() {
        var results = new CounterfactualSearch(linear(2, 0.8), NORMAL, FREE.subList(0, 2))
                .find(new double[] {-0.5, 0}, UP, 2);
        assertThat(results.getFirst().changed()).containsExactly(0);
        assertThat(results.getFirst().row()[0]).isCloseTo(0, within(1e-5));
        assertThat(results.get(1).changed()).containsExactly(1);
        assertThat(results.get(1).row()[1]).isCloseTo(1 / 0.8, within(1e-4));
    }

    /** Where every single change falls short and greed leads nowhere, rows that have the decision show the way. */
    @Test
    void followsNeighboursWhereSingleStepsShowNothing() {
        var schema = new FeatureSchema(
                IntStream.range(0, 9).mapToObj(j -> Feature.numeric("f" + j)).toList());
        Rows background = Rows.of(IntStream.range(0, 60)
                .mapToObj(i -> IntStream.range(0, 9)
                        .mapToDouble(j -> i % 2 == 0 ? 1 + i / 100.0 : i / 200.0)
                        .toArray())
                .toList());
        // 1 only where eight features at least are 1 or more: no hint on the way there.
        Model model = BlackBoxModel.of(
                "eight",
                schema,
                rows -> IntStream.range(0, rows.count())
                        .mapToDouble(i ->
                                Arrays.stream(rows.row(i)).filter(v -> v >= 1).count() >= 8 ? 1 : 0)
                        .toArray(),
                background);
        var results = new CounterfactualSearch(model, background, Collections.nCopies(9, Constraint.FREE))
                .find(new double[9], UP, 2);
        assertThat(results).isNotEmpty();
        assertThat(results.getFirst().changed()).hasSize(8);
        for (int j : results.getFirst().changed()) {
            assertThat(results.getFirst().row()[j]).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void bringsAlongWhatFollowsFromAChange() {
        // Only a's effect on b brings the decision, and b may not exceed 3.
        var follows = List.of(new Consequence(0, 1, 2));
        var fixed = List.of(Constraint.FREE, Constraint.IMMUTABLE.between(0, 3));
        var result = new CounterfactualSearch(linear(0.1, 1), NORMAL, fixed, follows)
                .find(new double[] {0, 0}, new Target(0, 0.9, true, 0), 1)
                .getFirst();
        assertThat(result.row()[1]).isCloseTo(2 * result.row()[0], within(1e-9)).isBetween(0.0, 3.0);
        assertThat(result.changed()).containsExactly(0, 1);
        var tight = List.of(Constraint.FREE, Constraint.IMMUTABLE.between(0, 0.5));
        assertThat(new CounterfactualSearch(linear(0.1, 1), NORMAL, tight, follows)
                        .find(new double[] {0, 0}, new Target(0, 0.9, true, 0), 1))
                .isEmpty();
        assertThatThrownBy(() -> new CounterfactualSearch(
                        linear(1, 1), NORMAL, fixed, List.of(new Consequence(0, 1, 1), new Consequence(1, 0, 1))))
                .isInstanceOf(ExplainException.class);
    }

    @Test
    void wholeNumbersStayWhole() {
        var document = new XgboostDocument(1, "reg:squarederror", "0")
                .tree(List.of(split(1, 2, 0, 2.5), Node.leaf(0, 5), Node.leaf(1, 5)));
        Rows whole =
                Rows.of(IntStream.range(0, 9).mapToObj(i -> new double[] {i}).toList());
        Rows halves = Rows.of(
                IntStream.range(0, 9).mapToObj(i -> new double[] {i / 2.0}).toList());
        assertThat(new CounterfactualSearch(document.model(), whole, FREE.subList(0, 1))
                        .find(new double[] {1}, UP, 1)
                        .getFirst()
                        .row())
                .containsExactly(3);
        assertThat(new CounterfactualSearch(document.model(), halves, FREE.subList(0, 1))
                        .find(new double[] {1}, UP, 1)
                        .getFirst()
                        .row())
                .containsExactly(2.5);
    }

    @Test
    void refusesARowThatNeedsNoChange() {
        assertThatThrownBy(
                        () -> new CounterfactualSearch(model(), BACKGROUND, FREE).find(new double[] {3, 0, 0}, UP, 5))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("already");
    }

    /** Nobody has a half of something that is counted, also where it was missing before. */
    @Test
    void aMissingWholeNumberBecomesAWholeOne() {
        var document = new XgboostDocument(1, "reg:squarederror", "0")
                .tree(List.of(split(1, 2, 0, 2.5), Node.leaf(0, 5), Node.leaf(1, 5)));
        var whole = Rows.of(new double[] {1}, new double[] {7});
        var results = new CounterfactualSearch(document.model(), whole, FREE.subList(0, 1))
                .find(new double[] {Double.NaN}, new Target(0, 0.5, false, 0), 1);
        assertThat(results.getFirst().row()).containsExactly(2);
    }

    /** The more the model may be asked, the better the result: none, then one, then one that is proven. */
    @Test
    void keepsToItsBudget() {
        var search = new CounterfactualSearch(model(), BACKGROUND, FREE);
        List<String> seen = new ArrayList<>();
        for (long most = 1; most <= 200; most++) {
            String now;
            try {
                var results = search.find(new double[] {0, 0, 0}, UP, 5, new Budget(most, Duration.ofMinutes(1)));
                now = results.getFirst().minimal() ? "proven" : "found";
            } catch (ExplainException e) {
                assertThat(e.code()).isEqualTo(ExplainException.Code.BUDGET_EXCEEDED);
                assertThat(e).hasMessageContaining("more than the %d evaluations".formatted(most));
                now = "nothing";
            }
            if (seen.isEmpty() || !seen.getLast().equals(now)) {
                seen.add(now);
            }
        }
        assertThat(seen).containsExactly("nothing", "found", "proven");
        assertThatThrownBy(() -> search.find(new double[] {0, 0, 0}, UP, 5, new Budget(1_000_000, Duration.ofNanos(1))))
                .isInstanceOfSatisfying(
                        ExplainException.class,
                        e -> assertThat(e.code()).isEqualTo(ExplainException.Code.BUDGET_EXCEEDED));
    }

    /** Where numbers are brought back towards the row, what the budget leaves as it was found is a result too. */
    @Test
    void keepsWhatItFoundWhereTheBudgetEndsOnTheWayBack() {
        var search = new CounterfactualSearch(linear(2, 0.8), NORMAL, FREE.subList(0, 2));
        double[] row = {-1, -1};
        double best = Double.POSITIVE_INFINITY;
        for (long most = 10; most <= 50_000; most = most * 5 / 4) {
            try {
                var results = search.find(row, UP, 3, new Budget(most, Duration.ofMinutes(1)));
                assertThat(results).isNotEmpty();
                results.forEach(one -> assertThat(one.value()).isGreaterThanOrEqualTo(0.5));
                best = Math.min(best, results.getFirst().cost());
            } catch (ExplainException e) {
                assertThat(best).as("never lost again").isInfinite();
            }
        }
        assertThat(best).isCloseTo(search.find(row, UP, 3).getFirst().cost(), within(1e-9));
    }
}

package dev.clew.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.explain.agnostic.AgnosticExplainer;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.anchor.AnchorSearch;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.counterfactual.Constraint;
import dev.clew.explain.counterfactual.CounterfactualSearch;
import dev.clew.explain.counterfactual.CounterfactualSearch.Target;
import dev.clew.explain.internal.Provenances;
import dev.clew.explain.lime.LimeExplainer;
import dev.clew.explain.lime.LimeOptions;
import dev.clew.explain.linear.LinearExplainer;
import dev.clew.explain.model.Grouping;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.InterventionalExplainer;
import dev.clew.explain.tree.SaabasExplainer;
import dev.clew.explain.tree.TreeExplainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method gives the same digests on one thread and on many, for a thousand rows at once and for single ones, made anew or kept, and
 * on every virtual machine: golden/digests.csv holds what the first one gave.
 */
class DeterminismTest {
    private static final int FEATURES = 6;
    private static final Random RANDOM = new Random(23);
    private static final Model TREES = trees();
    private static final Model LINEAR = Models.read("""
            {"format": "clew/linear/1", "features": ["a", "b", "c", "d", "e", "f"],
             "coefficients": [3, -1, 0.25, 7, 1e-3, 2], "intercept": 0.5, "link": "logistic"}""".getBytes(StandardCharsets.UTF_8));
    private static final Rows BACKGROUND = rows(12, false);
    private static final Rows ROWS = rows(1_000, true);
    private static final Rows WHOLE = rows(1_000, false);

    private static Model trees() {
        var document = new XgboostDocument(FEATURES, "binary:logistic", "5E-1");
        for (int i = 0; i < 6; i++) {
            document.tree(XgboostDocument.randomTree(RANDOM, FEATURES, 5));
        }
        return document.model();
    }

    private static Rows rows(int count, boolean missing) {
        return Rows.of(IntStream.range(0, count)
                .mapToObj(i -> missing
                        ? XgboostDocument.randomRow(RANDOM, FEATURES)
                        : RANDOM.doubles(FEATURES, -2, 2).toArray())
                .toList());
    }

    /** @param rows how many of the thousand, where a method asks the model often */
    record Case(String name, Supplier<Explainer> explainer, Rows data, int rows) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>(List.of(
                new Case("tree along paths", () -> TreeExplainer.of(TREES), ROWS, 1_000),
                new Case("tree against a background", () -> InterventionalExplainer.of(TREES, BACKGROUND), ROWS, 1_000),
                new Case(
                        "tree in probabilities",
                        () -> InterventionalExplainer.of(TREES, BACKGROUND, OutputSpace.PROBABILITY),
                        ROWS,
                        1_000),
                new Case("node means", () -> SaabasExplainer.of(TREES), ROWS, 1_000),
                new Case(
                        "linear",
                        () -> LinearExplainer.of(LINEAR, BACKGROUND, Semantics.INTERVENTIONAL, 1),
                        WHOLE,
                        1_000),
                new Case(
                        "linear, correlated",
                        () -> LinearExplainer.of(LINEAR, BACKGROUND, Semantics.CORRELATION_DEPENDENT, 1),
                        WHOLE,
                        1_000),
                new Case("groups", DeterminismTest::grouped, ROWS, 1_000),
                new Case("lime", () -> LimeExplainer.of(TREES, WHOLE, 3), WHOLE, 12),
                new Case(
                        "lime without bins",
                        () -> LimeExplainer.of(TREES, WHOLE, LimeOptions.DEFAULT.with(LimeOptions.Discretizer.NONE), 3),
                        WHOLE,
                        12)));
        for (Method method :
                List.of(Method.EXACT, Method.KERNEL, Method.PERMUTATION, Method.SAMPLING, Method.PARTITION)) {
            cases.add(new Case(
                    method.name(),
                    () -> AgnosticExplainer.of(TREES, method, BACKGROUND, OutputSpace.MARGIN, Budget.DEFAULT, 7),
                    ROWS,
                    40));
        }
        return cases.stream();
    }

    private static Explainer grouped() {
        Map<String, List<String>> named = new LinkedHashMap<>();
        named.put("pair", List.of("f1", "f4"));
        return Explainers.of(
                TREES,
                Optional.of(Method.TREE),
                Optional.empty(),
                OutputSpace.MARGIN,
                Budget.DEFAULT,
                0,
                Grouping.of(TREES.schema(), named));
    }

    private static List<String> digests(Explainer explainer, Explanation explanation) {
        return IntStream.range(0, explanation.rows())
                .mapToObj(i -> explanation.record(i, explainer.provenance()).resultDigest())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersTheSameBytes(Case one) {
        Rows rows = one.data.slice(0, one.rows);
        Explainer explainer = one.explainer.get();
        List<String> together = digests(explainer, explainer.explain(rows, 1));
        assertThat(together).hasSize(one.rows).doesNotContain("");
        assertThat(digests(explainer, explainer.explain(rows, 4)))
                .as("four threads")
                .isEqualTo(together);
        Explainer again = one.explainer.get();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, one.rows).boxed().toList());
        Collections.shuffle(order, new Random(1));
        for (int i : order) {
            Explanation alone = again.explain(new Rows(rows.row(i), 1, FEATURES), 2);
            assertThat(digests(again, alone)).as("row %d alone", i).containsExactly(together.get(i));
        }
    }

    /** One digest per method, over the results of 25 rows. Whoever changes one raises the engine's version. */
    @Test
    void answersTheBytesOfEveryOtherMachine() throws IOException {
        Map<String, String> own = new LinkedHashMap<>();
        cases().forEach(one -> {
            Explainer explainer = one.explainer.get();
            Rows rows = one.data.slice(0, Math.min(25, one.rows));
            own.put(one.name, digest(String.join(" ", digests(explainer, explainer.explain(rows, 2)))));
        });
        own.put("interactions along paths", bits(TreeExplainer.of(TREES).interactions(ROWS.slice(0, 25), 2)));
        own.put(
                "interactions against a background",
                bits(InterventionalExplainer.of(TREES, BACKGROUND).interactions(ROWS.slice(0, 25), 2)));
        own.put("scores", digest(Arrays.toString(TREES.values(ROWS)) + Arrays.toString(LINEAR.values(WHOLE))));
        own.put("anchors", digest(rule()));
        own.put("counterfactuals", digest(changes()));
        String lines = own.entrySet().stream()
                .map(each -> each.getKey() + ',' + each.getValue() + '\n')
                .collect(Collectors.joining());
        assertThat(lines).isEqualTo(Golden.text("digests.csv"));
    }

    /** Exponentials of {@link Math} are each machine's own; {@link StrictMath} has one answer. */
    @Test
    void usesNoFunctionsThatMachinesComputeDifferently() throws IOException {
        var own = Pattern.compile(
                "(?<!Strict)Math\\.(exp|expm1|log|log10|log1p|pow|sin|cos|tan|a?sinh?|a?tan2?h?|cbrt|hypot)\\(");
        List<Path> files = new ArrayList<>(
                List.of(Path.of("../statistics/src/main/java/dev/clew/statistics/distribution/Normal.java")));
        try (var all = Files.walk(Path.of("src/main/java"))) {
            all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThan(100);
        for (Path file : files) {
            assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern(own);
        }
    }

    private static String digest(String text) {
        return HexFormat.of().formatHex(Provenances.sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String bits(Interactions interactions) {
        return digest(Arrays.stream(interactions.values())
                .mapToObj(value -> Long.toHexString(Double.doubleToLongBits(value)))
                .collect(Collectors.joining(" ")));
    }

    @ParameterizedTest
    @MethodSource("margins")
    void scoresTheSameBits(Model model) {
        double[] together = new double[WHOLE.count() * model.outputs()];
        model.margins(WHOLE, together);
        for (int i = 0; i < WHOLE.count(); i++) {
            double[] alone = new double[model.outputs()];
            model.margins(new Rows(WHOLE.row(i), 1, FEATURES), alone);
            assertThat(alone[0]).isEqualTo(together[i]);
        }
    }

    static Stream<Model> margins() {
        return Stream.of(TREES, LINEAR);
    }

    @Test
    void findsTheSameRulesAndChangesAgain() {
        assertThat(rule()).isEqualTo(rule());
        assertThat(changes()).isEqualTo(changes()).contains("[");
    }

    private static String rule() {
        var search = new AnchorSearch(TREES, WHOLE, values -> values[0] >= 0.5 ? 1 : 0, 20_000, 5);
        var anchor = search.anchor(WHOLE.row(3));
        return anchor.text() + anchor.precision() + anchor.coverage() + anchor.samples();
    }

    private static String changes() {
        double[] row = WHOLE.row(3);
        boolean above = TREES.predict(row).values()[0] < 0.5;
        return new CounterfactualSearch(TREES, WHOLE, Collections.nCopies(FEATURES, Constraint.FREE), List.of())
                .find(row, new Target(0, 0.5, above, 0), 3).stream()
                        .map(each -> Arrays.toString(each.row()) + each.cost())
                        .toList()
                        .toString();
    }
}

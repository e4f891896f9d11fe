package dev.clew.explain.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.explain.ExplainException;
import dev.clew.explain.XgboostDocument;
import dev.clew.explain.agnostic.AgnosticExplainer;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.attribution.Replay.Outcome;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.InterventionalExplainer;
import dev.clew.explain.tree.TreeExplainer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Explanations computed again and compared with what was kept. */
class ReplayTest {
    private static Model model(int features, int seed) {
        var random = new Random(seed);
        var document = new XgboostDocument(features, "reg:squarederror", "0");
        for (int i = 0; i < 4; i++) {
            document.tree(XgboostDocument.randomTree(random, features, 4));
        }
        return document.model();
    }

    private static Rows rows(int features) {
        var random = new Random(8);
        return Rows.of(IntStream.range(0, 6)
                .mapToObj(i -> XgboostDocument.randomRow(random, features))
                .toList());
    }

    private static ExplanationRecord changed(ExplanationRecord record, double by, Provenance provenance) {
        Attribution a = record.attribution();
        double[][] phi = Arrays.stream(a.phi()).map(double[]::clone).toArray(double[][]::new);
        phi[0][0] += by;
        return ExplanationRecord.of(
                new Attribution(
                        a.base(), phi, a.margin(), a.prediction(), a.method(), a.semantics(), a.space(), by, a.flags()),
                provenance);
    }

    private static Provenance by(Provenance p, String engine, byte[] model) {
        return new Provenance(
                engine,
                p.engineDigest(),
                p.configDigest(),
                model,
                p.adapter(),
                p.inputPrecision(),
                p.coverRule(),
                p.coverSource(),
                p.seed(),
                p.background(),
                p.groupsDigest(),
                p.interactionIndex());
    }

    @Test
    void isIdenticalOnAnotherExplainerOfTheSameModel() {
        Rows rows = rows(5);
        var then = InterventionalExplainer.of(model(5, 1), rows);
        var again = InterventionalExplainer.of(model(5, 1), rows);
        var kept = then.explain(rows, 1);
        for (int i = 0; i < rows.count(); i++) {
            var record = again.explain(rows.slice(i, i + 1)).record(0, again.provenance());
            var replay = Replay.compare(kept.record(i, then.provenance()).toBytes(), record);
            assertThat(replay).isEqualTo(new Replay(Outcome.IDENTICAL, 0, List.of()));
        }
    }

    @Test
    void isEquivalentWhereAnotherEngineRoundsElsewhere() {
        Rows rows = rows(5);
        var explainer = InterventionalExplainer.of(model(5, 1), rows);
        var record = explainer.explain(rows).record(2, explainer.provenance());
        Provenance own = record.provenance();
        var near = changed(record, 1e-12, by(own, "9", own.modelDigest()));
        var replay = Replay.compare(near.toBytes(), record);
        assertThat(replay.outcome()).isEqualTo(Outcome.EQUIVALENT);
        assertThat(replay.differing()).contains("values", "engine_version").doesNotContain("background", "base");
        assertThat(replay.largest()).isPositive().isLessThan(1e-11);
        var far = changed(record, 1e-6, own);
        assertThat(Replay.compare(far.toBytes(), record).outcome()).isEqualTo(Outcome.DIFFERENT);
        assertThat(Replay.compare(far.toBytes(), record, 1e-5).outcome()).isEqualTo(Outcome.EQUIVALENT);
    }

    /** Equal numbers about another model, or about another question, are no repetition. */
    @Test
    void isDifferentAboutAnotherModelMethodOrBackground() {
        Rows rows = rows(5);
        Model model = model(5, 1);
        var explainer = InterventionalExplainer.of(model, rows);
        var record = explainer.explain(rows).record(2, explainer.provenance());
        Provenance own = record.provenance();
        var other =
                Replay.compare(changed(record, 0, by(own, "9", new byte[32])).toBytes(), record);
        assertThat(other.outcome()).isEqualTo(Outcome.DIFFERENT);
        assertThat(other.differing()).contains("model_digest");
        var paths = TreeExplainer.of(model);
        var alongPaths =
                Replay.compare(paths.explain(rows).record(2, paths.provenance()).toBytes(), record);
        assertThat(alongPaths.outcome()).isEqualTo(Outcome.DIFFERENT);
        assertThat(alongPaths.differing()).contains("semantics", "background", "cover_rule");
        var fewer = InterventionalExplainer.of(model, rows.slice(0, 5));
        assertThat(Replay.compare(
                                fewer.explain(rows)
                                        .record(2, fewer.provenance())
                                        .toBytes(),
                                record)
                        .differing())
                .contains("background");
        var flagged = ExplanationRecord.of(
                new Attribution(
                        record.attribution().base(),
                        record.attribution().phi(),
                        record.attribution().margin(),
                        record.attribution().prediction(),
                        Method.TREE,
                        Semantics.INTERVENTIONAL,
                        OutputSpace.MARGIN,
                        record.attribution().additivityError(),
                        Set.of(Flag.SINGULAR)),
                own);
        assertThat(Replay.compare(flagged.toBytes(), record).outcome()).isEqualTo(Outcome.DIFFERENT);
    }

    /** Above 64 features values are packed in float32, whose last bit may fall either way. */
    @Test
    void allowsAStepOfFloat32WhereValuesArePackedSo() {
        Model model = model(70, 3);
        Rows rows = rows(70);
        var explainer = TreeExplainer.of(model);
        var record = explainer.explain(rows).record(0, explainer.provenance());
        double phi = record.attribution().phi(0)[0];
        var near = changed(record, Math.max(Math.ulp((float) phi), 1e-12), record.provenance());
        assertThat(Replay.compare(near.toBytes(), record).outcome()).isNotEqualTo(Outcome.DIFFERENT);
        assertThat(Replay.compare(changed(record, 0.01, record.provenance()).toBytes(), record)
                        .outcome())
                .isEqualTo(Outcome.DIFFERENT);
    }

    @Test
    void comparesStandardErrorsOfSampledMethods() {
        Rows rows = rows(5);
        var explainer = AgnosticExplainer.of(
                model(5, 1),
                Method.PERMUTATION,
                rows,
                OutputSpace.MARGIN,
                new Budget(20_000, Budget.DEFAULT.maxTime()),
                4);
        var explanation = explainer.explain(rows);
        var record = explanation.record(1, explainer.provenance());
        var without = ExplanationRecord.of(record.attribution(), record.provenance());
        assertThat(Replay.compare(record.toBytes(), record).outcome()).isEqualTo(Outcome.IDENTICAL);
        var replay = Replay.compare(without.toBytes(), record);
        assertThat(replay.outcome()).isEqualTo(Outcome.DIFFERENT);
        assertThat(replay.largest()).isInfinite();
        assertThat(replay.differing()).containsExactly("std_error");
    }

    /** Whatever bytes are changed or missing: an answer or a typed refusal. */
    @Test
    void survivesDamagedRecords() {
        Rows rows = rows(5);
        var explainer = InterventionalExplainer.of(model(5, 1), rows);
        var record = explainer.explain(rows).record(2, explainer.provenance());
        byte[] whole = record.toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Replay.compare(cut, record)).isInstanceOf(ExplainException.class);
        }
        var random = new Random(6);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                var replay = Replay.compare(damaged, record);
                assertThat(replay.outcome() == Outcome.IDENTICAL).isEqualTo(Arrays.equals(damaged, whole));
            } catch (ExplainException e) {
                assertThat(e.code()).isEqualTo(ExplainException.Code.MALFORMED_IMPORT);
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 1_999);
    }
}

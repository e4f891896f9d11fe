package dev.clew.explain.reasons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.explain.ExplainException;
import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.LinearModel;
import dev.clew.explain.model.Link;
import dev.clew.explain.model.ModelDescription;
import dev.clew.explain.reasons.ReasonReport.Alarm;
import dev.clew.explain.reasons.ReasonReport.Decisive;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReasonCodesTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(List.of(
            Feature.numeric("duration"),
            Feature.numeric("amount"),
            new Feature("housing", Feature.Type.CATEGORICAL, List.of("free", "own", "rent")),
            Feature.numeric("age")));

    /** Risk: higher is worse. */
    private static final LinearModel MODEL = new LinearModel(
            new ModelDescription("linear-json", "", "", "0".repeat(64), 0),
            SCHEMA,
            Link.LOGISTIC,
            new double[][] {{1, 0.5, 0.25, 0.1}},
            new double[] {-3},
            LinearModel.Missing.REFUSED);

    private static final String POLICY = """
            {"format": "clew/reason-policy/1", "version": "t-1", "adverse": "HIGHER", "max_reasons": 2, "min_share": 0.05,
             "languages": ["en"], "forbidden": ["age"],
             "codes": [
              {"id": "R01", "features": ["duration"], "direction": "HIGH", "specific": true, "text": {"en": "Term of {value} months is long"}},
              {"id": "R02", "features": ["duration"], "direction": "LOW", "specific": true, "text": {"en": "Term of {value} months is short"}},
              {"id": "R03", "features": ["amount"], "specific": true, "text": {"en": "Amount of {value}"}},
              {"id": "R04", "features": ["housing"], "specific": true, "text": {"en": "Housing: {value}"}}],
             "rules": [{"rule": "too-young", "id": "P01", "text": {"en": "The applicant is younger than 18"}}]}""";

    private static ReasonPolicy compile(String json) {
        return ReasonPolicy.compile(json.getBytes(StandardCharsets.UTF_8), SCHEMA);
    }

    private static final ReasonCodes CODES = new ReasonCodes(compile(POLICY), MODEL, new double[] {2, 1, 1, 0});

    private static Attribution attribution(Flag[] flags, double... phi) {
        return new Attribution(
                new double[] {0},
                new double[][] {phi},
                new double[] {0},
                new double[] {0.5},
                Method.TREE,
                Semantics.PATH_DEPENDENT,
                OutputSpace.MARGIN,
                0,
                Set.of(flags));
    }

    private static Attribution attribution(double... phi) {
        return attribution(new Flag[0], phi);
    }

    @Test
    void namesTheLargestAdverseGroupsWithTheTextForTheirDirection() {
        var report = CODES.explain(attribution(1.0, 0.5, 0.25, 0), new double[] {4, 3, 2, 0}, 0, 0);
        assertThat(report.reasons()).extracting(Reason::code).containsExactly("R01", "R03");
        assertThat(report.reasons().getFirst().text()).containsEntry("en", "Term of 4 months is long");
        assertThat(report.reasons().getFirst().share()).isEqualTo(1.0 / 1.75);
        assertThat(report.alarms()).isEmpty();
        var shorter = CODES.explain(attribution(1.0, 0.5, 0.25, 0), new double[] {1, 8, 2, 0}, 0, 0);
        assertThat(shorter.reasons().getFirst().code()).isEqualTo("R02");
    }

    @Test
    void breaksTiesByCodeAndDropsFavourableAndTinyContributions() {
        var report = CODES.explain(attribution(-1.0, 0.5, 0.5, 0), new double[] {4, 3, 2, 0}, 0, 0);
        assertThat(report.reasons()).extracting(Reason::code).containsExactly("R03", "R04");
        var tiny = CODES.explain(attribution(1.0, 0.01, -1, 0), new double[] {4, 3, 2, 0}, 0, 0);
        assertThat(tiny.reasons()).extracting(Reason::code).containsExactly("R01");
    }

    @Test
    void alarmsInsteadOfNamingAForbiddenFeature() {
        var report = CODES.explain(attribution(0.5, 0.2, 0.1, 2.0), new double[] {4, 3, 2, 30}, 0, 0);
        assertThat(report.reasons()).extracting(Reason::code).doesNotContain("").hasSize(2);
        assertThat(report.alarms()).contains(Alarm.PROTECTED_REASON);
        assertThat(report.needsReview()).isTrue();
    }

    @Test
    void checksThatTheNamedGroupsCarryTheDecision() {
        // margin = 4 + 1.5 + 0.5 − 3 = 3; with the reference's duration and amount 2 + 0.5 + 0.5 − 3 = 0.
        var strong = CODES.explain(attribution(1.0, 0.5, 0, 0), new double[] {4, 3, 2, 0}, 0, 1);
        assertThat(strong.faithfulness().orElseThrow().delta()).isEqualTo(3);
        assertThat(strong.faithfulness().orElseThrow().flips()).isTrue();
        var weak = CODES.explain(attribution(0, 0.5, 0, 0), new double[] {40, 3, 2, 0}, 0, 1);
        assertThat(weak.alarms()).containsExactly(Alarm.WEAK_REASONS);
    }

    @Test
    void takesReasonsOfARuleFromTheRuleAndNotFromTheScore() {
        var report = CODES.explainRules(Decisive.RULE, List.of("too-young"));
        assertThat(report.reasons()).extracting(Reason::code).containsExactly("P01");
        assertThat(report.faithfulness()).isEmpty();
        assertThatThrownBy(() -> CODES.explainRules(Decisive.RULE, List.of("unknown")))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("unknown");
    }

    @Test
    void refusesAttributionsThatAreFlagged() {
        for (Flag flag : List.of(Flag.ADDITIVITY_FAILED, Flag.LOW_FIDELITY, Flag.TRUNCATED)) {
            assertThatThrownBy(() ->
                            CODES.explain(attribution(new Flag[] {flag}, 1, 0, 0, 0), new double[] {4, 3, 2, 0}, 0, 0))
                    .isInstanceOf(ExplainException.class)
                    .hasMessageContaining(flag.name());
        }
    }

    /** A feature that no reason may name and that has a code: written wrongly, it would be one. */
    @Test
    void aMisspeltForbiddenFeatureIsRefusedAndAnotherAttributeIsNot() {
        for (var meant : Map.of(
                        "duratoin",
                        "duration",
                        "Housing",
                        "housing",
                        "hou-sing",
                        "housing",
                        "amounts",
                        "amount",
                        "durations",
                        "duration")
                .entrySet()) {
            assertThatThrownBy(
                            () -> compile(POLICY.replace("[\"age\"]", "[\"age\", \"%s\"]".formatted(meant.getKey()))))
                    .isInstanceOf(ExplainException.class)
                    .hasMessageContaining(
                            "forbidden names \"%s\", which is no feature of the model; did you mean \"%s\"?"
                                    .formatted(meant.getKey(), meant.getValue()));
        }
        for (String other : List.of("sex", "wage", "nationality", "amount_2", "personal_status")) {
            assertThat(compile(POLICY.replace("[\"age\"]", "[\"age\", \"%s\"]".formatted(other)))
                            .forbidden())
                    .containsExactly("age", other);
        }
        // What is forbidden under its own name may be so under another one too.
        assertThat(compile(POLICY.replace("[\"age\"]", "[\"age\", \"Age\"]")).forbidden())
                .containsExactly("age", "Age");
        assertThatThrownBy(() -> compile(POLICY.replace("[\"amount\"]", "[\"ammount\"]")))
                .hasMessageContaining("the model has no feature \"ammount\"; did you mean \"amount\"?");
    }

    @Test
    void listsEveryProblemOfAPolicyAtOnce() {
        String bad = POLICY.replace("\"Amount of {value}\"", "\"Failed to achieve a qualifying score\"")
                .replace("[\"housing\"]", "[\"house\"]")
                .replace("\"direction\": \"LOW\"", "\"direction\": \"HIGH\"")
                .replace("\"id\": \"R04\"", "\"id\": \"R03\"");
        assertThatThrownBy(() -> compile(bad))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("vague")
                .hasMessageContaining("no feature \"house\"")
                .hasMessageContaining("\"housing\" has no code")
                .hasMessageContaining("one text for HIGH and one for LOW")
                .hasMessageContaining("R03 occurs twice");
    }

    @Test
    void refusesUnknownKeysAndCodesThatDoNotClaimToBeSpecific() {
        assertThatThrownBy(() -> compile(POLICY.replace("min_share", "minshare")))
                .hasMessageContaining("\"minshare\" is not a key");
        assertThatThrownBy(() -> compile(POLICY.replaceFirst(", \"specific\": true", "")))
                .hasMessageContaining("specific");
    }

    /** Two reasons are given; what is protected weighs less than either, and enough to be one. */
    @Test
    void alarmsForAForbiddenFeatureBehindThePrincipalReasons() {
        var report = CODES.explain(attribution(0.5, 0.4, 0.3, 0.1), new double[] {4, 3, 2, 30}, 0, 0);
        assertThat(report.reasons()).extracting(Reason::code).containsExactly("R01", "R03");
        assertThat(report.alarms()).contains(Alarm.PROTECTED_REASON);
        var tiny = CODES.explain(attribution(0.5, 0.4, 0.3, 0.01), new double[] {4, 3, 2, 30}, 0, 0);
        assertThat(tiny.alarms()).doesNotContain(Alarm.PROTECTED_REASON);
    }
}

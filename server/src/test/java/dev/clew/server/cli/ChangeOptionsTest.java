package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.clew.explain.counterfactual.Consequence;
import dev.clew.explain.counterfactual.Constraint;
import dev.clew.explain.counterfactual.Constraint.Move;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The options of {@code clew counterfactual} that say what a person can change. */
class ChangeOptionsTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(List.of(
            Feature.numeric("age"),
            Feature.numeric("education"),
            new Feature("purpose", Feature.Type.CATEGORICAL, List.of("car (new)", "education", "repairs")),
            new Feature("code", Feature.Type.CATEGORICAL, List.of())));

    private static ChangeOptions parsed(String... arguments) {
        return CommandLine.populateCommand(new ChangeOptions(), arguments);
    }

    private static Constraint one(int feature, String... arguments) {
        return parsed(arguments).constraints(SCHEMA).get(feature);
    }

    @Test
    void everyOptionReachesItsFeatureAndNoOther() {
        assertThat(parsed().constraints(SCHEMA)).containsOnly(Constraint.FREE);
        assertThat(one(0, "--immutable", "age,purpose")).isEqualTo(Constraint.IMMUTABLE);
        assertThat(one(1, "--immutable", "age,purpose")).isEqualTo(Constraint.FREE);
        assertThat(one(1, "--only-up", "education,age").move()).isEqualTo(Move.UP);
        assertThat(one(0, "--only-down", "age").move()).isEqualTo(Move.DOWN);
        assertThat(one(0, "--range", "age=18:67")).isEqualTo(Constraint.FREE.between(18, 67));
        assertThat(one(0, "--range", "age=-.5:")).isEqualTo(Constraint.FREE.between(-0.5, Double.POSITIVE_INFINITY));
        assertThat(one(0, "--range", "age=:1e3")).isEqualTo(Constraint.FREE.between(Double.NEGATIVE_INFINITY, 1_000));
        assertThat(one(1, "--step", "education=0.5")).isEqualTo(Constraint.FREE.inSteps(0.5));
        assertThat(one(2, "--weight", "purpose=5")).isEqualTo(Constraint.FREE.weighing(5));
        assertThat(one(2, "--choose", "purpose=car (new)|repairs").only()).isEqualTo(Set.of(0, 2));
        assertThat(one(3, "--choose", "code=7|12").only()).isEqualTo(Set.of(7, 12));
        assertThat(parsed("--implies", "education=age:1.5").consequences(SCHEMA))
                .containsExactly(new Consequence(1, 0, 1.5));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(
                        "--immutable",
                        "sex",
                        "--immutable: the model has no feature \"sex\"; it has age, education, purpose, code."),
                arguments(
                        "--only-up",
                        "purpose",
                        "--only-up purpose: it is a category without order; use --choose or --immutable."),
                arguments(
                        "--range",
                        "age=67",
                        "--range age=67 is to be NAME=LOW:HIGH, such as age=18:67; one end may be left out."),
                arguments(
                        "--range",
                        "age=:",
                        "--range age=: is to be NAME=LOW:HIGH, such as age=18:67; one end may be left out."),
                arguments("--range", "age=67:18", "--range age: 67 lies above 18; write the lower end first."),
                arguments("--range", "age=a:18", "--range age: \"a\" is no number; write one such as 2.5."),
                arguments("--range", "age=0:1e999", "--range age: \"1e999\" is no number; write one such as 2.5."),
                arguments(
                        "--range",
                        "code=0:1",
                        "--range code: it is a category without order; use --choose or --immutable."),
                arguments("--step", "age=0", "--step age is above 0, not 0."),
                arguments("--step", "age=-3", "--step age is above 0, not -3."),
                arguments(
                        "--step",
                        "purpose=1",
                        "--step purpose: it is a category without order; use --choose or --immutable."),
                arguments("--weight", "age=dear", "--weight age: \"dear\" is no number; write one such as 2.5."),
                arguments("--weight", "age=0", "--weight age is above 0, not 0."),
                arguments("--choose", "age=3", "--choose age: it is a number without categories; use --range."),
                arguments(
                        "--choose",
                        "purpose=boat",
                        "--choose purpose: there is no category \"boat\"; the model knows car (new), education, repairs."),
                arguments(
                        "--choose",
                        "code=red",
                        "--choose code: the model file names no categories; write their numbers, not \"red\"."),
                arguments(
                        "--implies",
                        "education",
                        "--implies \"education\" is to be CAUSE=EFFECT:BY, such as education=age:1."),
                arguments(
                        "--implies",
                        "education=age",
                        "--implies \"education=age\" is to be CAUSE=EFFECT:BY, such as education=age:1."),
                arguments(
                        "--implies",
                        "education=age:x",
                        "--implies education: \"x\" is no number; write one such as 2.5."),
                arguments(
                        "--implies",
                        "purpose=age:1",
                        "--implies purpose=age:1: \"purpose\" is a category; name two numbers."),
                arguments(
                        "--implies",
                        "school=age:1",
                        "--implies: the model has no feature \"school\"; it has age, education, purpose, code."),
                arguments(
                        "--implies",
                        "age=age:1",
                        "--implies: \"age\" follows from a change and has followers itself; name what follows of the first cause."));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhatWasAskedWhatIsTrueAndWhatToDo(String option, String value, String sentence) {
        refused(sentence, option, value);
    }

    @Test
    void refusesOptionsThatContradictEachOther() {
        refused(
                "age may only grow and only shrink; name it once, or as --immutable.",
                "--only-up",
                "age",
                "--only-down",
                "education,age");
    }

    @Test
    void namesTwentyFeaturesOfMany() {
        var wide = new FeatureSchema(
                IntStream.range(0, 100).mapToObj(i -> Feature.numeric("x" + i)).toList());
        assertThatThrownBy(() -> parsed("--only-up", "y").constraints(wide)).hasMessageEndingWith("x19 and 80 more.");
    }

    private static void refused(String sentence, String... arguments) {
        assertThatThrownBy(() -> {
                    ChangeOptions options = parsed(arguments);
                    options.constraints(SCHEMA);
                    options.consequences(SCHEMA);
                })
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
                .hasMessage(sentence);
    }
}

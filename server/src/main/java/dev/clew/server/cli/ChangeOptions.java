package dev.clew.server.cli;

import dev.clew.explain.counterfactual.Consequence;
import dev.clew.explain.counterfactual.Constraint;
import dev.clew.explain.counterfactual.Constraint.Move;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What a person can change, as options. */
final class ChangeOptions {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");

    @Option(names = "--immutable", paramLabel = "NAMES", split = ",", description = "Features that must stay.")
    List<String> immutable = List.of();

    @Option(names = "--only-up", paramLabel = "NAMES", split = ",", description = "Features that may only grow.")
    List<String> up = List.of();

    @Option(names = "--only-down", paramLabel = "NAMES", split = ",", description = "Features that may only shrink.")
    List<String> down = List.of();

    @Option(
            names = "--range",
            paramLabel = "NAME=LOW:HIGH",
            description = "Values that a feature may take; an end may be left out.")
    Map<String, String> ranges = new LinkedHashMap<>();

    @Option(names = "--step", paramLabel = "NAME=SIZE", description = "Changes in whole multiples of this.")
    Map<String, String> steps = new LinkedHashMap<>();

    @Option(names = "--weight", paramLabel = "NAME=FACTOR", description = "What a change costs beside the others'; 1.")
    Map<String, String> weights = new LinkedHashMap<>();

    @Option(names = "--choose", paramLabel = "NAME=A|B|…", description = "Categories that may be chosen.")
    Map<String, String> choices = new LinkedHashMap<>();

    @Option(
            names = "--implies",
            paramLabel = "CAUSE=EFFECT:BY",
            description = "When CAUSE changes by one, EFFECT changes by BY, for instance education=age:1.")
    Map<String, String> implied = new LinkedHashMap<>();

    List<Constraint> constraints(FeatureSchema schema) {
        for (var names :
                List.of(immutable, up, down, ranges.keySet(), steps.keySet(), weights.keySet(), choices.keySet())) {
            names.forEach(name -> column(schema, name));
        }
        List<Constraint> constraints = new ArrayList<>();
        for (String name : schema.names()) {
            Move move = immutable.contains(name)
                    ? Move.NONE
                    : up.contains(name) ? Move.UP : down.contains(name) ? Move.DOWN : Move.ANY;
            Constraint constraint = Constraint.of(move);
            if (ranges.containsKey(name)) {
                constraint = range(constraint, name, ranges.get(name));
            }
            if (steps.containsKey(name)) {
                constraint = constraint.inSteps(positive("--step", name, steps.get(name)));
            }
            if (weights.containsKey(name)) {
                constraint = constraint.weighing(positive("--weight", name, weights.get(name)));
            }
            if (choices.containsKey(name)) {
                constraint = constraint.only(choice(schema, name, choices.get(name)));
            }
            constraints.add(constraint);
        }
        return constraints;
    }

    List<Consequence> consequences(FeatureSchema schema) {
        List<Consequence> consequences = new ArrayList<>();
        implied.forEach((cause, text) -> {
            int at = text.lastIndexOf(':');
            if (at < 1) {
                throw usage("--implies", "CAUSE=EFFECT:BY, such as education=age:1");
            }
            consequences.add(new Consequence(
                    column(schema, cause),
                    column(schema, text.substring(0, at)),
                    number("--implies", cause, text.substring(at + 1))));
        });
        return consequences;
    }

    private static Constraint range(Constraint constraint, String name, String text) {
        String[] ends = text.split(":", -1);
        if (ends.length != 2) {
            throw usage("--range", "NAME=LOW:HIGH, such as age=18:67");
        }
        double low = ends[0].isEmpty() ? Double.NEGATIVE_INFINITY : number("--range", name, ends[0]);
        double high = ends[1].isEmpty() ? Double.POSITIVE_INFINITY : number("--range", name, ends[1]);
        if (low > high) {
            throw new ClewException(
                    ErrorCode.USAGE, "--range %s: the lower end lies above the upper one.".formatted(name));
        }
        return constraint.between(low, high);
    }

    private static Set<Integer> choice(FeatureSchema schema, String name, String text) {
        List<String> known = schema.features().get(schema.indexOf(name)).categories();
        Set<Integer> chosen = new HashSet<>();
        for (String category : text.split("\\|", -1)) {
            if (!known.contains(category)) {
                throw new ClewException(
                        ErrorCode.USAGE, "The feature \"%s\" has no category \"%s\".".formatted(name, category));
            }
            chosen.add(known.indexOf(category));
        }
        return chosen;
    }

    private static int column(FeatureSchema schema, String name) {
        int column = schema.indexOf(name);
        if (column < 0) {
            throw new ClewException(ErrorCode.USAGE, "The model has no feature \"%s\".".formatted(name));
        }
        return column;
    }

    private static double positive(String option, String name, String text) {
        double value = number(option, name, text);
        if (!(value > 0)) {
            throw new ClewException(ErrorCode.USAGE, "%s %s is above 0, not %s.".formatted(option, name, text));
        }
        return value;
    }

    private static double number(String option, String name, String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new ClewException(ErrorCode.USAGE, "%s %s: \"%s\" is no number.".formatted(option, name, text));
        }
        return Double.parseDouble(text);
    }

    private static ClewException usage(String option, String form) {
        return new ClewException(ErrorCode.USAGE, "%s is written %s.".formatted(option, form));
    }
}

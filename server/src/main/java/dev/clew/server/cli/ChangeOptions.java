package dev.clew.server.cli;

import dev.clew.explain.counterfactual.Consequence;
import dev.clew.explain.counterfactual.Constraint;
import dev.clew.explain.counterfactual.Constraint.Move;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What a person can change, as options. */
final class ChangeOptions {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
    private static final Set<String> ORDERED = Set.of("--only-up", "--only-down", "--range", "--step");
    private static final int MOST_LISTED = 20;

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
    List<String> implied = List.of();

    /** @throws ClewException {@code USAGE} for names and values that do not fit the model's features, or each other */
    List<Constraint> constraints(FeatureSchema schema) {
        check(schema);
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

    private void check(FeatureSchema schema) {
        Map<String, Collection<String>> named = new LinkedHashMap<>();
        named.put("--immutable", immutable);
        named.put("--only-up", up);
        named.put("--only-down", down);
        named.put("--range", ranges.keySet());
        named.put("--step", steps.keySet());
        named.put("--weight", weights.keySet());
        named.put("--choose", choices.keySet());
        named.forEach((option, names) -> names.forEach(name -> {
            int column = column(schema, option, name);
            boolean category = schema.features().get(column).type() == Feature.Type.CATEGORICAL;
            if (category && ORDERED.contains(option)) {
                throw wrong("%s %s: it is a category without order; use --choose or --immutable.", option, name);
            }
            if (!category && option.equals("--choose")) {
                throw wrong("--choose %s: it is a number without categories; use --range.", name);
            }
        }));
        for (String name : up) {
            if (down.contains(name)) {
                throw wrong("%s may only grow and only shrink; name it once, or as --immutable.", name);
            }
        }
    }

    /** @throws ClewException {@code USAGE} as {@link #constraints} */
    List<Consequence> consequences(FeatureSchema schema) {
        List<Consequence> consequences = new ArrayList<>();
        for (String text : implied) {
            int from = text.indexOf('=');
            int at = text.lastIndexOf(':');
            if (from < 1 || at < from + 2) {
                throw wrong("--implies \"%s\" is to be CAUSE=EFFECT:BY, such as education=age:1.", text);
            }
            String cause = text.substring(0, from);
            var one = new Consequence(
                    column(schema, "--implies", cause),
                    column(schema, "--implies", text.substring(from + 1, at)),
                    number("--implies", cause, text.substring(at + 1)));
            for (int column : new int[] {one.cause(), one.effect()}) {
                if (schema.features().get(column).type() == Feature.Type.CATEGORICAL) {
                    throw wrong(
                            "--implies %s: \"%s\" is a category; name two numbers.",
                            text, schema.names().get(column));
                }
            }
            consequences.add(one);
        }
        for (Consequence one : consequences) {
            if (consequences.stream().anyMatch(other -> other.cause() == one.effect())) {
                throw wrong(
                        "--implies: \"%s\" follows from a change and has followers itself; name what follows of the first cause.",
                        schema.names().get(one.effect()));
            }
        }
        return consequences;
    }

    private static Constraint range(Constraint constraint, String name, String text) {
        String[] ends = text.split(":", -1);
        if (ends.length != 2 || text.length() == 1) {
            throw wrong(
                    "--range %s=%s is to be NAME=LOW:HIGH, such as age=18:67; one end may be left out.", name, text);
        }
        double low = ends[0].isEmpty() ? Double.NEGATIVE_INFINITY : number("--range", name, ends[0]);
        double high = ends[1].isEmpty() ? Double.POSITIVE_INFINITY : number("--range", name, ends[1]);
        if (low > high) {
            throw wrong("--range %s: %s lies above %s; write the lower end first.", name, ends[0], ends[1]);
        }
        return constraint.between(low, high);
    }

    private static Set<Integer> choice(FeatureSchema schema, String name, String text) {
        List<String> known = schema.features().get(schema.indexOf(name)).categories();
        Set<Integer> chosen = new HashSet<>();
        for (String category : text.split("\\|", -1)) {
            if (known.isEmpty()) {
                if (!category.matches("\\d{1,9}")) {
                    throw wrong(
                            "--choose %s: the model file names no categories; write their numbers, not \"%s\".",
                            name, category);
                }
                chosen.add(Integer.parseInt(category));
                continue;
            }
            if (!known.contains(category)) {
                throw wrong(
                        "--choose %s: there is no category \"%s\"; the model knows %s.", name, category, listed(known));
            }
            chosen.add(known.indexOf(category));
        }
        return chosen;
    }

    private static int column(FeatureSchema schema, String option, String name) {
        int column = schema.indexOf(name);
        if (column < 0) {
            throw wrong("%s: the model has no feature \"%s\"; it has %s.", option, name, listed(schema.names()));
        }
        return column;
    }

    private static double positive(String option, String name, String text) {
        double value = number(option, name, text);
        if (!(value > 0)) {
            throw wrong("%s %s is above 0, not %s.", option, name, text);
        }
        return value;
    }

    private static double number(String option, String name, String text) {
        if (!NUMBER.matcher(text).matches() || !Double.isFinite(Double.parseDouble(text))) {
            throw wrong("%s %s: \"%s\" is no number; write one such as 2.5.", option, name, text);
        }
        return Double.parseDouble(text);
    }

    private static String listed(List<String> names) {
        return names.stream().limit(MOST_LISTED).collect(Collectors.joining(", "))
                + (names.size() > MOST_LISTED ? " and %d more".formatted(names.size() - MOST_LISTED) : "");
    }

    private static ClewException wrong(String sentence, Object... parts) {
        return new ClewException(ErrorCode.USAGE, sentence.formatted(parts));
    }
}

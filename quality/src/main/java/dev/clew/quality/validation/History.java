package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.suite.Expectation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Earlier runs, and the parameters that the {@code windows} of an expectation take from them: a function (mean, median, min, max, sum) of
 * what the same expectation observed in the last {@code range} runs, widened by {@code offset} downwards for a least and upwards for a
 * greatest value. The same expectation has the same id, or the same type and arguments besides those that are parameters.
 */
final class History {
    private final List<JsonNode> results;

    History(List<? extends JsonNode> results) {
        this.results = List.copyOf(results);
    }

    /**
     * Puts bounds where the kwargs name a parameter of a window. Values that were given by hand stay.
     *
     * @throws NotJudged if no earlier run says anything, or a window that is strict finds fewer runs than it looks back on
     */
    Expectation fill(Expectation expectation, ObjectNode given) {
        JsonNode windows = expectation.windows();
        if (windows == null || windows.isEmpty()) {
            return expectation;
        }
        ObjectNode kwargs = expectation.kwargs().deepCopy();
        List<Double> observed = observed(expectation);
        for (JsonNode window : windows) {
            String parameter = window.path("parameter_name").asText("");
            if (given.has(parameter)) {
                continue;
            }
            for (var argument : expectation.kwargs().properties()) {
                if (argument.getValue().path("$PARAMETER").asText("").equals(parameter)) {
                    double bound = bound(window, parameter, argument.getKey(), observed);
                    kwargs.set(argument.getKey(), JsonNodeFactory.instance.numberNode(bound));
                }
            }
        }
        return expectation.withKwargs(kwargs);
    }

    /** With bounds that hold always where windows would set some, so that a run without enough history still observes. */
    static Expectation open(Expectation expectation) {
        ObjectNode kwargs = expectation.kwargs().deepCopy();
        for (var argument : expectation.kwargs().properties()) {
            if (argument.getValue().has("$PARAMETER")) {
                double bound = argument.getKey().startsWith("min") ? -Double.MAX_VALUE : Double.MAX_VALUE;
                kwargs.set(argument.getKey(), JsonNodeFactory.instance.numberNode(bound));
            }
        }
        return expectation.withKwargs(kwargs);
    }

    private static double bound(JsonNode window, String parameter, String argument, List<Double> observed) {
        int range = Math.max(1, window.path("range").asInt(1));
        List<Double> last = observed.subList(Math.max(0, observed.size() - range), observed.size());
        if (last.isEmpty() || window.path("strict").asBoolean(false) && last.size() < range) {
            throw new NotJudged(
                    "Parameter '%s' looks back on %d runs and there are %d; the observed value was kept. Run the suite until there are enough, or give a value."
                            .formatted(parameter, range, last.size()));
        }
        double value = of(window.path("constraint_fn").asText("mean"), last);
        JsonNode offset = window.path("offset");
        double below = argument.startsWith("min") ? offset.path("negative").asDouble(0) : 0;
        double above = argument.startsWith("max") ? offset.path("positive").asDouble(0) : 0;
        return value + Math.abs(value) * (above - below);
    }

    private static double of(String function, List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int last = sorted.length - 1;
        return switch (function.toLowerCase(Locale.ROOT)) {
            case "mean", "average" -> Arrays.stream(sorted).average().orElseThrow();
            case "median" -> (sorted[last / 2] + sorted[sorted.length / 2]) / 2;
            case "min" -> sorted[0];
            case "max" -> sorted[last];
            case "sum" -> Arrays.stream(sorted).sum();
            default ->
                throw new NotJudged("A window's constraint_fn '%s' is not known; mean, median, min, max and sum are."
                        .formatted(function));
        };
    }

    private List<Double> observed(Expectation expectation) {
        List<Double> observed = new ArrayList<>();
        for (JsonNode result : results) {
            for (JsonNode each : result.path("results")) {
                if (isSame(expectation, each.path("expectation_config"))) {
                    JsonNode value = each.path("result").path("observed_value");
                    value = value.isNumber() ? value : each.path("result").path("unexpected_percent");
                    if (value.isNumber()) {
                        observed.add(value.doubleValue());
                    }
                    break;
                }
            }
        }
        return observed;
    }

    private static boolean isSame(Expectation expectation, JsonNode config) {
        String type = config.path("type").asText(config.path("expectation_type").asText(""));
        if (!type.equals(expectation.type())) {
            return false;
        }
        if (expectation.id() != null && config.path("id").isTextual()) {
            return expectation.id().equals(config.get("id").asText());
        }
        for (var argument : expectation.kwargs().properties()) {
            boolean parameter = argument.getValue().has("$PARAMETER");
            if (!parameter && !argument.getValue().equals(config.path("kwargs").path(argument.getKey()))) {
                return false;
            }
        }
        return true;
    }
}

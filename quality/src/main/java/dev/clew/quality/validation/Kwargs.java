package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments of one expectation, checked when they are read. */
final class Kwargs {
    /** Arguments every expectation may carry; what Great Expectations 0.x added and later dropped is ignored. */
    private static final Set<String> COMMON = Set.of(
            "batch_id",
            "table",
            "row_condition",
            "condition_parser",
            "result_format",
            "catch_exceptions",
            "meta",
            "include_config",
            "auto",
            "profiler_config",
            "parse_strings_as_datetimes",
            "output_strftime_format",
            "allow_cross_type_comparisons",
            "rendered_content",
            "windows",
            "description",
            "notes",
            "id",
            "severity");

    /** So much of what was given is repeated. */
    private static final int LONGEST = 60;

    private final String type;
    private final ObjectNode values;

    Kwargs(String type, ObjectNode values) {
        this.type = type;
        this.values = values;
    }

    /** Refuses arguments that the type does not have. */
    void allow(Set<String> names) {
        for (var field : values.properties()) {
            if (!names.contains(field.getKey()) && !COMMON.contains(field.getKey())) {
                throw new NotJudged("%s has no argument '%s'; it takes %s."
                        .formatted(
                                type,
                                field.getKey(),
                                String.join(", ", names.stream().sorted().toList())));
            }
        }
    }

    boolean has(String name) {
        return values.hasNonNull(name);
    }

    /** The value, null if absent or null. */
    @Nullable
    JsonNode get(String name) {
        return values.hasNonNull(name) ? values.get(name) : null;
    }

    JsonNode need(String name) {
        JsonNode value = get(name);
        if (value == null) {
            throw new NotJudged("%s needs the argument '%s'; give it.".formatted(type, name));
        }
        return value;
    }

    String text(String name) {
        JsonNode value = need(name);
        if (!value.isTextual()) {
            throw wrong(name, "a text");
        }
        return value.textValue();
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value.booleanValue();
    }

    double number(String name) {
        JsonNode value = need(name);
        if (!value.isNumber()) {
            throw wrong(name, "a number");
        }
        return value.doubleValue();
    }

    double number(String name, double otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    List<JsonNode> list(String name) {
        JsonNode value = need(name);
        if (!value.isArray()) {
            throw wrong(name, "a list");
        }
        List<JsonNode> all = new ArrayList<>();
        value.forEach(all::add);
        return all;
    }

    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        for (JsonNode each : list(name)) {
            if (!each.isTextual()) {
                throw wrong(name, "a list of texts");
            }
            all.add(each.textValue());
        }
        return all;
    }

    List<Double> numbers(String name, JsonNode value) {
        List<Double> all = new ArrayList<>();
        for (JsonNode each : value) {
            all.add(bound(name, each));
        }
        return all;
    }

    /** A number; null, "inf" and "-inf" as JSON writes infinities are let through. */
    private double bound(String name, JsonNode each) {
        if (each.isNumber()) {
            return each.doubleValue();
        }
        return switch (each.asText()) {
            case "inf", "Infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw wrong(name, "numbers");
        };
    }

    /** Which share of rows must hold, in [0, 1]. */
    double mostly() {
        double mostly = number("mostly", 1);
        if (!(mostly >= 0 && mostly <= 1)) {
            throw new NotJudged("Argument 'mostly' of %s is %s; give a share between 0 and 1.".formatted(type, mostly));
        }
        return mostly;
    }

    /** One of some words. */
    String choice(String name, String otherwise, List<String> words) {
        String value = text(name, otherwise);
        if (!words.contains(value)) {
            throw new NotJudged("Argument '%s' of %s is '%s'; %s are known."
                    .formatted(name, type, value, String.join(", ", words)));
        }
        return value;
    }

    String type() {
        return type;
    }

    /** An argument of another kind. */
    private NotJudged wrong(String name, String needed) {
        String given = String.valueOf(get(name));
        return new NotJudged("Argument '%s' of %s is %s; give %s."
                .formatted(name, type, given.length() <= LONGEST ? given : given.substring(0, LONGEST) + "…", needed));
    }
}

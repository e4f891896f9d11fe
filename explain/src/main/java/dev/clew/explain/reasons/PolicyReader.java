package dev.clew.explain.reasons;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.DocumentReader;
import dev.clew.explain.internal.JsonReader;
import dev.clew.explain.reasons.ReasonPolicy.Direction;
import dev.clew.explain.reasons.ReasonPolicy.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the JSON form of a policy; unknown keys are refused, so a typing error does not silently loosen it. */
final class PolicyReader {
    private static final String FORMAT = "clew/reason-policy/1";

    private final DocumentReader in;
    private String format = "";
    private String version = "";
    private ReasonPolicy.Adverse adverse = ReasonPolicy.Adverse.LOWER;
    private ReasonPolicy.Reference reference = ReasonPolicy.Reference.BASE;
    private int maxReasons = 4;
    private double minShare = 0.05;
    private List<String> languages = List.of("en");
    private List<String> forbidden = List.of();
    private final List<Template> codes = new ArrayList<>();
    private final Map<String, Template> rules = new HashMap<>();
    private final Map<String, Object> referenceValues = new HashMap<>();
    private String rule = "";

    private PolicyReader(byte[] json) {
        in = new JsonReader(json);
    }

    static ReasonPolicy read(byte[] json) {
        try {
            return new PolicyReader(json).read();
        } catch (ExplainException e) {
            throw new ExplainException(Code.BAD_REQUEST, "The reason policy is not well formed. " + e.getMessage(), e);
        }
    }

    private ReasonPolicy read() {
        in.beginObject();
        while (in.hasNext()) {
            String name = in.name();
            switch (name) {
                case "format" -> format = in.string();
                case "version" -> version = in.string();
                case "adverse" -> adverse = choice(ReasonPolicy.Adverse.class);
                case "reference" -> reference = choice(ReasonPolicy.Reference.class);
                case "max_reasons" -> maxReasons = in.integer(0, 1_000);
                case "min_share" -> minShare = in.number();
                case "languages" -> languages = in.strings();
                case "forbidden" -> forbidden = in.strings();
                case "codes" -> {
                    in.beginArray();
                    while (in.hasNext()) {
                        codes.add(template(true));
                    }
                }
                case "rules" -> {
                    in.beginArray();
                    while (in.hasNext()) {
                        Template template = template(false);
                        rules.put(rule, template);
                    }
                }
                case "reference_values" -> {
                    in.beginObject();
                    while (in.hasNext()) {
                        String feature = in.name();
                        referenceValues.put(
                                feature, in.peek() == DocumentReader.Token.STRING ? in.string() : (Object) in.number());
                    }
                }
                default -> throw in.malformed("\"" + name + "\" is not a key of a reason policy");
            }
        }
        in.end();
        if (!format.equals(FORMAT)) {
            throw in.malformed("format must be \"" + FORMAT + "\"");
        }
        return new ReasonPolicy(
                version, adverse, reference, maxReasons, minShare, languages, forbidden, codes, rules, referenceValues);
    }

    private Template template(boolean ofFeatures) {
        String id = "";
        List<String> features = List.of();
        Direction direction = Direction.ANY;
        var text = new TreeMap<String, String>();
        boolean specific = !ofFeatures;
        rule = "";
        in.beginObject();
        while (in.hasNext()) {
            String name = in.name();
            switch (name) {
                case "id" -> id = in.string();
                case "features" -> features = in.strings();
                case "direction" -> direction = choice(Direction.class);
                case "specific" -> specific = in.bool();
                case "rule" -> rule = in.string();
                case "text" -> {
                    in.beginObject();
                    while (in.hasNext()) {
                        text.put(in.name(), in.string());
                    }
                }
                default -> throw in.malformed("\"" + name + "\" is not a key of a reason code");
            }
        }
        if (id.isEmpty() || ofFeatures == features.isEmpty() || ofFeatures != rule.isEmpty()) {
            throw in.malformed("a reason code needs an id and " + (ofFeatures ? "features" : "a rule"));
        }
        if (!specific) {
            throw in.malformed("code " + id + " does not say \"specific\": true");
        }
        return new Template(id, features, direction, text);
    }

    private <E extends Enum<E>> E choice(Class<E> type) {
        String text = in.string();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw in.malformed("\"" + text + "\" is none of " + List.of(type.getEnumConstants()));
    }
}

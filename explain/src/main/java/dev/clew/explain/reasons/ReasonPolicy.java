package dev.clew.explain.reasons;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.FeatureSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which reasons a decision may be given for, checked against a model's features. Immutable and thread-safe.
 *
 * <p>As JSON ({@link #compile}):
 *
 * <pre>{@code
 * {"format": "clew/reason-policy/1", "version": "credit-1", "reference": "BASE", "adverse": "HIGHER",
 *  "max_reasons": 4, "min_share": 0.05, "languages": ["en"], "forbidden": [],
 *  "codes": [{"id": "R01", "features": ["duration_in_month"], "direction": "HIGH", "specific": true,
 *             "text": {"en": "The requested duration of {value} months is long"}}],
 *  "rules": [{"rule": "age-minimum", "id": "P01", "text": {"en": "The applicant is younger than 18"}}],
 *  "reference_values": {"duration_in_month": 18}}
 * }</pre>
 *
 * @param adverse the direction of the margin that is bad for the person
 * @param reference which point contributions are measured from; recorded, the caller provides it
 * @param maxReasons most reasons given; 4 is practice of US credit notices
 * @param minShare codes below this share of the total adverse mass are dropped
 * @param referenceValues typical value (number or category) by feature, of the population that reasons compare with; may
 *     be empty
 * @param forbidden features that must never be a reason (protected ones and their proxies); names of protected attributes that are no
 *     features of the model are allowed, misspelt features are not
 */
public record ReasonPolicy(
        String version,
        Adverse adverse,
        Reference reference,
        int maxReasons,
        double minShare,
        List<String> languages,
        List<String> forbidden,
        List<Template> codes,
        Map<String, Template> rules,
        Map<String, Object> referenceValues) {

    /** Direction of the margin that is bad for the person. */
    public enum Adverse {
        HIGHER,
        LOWER
    }

    /** What "compared to" means. */
    public enum Reference {
        /** The average of the training data (the attribution's base). */
        BASE,
        /** The favourably decided: an interventional background of approved cases. */
        APPROVED_MEDIAN,
        /** Background rows near the threshold. */
        THRESHOLD
    }

    /** For which values a text is true, compared to the reference value of the code's leading feature. */
    public enum Direction {
        HIGH,
        LOW,
        ANY
    }

    /**
     * One reason.
     *
     * @param features the group whose attributions are summed
     * @param text by language; {@code {value}} stands for the leading feature's value, {@code {value:percent}} for it as a
     *     percentage
     */
    public record Template(String id, List<String> features, Direction direction, SortedMap<String, String> text) {
        public Template {
            features = List.copyOf(features);
            text = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(text));
        }
    }

    /** Takes copies of the lists and maps; checks nothing, {@link #compile} does. */
    public ReasonPolicy {
        languages = List.copyOf(languages);
        forbidden = List.copyOf(forbidden);
        codes = List.copyOf(codes);
        rules = Map.copyOf(rules);
        referenceValues = Map.copyOf(referenceValues);
    }

    /**
     * Reads and checks a policy.
     *
     * @throws ExplainException {@code BAD_REQUEST} that lists every problem at once: features without a code, unknown
     *     and misspelt features, codes without a text, vague texts, texts of one group that leave a direction open
     */
    public static ReasonPolicy compile(byte[] json, FeatureSchema schema) {
        ReasonPolicy policy = PolicyReader.read(json);
        List<String> problems = new PolicyCheck(policy, schema).problems();
        if (!problems.isEmpty()) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "The reason policy \"%s\" cannot be used:%n  %s"
                            .formatted(policy.version, String.join(System.lineSeparator() + "  ", problems)));
        }
        return policy;
    }

    /** The codes of each group of features, in order of the policy. */
    Map<List<String>, List<Template>> groups() {
        var groups = new java.util.LinkedHashMap<List<String>, List<Template>>();
        var lists = new HashMap<List<String>, List<Template>>();
        for (Template code : codes) {
            lists.computeIfAbsent(code.features, features -> {
                        var list = new java.util.ArrayList<Template>();
                        groups.put(features, list);
                        return list;
                    })
                    .add(code);
        }
        return groups;
    }
}

package dev.clew.explain.reasons;

import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.reasons.ReasonPolicy.Direction;
import dev.clew.explain.reasons.ReasonPolicy.Template;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What is wrong with a policy, all at once. */
final class PolicyCheck {
    /**
     * Texts that US Regulation B, 12 CFR 1002.9(b)(2), does not accept as a specific reason: they name the procedure, not
     * what in the file led to the decision.
     */
    private static final List<Pattern> VAGUE = List.of(
            Pattern.compile("\\binternal (standard|polic|rule|criteri)"),
            Pattern.compile("\\b(failed|failure|unable) to (achieve|reach|meet)\\b"),
            Pattern.compile("\\b(qualifying|credit|risk|model) score\\b"),
            Pattern.compile("^others?( reasons?| factors?| grounds?)?\\W*$"),
            Pattern.compile("\\bour (model|algorithm|system)\\b"),
            Pattern.compile("\\binsufficient (points|score)\\b"),
            Pattern.compile("\\binterne (richtlinie|vorgabe|kriterien)"),
            Pattern.compile("^sonstiges?( gründe| faktoren)?\\W*$"));

    /** Names for which the nearest feature is looked for; whoever wrote more of them did not mistype them. */
    private static final int MOST_LOOKED = 100;

    private final ReasonPolicy policy;
    private final FeatureSchema schema;
    private final List<String> problems = new ArrayList<>();
    private int looked;

    PolicyCheck(ReasonPolicy policy, FeatureSchema schema) {
        this.policy = policy;
        this.schema = schema;
    }

    List<String> problems() {
        if (policy.maxReasons() < 1 || policy.maxReasons() > 10) {
            problems.add("max_reasons must be between 1 and 10; it is " + policy.maxReasons());
        }
        if (!(policy.minShare() >= 0 && policy.minShare() < 1)) {
            problems.add("min_share must be at least 0 and below 1; it is " + policy.minShare());
        }
        if (policy.languages().isEmpty()) {
            problems.add("languages must name at least one language");
        }
        var ids = new HashSet<String>();
        policy.codes().forEach(code -> template(code, ids));
        policy.rules().forEach((rule, code) -> template(code, ids));
        policy.referenceValues().keySet().stream()
                .filter(feature -> schema.indexOf(feature) < 0)
                .sorted()
                .forEach(feature -> problems.add(
                        "reference_values name the unknown feature \"%s\"%s".formatted(feature, meant(feature))));
        coverage();
        forbidden();
        directions();
        return problems;
    }

    private void template(Template code, Set<String> ids) {
        if (!ids.add(code.id())) {
            problems.add("code %s occurs twice".formatted(code.id()));
        }
        for (String language : policy.languages()) {
            String text = code.text().get(language);
            if (text == null || text.isBlank()) {
                problems.add("code %s has no text in \"%s\"".formatted(code.id(), language));
                continue;
            }
            String lower = text.toLowerCase(Locale.ROOT).strip();
            if (VAGUE.stream().anyMatch(vague -> vague.matcher(lower).find())) {
                problems.add("code %s is vague in \"%s\": name what in the person's data led to the decision"
                        .formatted(code.id(), language));
            }
        }
    }

    private void coverage() {
        var mapped = new HashSet<String>();
        for (List<String> group : policy.groups().keySet()) {
            for (String feature : group) {
                if (schema.indexOf(feature) < 0) {
                    problems.add("the model has no feature \"%s\"%s".formatted(feature, meant(feature)));
                } else if (!mapped.add(feature)) {
                    problems.add("the feature \"%s\" belongs to two groups".formatted(feature));
                }
            }
        }
        for (String feature : schema.names()) {
            if (!mapped.contains(feature) && !policy.forbidden().contains(feature)) {
                problems.add("the feature \"%s\" has no code and is not forbidden".formatted(feature));
            }
        }
    }

    /** Protected attributes that the model does not see may be named too; what is all but a feature is meant to be one. */
    private void forbidden() {
        for (String name : policy.forbidden()) {
            nearest(name)
                    .filter(feature -> !policy.forbidden().contains(feature))
                    .ifPresent(feature -> problems.add(
                            "forbidden names \"%s\", which is no feature of the model; did you mean \"%s\"?"
                                    .formatted(name, feature)));
        }
    }

    private Optional<String> nearest(String name) {
        return schema.indexOf(name) >= 0 || ++looked > MOST_LOOKED
                ? Optional.empty()
                : Misspelt.of(name, schema.names());
    }

    private String meant(String name) {
        return nearest(name).map("; did you mean \"%s\"?"::formatted).orElse("");
    }

    private void directions() {
        policy.groups().forEach((features, codes) -> {
            long any = codes.stream()
                    .filter(code -> code.direction() == Direction.ANY)
                    .count();
            long high = codes.stream()
                    .filter(code -> code.direction() == Direction.HIGH)
                    .count();
            long low = codes.stream()
                    .filter(code -> code.direction() == Direction.LOW)
                    .count();
            boolean whole = (any == 1 && high <= 1 && low <= 1) || (any == 0 && high == 1 && low == 1);
            if (!whole) {
                problems.add(
                        "the group %s needs one text for HIGH and one for LOW, or one for ANY".formatted(features));
            }
        });
    }
}

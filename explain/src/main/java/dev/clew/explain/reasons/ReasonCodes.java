package dev.clew.explain.reasons;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.reasons.ReasonPolicy.Adverse;
import dev.clew.explain.reasons.ReasonPolicy.Direction;
import dev.clew.explain.reasons.ReasonPolicy.Template;
import dev.clew.explain.reasons.ReasonReport.Alarm;
import dev.clew.explain.reasons.ReasonReport.Decisive;
import dev.clew.explain.reasons.ReasonReport.Faithfulness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Principal reasons of adverse decisions under one policy for one model. Immutable and thread-safe.
 *
 * <p>Order: larger contribution first, ties by code id, so the same decision always names the same reasons.
 */
public final class ReasonCodes {
    private static final double WEAK = 0.25;

    private final ReasonPolicy policy;
    private final Model model;
    private final double[] reference;

    /**
     * @param reference one row of typical values (medians, commonest categories) of the policy's reference population
     */
    public ReasonCodes(ReasonPolicy policy, Model model, double[] reference) {
        if (reference.length != model.schema().size()) {
            throw new ExplainException(
                    Code.ROW_MISMATCH,
                    "The reference has %d values; the model takes %d features."
                            .formatted(reference.length, model.schema().size()));
        }
        this.policy = policy;
        this.model = model;
        this.reference = reference.clone();
    }

    /**
     * Takes the reference from the policy's {@code reference_values}.
     *
     * @throws ExplainException {@code ROW_MISMATCH} if they do not name every feature of the model, and no other
     */
    public static ReasonCodes of(ReasonPolicy policy, Model model) {
        return new ReasonCodes(
                policy, model, model.schema().encode(policy.referenceValues(), FeatureSchema.UnknownCategory.REFUSE));
    }

    private record Candidate(List<String> features, Template template, double contribution) {}

    /**
     * Reasons of a decision that the model took.
     *
     * @param attribution of this row, in margin space
     * @param output the output that decided
     * @param threshold of the margin
     * @throws ExplainException {@code BAD_REQUEST} if the attribution is flagged as not to be relied on, or is not in margin
     *     space
     */
    public ReasonReport explain(Attribution attribution, double[] row, int output, double threshold) {
        refuseUnfit(attribution);
        double sign = policy.adverse() == Adverse.HIGHER ? 1 : -1;
        double[] phi = attribution.phi(output);
        var candidates = new ArrayList<Candidate>();
        double total = 0;
        for (var group : policy.groups().entrySet()) {
            double sum = 0;
            for (String feature : group.getKey()) {
                sum += sign * phi[model.schema().indexOf(feature)];
            }
            if (sum > 0) {
                total += sum;
                candidates.add(new Candidate(group.getKey(), fitting(group.getValue(), row), sum));
            }
        }
        for (String feature : policy.forbidden()) {
            int j = model.schema().indexOf(feature);
            boolean mapped = policy.groups().keySet().stream().anyMatch(group -> group.contains(feature));
            if (j >= 0 && !mapped && sign * phi[j] > 0) {
                total += sign * phi[j];
                candidates.add(new Candidate(
                        List.of(feature),
                        new Template("", List.of(feature), Direction.ANY, new TreeMap<>()),
                        sign * phi[j]));
            }
        }
        candidates.sort(
                Comparator.comparingDouble((Candidate c) -> -c.contribution).thenComparing(c -> c.template.id()));
        return report(candidates, total, row, output, threshold, sign);
    }

    private ReasonReport report(
            List<Candidate> candidates, double total, double[] row, int output, double threshold, double sign) {
        var reasons = new ArrayList<Reason>();
        var alarms = EnumSet.noneOf(Alarm.class);
        int named = 0;
        for (Candidate candidate : candidates) {
            double share = candidate.contribution / total;
            if (share < policy.minShare()) {
                break;
            }
            // Before the most important ones are taken: that others weigh more does not make a protected feature no
            // reason.
            if (candidate.features.stream().anyMatch(policy.forbidden()::contains)) {
                alarms.add(Alarm.PROTECTED_REASON);
                continue;
            }
            if (named == policy.maxReasons()) {
                continue;
            }
            named++;
            reasons.add(new Reason(
                    candidate.template.id(),
                    candidate.features,
                    candidate.contribution,
                    share,
                    fill(candidate.template, row)));
        }
        if (reasons.isEmpty()) {
            alarms.add(Alarm.NO_REASON);
        }
        Faithfulness faithfulness = faithfulness(reasons, row, output, threshold, sign);
        if (!reasons.isEmpty() && faithfulness.delta() < WEAK * faithfulness.distance()) {
            alarms.add(Alarm.WEAK_REASONS);
        }
        return new ReasonReport(
                policy.version(), Decisive.MODEL, reasons, Optional.of(faithfulness), List.copyOf(alarms));
    }

    /** Reasons of a decision that rules, a person or a fallback took: one per rule that the policy knows, in given order. */
    public ReasonReport explainRules(Decisive decisive, List<String> rules) {
        if (decisive == Decisive.MODEL) {
            throw new ExplainException(
                    Code.BAD_REQUEST, "The model decided; explain its attribution instead of rules.");
        }
        var reasons = new ArrayList<Reason>();
        for (String rule : rules) {
            Template template = policy.rules().get(rule);
            if (template == null) {
                throw new ExplainException(
                        Code.BAD_REQUEST,
                        "The reason policy %s has no code for the rule \"%s\"; add one before deciding by it."
                                .formatted(policy.version(), rule));
            }
            reasons.add(new Reason(template.id(), List.of(), 0, 0, template.text()));
        }
        return new ReasonReport(
                policy.version(),
                decisive,
                reasons,
                Optional.empty(),
                reasons.isEmpty() ? List.of(Alarm.NO_REASON) : List.of());
    }

    private static void refuseUnfit(Attribution attribution) {
        if (attribution.space() != OutputSpace.MARGIN) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "Reason codes need attributions in margin space; these are in %s.".formatted(attribution.space()));
        }
        for (Flag flag : List.of(Flag.ADDITIVITY_FAILED, Flag.LOW_FIDELITY, Flag.TRUNCATED)) {
            if (attribution.flags().contains(flag)) {
                throw new ExplainException(
                        Code.BAD_REQUEST,
                        "The attribution is flagged %s; reason codes are not made from it.".formatted(flag));
            }
        }
    }

    private Template fitting(List<Template> templates, double[] row) {
        FeatureSchema schema = model.schema();
        int leading = schema.indexOf(templates.getFirst().features().getFirst());
        Direction direction = row[leading] >= reference[leading] ? Direction.HIGH : Direction.LOW;
        return templates.stream()
                .filter(template -> template.direction() == direction)
                .findFirst()
                .or(() -> templates.stream()
                        .filter(template -> template.direction() == Direction.ANY)
                        .findFirst())
                .orElse(templates.getFirst());
    }

    private SortedMap<String, String> fill(Template template, double[] row) {
        int leading = model.schema().indexOf(template.features().getFirst());
        String value = model.schema().display(leading, row[leading]);
        String percent = Double.isNaN(row[leading]) ? "missing" : Math.round(row[leading] * 100) + " %";
        var filled = new TreeMap<String, String>();
        template.text()
                .forEach((language, text) -> filled.put(
                        language, text.replace("{value:percent}", percent).replace("{value}", value)));
        return filled;
    }

    private Faithfulness faithfulness(List<Reason> reasons, double[] row, int output, double threshold, double sign) {
        double before = model.predict(row).margins()[output];
        double[] changed = row.clone();
        for (Reason reason : reasons) {
            for (String feature : reason.features()) {
                int j = model.schema().indexOf(feature);
                changed[j] = reference[j];
            }
        }
        double after = model.predict(changed).margins()[output];
        boolean flips = sign * (before - threshold) >= 0 && sign * (after - threshold) < 0;
        return new Faithfulness(sign * (before - after), flips, Math.abs(before - threshold));
    }
}

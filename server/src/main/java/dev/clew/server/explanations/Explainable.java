package dev.clew.server.explanations;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.explain.ExplainException;
import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.ExplanationRecord;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.reasons.ReasonCodes;
import dev.clew.explain.reasons.ReasonPolicy;
import dev.clew.explain.reasons.ReasonReport;
import dev.clew.explain.tree.TreeExplainer;
import dev.clew.server.common.Json;
import dev.clew.server.ports.DecisionInputs;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One model version, ready to explain: the model as deployed, its explainer, its reason policy. Immutable, thread-safe. */
final class Explainable {
    private final Model model;
    private final TreeExplainer explainer;
    private final @Nullable ReasonCodes reasons;

    private Explainable(Model model, TreeExplainer explainer, @Nullable ReasonCodes reasons) {
        this.model = model;
        this.explainer = explainer;
        this.reasons = reasons;
    }

    /**
     * Compiles a model.
     *
     * @param policy the version's {@code reason-codes.json}, or null
     * @throws ExplainException when the policy cannot be used or the model cannot be explained this way
     */
    static Explainable of(Model model, byte @Nullable [] policy) throws IOException {
        return new Explainable(model, TreeExplainer.of(model), policy == null ? null : reasons(model, policy));
    }

    FeatureSchema schema() {
        return model.schema();
    }

    List<String> names() {
        return model.schema().names();
    }

    double[] encode(DecisionInputs.Opened decision) {
        Map<String, @Nullable Object> values = new HashMap<>();
        for (int i = 0; i < decision.names().size(); i++) {
            if (model.schema().indexOf(decision.names().get(i)) >= 0) {
                values.put(decision.names().get(i), decision.values().get(i));
            }
        }
        return model.schema().encode(values, FeatureSchema.UnknownCategory.AS_UNKNOWN);
    }

    ExplanationRecord explain(double[] row) {
        return ExplanationRecord.of(explainer.explain(row), explainer.provenance());
    }

    /**
     * The principal reasons: from the rules if a rule decided, from the attributions if the model did; empty without a policy, and of
     * attributions that do not add up, which are stored with their flag and give no reasons.
     */
    Optional<ReasonReport> reasons(DecisionInputs.Opened decision, Attribution attribution, double[] row) {
        if (reasons == null) {
            return Optional.empty();
        }
        ReasonReport.Decisive decisive = decisive(decision);
        if (decisive != ReasonReport.Decisive.MODEL) {
            return Optional.of(reasons.explainRules(decisive, decision.rules()));
        }
        if (!attribution.isTrustworthy()) {
            return Optional.empty();
        }
        Double threshold = decision.threshold();
        double margin = threshold == null ? 0 : toMargin(threshold, attribution);
        return Optional.of(reasons.explain(attribution, row, 0, margin));
    }

    /** A threshold of the reported probability, as one of the margin where the model is logistic; else as it is. */
    private static double toMargin(double threshold, Attribution attribution) {
        double margin = attribution.margin()[0];
        double logistic = 1 / (1 + Math.exp(-margin));
        boolean isLogistic = Math.abs(logistic - attribution.prediction()[0]) < 1e-6;
        return isLogistic && threshold > 0 && threshold < 1 ? Math.log(threshold / (1 - threshold)) : threshold;
    }

    private static ReasonReport.Decisive decisive(DecisionInputs.Opened decision) {
        Integer decisive = decision.decisive();
        return decisive == null ? ReasonReport.Decisive.MODEL : ReasonReport.Decisive.values()[decisive];
    }

    private static ReasonCodes reasons(Model model, byte[] policy) throws IOException {
        JsonNode reference = Json.MAPPER.readTree(policy).path("reference_values");
        Map<String, @Nullable Object> values = new HashMap<>();
        for (String name : model.schema().names()) {
            JsonNode value = reference.path(name);
            values.put(
                    name,
                    value.isNumber() ? (Object) value.doubleValue() : value.isTextual() ? value.textValue() : null);
        }
        return new ReasonCodes(
                ReasonPolicy.compile(policy, model.schema()),
                model,
                model.schema().encode(values, FeatureSchema.UnknownCategory.AS_UNKNOWN));
    }
}

package dev.clew.server.explanations;

import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.ExplanationRecord;
import dev.clew.explain.reasons.Reason;
import dev.clew.explain.reasons.ReasonReport;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.DecisionInputs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An explanation as people and interfaces see it.
 *
 * @param base expected margin, {@code base + Σ phi = margin}
 * @param attributions largest absolute value first, ties by name
 * @param direction of an attribution: {@code up} moves the score up
 * @param resultDigest SHA-256 over the canonical result: equal for an equal repetition
 */
public record ExplanationView(
        String id,
        String decision,
        @Nullable Long seq,
        String method,
        String semantics,
        String space,
        double base,
        double margin,
        double prediction,
        double additivityError,
        List<FeatureAttribution> attributions,
        @Nullable Reasons reasons,
        List<String> flags,
        Map<String, Object> provenance,
        String resultDigest) {

    /** One feature's part. {@code value} is left out of masked views. */
    public record FeatureAttribution(
            String feature, @Nullable Object value, double phi, String direction) {}

    /** The principal reasons, in words. */
    public record Reasons(
            String policy,
            String decisive,
            List<ReasonView> codes,
            List<String> alarms,
            @Nullable Double faithfulness) {}

    /** One reason. */
    public record ReasonView(String code, List<String> features, double share, SortedMap<String, String> text) {}

    static ExplanationView of(
            Uid id,
            long seq,
            DecisionInputs.Opened decision,
            Explainable model,
            ExplanationRecord record,
            Optional<ReasonReport> report) {
        Attribution attribution = record.attribution();
        var provenance = new TreeMap<String, Object>();
        var p = record.provenance();
        provenance.put("engine_version", p.engineVersion());
        provenance.put("engine_digest", HexFormat.of().formatHex(p.engineDigest()));
        provenance.put("config_digest", HexFormat.of().formatHex(p.configDigest()));
        provenance.put("model_digest", HexFormat.of().formatHex(p.modelDigest()));
        provenance.put("adapter", p.adapter());
        provenance.put("input_precision", p.inputPrecision());
        provenance.put("cover_rule", p.coverRule());
        provenance.put("cover_source", p.coverSource());
        return new ExplanationView(
                id.dashed(),
                decision.id().dashed(),
                seq < 0 ? null : seq,
                text(attribution.method()),
                text(attribution.semantics()),
                text(attribution.space()),
                attribution.base()[0],
                attribution.margin()[0],
                attribution.prediction()[0],
                attribution.additivityError(),
                attributions(decision, model, attribution.phi(0)),
                report.map(ExplanationView::reasons).orElse(null),
                attribution.flags().stream().map(ExplanationView::text).sorted().toList(),
                provenance,
                record.resultDigest());
    }

    /** Without the values of features. */
    public ExplanationView masked() {
        return new ExplanationView(
                id,
                decision,
                seq,
                method,
                semantics,
                space,
                base,
                margin,
                prediction,
                additivityError,
                attributions.stream()
                        .map(a -> new FeatureAttribution(a.feature(), null, a.phi(), a.direction()))
                        .toList(),
                reasons == null
                        ? null
                        : new Reasons(
                                reasons.policy(),
                                reasons.decisive(),
                                reasons.codes().stream()
                                        .map(code -> new ReasonView(
                                                code.code(), code.features(), code.share(), new TreeMap<>()))
                                        .toList(),
                                reasons.alarms(),
                                reasons.faithfulness()),
                flags,
                provenance,
                resultDigest);
    }

    private static List<FeatureAttribution> attributions(
            DecisionInputs.Opened decision, Explainable model, double[] phi) {
        var all = new ArrayList<FeatureAttribution>();
        List<String> names = model.names();
        for (int i = 0; i < names.size(); i++) {
            int position = decision.names().indexOf(names.get(i));
            Object value = position < 0 ? null : decision.values().get(position);
            all.add(new FeatureAttribution(
                    names.get(i), value, phi[i], phi[i] > 0 ? "up" : phi[i] < 0 ? "down" : "none"));
        }
        all.sort(Comparator.<FeatureAttribution>comparingDouble(a -> -Math.abs(a.phi()))
                .thenComparing(FeatureAttribution::feature));
        return List.copyOf(all);
    }

    private static Reasons reasons(ReasonReport report) {
        return new Reasons(
                report.policyVersion(),
                text(report.decisive()),
                report.reasons().stream().map(ExplanationView::reason).toList(),
                report.alarms().stream().map(ExplanationView::text).toList(),
                report.faithfulness().map(ReasonReport.Faithfulness::delta).orElse(null));
    }

    private static ReasonView reason(Reason reason) {
        return new ReasonView(reason.code(), reason.features(), reason.share(), reason.text());
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

package dev.clew.server.cli;

import dev.clew.explain.Explainer;
import dev.clew.explain.Explainers;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.global.AttributionDrift;
import dev.clew.explain.global.ShapImportance;
import dev.clew.explain.model.Grouping;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What {@code clew importance --kind shap|drift} says about contributions of many rows: over all, by segment, between two windows. */
final class ShapRows {
    private static final int BACKGROUND = 100;

    /** Rows that are explained at a time, and the most values of theirs. */
    private static final int PART = 4_096;

    private static final long PART_VALUES = 2_000_000;
    private static final String NO_SEGMENT = "(missing)";

    private final ExplainOptions options;
    private final Grouping grouping;
    private final int output;
    private final int outputs;
    private final Explainer explainer;
    private boolean failed;

    /** @param usual rows that absent features are taken from, where the model's file does not say what is usual: the first of them */
    ShapRows(Model model, Grouping grouping, Rows usual, int output, ExplainOptions options) {
        this.options = options;
        this.grouping = grouping;
        this.output = output;
        outputs = model.outputs();
        boolean alone = model instanceof TreeEnsemble trees && trees.isSumOfLeaves() && trees.hasCovers();
        explainer = Explainers.of(
                model,
                Optional.<Method>empty(),
                alone ? Optional.empty() : Optional.of(usual.slice(0, Math.min(BACKGROUND, usual.count()))),
                OutputSpace.MARGIN,
                options.budget(),
                options.seed,
                grouping);
    }

    /** Whether some row was left out because its contributions do not add up. */
    boolean hasFailed() {
        return failed;
    }

    /** Of the output that is looked at; in parts, as all outputs of all rows may not fit into memory. */
    private Explanation explain(Rows rows) {
        int part = Math.clamp(PART_VALUES / ((long) outputs * Math.max(1, grouping.size())), 1, PART);
        List<Explanation> parts = new ArrayList<>();
        for (int from = 0; from < rows.count(); from += part) {
            parts.add(explainer
                    .explain(
                            rows.slice(from, Math.min(rows.count(), from + part)),
                            Runtime.getRuntime().availableProcessors())
                    .ofOutput(output));
        }
        Explanation found = Explanation.joined(parts);
        int good = found.trustworthy().length;
        if (good < rows.count()) {
            failed = true;
            Console.warn("The contributions of %d of %d rows do not add up to the prediction; these rows are left out."
                    .formatted(rows.count() - good, rows.count()));
        }
        return found;
    }

    List<Map<String, Object>> over(Rows rows, Consumer<String> say) {
        return features(ShapImportance.of(explain(rows), 0, options.seed), say);
    }

    List<Map<String, Object>> bySegment(Rows rows, @Nullable String[] segments, Consumer<String> say) {
        List<String> names = Arrays.stream(segments)
                .map(name -> name == null ? NO_SEGMENT : name)
                .toList();
        return ShapImportance.bySegment(explain(rows), 0, names, options.seed).stream()
                .map(segment -> {
                    say.accept("%s: %d rows".formatted(segment.name(), segment.rows()));
                    return ordered(
                            "segment",
                            segment.name(),
                            "rows",
                            segment.rows(),
                            "features",
                            features(segment.features(), line -> say.accept("  " + line)));
                })
                .toList();
    }

    private List<Map<String, Object>> features(List<ShapImportance> importances, Consumer<String> say) {
        return importances.stream()
                .map(one -> {
                    String name = grouping.names().get(one.feature());
                    say.accept("%10.5f  [%.5f, %.5f]  %s".formatted(one.meanAbs(), one.low(), one.high(), name));
                    return ordered(
                            "name",
                            name,
                            "mean_abs",
                            one.meanAbs(),
                            "mean",
                            one.mean(),
                            "low",
                            one.low(),
                            "high",
                            one.high());
                })
                .toList();
    }

    /** Both windows explained alike; those that changed most come first. */
    Map<String, Object> drift(Rows reference, Rows current, Consumer<String> say) {
        AttributionDrift drift = AttributionDrift.of(explain(reference), explain(current), 0);
        double correlation = drift.rankCorrelation();
        say.accept("rank correlation of the features %s"
                .formatted(Double.isNaN(correlation) ? "is not defined" : "%.4f".formatted(correlation)));
        say.accept("      psi  wasserstein   mean size");
        List<Map<String, Object>> features = drift.features().stream()
                .sorted(Comparator.comparingDouble((AttributionDrift.Feature each) -> -each.psi())
                        .thenComparingInt(AttributionDrift.Feature::feature))
                .map(each -> {
                    String name = grouping.names().get(each.feature());
                    say.accept("%9.5f  %11.5f   %.5f → %.5f  %s"
                            .formatted(
                                    each.psi(),
                                    each.wasserstein(),
                                    each.referenceMeanAbs(),
                                    each.currentMeanAbs(),
                                    name));
                    return ordered(
                            "name",
                            name,
                            "psi",
                            each.psi(),
                            "wasserstein",
                            each.wasserstein(),
                            "reference_mean_abs",
                            each.referenceMeanAbs(),
                            "current_mean_abs",
                            each.currentMeanAbs());
                })
                .toList();
        return ordered(
                "reference_rows",
                drift.referenceRows(),
                "current_rows",
                drift.currentRows(),
                "rank_correlation",
                Double.isNaN(correlation) ? null : correlation,
                "features",
                features);
    }

    /** Names and values in turn, in their order. */
    static Map<String, Object> ordered(@Nullable Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }
}

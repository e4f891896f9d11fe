package dev.clew.server.cli;

import dev.clew.explain.ExplainException;
import dev.clew.explain.global.FeatureEffect;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.report.EffectReport;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The curves of {@code clew importance --kind pdp|ice|ale}. */
final class EffectRows {
    /** What curves there are. */
    enum Kind {
        PDP,
        ICE,
        ALE
    }

    private final Model model;
    private final Rows rows;
    private final Kind kind;
    private final boolean centred;
    private final int output;
    private boolean failed;

    EffectRows(Model model, Rows rows, Kind kind, boolean centred, int output) {
        this.model = model;
        this.rows = rows;
        this.kind = kind;
        this.centred = centred;
        this.output = output;
        if (centred && kind == Kind.ALE) {
            throw new ClewException(ErrorCode.USAGE, "ALE is centred on the rows already; leave out --centred.");
        }
    }

    /** @param chosen names of features; empty for all */
    List<FeatureEffect> of(List<String> chosen) {
        List<String> names = model.schema().names();
        for (String name : chosen) {
            if (!names.contains(name)) {
                throw new ClewException(
                        ErrorCode.USAGE,
                        "The model has no feature \"%s\"; it has %s.".formatted(name, String.join(", ", names)));
            }
        }
        List<FeatureEffect> effects = new ArrayList<>();
        for (int j = 0; j < names.size(); j++) {
            if (chosen.isEmpty() || chosen.contains(names.get(j))) {
                add(j, effects);
            }
        }
        return effects;
    }

    /** A feature without values has no curve and leaves the others theirs. */
    private void add(int feature, List<FeatureEffect> effects) {
        try {
            effects.add(effect(feature));
        } catch (ExplainException e) {
            if (e.code() != ExplainException.Code.BAD_REQUEST) {
                throw e;
            }
            failed = true;
            Console.warn("%s: %s".formatted(model.schema().names().get(feature), e.getMessage()));
        }
    }

    /** Whether some feature has no curve. */
    boolean hasFailed() {
        return failed;
    }

    private FeatureEffect effect(int feature) {
        FeatureEffect effect = switch (kind) {
            case PDP -> FeatureEffect.partialDependence(model, rows, feature, 0, output);
            case ICE -> FeatureEffect.partialDependence(model, rows, feature, FeatureEffect.MAX_LINES, output);
            case ALE -> FeatureEffect.accumulated(model, rows, feature);
        };
        return centred ? effect.centred() : effect;
    }

    Map<String, Object> json(FeatureEffect effect) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", model.schema().names().get(effect.feature()));
        shown.put("grid", isCategory(effect) ? displayed(effect) : effect.grid());
        shown.put("effect", effect.effect()[output]);
        if (kind == Kind.ICE) {
            shown.put("lines", effect.lines());
        }
        String note = note(effect);
        if (!note.isEmpty()) {
            shown.put("note", note);
        }
        return shown;
    }

    void say(FeatureEffect effect, Consumer<String> line) {
        line.accept(model.schema().names().get(effect.feature()));
        for (int g = 0; g < effect.grid().length; g++) {
            int at = g;
            double[] here = Arrays.stream(effect.lines())
                    .mapToDouble(each -> each[at])
                    .sorted()
                    .toArray();
            String spread = here.length == 0 ? "" : "\t%.6f to %.6f".formatted(here[0], here[here.length - 1]);
            line.accept("  %s\t%.6f%s"
                    .formatted(
                            model.schema().display(effect.feature(), effect.grid()[g]),
                            effect.effect()[output][g],
                            spread));
        }
        String note = note(effect);
        if (!note.isEmpty()) {
            line.accept("  " + note);
        }
    }

    private boolean isCategory(FeatureEffect effect) {
        return model.schema().features().get(effect.feature()).type() == Feature.Type.CATEGORICAL;
    }

    private List<String> displayed(FeatureEffect effect) {
        return Arrays.stream(effect.grid())
                .mapToObj(value -> model.schema().display(effect.feature(), value))
                .toList();
    }

    /** A warning where the model was asked about rows that hardly exist, or steps are summed over what has no order. */
    private String note(FeatureEffect effect) {
        if (kind == Kind.ALE && isCategory(effect)) {
            return "categories have no order, so their steps are summed in that of the model file; --kind pdp asks about each by itself";
        }
        int other = kind == Kind.ALE ? -1 : FeatureEffect.correlated(model.schema(), rows, effect.feature());
        return other < 0
                ? ""
                : "moves with %s, so some of the rows asked about hardly exist; --kind ale stays near the data"
                        .formatted(model.schema().names().get(other));
    }

    void page(List<FeatureEffect> effects, Path file) throws IOException {
        String about = "%d rows; model %s, %s…; output %d; %s.%s"
                .formatted(
                        rows.count(),
                        model.description().format(),
                        model.description().digest().substring(0, 12),
                        output,
                        switch (kind) {
                            case PDP -> "partial dependence: the mean answer with the feature set to each value";
                            case ICE ->
                                "the answers of single rows with the feature set to each value, and their mean over all rows";
                            case ALE ->
                                "accumulated local effects: how the answer changes within the data, around its mean";
                        },
                        centred ? " From 0 at the least value." : "");
        Qualities.write(
                file,
                EffectReport.html(
                        model.schema(),
                        effects,
                        output,
                        about,
                        effects.stream().map(this::note).toList()));
    }
}

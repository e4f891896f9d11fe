package dev.clew.server.cli;

import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.LinearModel;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.TreeEnsemble;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a model is, for people and programs. */
final class ModelText {
    private ModelText() {}

    static Map<String, Object> of(Model model) {
        var description = model.description();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("format", description.format());
        shown.put("format_version", description.formatVersion());
        shown.put("objective", description.objective());
        shown.put("digest", description.digest());
        shown.put("bytes", description.bytes());
        shown.put("outputs", model.outputs());
        shown.put("link", model.link().kind().name());
        switch (model) {
            case TreeEnsemble trees -> {
                shown.put("trees", trees.trees());
                if (trees.rounds() > 0) {
                    shown.put("rounds", trees.rounds());
                }
                if (trees.rounds() < trees.roundsInFile()) {
                    shown.put("rounds_in_file", trees.roundsInFile());
                }
                if (trees.bestRound() > 0) {
                    shown.put("best_round", trees.bestRound());
                }
                shown.put("nodes", trees.nodes());
                shown.put("depth", trees.depth());
                shown.put("precision", trees.precision().name());
                shown.put("aggregate", trees.aggregate().name());
                shown.put("covers", trees.hasCovers());
                if (trees.hasLinearLeaves()) {
                    shown.put("leaves", "LINEAR");
                }
            }
            case LinearModel _ -> shown.put("precision", "DOUBLE");
            case BlackBoxModel box -> shown.put("deterministic", box.isDeterministic());
        }
        shown.put("explained_by", explainedBy(model));
        return shown;
    }

    static List<Map<String, Object>> features(Model model) {
        List<Map<String, Object>> features = new ArrayList<>();
        model.schema()
                .features()
                .forEach(feature -> features.add(ShapRows.ordered(
                        "name", feature.name(),
                        "type", feature.type().name(),
                        "categories", feature.categories().size())));
        return features;
    }

    /** What explanations rest on besides the row and the model. */
    static Map<String, Object> of(Provenance provenance) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("engine", provenance.engineVersion());
        shown.put("settings_digest", HexFormat.of().formatHex(provenance.configDigest()));
        if (!provenance.coverSource().isEmpty()) {
            shown.put("covers_from", provenance.coverSource());
        }
        if (!provenance.coverRule().isEmpty()) {
            shown.put("cover_rule", provenance.coverRule());
        }
        provenance.background().ifPresent(background -> {
            shown.put("background_rows", background.rows());
            shown.put("background_digest", HexFormat.of().formatHex(background.rowsDigest()));
        });
        provenance.seed().ifPresent(seed -> shown.put("seed", seed));
        provenance.interactionIndex().ifPresent(index -> shown.put("interaction_index", index));
        return shown;
    }

    private static List<String> explainedBy(Model model) {
        List<String> methods = new ArrayList<>();
        switch (model) {
            case TreeEnsemble trees -> {
                boolean summed = trees.isSumOfLeaves();
                if (summed && trees.hasCovers()) {
                    methods.add("tree");
                    methods.add("interactions");
                }
                if (summed) {
                    methods.add("tree with a background");
                    methods.add("interactions with a background");
                }
            }
            case LinearModel _ -> methods.add("linear");
            case BlackBoxModel _ -> {}
        }
        methods.addAll(List.of("exact", "permutation", "kernel", "sampling", "partition", "lime", "anchors"));
        return methods;
    }
}

package dev.clew.explain.tree;

import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.internal.Provenances;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.util.Optional;

/** What tree explanations rest on. */
final class TreeProvenance {
    private TreeProvenance() {}

    static Provenance of(TreeEnsemble model, String coverSource) {
        return Provenances.of(
                model,
                EngineProbe.digest(),
                "method=TREE;semantics=PATH_DEPENDENT;space=MARGIN;groups=",
                "CLAMP_1E-12",
                coverSource,
                Optional.empty(),
                Optional.empty());
    }

    static Provenance saabas(TreeEnsemble model) {
        return Provenances.of(
                model,
                EngineProbe.digest(),
                "method=TREE;semantics=SAABAS;space=MARGIN;groups=",
                "CLAMP_1E-12",
                "MODEL",
                Optional.empty(),
                Optional.empty());
    }

    static Provenance interventional(TreeEnsemble model, Rows background, OutputSpace space) {
        return Provenances.of(
                model,
                EngineProbe.digest(),
                "method=TREE;semantics=INTERVENTIONAL;space=" + space + ";groups=",
                "",
                "",
                Optional.of(background),
                Optional.empty());
    }
}

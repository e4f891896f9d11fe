package dev.clew.explain;

import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.internal.Provenances;
import dev.clew.explain.model.Grouping;
import dev.clew.explain.model.Rows;
import java.nio.charset.StandardCharsets;

/**
 * Attributions of another explainer, summed within groups of features: what TREE and LINEAR report of groups. (Methods that ask the
 * model take a group as one player instead.) Thread-safe as the other one is.
 */
final class GroupedExplainer implements Explainer {
    private final Explainer each;
    private final Grouping grouping;

    GroupedExplainer(Explainer each, Grouping grouping) {
        this.each = each;
        this.grouping = grouping;
    }

    @Override
    public Explanation explain(Rows rows) {
        return explain(rows, 1);
    }

    @Override
    public Explanation explain(Rows rows, int threads) {
        Explanation found = each.explain(rows, threads);
        int groups = grouping.size();
        double[] values = new double[found.rows() * found.outputs() * groups];
        for (int i = 0; i < found.rows() * found.outputs(); i++) {
            for (int g = 0; g < groups; g++) {
                for (int j : grouping.members().get(g)) {
                    values[i * groups + g] += found.values()[i * found.features() + j];
                }
            }
        }
        return new Explanation(
                found.rows(),
                found.outputs(),
                groups,
                values,
                found.base(),
                found.margin(),
                found.prediction(),
                found.additivityError(),
                null,
                found.method(),
                found.semantics(),
                found.space(),
                found.rowFlags());
    }

    @Override
    public Provenance provenance() {
        return each.provenance().withGroups(Provenances.sha256(grouping.text().getBytes(StandardCharsets.UTF_8)));
    }
}

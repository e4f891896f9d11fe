package dev.clew.explain;

import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** A function of rows as a black box: numbers a and b, the category c of x, y and z, and if rows are wider the number d. */
public final class TableBox {
    private TableBox() {}

    public static Model of(Rows training, ToDoubleFunction<double[]> f) {
        var features = new ArrayList<>(List.of(
                Feature.numeric("a"),
                Feature.numeric("b"),
                new Feature("c", Feature.Type.CATEGORICAL, List.of("x", "y", "z"))));
        if (training.width() > features.size()) {
            features.add(Feature.numeric("d"));
        }
        return BlackBoxModel.of(
                "f",
                new FeatureSchema(features),
                rows -> IntStream.range(0, rows.count())
                        .mapToDouble(i -> f.applyAsDouble(rows.row(i)))
                        .toArray(),
                training);
    }
}

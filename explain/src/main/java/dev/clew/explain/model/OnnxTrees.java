package dev.clew.explain.model;

import dev.clew.explain.model.OnnxReader.Columns;
import dev.clew.explain.model.OnnxReader.OnnxLink;
import java.util.ArrayList;
import java.util.List;

/** What the tree operators of {@code ai.onnx.ml} say, whatever their version, on its way into the common form. */
final class OnnxTrees {
    final List<OnnxTree> trees = new ArrayList<>();
    int outputs;
    double[] base = new double[0];
    String aggregate = "SUM";
    String transform = "NONE";
    boolean doubles;
    private final Columns columns;

    OnnxTrees(Columns columns) {
        this.columns = columns;
    }

    OnnxLink link() {
        return new OnnxLink(OnnxLink.of(transform), outputs);
    }

    /** A number of outputs that a file may claim. */
    static int count(long outputs) {
        if (outputs < 1 || outputs > 10_000) {
            throw ForestBuilder.malformed("%d outputs are claimed".formatted(outputs));
        }
        return (int) outputs;
    }

    Model model(ModelDescription description, FeatureSchema schema, boolean doubleInput, double[] shift, Link link) {
        var builder = new ForestBuilder(schema.size(), outputs);
        boolean average = aggregate.equals("AVERAGE");
        for (OnnxTree grown : trees) {
            boolean voted = false;
            for (int output = 0; output < outputs; output++) {
                int o = output;
                if (grown.votes.stream().anyMatch(votes -> votes.containsKey(o))) {
                    builder.add(grown.of(columns, output, average ? 1.0 / trees.size() : 1));
                    voted = true;
                }
            }
            if (!voted) {
                throw ForestBuilder.malformed("a tree has no votes");
            }
        }
        double[] bases = new double[outputs];
        for (int o = 0; o < outputs; o++) {
            bases[o] = OnnxReader.shift(base, o) + OnnxReader.shift(shift, o);
        }
        return new TreeEnsemble(
                description,
                schema,
                link,
                builder.build(),
                bases,
                switch (aggregate) {
                    case "MIN" -> TreeEnsemble.Aggregate.MIN;
                    case "MAX" -> TreeEnsemble.Aggregate.MAX;
                    default -> TreeEnsemble.Aggregate.SUM;
                },
                doubleInput || doubles ? TreeEnsemble.Precision.DOUBLE : TreeEnsemble.Precision.FLOAT32_INPUT);
    }
}

package dev.clew.explain.model;

import dev.clew.explain.model.OnnxReader.Columns;
import dev.clew.explain.model.OnnxReader.OnnxLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the tree operators of {@code ai.onnx.ml} say, whatever their version, on its way into the common form. */
final class OnnxTrees {
    private static final List<String> AGGREGATES = List.of("SUM", "AVERAGE", "MIN", "MAX");

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

    /** The outputs that each tree votes for, in ascending order. */
    private List<Set<Integer>> voted() {
        List<Set<Integer>> all = new ArrayList<>();
        long nodes = 0;
        for (OnnxTree grown : trees) {
            Set<Integer> voted = new TreeSet<>();
            grown.votes.forEach(votes -> voted.addAll(votes.keySet()));
            if (voted.isEmpty()) {
                throw ForestBuilder.malformed("a tree has no votes");
            }
            nodes += (long) grown.left.size() * voted.size();
            all.add(voted);
        }
        ForestBuilder.requireRoom(nodes);
        return all;
    }

    Model model(ModelDescription description, FeatureSchema schema, boolean doubleInput, double[] shift, Link link) {
        if (!AGGREGATES.contains(aggregate)) {
            throw ForestBuilder.malformed("its trees are put together in a way that is none of " + AGGREGATES);
        }
        var builder = new ForestBuilder(schema.size(), outputs);
        boolean average = aggregate.equals("AVERAGE");
        List<Set<Integer>> voted = voted();
        for (int t = 0; t < trees.size(); t++) {
            for (int output : voted.get(t)) {
                builder.add(trees.get(t).of(columns, output, average ? 1.0 / trees.size() : 1));
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

package dev.clew.explain.model;

import dev.clew.explain.model.OnnxGraph.Node;
import dev.clew.explain.model.OnnxReader.Columns;
import dev.clew.explain.model.OnnxReader.OnnxLink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tree operators of {@code ai.onnx.ml}, versions 1, 3 and 5, on their way into the common form. */
final class OnnxTrees {
    private static final Map<String, Byte> MODES = Map.of(
            "BRANCH_LEQ", Split.LE,
            "BRANCH_LT", Split.LT,
            "BRANCH_GTE", Split.GE,
            "BRANCH_GT", Split.GT,
            "BRANCH_EQ", Split.EQ,
            "BRANCH_NEQ", Split.NE);
    private static final byte[] CODES = {Split.LE, Split.LT, Split.GE, Split.GT, Split.EQ, Split.NE, Split.MEMBER};
    private static final String[] AGGREGATES = {"AVERAGE", "SUM", "MIN", "MAX"};
    private static final String[] TRANSFORMS = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"};

    /** One tree: a leaf has left −1 and votes, value by output. */
    private static final class Grown {
        private final List<Integer> left = new ArrayList<>();
        private final List<Integer> right = new ArrayList<>();
        private final List<Integer> column = new ArrayList<>();
        private final List<Double> threshold = new ArrayList<>();
        private final List<Byte> op = new ArrayList<>();
        private final List<Boolean> missingTrue = new ArrayList<>();
        private final List<Double> cover = new ArrayList<>();
        private final List<int[]> set = new ArrayList<>();
        private final List<TreeMap<Integer, Double>> votes = new ArrayList<>();
        private final Map<Long, Integer> places = new HashMap<>();
        private int root;

        int add() {
            left.add(-1);
            right.add(-1);
            column.add(0);
            threshold.add(0.0);
            op.add((byte) 0);
            missingTrue.add(false);
            cover.add(Double.NaN);
            set.add(new int[0]);
            votes.add(new TreeMap<>());
            return left.size() - 1;
        }
    }

    private final Columns columns;
    private final List<Grown> trees = new ArrayList<>();
    private int outputs;
    private double[] base = new double[0];
    private String aggregate = "SUM";
    private String transform = "NONE";
    private boolean doubles;

    private OnnxTrees(Columns columns) {
        this.columns = columns;
    }

    OnnxLink link() {
        return new OnnxLink(OnnxLink.of(transform), outputs);
    }

    static OnnxTrees ofVersion3(Node node, Columns columns) {
        var trees = new OnnxTrees(columns);
        boolean classifier = node.type().equals("TreeEnsembleClassifier");
        trees.aggregate = classifier ? "SUM" : node.text("aggregate_function", "SUM");
        trees.transform = node.text("post_transform", "NONE");
        trees.base = node.numbers("base_values");
        trees.doubles = node.hasDoubles("nodes_values_as_tensor");
        Map<Long, Grown> byId = trees.nodes(node);
        String prefix = classifier ? "class" : "target";
        long[] tree = node.integers(prefix + "_treeids");
        long[] at = node.integers(prefix + "_nodeids");
        long[] output = node.integers(prefix + "_ids");
        double[] weight = node.numbers(prefix + "_weights");
        if (tree.length != at.length || tree.length != output.length || tree.length != weight.length) {
            throw ForestBuilder.malformed("the votes of the leaves have different lengths");
        }
        int classes = Math.max(node.texts("classlabels_strings").size(), node.integers("classlabels_int64s").length);
        boolean single =
                classifier && classes <= 2 && Arrays.stream(output).distinct().count() == 1;
        trees.outputs = single ? 1 : count(classifier ? classes : node.integer("n_targets", 1));
        for (int i = 0; i < tree.length; i++) {
            Grown grown = byId.get(tree[i]);
            Integer leaf = grown == null ? null : grown.places.get(at[i]);
            if (grown == null || leaf == null || output[i] < 0 || (!single && output[i] >= trees.outputs)) {
                throw ForestBuilder.malformed("a vote belongs to no leaf or no output");
            }
            grown.votes.get(leaf).merge(single ? 0 : (int) output[i], weight[i], Double::sum);
        }
        if (single && trees.base.length == 2) {
            trees.base = new double[] {trees.base[1]};
        }
        return trees;
    }

    private static int count(long outputs) {
        if (outputs < 1 || outputs > 10_000) {
            throw ForestBuilder.malformed("%d outputs are claimed".formatted(outputs));
        }
        return (int) outputs;
    }

    /** The trees by their number, in order of first mention, each without votes. */
    private Map<Long, Grown> nodes(Node node) {
        long[] tree = node.integers("nodes_treeids");
        long[] id = node.integers("nodes_nodeids");
        long[] column = node.integers("nodes_featureids");
        long[] yes = node.integers("nodes_truenodeids");
        long[] no = node.integers("nodes_falsenodeids");
        long[] missing = node.integers("nodes_missing_value_tracks_true");
        double[] threshold = node.numbers("nodes_values");
        double[] hits = node.numbers("nodes_hitrates");
        List<String> mode = node.texts("nodes_modes");
        int count = tree.length;
        if (id.length != count
                || column.length != count
                || yes.length != count
                || no.length != count
                || threshold.length != count
                || mode.size() != count) {
            throw ForestBuilder.malformed("the attributes of the tree nodes have different lengths");
        }
        boolean covers = hits.length == count && Arrays.stream(hits).distinct().count() > 1;
        Map<Long, Grown> byId = new HashMap<>();
        Grown[] owner = new Grown[count];
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            owner[i] = byId.computeIfAbsent(tree[i], key -> {
                var fresh = new Grown();
                trees.add(fresh);
                return fresh;
            });
            places[i] = owner[i].add();
            if (owner[i].places.put(id[i], places[i]) != null) {
                throw ForestBuilder.malformed("a tree has two nodes of one number");
            }
        }
        for (int i = 0; i < count; i++) {
            Grown grown = owner[i];
            int place = places[i];
            if (covers) {
                grown.cover.set(place, hits[i]);
            }
            if (mode.get(i).equals("LEAF")) {
                continue;
            }
            Byte op = MODES.get(mode.get(i));
            Integer left = grown.places.get(yes[i]);
            Integer right = grown.places.get(no[i]);
            if (op == null || left == null || right == null) {
                throw ForestBuilder.malformed("a tree node has an unknown mode or child");
            }
            grown.op.set(place, op);
            grown.left.set(place, left);
            grown.right.set(place, right);
            grown.column.set(place, Math.clamp(column[i], -1, Integer.MAX_VALUE));
            grown.threshold.set(place, threshold[i]);
            grown.missingTrue.set(place, missing.length == count && missing[i] != 0);
        }
        trees.forEach(OnnxTrees::findRoot);
        return byId;
    }

    private static void findRoot(Grown grown) {
        boolean[] child = new boolean[grown.left.size()];
        for (int v = 0; v < child.length; v++) {
            if (grown.left.get(v) >= 0) {
                child[grown.left.get(v)] = child[grown.right.get(v)] = true;
            }
        }
        grown.root = -1;
        for (int v = child.length - 1; v >= 0; v--) {
            if (!child[v]) {
                grown.root = v;
            }
        }
        if (grown.root < 0) {
            throw ForestBuilder.malformed("the nodes of a tree form a cycle");
        }
    }

    static OnnxTrees ofVersion5(Node node, Columns columns) {
        var trees = new OnnxTrees(columns);
        trees.aggregate = named(AGGREGATES, node.integer("aggregate_function", 1));
        trees.transform = named(TRANSFORMS, node.integer("post_transform", 0));
        trees.doubles = node.hasDoubles("nodes_splits");
        trees.outputs = count(node.integer("n_targets", 1));
        new Version5(node, trees).grow();
        return trees;
    }

    private static String named(String[] names, long index) {
        if (index < 0 || index >= names.length) {
            throw ForestBuilder.malformed("an aggregate or transform has no name");
        }
        return names[(int) index];
    }

    /** Operator TreeEnsemble: nodes and leaves in lists of their own, shared by all trees. */
    private static final class Version5 {
        private final OnnxTrees trees;
        private final long[] roots;
        private final long[] column;
        private final long[] yes;
        private final long[] no;
        private final long[] yesLeaf;
        private final long[] noLeaf;
        private final long[] missing;
        private final long[] target;
        private final double[] mode;
        private final double[] split;
        private final double[] weight;
        private final double[] hits;
        private final int[][] sets;
        private long placed;

        Version5(Node node, OnnxTrees trees) {
            this.trees = trees;
            roots = node.integers("tree_roots");
            column = node.integers("nodes_featureids");
            yes = node.integers("nodes_truenodeids");
            no = node.integers("nodes_falsenodeids");
            yesLeaf = node.integers("nodes_trueleafs");
            noLeaf = node.integers("nodes_falseleafs");
            missing = node.integers("nodes_missing_value_tracks_true");
            target = node.integers("leaf_targetids");
            mode = node.numbers("nodes_modes");
            split = node.numbers("nodes_splits");
            weight = node.numbers("leaf_weights");
            double[] rates = node.numbers("nodes_hitrates");
            int count = column.length;
            if (yes.length != count
                    || no.length != count
                    || yesLeaf.length != count
                    || noLeaf.length != count
                    || mode.length != count
                    || split.length != count
                    || weight.length != target.length) {
                throw ForestBuilder.malformed("the attributes of the tree nodes have different lengths");
            }
            // Hit rates are of inner nodes only, so leaves stay without a cover.
            hits = rates.length == count ? rates : new double[0];
            sets = sets(node.numbers("membership_values"));
        }

        /** Sets stand one after the other in order of their nodes, each ended by NaN. */
        private int[][] sets(double[] members) {
            int[][] all = new int[mode.length][];
            int at = 0;
            for (int v = 0; v < mode.length; v++) {
                all[v] = new int[0];
                if (mode[v] != 6) {
                    continue;
                }
                int from = at;
                while (at < members.length && !Double.isNaN(members[at])) {
                    at++;
                }
                double[] own = Arrays.copyOfRange(members, Math.min(from, members.length), at);
                at++;
                for (double member : own) {
                    if (member != Math.rint(member) || member < 0 || member > 1_000_000) {
                        throw new dev.clew.explain.ExplainException(
                                dev.clew.explain.ExplainException.Code.UNSUPPORTED_MODEL,
                                "The ONNX trees test membership of numbers that are no category codes.");
                    }
                }
                all[v] = Arrays.stream(own).mapToInt(m -> (int) m).toArray();
            }
            return all;
        }

        void grow() {
            for (long root : roots) {
                var grown = new Grown();
                trees.trees.add(grown);
                node(grown, root);
                grown.root = 0;
            }
        }

        /** Copies a tree node by node; a file that shares subtrees or has cycles runs out of its own nodes. */
        private void node(Grown grown, long root) {
            List<long[]> open = new ArrayList<>();
            open.add(new long[] {root, grown.add(), 0});
            while (!open.isEmpty()) {
                long[] next = open.removeLast();
                int v = index(next[0], mode.length);
                int place = (int) next[1];
                if (++placed > mode.length) {
                    throw ForestBuilder.malformed("its trees share nodes or form a cycle");
                }
                if (yesLeaf[v] != 0 && noLeaf[v] != 0 && yes[v] == no[v]) {
                    vote(grown, place, yes[v]);
                    continue;
                }
                grown.op.set(place, CODES[index((long) mode[v], CODES.length)]);
                grown.column.set(place, Math.clamp(column[v], -1, Integer.MAX_VALUE));
                grown.threshold.set(place, split[v]);
                grown.missingTrue.set(place, missing.length == mode.length && missing[v] != 0);
                grown.set.set(place, sets[v]);
                if (hits.length > 0) {
                    grown.cover.set(place, hits[v]);
                }
                grown.left.set(place, child(grown, open, yes[v], yesLeaf[v] != 0));
                grown.right.set(place, child(grown, open, no[v], noLeaf[v] != 0));
            }
        }

        private int child(Grown grown, List<long[]> open, long id, boolean leaf) {
            int place = grown.add();
            if (leaf) {
                vote(grown, place, id);
            } else {
                open.add(new long[] {id, place});
            }
            return place;
        }

        private void vote(Grown grown, int place, long leaf) {
            int at = index(leaf, weight.length);
            if (target[at] < 0 || target[at] >= trees.outputs) {
                throw ForestBuilder.malformed("a leaf votes for output %d".formatted(target[at]));
            }
            grown.votes.get(place).put((int) target[at], weight[at]);
        }

        private static int index(long index, int length) {
            if (index < 0 || index >= length) {
                throw ForestBuilder.malformed("a tree node refers to number %d of %d".formatted(index, length));
            }
            return (int) index;
        }
    }

    Model model(ModelDescription description, FeatureSchema schema, boolean doubleInput, double[] shift, Link link) {
        var builder = new ForestBuilder(schema.size(), outputs);
        boolean average = aggregate.equals("AVERAGE");
        for (Grown grown : trees) {
            boolean voted = false;
            for (int output = 0; output < outputs; output++) {
                int o = output;
                if (grown.votes.stream().anyMatch(votes -> votes.containsKey(o))) {
                    builder.add(tree(grown, output, average ? 1.0 / trees.size() : 1));
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

    /** The builder wants the root first: it is exchanged with whatever stands there. */
    private ForestBuilder.Tree tree(Grown grown, int output, double weight) {
        int count = grown.left.size();
        int[] left = new int[count];
        int[] right = new int[count];
        int[] feature = new int[count];
        double[] value = new double[count];
        byte[] op = new byte[count];
        byte[] missing = new byte[count];
        double[] cover = new double[count];
        int[][] sets = new int[count][];
        for (int i = 0; i < count; i++) {
            int v = i == 0 ? grown.root : i == grown.root ? 0 : i;
            cover[i] = grown.cover.get(v);
            left[i] = moved(grown.left.get(v), grown.root);
            right[i] = moved(grown.right.get(v), grown.root);
            if (left[i] < 0) {
                value[i] = grown.votes.get(v).getOrDefault(output, 0.0);
                continue;
            }
            int column = grown.column.get(v);
            if (column < 0 || column >= columns.feature().length) {
                throw ForestBuilder.malformed(
                        "a node splits on column %d of %d".formatted(column, columns.feature().length));
            }
            feature[i] = columns.feature()[column];
            var split = OnnxSplit.of(
                    columns,
                    column,
                    grown.op.get(v),
                    grown.threshold.get(v),
                    grown.missingTrue.get(v),
                    grown.set.get(v));
            op[i] = split.op();
            missing[i] = split.missing();
            value[i] = split.threshold();
            sets[i] = grown.set.get(v);
        }
        return new ForestBuilder.Tree(output, weight, left, right, feature, value, op, missing, cover, sets);
    }

    private static int moved(int child, int root) {
        return child == root ? 0 : child == 0 ? root : child;
    }
}

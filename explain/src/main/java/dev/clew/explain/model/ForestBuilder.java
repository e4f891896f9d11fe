package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes trees as files number them and lays them out breadth-first, refusing what is no tree. Every reader builds through
 * here, so hostile files are stopped in one place. Confined to one thread.
 */
final class ForestBuilder {
    /** Bound on bitmaps of categories, all nodes together. */
    private static final int MAX_SET_WORDS = 1 << 23;

    /** Bound on nodes, all trees together; a tree with several outputs is one for each, so a file may mean more than it holds. */
    private static final int MAX_NODES = 1 << 25;

    private final int features;
    private final int outputs;
    private int trees;
    private int nodes;
    private int[] root = new int[64];
    private int[] treeOutput = new int[64];
    private double[] treeWeight = new double[64];
    private int[] left = new int[1024];
    private int[] feature = new int[1024];
    private double[] value = new double[1024];
    private byte[] op = new byte[1024];
    private byte[] missing = new byte[1024];
    private double[] cover = new double[1024];
    private int[] set = new int[1024];
    private long[] setBits = new long[64];
    private int setWords;
    private final LinearLeaves.Builder linear = new LinearLeaves.Builder();

    ForestBuilder(int features, int outputs) {
        this.features = features;
        this.outputs = outputs;
    }

    /**
     * One tree with the numbering of its file; arrays of equal length, node 0 the root, −1 for no child.
     *
     * @param value threshold of an inner node, value of a leaf
     * @param cover training weight, NaN if unknown
     * @param sets codes of the category set of a node, null where it has none
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Tree(
            int output,
            double weight,
            int[] left,
            int[] right,
            int[] feature,
            double[] value,
            byte[] op,
            byte[] missing,
            double[] cover,
            int[] @Nullable [] sets) {}

    /**
     * Lines of a tree's leaves, with the numbering of its file.
     *
     * @param features of each leaf's line, null for a node without one
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Lines(double[] constant, int[] @Nullable [] features, double[] @Nullable [] coefficients) {}

    /** @throws ExplainException {@code UNSUPPORTED_MODEL} if so many nodes are too many */
    static void requireRoom(long nodes) {
        if (nodes > MAX_NODES) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "The trees of the model have more than %d nodes, those of several outputs counted for each."
                            .formatted(MAX_NODES));
        }
    }

    void add(Tree tree) {
        add(tree, null);
    }

    /** @param lines null if every leaf answers its constant */
    void add(Tree tree, @Nullable Lines lines) {
        int count = tree.left.length;
        if (tree.output < 0 || tree.output >= outputs) {
            throw malformed("tree %d belongs to output %d; the model has %d".formatted(trees, tree.output, outputs));
        }
        if (count == 0) {
            throw malformed("tree %d has no nodes".formatted(trees));
        }
        requireRoom((long) nodes + count);
        reserve(count);
        int from = nodes;
        int[] source = new int[count];
        boolean[] seen = new boolean[count];
        int placed = 1;
        seen[0] = true;
        // The queue of a breadth-first walk is the new numbering itself: source[i] is the file's number of new node i.
        for (int i = 0; i < placed; i++) {
            int old = source[i];
            int node = from + i;
            set[node] = -1;
            cover[node] = tree.cover[old];
            value[node] = tree.value[old];
            if (cover[node] < 0 || Double.isInfinite(cover[node])) {
                throw malformed("tree %d, node %d has a negative or infinite cover".formatted(trees, old));
            }
            int l = tree.left[old];
            int r = tree.right[old];
            if (l == -1 && r == -1) {
                leaf(tree, old, node);
                if (lines != null) {
                    line(lines, old, node);
                }
                continue;
            }
            if (l < 0 || l >= count || r < 0 || r >= count || l == r || seen[l] || seen[r]) {
                throw malformed("tree %d, node %d has children that are no tree (%d and %d of %d nodes)"
                        .formatted(trees, old, l, r, count));
            }
            if (tree.feature[old] < 0 || tree.feature[old] >= features) {
                throw malformed("tree %d, node %d splits on feature %d of %d"
                        .formatted(trees, old, tree.feature[old], features));
            }
            seen[l] = seen[r] = true;
            left[node] = from + placed;
            source[placed++] = l;
            source[placed++] = r;
            feature[node] = tree.feature[old];
            op[node] = tree.op[old];
            missing[node] = tree.missing[old];
            inner(tree, old, node);
        }
        root[trees] = from;
        treeOutput[trees] = tree.output;
        treeWeight[trees] = tree.weight;
        trees++;
        nodes += placed;
    }

    private void leaf(Tree tree, int old, int node) {
        left[node] = -1;
        feature[node] = -1;
        op[node] = 0;
        missing[node] = 0;
        if (!Double.isFinite(value[node])) {
            throw malformed("tree %d, node %d is a leaf without a finite value".formatted(trees, old));
        }
        if (!Double.isFinite(tree.weight)) {
            throw malformed("tree %d has no finite weight".formatted(trees));
        }
    }

    private void line(Lines lines, int old, int node) {
        int[] own = lines.features[old];
        double[] slopes = lines.coefficients[old];
        if (own == null || slopes == null) {
            return;
        }
        boolean fits = Double.isFinite(lines.constant[old])
                && own.length == slopes.length
                && Arrays.stream(slopes).allMatch(Double::isFinite)
                && Arrays.stream(own).allMatch(f -> f >= 0 && f < features);
        if (!fits) {
            throw malformed("tree %d, node %d is a leaf with a line that is none".formatted(trees, old));
        }
        linear.add(node, lines.constant[old], own, slopes);
    }

    private void inner(Tree tree, int old, int node) {
        if (op[node] < Split.IN_SET) {
            if (Double.isNaN(value[node])) {
                throw malformed("tree %d, node %d has no threshold".formatted(trees, old));
            }
            return;
        }
        int[] codes = tree.sets[old];
        if (codes == null) {
            throw malformed("tree %d, node %d has no set of categories".formatted(trees, old));
        }
        int words = 0;
        for (int code : codes) {
            if (code < 0) {
                throw malformed("tree %d, node %d lists a negative category".formatted(trees, old));
            }
            words = Math.max(words, (code >> 6) + 1);
        }
        if (setWords + words + 1L > MAX_SET_WORDS) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "The category sets of the model need more than %d MiB; codes are too sparse."
                            .formatted(MAX_SET_WORDS >> 17));
        }
        setBits = Arrays.copyOf(setBits, Math.max(setBits.length, Integer.highestOneBit(setWords + words + 1) * 2));
        setBits[setWords] = words;
        for (int code : codes) {
            setBits[setWords + 1 + (code >> 6)] |= 1L << (code & 63);
        }
        set[node] = setWords;
        setWords += words + 1;
    }

    private void reserve(int count) {
        if (trees + 1 >= root.length) {
            root = Arrays.copyOf(root, trees * 2);
            treeOutput = Arrays.copyOf(treeOutput, trees * 2);
            treeWeight = Arrays.copyOf(treeWeight, trees * 2);
        }
        if (nodes + count > left.length) {
            int size = Math.max(nodes + count, left.length + (left.length >> 1));
            left = Arrays.copyOf(left, size);
            feature = Arrays.copyOf(feature, size);
            value = Arrays.copyOf(value, size);
            op = Arrays.copyOf(op, size);
            missing = Arrays.copyOf(missing, size);
            cover = Arrays.copyOf(cover, size);
            set = Arrays.copyOf(set, size);
        }
    }

    Forest build() {
        int[] roots = Arrays.copyOf(root, trees + 1);
        roots[trees] = nodes;
        return new Forest(
                roots,
                Arrays.copyOf(treeOutput, trees),
                Arrays.copyOf(treeWeight, trees),
                Arrays.copyOf(left, nodes),
                Arrays.copyOf(feature, nodes),
                Arrays.copyOf(value, nodes),
                Arrays.copyOf(op, nodes),
                Arrays.copyOf(missing, nodes),
                Covers.of(cover, nodes),
                Arrays.copyOf(set, setWords == 0 ? 0 : nodes),
                Arrays.copyOf(setBits, setWords),
                linear.isEmpty() ? null : linear.build(nodes));
    }

    static ExplainException malformed(String what) {
        return new ExplainException(Code.MALFORMED_MODEL, "The model file is damaged or not a model: " + what + ".");
    }
}

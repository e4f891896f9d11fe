package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trees of any format in one flat form, breadth-first per tree: the right child is the left child + 1, children come
 * after their parent, so one pass forward sees parents first and one pass backward sees children first.
 *
 * <p>One tree has one output; a tree with a vector in each leaf is stored once per output. The margin of output {@code o}
 * is {@code base(o) + Σ weight · leaf} over its trees, divided by {@link #divisor(int)} before the base is added.
 *
 * <p>Immutable and thread-safe.
 */
public final class TreeEnsemble implements Model {
    /** How trees are combined. */
    public enum Aggregate {
        SUM,
        AVERAGE,
        /** Not a sum: only model-agnostic methods explain it. */
        MIN,
        MAX
    }

    /** Precision in which the foreign library compares and adds. */
    public enum Precision {
        /** Inputs are rounded to float before every comparison, margins are added in float. */
        FLOAT32,
        /** Inputs are rounded to float before every comparison, margins are added in double. */
        FLOAT32_INPUT,
        DOUBLE
    }

    private final ModelDescription description;
    private final FeatureSchema schema;
    private final Link link;
    private final Forest forest;
    private final double[] base;
    private final Aggregate aggregate;
    private final Precision precision;
    private final Columns columns;
    private final TreeScorer scorer;

    /** Features that the model has no rule for when they are missing; empty if every feature may be. */
    private final boolean[] required;

    private final Rounds rounds;

    TreeEnsemble(
            ModelDescription description,
            FeatureSchema schema,
            Link link,
            Forest forest,
            double[] base,
            Aggregate aggregate,
            Precision precision) {
        this(description, schema, link, forest, base, aggregate, precision, new boolean[0], Rounds.NONE);
    }

    private TreeEnsemble(
            ModelDescription description,
            FeatureSchema schema,
            Link link,
            Forest forest,
            double[] base,
            Aggregate aggregate,
            Precision precision,
            boolean[] required,
            Rounds rounds) {
        this.required = required;
        this.rounds = rounds;
        this.description = description;
        this.schema = schema;
        this.link = link;
        this.forest = forest;
        this.base = base.clone();
        for (double one : base) {
            if (!Double.isFinite(one)) {
                throw ForestBuilder.malformed("the base of an output is not a finite number");
            }
        }
        this.aggregate = aggregate;
        this.precision = precision;
        this.columns = new Columns(this);
        this.scorer = new TreeScorer(this, forest, columns);
    }

    /** The same model, refusing rows where one of these features is missing. */
    TreeEnsemble requiring(boolean[] features) {
        return new TreeEnsemble(
                description, schema, link, forest, base, aggregate, precision, features.clone(), rounds);
    }

    /** The same model with what its file says about rounds. */
    TreeEnsemble in(Rounds told) {
        return new TreeEnsemble(description, schema, link, forest, base, aggregate, precision, required, told);
    }

    /** Rounds of boosting that this model has; 0 where the file does not tell them apart (ONNX). */
    public int rounds() {
        return rounds.ends().length;
    }

    /** Rounds of boosting in the model's file: more than {@link #rounds()} if only the first ones are taken. */
    public int roundsInFile() {
        return rounds.inFile();
    }

    /**
     * The round that early stopping found best, counted from 1; 0 if the file names none. XGBoost's {@code Booster} predicts with all
     * rounds even so, its scikit-learn classes with those up to the best one.
     */
    public int bestRound() {
        return rounds.best();
    }

    /**
     * The model of the first rounds alone, as XGBoost's {@code iteration_range=(0, count)} and LightGBM's {@code num_iteration=count}
     * predict.
     *
     * @param count from 1 to {@link #rounds()}
     * @throws ExplainException {@code BAD_REQUEST} for another count, or a file that does not tell rounds apart
     */
    public TreeEnsemble firstRounds(int count) {
        if (count < 1 || count > rounds()) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    rounds() == 0
                            ? "The model file does not tell rounds of boosting apart, so the first ones cannot be taken."
                            : "The model has %d rounds; %d of them cannot be taken.".formatted(rounds(), count));
        }
        return new TreeEnsemble(
                description,
                schema,
                link,
                forest.first(rounds.ends()[count - 1]),
                base,
                aggregate,
                precision,
                required,
                rounds.first(count));
    }

    @Override
    public TreeEnsemble named(List<String> names) {
        return new TreeEnsemble(
                description, schema.named(names), link, forest, base, aggregate, precision, required, rounds);
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public FeatureSchema schema() {
        return schema;
    }

    @Override
    public int outputs() {
        return base.length;
    }

    @Override
    public Link link() {
        return link;
    }

    /** How the trees of an output become its margin. */
    public Aggregate aggregate() {
        return aggregate;
    }

    /** Whether leaves answer lines in the features instead of constants (LightGBM's {@code linear_tree}). */
    public boolean hasLinearLeaves() {
        return forest.linear != null;
    }

    /** Whether margins are sums (or means) of constants in the leaves: what method TREE explains. */
    public boolean isSumOfLeaves() {
        return (aggregate == Aggregate.SUM || aggregate == Aggregate.AVERAGE) && !hasLinearLeaves();
    }

    /** How the library that wrote the file compares and adds. */
    public Precision precision() {
        return precision;
    }

    /** Base score of an output in margin space. */
    public double base(int output) {
        return base[output];
    }

    /** What the sum of an output's trees is divided by: 1, or for {@code AVERAGE} the number of its trees. */
    public double divisor(int output) {
        if (aggregate != Aggregate.AVERAGE) {
            return 1;
        }
        int trees = 0;
        for (int tree = 0; tree < trees(); tree++) {
            trees += forest.treeOutput[tree] == output ? 1 : 0;
        }
        return Math.max(1, trees);
    }

    /** Trees of one output each; a tree with vectors in its leaves counts once per output. */
    public int trees() {
        return forest.treeOutput.length;
    }

    /** Nodes of all trees, leaves included. */
    public int nodes() {
        return forest.left.length;
    }

    /** First node of a tree; {@code root(trees())} is {@link #nodes()}. */
    public int root(int tree) {
        return forest.root[tree];
    }

    /** The output that a tree belongs to. */
    public int treeOutput(int tree) {
        return forest.treeOutput[tree];
    }

    /** Factor of a tree's leaves: 1, or DART's weight, or CatBoost's scale. */
    public double treeWeight(int tree) {
        return forest.treeWeight[tree];
    }

    /** Left child, −1 for a leaf; the right child is one more. */
    public int left(int node) {
        return forest.left[node];
    }

    /** Column that an inner node asks about; −1 for a leaf. */
    public int feature(int node) {
        return forest.feature[node];
    }

    /** What an inner node compares with; without meaning where it asks for a set. */
    public double threshold(int node) {
        return forest.value[node];
    }

    /** Value of a leaf, not yet multiplied by its tree's weight; of a linear one what it answers where a feature is missing. */
    public double leafValue(int node) {
        return forest.value[node];
    }

    /** How an inner node compares: one of the codes of {@link Split}. */
    public byte op(int node) {
        return forest.op[node];
    }

    /** Bits of {@link Split} that say what a missing value is and where it goes. */
    public byte missing(int node) {
        return forest.missing[node];
    }

    /** Training weight through the node, NaN if the file has none. */
    public double cover(int node) {
        return forest.cover.of(node);
    }

    /** Thresholds as ranks. */
    public Columns columns() {
        return columns;
    }

    /** Whether every node has a cover, so that path-dependent attributions are defined. */
    public boolean hasCovers() {
        return forest.cover.areKnown();
    }

    /** The same trees with covers counted by sending rows through them; weight 1 each, empty nodes 0. */
    public TreeEnsemble withCoversOf(Rows background) {
        background.mustFit(schema);
        double[] cover = new double[nodes()];
        double[] row = new double[schema.size()];
        for (int i = 0; i < background.count(); i++) {
            prepare(background.values(), i * background.width(), row);
            for (int tree = 0; tree < trees(); tree++) {
                int node = root(tree);
                cover[node]++;
                while (left(node) >= 0) {
                    node = goesLeft(node, row[feature(node)]) ? left(node) : left(node) + 1;
                    cover[node]++;
                }
            }
        }
        return new TreeEnsemble(
                description,
                schema,
                link,
                forest.withCover(Covers.of(cover, cover.length)),
                base,
                aggregate,
                precision,
                required,
                rounds);
    }

    /** Longest path from a root to a leaf, in edges. */
    public int depth() {
        return forest.depth();
    }

    /**
     * Copies a row as the library sees it: rounded to float where it compares floats.
     *
     * @throws ExplainException {@code MISSING_NOT_ALLOWED} if a feature is missing for which the model has no rule
     */
    public void prepare(double[] values, int from, double[] row) {
        for (int j = 0; j < required.length; j++) {
            if (required[j] && Double.isNaN(values[from + j])) {
                throw new ExplainException(
                        Code.MISSING_NOT_ALLOWED,
                        "The feature \"%s\" is missing; it never was in training, so the model has no rule for it. Impute it first."
                                .formatted(schema.features().get(j).name()));
            }
        }
        if (precision == Precision.DOUBLE) {
            System.arraycopy(values, from, row, 0, row.length);
        } else {
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) values[from + j];
            }
        }
    }

    /** Whether a value, already {@linkplain #prepare prepared}, goes to the left child. */
    public boolean goesLeft(int node, double x) {
        return forest.goesLeft(node, x);
    }

    @Override
    public void margins(Rows rows, double[] out) {
        rows.mustFit(schema);
        score(rows, null, out);
    }

    /**
     * Margins of rows that bring their own base (XGBoost's {@code base_margin}), which stands in the place of the model's.
     *
     * @param baseMargins rows × outputs, in margin space
     * @throws ExplainException {@code ROW_MISMATCH} if they are not rows × outputs
     */
    public void margins(Rows rows, double[] baseMargins, double[] out) {
        rows.mustFit(schema);
        score(rows, fitting(rows, baseMargins), out);
    }

    private void score(Rows rows, double @Nullable [] baseMargins, double[] out) {
        boolean inFloat = precision == Precision.FLOAT32;
        scorer.score(rows, baseMargins, inFloat ? null : out, inFloat ? out : null, 1);
    }

    /** Margins added in double whatever the library does: what attributions of this model sum to. */
    public void exactMargins(Rows rows, double[] out) {
        rows.mustFit(schema);
        scorer.score(rows, null, out, null, 1);
    }

    /**
     * Margins, rows × outputs, added in both ways.
     *
     * @param exact in double
     * @param library as the library adds them, what {@link #margins(Rows, double[])} gives; may be the same array
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Margins(double[] exact, double[] library) {}

    /** Both margins of a batch on one way through the trees, in this many threads; the same bits for any number. */
    public Margins margins(Rows rows, int threads) {
        rows.mustFit(schema);
        return both(rows, null, threads);
    }

    /** {@link #margins(Rows, int)} of rows that bring their own base, as in {@link #margins(Rows, double[], double[])}. */
    public Margins margins(Rows rows, double[] baseMargins, int threads) {
        rows.mustFit(schema);
        return both(rows, fitting(rows, baseMargins), threads);
    }

    private Margins both(Rows rows, double @Nullable [] baseMargins, int threads) {
        double[] exact = new double[rows.count() * outputs()];
        double[] library = precision == Precision.FLOAT32 ? new double[exact.length] : exact;
        scorer.score(rows, baseMargins, exact, library == exact ? null : library, threads);
        return new Margins(exact, library);
    }

    private double[] fitting(Rows rows, double[] baseMargins) {
        if (baseMargins.length != rows.count() * outputs()) {
            throw new ExplainException(
                    Code.ROW_MISMATCH,
                    "%d rows of %d outputs need as many base margins; %d were given."
                            .formatted(rows.count(), outputs(), baseMargins.length));
        }
        return baseMargins;
    }

    /** Largest number of distinct features on a path of a tree. */
    public int widestPath(int tree) {
        return forest.widestPath(tree);
    }
}

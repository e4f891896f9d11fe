package dev.clew.explain.agnostic;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.Explainer;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.internal.Parallel;
import dev.clew.explain.internal.Philox;
import dev.clew.explain.internal.Provenances;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Grouping;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * SHAP values of any model by asking it: absent features take their values from the rows of a background.
 *
 * <p>EXACT asks every coalition (≤ 20 varying features); PERMUTATION random orders until precise, with standard errors;
 * KERNEL solves weighted least squares over coalitions; SAMPLING is for comparison and does not add up; PARTITION gives
 * Owen values over a hierarchy of correlated features. Random numbers depend on model, row, method and seed only. Features
 * that equal the background's everywhere get exactly 0. Thread-safe if the model is.
 */
public final class AgnosticExplainer implements Explainer {
    private static final Set<Method> METHODS =
            EnumSet.of(Method.EXACT, Method.PERMUTATION, Method.KERNEL, Method.SAMPLING, Method.PARTITION);

    private final Model model;
    private final Method method;
    private final Rows background;
    private final OutputSpace space;
    private final Budget budget;
    private final long seed;
    private final Grouping grouping;
    private final int[][] members;
    private final double[] base;

    private AgnosticExplainer(
            Model model,
            Method method,
            Rows background,
            OutputSpace space,
            Budget budget,
            long seed,
            Grouping grouping) {
        this.model = model;
        this.method = method;
        this.background = background;
        this.space = space;
        this.budget = budget;
        this.seed = seed;
        this.grouping = grouping;
        members = grouping.members().stream()
                .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        base = new double[model.outputs()];
        double[] answers = Game.answers(model, space, background);
        for (int i = 0; i < answers.length; i++) {
            base[i % base.length] += answers[i];
        }
        for (int o = 0; o < base.length; o++) {
            base[o] /= background.count();
        }
    }

    /**
     * Prepares a model.
     *
     * @param space {@code MARGIN}, {@code PROBABILITY} for what the model reports, or {@code VALUE} for a black box
     * @param budget per row
     * @throws ExplainException {@code BAD_REQUEST} for another method or an empty background
     */
    public static AgnosticExplainer of(
            Model model, Method method, Rows background, OutputSpace space, Budget budget, long seed) {
        return of(model, method, background, space, budget, seed, Grouping.none(model.schema()));
    }

    /**
     * The same with groups of features as players; the explanation has one value per group, in the grouping's order.
     *
     * @throws ExplainException as {@link #of(Model, Method, Rows, OutputSpace, Budget, long)}
     */
    public static AgnosticExplainer of(
            Model model,
            Method method,
            Rows background,
            OutputSpace space,
            Budget budget,
            long seed,
            Grouping grouping) {
        if (!METHODS.contains(method)) {
            throw new ExplainException(
                    Code.BAD_REQUEST, method + " does not explain by asking; use its own explainer.");
        }
        if (background.count() == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "The background has no rows; give at least one.");
        }
        if (space == OutputSpace.LOG_LOSS) {
            throw new ExplainException(Code.BAD_REQUEST, "Losses need labels; explain MARGIN or PROBABILITY.");
        }
        return new AgnosticExplainer(
                model,
                method,
                background,
                model instanceof BlackBoxModel ? OutputSpace.VALUE : space,
                budget,
                seed,
                grouping);
    }

    @Override
    public Explanation explain(Rows rows) {
        return explain(rows, 1);
    }

    @Override
    public Explanation explain(Rows rows, int threads) {
        int outputs = model.outputs();
        int features = grouping.size();
        double[] margin = Game.answers(model, OutputSpace.MARGIN, rows);
        double[] prediction = model.values(rows);
        double[] explained = space == OutputSpace.MARGIN ? margin : prediction;
        double[] values = new double[rows.count() * outputs * features];
        double[] bases = new double[rows.count() * outputs];
        double[] error = new double[rows.count()];
        double[] stdError =
                method == Method.PERMUTATION || method == Method.SAMPLING ? new double[values.length] : null;
        List<Set<Flag>> flags = new ArrayList<>();
        for (int i = 0; i < rows.count(); i++) {
            flags.add(Set.of());
        }
        var next = new AtomicInteger();
        Parallel.run(Math.min(threads, rows.count()), () -> {
            for (int i = next.getAndIncrement(); i < rows.count(); i = next.getAndIncrement()) {
                var game = new Game(model, members, rows.row(i), background, space, budget);
                Solution solution = solve(game, rows.row(i));
                for (int o = 0; o < outputs; o++) {
                    int at = (i * outputs + o) * features;
                    double sum = base[o];
                    for (int p = 0; p < game.players(); p++) {
                        values[at + game.group(p)] = solution.phi()[o][p];
                        sum += solution.phi()[o][p];
                        if (stdError != null && solution.stdError() != null) {
                            stdError[at + game.group(p)] = solution.stdError()[o][p];
                        }
                    }
                    bases[i * outputs + o] = base[o];
                    error[i] = Math.max(error[i], Math.abs(sum - explained[i * outputs + o]));
                }
                if (method == Method.SAMPLING) {
                    error[i] = Double.NaN;
                }
                var own = EnumSet.noneOf(Flag.class);
                own.addAll(solution.flags());
                if (model instanceof BlackBoxModel box && !box.isDeterministic()) {
                    own.add(Flag.NON_DETERMINISTIC);
                }
                synchronized (flags) {
                    flags.set(i, own);
                }
            }
        });
        return new Explanation(
                rows.count(),
                outputs,
                features,
                values,
                bases,
                margin,
                prediction,
                error,
                stdError,
                method,
                Semantics.INTERVENTIONAL,
                space,
                flags);
    }

    private Solution solve(Game game, double[] row) {
        long key = Philox.key(model.description().digest(), row, method.name(), seed);
        return switch (method) {
            case EXACT -> ExactSolver.solve(game);
            case PERMUTATION -> PermutationSolver.solve(game, key);
            case KERNEL -> KernelSolver.solve(game, key);
            case SAMPLING -> SamplingSolver.solve(game, key);
            default -> PartitionSolver.solve(game, Hierarchy.of(background, players(game)));
        };
    }

    private int[][] players(Game game) {
        int[][] players = new int[game.players()][];
        Arrays.setAll(players, p -> members[game.group(p)]);
        return players;
    }

    @Override
    public Provenance provenance() {
        Provenance whole = Provenances.of(
                model,
                AgnosticProbe.digest(),
                "method=%s;semantics=INTERVENTIONAL;space=%s;groups=;evaluations=%d"
                        .formatted(method, space, budget.maxEvaluations()),
                "",
                "",
                Optional.of(background),
                method == Method.EXACT || method == Method.PARTITION ? Optional.empty() : Optional.of(seed));
        return grouping.isTrivial()
                ? whole
                : whole.withGroups(Provenances.sha256(grouping.text().getBytes(StandardCharsets.UTF_8)));
    }
}

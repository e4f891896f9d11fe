package dev.clew.explain.anchor;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.internal.Bins;
import dev.clew.explain.internal.Philox;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Searches the rule of widest coverage whose precision exceeds 0.95 with confidence 0.9: beam search over conditions (quartile bin
 * of a number, category, missing), each step choosing the most precise extensions by KL-LUCB (Ribeiro et al. 2018, algorithms 1
 * and 2, with their defaults: precision 0.95, δ 0.1, ε and tolerance 0.15, batches of 100; the beam here is 2 wide).
 *
 * <p>Coverage is counted on the training rows themselves. Random numbers depend on model, row and seed only, so a search repeats
 * itself bit for bit. Thread-safe if the model is.
 */
public final class AnchorSearch {
    /** Most training rows; more add nothing to bins and coverage. */
    public static final int MAX_TRAINING = 100_000;

    /** Share of samples under a rule that the model must answer alike. */
    public static final double PRECISION = 0.95;

    /** How often the search may be wrong about it. */
    public static final double DELTA = 0.1;

    private static final double EPSILON = 0.15;
    private static final double TOLERANCE = 0.15;
    private static final int BATCH = 100;
    private static final int BEAM = 2;

    /** Constants of the exploration rate β(t, δ) = log(k · arms · t^α / δ) + log of it. */
    private static final double ALPHA = 1.1;

    private static final double K = 405.5;

    private final Model model;
    private final Rows training;
    private final ToIntFunction<double[]> decision;
    private final Budget budget;
    private final long seed;
    private final Bins[] bins;

    /**
     * Prepares a model.
     *
     * @param training rows whose distribution samples follow, 1 to {@link #MAX_TRAINING}
     * @param decision the answer that what the model reports for one row stands for: a class, or the side of a threshold
     * @param maxSamples how often the model may be asked per row, at least once
     * @throws ExplainException {@code BAD_REQUEST} for no or too many training rows
     */
    public AnchorSearch(Model model, Rows training, ToIntFunction<double[]> decision, int maxSamples, long seed) {
        this(model, training, decision, new Budget(maxSamples, Budget.DEFAULT.maxTime()), seed);
    }

    /**
     * The same within a budget per row. Where it ends, the most precise rule so far is the result, and not {@link Anchor#reached()}
     * unless it was told to be precise enough.
     *
     * @throws ExplainException {@code BAD_REQUEST} for no or too many training rows
     */
    public AnchorSearch(Model model, Rows training, ToIntFunction<double[]> decision, Budget budget, long seed) {
        if (training.count() == 0 || training.count() > MAX_TRAINING) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "Anchors need 1 to %d training rows; these are %d.".formatted(MAX_TRAINING, training.count()));
        }
        this.model = model;
        this.training = training;
        this.decision = decision;
        this.budget = budget;
        this.seed = seed;
        bins = new Bins[model.schema().size()];
        Arrays.setAll(
                bins,
                j -> new Bins(training, j, model.schema().features().get(j).type()));
    }

    /** The class of the largest value, or for a single output whether it is at least one half. */
    public static int likeliest(double[] values) {
        int best = 0;
        for (int o = 1; o < values.length; o++) {
            best = values[o] > values[best] ? o : best;
        }
        return values.length == 1 ? values[0] >= 0.5 ? 1 : 0 : best;
    }

    /** The anchor of one row. */
    public Anchor anchor(double[] row) {
        var random = new Philox(Philox.key(model.description().digest(), row, "ANCHOR", seed), 7);
        var around = new Neighbourhood(model, training, decision, row, bins, random);
        Rule everything = around.everything();
        around.sample(everything, BATCH);
        Rule best = everything;
        if (holds(around, everything)) {
            return result(around, row, everything, true);
        }
        Rule found = null;
        List<Rule> beam = List.of(everything);
        while (!beam.isEmpty() && around.mayAsk(budget)) {
            List<Rule> longer = extend(around, beam, found == null ? 0 : found.covered.cardinality());
            beam = mostPrecise(around, longer);
            for (Rule rule : beam) {
                if (holds(around, rule)
                        && (found == null || rule.covered.cardinality() > found.covered.cardinality())) {
                    found = rule;
                }
                best = rule.precision() > best.precision() ? rule : best;
            }
        }
        return result(around, row, found == null ? best : found, found != null);
    }

    /** Each rule once, though several of the beam may lead to it. */
    private static List<Rule> extend(Neighbourhood around, List<Rule> beam, int coverage) {
        var longer = new LinkedHashMap<Object, Rule>();
        for (Rule rule : beam) {
            for (Rule one : around.extend(rule, coverage)) {
                longer.putIfAbsent(one.features, one);
            }
        }
        return List.copyOf(longer.values());
    }

    /** Samples until the best of the beam are told from the rest by ε with confidence 1 − δ. */
    private List<Rule> mostPrecise(Neighbourhood around, List<Rule> rules) {
        if (rules.isEmpty()) {
            return rules;
        }
        for (Rule rule : rules) {
            around.sample(rule, BATCH);
        }
        List<Rule> order = new ArrayList<>(rules);
        order.sort(Comparator.comparingDouble(Rule::precision).reversed());
        for (long t = 1; order.size() > BEAM && around.mayAsk(budget); t++) {
            double level = explorationRate(rules.size(), t);
            Rule weakest = order.subList(0, BEAM).stream()
                    .min(Comparator.comparingDouble(rule -> rule.lower(level)))
                    .orElseThrow();
            Rule strongest = order.subList(BEAM, order.size()).stream()
                    .max(Comparator.comparingDouble(rule -> rule.upper(level)))
                    .orElseThrow();
            if (strongest.upper(level) - weakest.lower(level) <= EPSILON) {
                break;
            }
            around.sample(weakest, BATCH);
            around.sample(strongest, BATCH);
            order.sort(Comparator.comparingDouble(Rule::precision).reversed());
        }
        return List.copyOf(order.subList(0, Math.min(BEAM, order.size())));
    }

    static double explorationRate(int arms, long t) {
        double rate = StrictMath.log(K * arms * StrictMath.pow(t, ALPHA) / DELTA);
        return rate + StrictMath.log(rate);
    }

    /** Samples until the precision is known to lie above the wanted one, within the tolerance, or below. */
    private boolean holds(Neighbourhood around, Rule rule) {
        double level = level();
        while (around.mayAsk(budget)) {
            double precision = rule.precision();
            boolean unsure = precision >= PRECISION
                    ? rule.lower(level) < PRECISION - TOLERANCE
                    : rule.upper(level) >= PRECISION + TOLERANCE;
            if (!unsure) {
                break;
            }
            around.sample(rule, BATCH);
        }
        return rule.precision() >= PRECISION && rule.lower(level) > PRECISION - TOLERANCE;
    }

    private double level() {
        return StrictMath.log((1 + (BEAM - 1) * bins.length) / DELTA);
    }

    private Anchor result(Neighbourhood around, double[] row, Rule rule, boolean reached) {
        List<Integer> features = rule.features.stream().boxed().toList();
        List<String> conditions = features.stream()
                .map(j -> bins[j].text(
                        bins[j].bin(row[j]),
                        model.schema().names().get(j),
                        value -> model.schema().display(j, value)))
                .toList();
        return new Anchor(
                features,
                conditions,
                around.label(),
                rule.precision(),
                rule.lower(level()),
                rule.upper(level()),
                (double) rule.covered.cardinality() / training.count(),
                around.asked(),
                reached);
    }
}

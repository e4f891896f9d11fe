package dev.clew.explain.lime;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.internal.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LIME for text: words are removed at random and a ridge regression says what each distinct word does to one answer of the
 * model. Words are what {@code \\W+} separates; distance is 100 times the cosine distance of the 0/1 vectors, kernel width
 * 25, 5 000 samples, as the reference does it. Long texts get fewer samples, at least 1 000. Random numbers depend on text and seed only.
 * Stateless; works in the calling thread.
 */
public final class LimeText {
    /** Words of a surrogate that the reference keeps. */
    public static final int MAX_WORDS_SHOWN = 10;

    private static final int SAMPLES = 5_000;
    private static final double WIDTH = 25;
    private static final int MAX_WORDS = 10_000;
    private static final int BATCH = 500;

    /** Longer texts get fewer samples. */
    private static final int MAX_CELLS = 10_000_000;

    private static final int LEAST_SAMPLES = 1_000;
    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern CHARACTER = Pattern.compile(".", Pattern.DOTALL);

    private LimeText() {}

    /** What is removed at a time. */
    public enum Unit {
        /** A word, wherever it stands. */
        WORD,
        /** A word at one place; a mask stands there instead. */
        PLACE,
        /** A character, wherever it stands. */
        CHARACTER
    }

    /** Distinct words in order of first occurrence, and the surrogate over them. */
    public record Result(List<String> words, Surrogate surrogate) {}

    private record Token(String text, int from, int to, int feature) {}

    /**
     * Explains one answer for a text by its words.
     *
     * @param model answers texts, one number each; asked in batches of 500
     * @throws ExplainException {@code BAD_REQUEST} for a text without words or with too many, {@code BLACK_BOX_FAILED} if the
     *     model answers another number of texts, or no finite numbers
     */
    public static Result explain(String text, Function<List<String>, double[]> model, int maxWords, long seed) {
        return explain(text, model, Unit.WORD, "", maxWords, seed);
    }

    /**
     * The same by other units.
     *
     * @param mask what stands in the place of a removed word, for {@link Unit#PLACE} (the reference writes UNKWORDZ)
     * @throws ExplainException as {@link #explain(String, Function, int, long)}
     */
    public static Result explain(
            String text, Function<List<String>, double[]> model, Unit unit, String mask, int maxWords, long seed) {
        return explain(text, model, unit, mask, maxWords, seed, Budget.DEFAULT);
    }

    /**
     * The same within a budget, of which evaluations are texts.
     *
     * @throws ExplainException as {@link #explain(String, Function, int, long)}, and {@code BUDGET_EXCEEDED} if the samples are more than
     *     the model may be asked, or time ends before all are answered
     */
    public static Result explain(
            String text,
            Function<List<String>, double[]> model,
            Unit unit,
            String mask,
            int maxWords,
            long seed,
            Budget budget) {
        long deadlineNanos = System.nanoTime() + budget.maxTime().toNanos();
        List<String> words = new ArrayList<>();
        List<Token> tokens = tokens(text, unit, words);
        int n = words.size();
        if (n == 0 || n > MAX_WORDS) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "A text of 1 to %d distinct words can be explained; this one has %d.".formatted(MAX_WORDS, n));
        }
        var random = new Philox(Philox.key("text", new double[] {n, text.hashCode()}, "LIME_TEXT", seed), 6);
        int samples = Math.clamp(MAX_CELLS / n, LEAST_SAMPLES, SAMPLES);
        if (samples > budget.maxEvaluations()) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "LIME asks the model about %d texts; the budget is %d."
                            .formatted(samples, budget.maxEvaluations()));
        }
        double[][] present = new double[samples][n];
        double[] weight = new double[samples];
        double[] target = new double[samples];
        List<String> batch = new ArrayList<>();
        int[] order = new int[n];
        int answered = 0;
        for (int s = 0; s < samples; s++) {
            Arrays.fill(present[s], 1);
            int removed = s == 0 ? 0 : 1 + random.nextInt(n);
            Arrays.setAll(order, i -> i);
            if (s > 0) {
                random.shuffle(order);
            }
            for (int i = 0; i < removed; i++) {
                present[s][order[i]] = 0;
            }
            double distance = 100 * (removed == n ? 1 : 1 - Math.sqrt((double) (n - removed) / n));
            weight[s] = Math.sqrt(StrictMath.exp(-distance * distance / (WIDTH * WIDTH)));
            batch.add(with(text, tokens, present[s], unit == Unit.PLACE ? mask : ""));
            if (batch.size() == BATCH || s == samples - 1) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw new ExplainException(
                            Code.BUDGET_EXCEEDED,
                            "The text's budget of %s s ended before every sample was answered; allow more time."
                                    .formatted(budget.maxTime().toMillis() / 1e3));
                }
                double[] answers = model.apply(List.copyOf(batch));
                if (!Arrays.stream(answers).allMatch(Double::isFinite)) {
                    throw new ExplainException(
                            Code.BLACK_BOX_FAILED, "The model answered a text with no finite number.");
                }
                if (answers.length != batch.size()) {
                    throw new ExplainException(
                            Code.BLACK_BOX_FAILED,
                            "The model answered %d of %d texts.".formatted(answers.length, batch.size()));
                }
                System.arraycopy(answers, 0, target, answered, answers.length);
                answered += answers.length;
                batch.clear();
            }
        }
        return new Result(List.copyOf(words), Surrogate.fit(present, target, weight, maxWords));
    }

    private static List<Token> tokens(String text, Unit unit, List<String> words) {
        Map<String, Integer> known = new HashMap<>();
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = (unit == Unit.CHARACTER ? CHARACTER : WORD).matcher(text);
        while (matcher.find() && words.size() <= MAX_WORDS) {
            String word = matcher.group();
            Integer feature = unit == Unit.PLACE ? null : known.get(word);
            if (feature == null) {
                feature = words.size();
                known.put(word, feature);
                words.add(word);
            }
            tokens.add(new Token(word, matcher.start(), matcher.end(), feature));
        }
        return tokens;
    }

    private static String with(String text, List<Token> tokens, double[] present, String mask) {
        var kept = new StringBuilder();
        int from = 0;
        for (Token token : tokens) {
            kept.append(text, from, token.from).append(present[token.feature] == 1 ? token.text : mask);
            from = token.to;
        }
        return kept.append(text, from, text.length()).toString();
    }
}

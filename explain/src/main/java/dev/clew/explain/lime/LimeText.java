package dev.clew.explain.lime;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * LIME for text: words are removed at random and a ridge regression says what each distinct word does to one answer of the
 * model. Words are what {@code \W+} separates; distance is 100 times the cosine distance of the 0/1 vectors, kernel width
 * 25, 5 000 samples, as the reference does it.
 */
public final class LimeText {
    private static final int SAMPLES = 5_000;
    private static final double WIDTH = 25;
    private static final int MAX_WORDS = 10_000;
    private static final Pattern SEPARATORS = Pattern.compile("\\W+", Pattern.UNICODE_CHARACTER_CLASS);

    private LimeText() {}

    /** Distinct words in order of first occurrence, and the surrogate over them. */
    public record Result(List<String> words, Surrogate surrogate) {}

    /**
     * Explains one answer for a text.
     *
     * @param model answers texts, one number each; asked in batches of 500
     * @throws ExplainException {@code BAD_REQUEST} for a text without words or with too many, {@code BLACK_BOX_FAILED} if the
     *     model answers another number of texts
     */
    public static Result explain(String text, Function<List<String>, double[]> model, int maxWords, long seed) {
        var distinct = new LinkedHashSet<String>();
        for (String word : SEPARATORS.split(text)) {
            if (!word.isEmpty()) {
                distinct.add(word);
            }
        }
        List<String> words = List.copyOf(distinct);
        int n = words.size();
        if (n == 0 || n > MAX_WORDS) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "A text of 1 to %d distinct words can be explained; this one has %d.".formatted(MAX_WORDS, n));
        }
        var random = new Philox(Philox.key("text", new double[] {n, text.hashCode()}, "LIME_TEXT", seed), 6);
        double[][] samples = new double[SAMPLES][n];
        double[] weight = new double[SAMPLES];
        double[] target = new double[SAMPLES];
        List<String> batch = new ArrayList<>();
        int[] order = new int[n];
        int answered = 0;
        for (int s = 0; s < SAMPLES; s++) {
            Arrays.fill(samples[s], 1);
            int removed = s == 0 ? 0 : 1 + random.nextInt(n);
            Arrays.setAll(order, i -> i);
            if (s > 0) {
                random.shuffle(order);
            }
            var gone = new LinkedHashSet<String>();
            for (int i = 0; i < removed; i++) {
                samples[s][order[i]] = 0;
                gone.add(words.get(order[i]));
            }
            double distance = 100 * (removed == n ? 1 : 1 - Math.sqrt((double) (n - removed) / n));
            weight[s] = Math.sqrt(StrictMath.exp(-distance * distance / (WIDTH * WIDTH)));
            batch.add(without(text, gone));
            if (batch.size() == 500 || s == SAMPLES - 1) {
                double[] answers = model.apply(List.copyOf(batch));
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
        return new Result(words, Surrogate.fit(samples, target, weight, maxWords));
    }

    private static String without(String text, LinkedHashSet<String> gone) {
        if (gone.isEmpty()) {
            return text;
        }
        var kept = new StringBuilder();
        var matcher = SEPARATORS.matcher(text);
        int from = 0;
        while (matcher.find()) {
            String word = text.substring(from, matcher.start());
            kept.append(gone.contains(word) ? "" : word).append(matcher.group());
            from = matcher.end();
        }
        String last = text.substring(from);
        return kept.append(gone.contains(last) ? "" : last).toString();
    }
}

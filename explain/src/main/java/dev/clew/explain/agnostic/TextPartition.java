package dev.clew.explain.agnostic;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Flag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each word of a text did to one answer of a model: Owen values over sentences, halves of sentences, and so on down to words.
 * An absent word is left out, or replaced by a mask; what stands between words stays.
 *
 * <p>Base is the answer for the text without its words. Base and contributions add up to the answer for the text. Without
 * randomness: the same text, model and budget give the same result.
 */
public final class TextPartition {
    private static final int MAX_WORDS = 5_000;
    private static final int BATCH = 200;
    private static final long MAX_EVALUATIONS = 20_000;
    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?\\n]");

    private TextPartition() {}

    /**
     * @param words in order, every occurrence for itself
     * @param phi contribution of each
     * @param base answer without words
     * @param prediction answer for the text
     * @param unresolvedMass Σ |credit| of parts of the text that the budget left undivided; their words share it in equal parts
     * @param flags {@code BUDGET_ENDED} if some words share what was found for their part of the text
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Result(
            List<String> words, double[] phi, double base, double prediction, double unresolvedMass, Set<Flag> flags) {}

    /**
     * Explains one answer for a text.
     *
     * @param model answers texts, one number each; asked with up to 200 at once
     * @param mask what stands in the place of an absent word; empty to leave it out
     * @param budget evaluations are texts, at most 20 000
     * @throws ExplainException {@code BAD_REQUEST} for a text without words or with too many, {@code BLACK_BOX_FAILED} if the
     *     model answers another number of texts, or no finite numbers
     */
    public static Result explain(String text, Function<List<String>, double[]> model, String mask, Budget budget) {
        var game = new Game(text, model, mask, budget);
        int n = game.players();
        if (n == 0 || n > MAX_WORDS) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "A text of 1 to %d words can be explained; this one has %d.".formatted(MAX_WORDS, n));
        }
        var full = new BitSet(n);
        full.set(0, n);
        List<double[]> ends = game.values(List.of(new BitSet(n), full));
        Solution solution = PartitionSolver.solve(game, game.clusters());
        return new Result(
                game.words.stream().map(word -> word.text).toList(),
                solution.phi()[0],
                ends.get(0)[0],
                ends.get(1)[0],
                solution.unresolved()[0],
                solution.flags());
    }

    private record Word(String text, int from, int to) {}

    /** Players are words; confined to one thread. */
    private static final class Game implements Coalitions {
        private final String text;
        private final Function<List<String>, double[]> model;
        private final String mask;
        private final Budget budget;
        private final long deadlineNanos;
        private final List<Word> words = new ArrayList<>();
        private final Map<BitSet, Double> known = new HashMap<>();
        private long asked;

        Game(String text, Function<List<String>, double[]> model, String mask, Budget budget) {
            this.text = text;
            this.model = model;
            this.mask = mask;
            this.budget = budget;
            deadlineNanos = System.nanoTime() + budget.maxTime().toNanos();
            Matcher matcher = WORD.matcher(text);
            while (matcher.find() && words.size() <= MAX_WORDS) {
                words.add(new Word(matcher.group(), matcher.start(), matcher.end()));
            }
        }

        @Override
        public int players() {
            return words.size();
        }

        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public long affordable() {
            return System.nanoTime() - deadlineNanos > 0
                    ? 0
                    : Math.min(MAX_EVALUATIONS, budget.maxEvaluations()) - asked;
        }

        @Override
        public List<double[]> values(List<BitSet> coalitions) {
            List<BitSet> open = coalitions.stream()
                    .filter(c -> !known.containsKey(c))
                    .distinct()
                    .toList();
            for (int from = 0; from < open.size(); from += BATCH) {
                ask(open.subList(from, Math.min(open.size(), from + BATCH)));
            }
            return coalitions.stream()
                    .map(c -> new double[] {known.getOrDefault(c, Double.NaN)})
                    .toList();
        }

        private void ask(List<BitSet> open) {
            double[] answers = model.apply(open.stream().map(this::with).toList());
            asked += open.size();
            if (answers.length != open.size()) {
                throw new ExplainException(
                        Code.BLACK_BOX_FAILED,
                        "The model answered %d of %d texts.".formatted(answers.length, open.size()));
            }
            for (int i = 0; i < answers.length; i++) {
                if (!Double.isFinite(answers[i])) {
                    throw new ExplainException(
                            Code.BLACK_BOX_FAILED, "The model answered a text with no finite number.");
                }
                known.put((BitSet) open.get(i).clone(), answers[i]);
            }
        }

        private String with(BitSet present) {
            var kept = new StringBuilder();
            int from = 0;
            for (int i = 0; i < words.size(); i++) {
                Word word = words.get(i);
                kept.append(text, from, word.from).append(present.get(i) ? word.text : mask);
                from = word.to;
            }
            return kept.append(text, from, text.length()).toString();
        }

        /** Sentences are joined in balance, and so are the words of each. */
        private int[][] clusters() {
            var joined = new ArrayList<int[]>();
            var sentences = new ArrayList<Integer>();
            int begin = 0;
            for (int i = 0; i < words.size(); i++) {
                boolean last = i == words.size() - 1;
                if (last
                        || SENTENCE_END
                                .matcher(text)
                                .region(words.get(i).to, words.get(i + 1).from)
                                .find()) {
                    List<Integer> own = new ArrayList<>();
                    for (int w = begin; w <= i; w++) {
                        own.add(w);
                    }
                    sentences.add(balanced(own, joined));
                    begin = i + 1;
                }
            }
            balanced(sentences, joined);
            return joined.toArray(int[][]::new);
        }

        private int balanced(List<Integer> parts, List<int[]> joined) {
            if (parts.size() == 1) {
                return parts.getFirst();
            }
            int half = (parts.size() + 1) / 2;
            int left = balanced(parts.subList(0, half), joined);
            int right = balanced(parts.subList(half, parts.size()), joined);
            joined.add(new int[] {left, right});
            return words.size() + joined.size() - 1;
        }
    }
}
